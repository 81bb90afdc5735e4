"""Post-training quantization: models of every importer become int8, on host and board alike.

The models and the MNIST test set are not part of the product: EDGERACK_SHARED_MODELS names their folder;
what needs them is skipped without it.
"""

import gzip
import json
import os
import pathlib
import subprocess

import numpy as np
import pytest
from conftest import BOARD, DIGITS, local_farm

MODELS = pathlib.Path(os.environ.get("EDGERACK_SHARED_MODELS", "/nonexistent"))
DATA = MODELS.parent / "data"
COMPILE = local_farm.BIN / "edgerack-compile"

with_models = pytest.mark.skipif(not MODELS.is_dir(),
                                 reason="EDGERACK_SHARED_MODELS does not name the reference models")


def images(count, height, width, channels, seed=5):
    """Seeded images of soft patches, values 0 … 1: neighbours are alike, as in photographs."""
    random = np.random.default_rng(seed)
    coarse = random.uniform(0, 1, (count, height // 8 + 2, width // 8 + 2, channels))
    fine = coarse.repeat(8, axis=1).repeat(8, axis=2)
    soft = sum(np.roll(fine, (dy, dx), (1, 2)) for dy in range(8) for dx in range(8)) / 64
    return soft[:, 8:8 + height, 8:8 + width].astype(np.float32)


def mnist():
    def idx(name, header_bytes):
        with gzip.open(DATA / name) as file:
            return np.frombuffer(file.read()[header_bytes:], np.uint8)
    x = idx("t10k-images-idx3-ubyte.gz", 16).reshape(-1, 28, 28, 1).astype(np.float32)
    return x / np.float32(255), idx("t10k-labels-idx1-ubyte.gz", 8).astype(np.int32)


def compile_quantized(model, calibration, folder, *options, quantize="int8", board="virtual-h743"):
    """Package and report."""
    package, report = folder / "model.erp", folder / "report.json"
    arguments = [str(COMPILE), str(model), "--board", board, "--quantize", quantize, "--out",
                 str(package), "--report", str(report)]
    if calibration is not None:
        np.savez(folder / "calibration.npz", x=calibration)
        arguments += ["--calibration", str(folder / "calibration.npz")]
    for option in options:
        arguments += ["--option", option]
    done = subprocess.run(arguments, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return package, json.loads(report.read_text())


def host_outputs(package, x, folder):
    np.savez(folder / "in.npz", input_0=x)
    subprocess.run([str(COMPILE), "run", str(package), "--input", str(folder / "in.npz"),
                    "--output", str(folder / "out.npz")], check=True)
    with np.load(folder / "out.npz") as written:
        return written["output_0"]


@pytest.fixture(scope="module")
def digits():
    with np.load(DIGITS / "digits.npz") as archive:
        return archive["x"].reshape(-1, 8, 8, 1).astype(np.float32), archive["y"]


@pytest.mark.parametrize("method", ["minmax", "percentile", "mse", "kl"])
def test_every_method_keeps_the_digits_accuracy(digits, method, tmp_path):
    x, y = digits
    package, report = compile_quantized(DIGITS / "digits_float.tflite", x[:200], tmp_path,
                                        f"calibration={method}")
    answers = host_outputs(package, x, tmp_path).reshape(len(x), -1).argmax(axis=1)
    assert (answers == y).mean() > 0.985
    assert report["quantization"]["calibration"]["method"] == method
    assert all(layer["dtype"] == "int8" for layer in report["quantization"]["layers"])
    assert report["quantization"]["outputs"][0]["sqnr_db"] > 20


def test_weights_alone_need_no_calibration(digits, tmp_path):
    x, y = digits
    package, report = compile_quantized(DIGITS / "digits_float.tflite", None, tmp_path,
                                        quantize="weights-int8")
    answers = host_outputs(package, x, tmp_path).reshape(len(x), -1).argmax(axis=1)
    assert (answers == y).mean() > 0.985
    weighted = [layer for layer in report["layers"] if layer["macs"]]
    assert {layer["weights_dtype"] for layer in weighted} == {"int8"}
    assert [layer["output_dtype"] for layer in weighted] == ["float32"] * len(weighted)


def test_the_same_request_gives_the_same_package(digits, tmp_path):
    first, _ = compile_quantized(DIGITS / "digits_float.tflite", digits[0][:50], tmp_path)
    bytes_of_first = first.read_bytes()
    second, _ = compile_quantized(DIGITS / "digits_float.tflite", digits[0][:50], tmp_path)
    assert second.read_bytes() == bytes_of_first
    other, _ = compile_quantized(DIGITS / "digits_float.tflite", digits[0][50:100], tmp_path)
    assert other.read_bytes() != bytes_of_first


def test_borders_stay_float_unless_asked(digits, tmp_path):
    _, kept = compile_quantized(DIGITS / "digits_float.tflite", digits[0][:50], tmp_path)
    assert [t["dtype"] for t in kept["inputs"] + kept["outputs"]] == ["float32", "float32"]
    _, int8 = compile_quantized(DIGITS / "digits_float.tflite", digits[0][:50], tmp_path, "io=int8")
    assert [t["dtype"] for t in int8["inputs"] + int8["outputs"]] == ["int8", "int8"]
    assert [t["name"] for t in int8["inputs"]] == [t["name"] for t in kept["inputs"]]


def test_progress_is_told_and_the_error_is_the_last_line(digits, tmp_path):
    np.savez(tmp_path / "bad.npz", x=np.full((3, 8, 8, 1), np.nan, np.float32))
    done = subprocess.run([str(COMPILE), str(DIGITS / "digits_float.tflite"), "--board", BOARD,
                           "--quantize", "int8", "--calibration", str(tmp_path / "bad.npz")],
                          capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].endswith("[USER BAD_CALIBRATION]")
    np.savez(tmp_path / "good.npz", x=digits[0][:20])
    done = subprocess.run([str(COMPILE), str(DIGITS / "digits_float.tflite"), "--board", BOARD,
                           "--quantize", "int8", "--calibration", str(tmp_path / "good.npz")],
                          capture_output=True, text=True)
    assert done.returncode == 0
    assert "calibrating: 20 of 20 samples" in done.stderr.splitlines()


def run_on_board(farm, model, calibration, dataset, folder, *arguments):
    np.savez(folder / "calibration.npz", x=calibration)
    np.savez(folder / "dataset.npz", **dataset)
    code, document = farm.edgerack(
        "run", model, "--board", BOARD, "--quantize", "int8", "--calibration",
        folder / "calibration.npz", "--dataset", folder / "dataset.npz", "--option", "samples=1",
        "--option", "warmup=0", *arguments, timeout_s=800)
    assert code == 0, document
    return document["results"][0]


def test_digits_on_the_board(farm, digits, tmp_path):
    x, y = digits
    result = run_on_board(farm, DIGITS / "digits_float.tflite", x[:100], {"x": x, "y": y}, tmp_path)
    assert result["agreement"]["bit_exact"] == result["agreement"]["samples"] > 0
    assert result["accuracy"]["host_top1"] > 0.985


@with_models
@pytest.mark.parametrize("name, shape, most", [
    ("mnist_cnn.h5", (28, 28, 1), 1.0),
    ("kws_float.tflite", (49, 10, 1), 20.0),
])
def test_models_of_other_importers_on_the_board(farm, name, shape, most, tmp_path):
    samples = images(24, *shape) * np.float32(most)
    result = run_on_board(farm, MODELS / name, samples[:16], {"x": samples[16:20]}, tmp_path)
    assert result["agreement"]["bit_exact"] == result["agreement"]["samples"] == 4


@with_models
@pytest.mark.skipif(not DATA.is_dir(), reason="no MNIST test set beside the reference models")
def test_mnist_on_all_images(farm, tmp_path):
    x, y = mnist()
    result = run_on_board(farm, MODELS / "mnist_cnn_float.tflite", x[:200], {"x": x, "y": y}, tmp_path,
                          "--option", "board_samples=100")
    assert result["accuracy"]["host_samples"] == 10_000
    assert result["accuracy"]["host_top1"] == pytest.approx(0.9906, abs=0.002)
    assert result["agreement"]["bit_exact"] == result["agreement"]["samples"] == 100


def test_the_scan_needs_fewer_float_layers_than_a_choice_from_the_front(digits, tmp_path):
    model, samples = DIGITS / "digits_float.tflite", digits[0][:64]

    def sqnr(report):
        return report["quantization"]["outputs"][0]["sqnr_db"]
    _, plain = compile_quantized(model, samples, tmp_path)
    wanted = sqnr(plain) + 1
    _, scanned = compile_quantized(model, samples, tmp_path, f"sqnr={wanted}", quantize="int8-float")
    scan = scanned["quantization"]["sensitivity"]
    chosen = [layer["name"] for layer in scan["layers"] if layer["float"]]
    assert scan["reached"] and sqnr(scanned) >= wanted
    assert {f["layer"] for f in scanned["findings"] if f["code"] == "KEPT_FLOAT"} == set(chosen)
    ranked = {layer["name"] for layer in scan["layers"]}
    order = [layer["name"] for layer in plain["quantization"]["layers"] if layer["name"] in ranked]
    for count in range(1, len(chosen) + 1):  # as many from the front are not enough
        options = [f"float.{name}=on" for name in order[:count]]
        _, front = compile_quantized(model, samples, tmp_path, *options)
        assert sqnr(front) < wanted, (count, order, chosen)
