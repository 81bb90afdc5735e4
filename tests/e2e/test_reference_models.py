"""Published models whose outputs were computed by other software, on host and every virtual board.

The models are not part of the product: EDGERACK_SHARED_MODELS names a folder with models and
golden/NAME.{inA,outA,inB,outB}.npy; without it these tests are skipped.
"""

import json
import os
import pathlib
import subprocess

import numpy as np
import pytest
from conftest import BOARD, local_farm, start_farm

MODELS = pathlib.Path(os.environ.get("EDGERACK_SHARED_MODELS", "/nonexistent"))
INT8 = ("kws_int8", "vww_int8", "resnet8_int8", "ad_int8", "micro_speech_int8", "hello_world_int8")
FLOAT = ("mnist_cnn_float", "resnet8_float", "vww_float")
FILES = sorted(path.name for kind in ("tflite", "onnx", "h5") for path in MODELS.glob(f"*.{kind}"))

BASELINE_ARENA_BYTES = json.loads(
    (pathlib.Path(__file__).parents[1] / "bench" / "baseline.json").read_text())["arena_bytes"]

pytestmark = pytest.mark.skipif(
    not MODELS.is_dir(), reason="EDGERACK_SHARED_MODELS does not name the reference models")


def golden(name, which):
    return np.load(MODELS / "golden" / f"{name}.{which}.npy")


def compile_for_board(model, folder, board=BOARD):
    package, report = folder / "model.erp", folder / "report.json"
    return package, report, subprocess.run(
        [str(local_farm.BIN / "edgerack-compile"), str(model), "--board", board, "--out",
         str(package), "--report", str(report)], capture_output=True, text=True)


def host_output(name, sample, folder):
    package, _, done = compile_for_board(MODELS / f"{name}.tflite", folder)
    assert done.returncode == 0, done.stderr
    np.savez(folder / "in.npz", input_0=golden(name, f"in{sample}"))
    subprocess.run([str(local_farm.BIN / "edgerack-compile"), "run", str(package), "--input",
                    str(folder / "in.npz"), "--output", str(folder / "out.npz")], check=True)
    with np.load(folder / "out.npz") as written:
        return written["output_0"]


@pytest.mark.parametrize("sample", ["A", "B"])
@pytest.mark.parametrize("name", INT8)
def test_int8_on_the_host_equals_the_golden_output(name, sample, tmp_path):
    expected = golden(name, f"out{sample}")
    assert np.array_equal(host_output(name, sample, tmp_path).reshape(expected.shape), expected)


@pytest.mark.parametrize("sample", ["A", "B"])
@pytest.mark.parametrize("name", FLOAT)
def test_float_on_the_host_is_close_to_the_golden_output(name, sample, tmp_path):
    expected = golden(name, f"out{sample}").ravel().astype(np.float64)
    ours = host_output(name, sample, tmp_path).ravel().astype(np.float64)
    assert np.abs(ours - expected).max() < 1e-4
    assert ours @ expected / np.linalg.norm(ours) / np.linalg.norm(expected) > 0.9999


@pytest.fixture(scope="module")
def farm(tmp_path_factory):
    """One board of each virtual kind."""
    started = start_farm(tmp_path_factory.mktemp("farm"), kinds=None)
    yield started
    started.down()


def two_samples(name, inputs):
    """The model's golden inputs, or random ones: input name to array, samples first."""
    if (MODELS / "golden" / f"{name}.inA.npy").exists():
        return {inputs[0]["name"]: np.concatenate(
            [golden(name, f"in{sample}").reshape(inputs[0]["shape"]) for sample in "AB"])}
    rng = np.random.default_rng(7)
    values = {}
    for one in inputs:
        shape = (2, *one["shape"][1:])
        if one["dtype"] == "float32":
            values[one["name"]] = rng.standard_normal(shape).astype(np.float32)
        else:
            values[one["name"]] = rng.integers(-128, 128, shape).astype(one["dtype"])
    return values


@pytest.mark.parametrize("board", local_farm.virtual_kinds())
@pytest.mark.parametrize("file", FILES)
def test_the_board_equals_the_host(farm, file, board, tmp_path):
    """Where golden inputs run, the board equals the golden output, with the tests above."""
    _, report, done = compile_for_board(MODELS / file, tmp_path, board)
    if done.returncode != 0:
        assert "does not fit" in done.stderr, done.stderr
        assert (MODELS / file).stat().st_size > 1_000_000, "models of less than a megabyte fit"
        return
    name = pathlib.Path(file).stem
    np.savez(tmp_path / "samples.npz", **two_samples(name, json.loads(report.read_text())["inputs"]))
    code, document = farm.edgerack(
        "run", MODELS / file, "--board", board, "--dataset", tmp_path / "samples.npz",
        "--option", "samples=1", "--option", "warmup=0", timeout_s=280)
    assert code == 0, document
    result = document["results"][0]
    assert (result["agreement"]["samples"], result["agreement"]["bit_exact"]) == (2, 2)
    if "cycles" in result:
        assert sum(layer["cycles"] for layer in result["layers"]) == pytest.approx(
            result["cycles"]["median"], rel=0.02)
        assert result["provenance"]["profiler_overhead_cycles"] > 0  # subtracted, and shown
    if name in BASELINE_ARENA_BYTES and board == BOARD and file.endswith(".tflite"):
        assert result["memory"]["arena_bytes"] <= BASELINE_ARENA_BYTES[name]


def test_a_board_without_a_cycle_counter_tells_instructions_only(farm, tmp_path):
    np.savez(tmp_path / "golden.npz", x=golden("kws_int8", "inA"))
    code, document = farm.edgerack("run", MODELS / "kws_int8.tflite", "--board", "virtual-n6",
                                   "--dataset", tmp_path / "golden.npz", timeout_s=280)
    assert code == 0, document
    result = document["results"][0]
    assert result["instructions"] > 0
    assert not {"cycles", "latency", "clock_hz", "cycles_per_mac"} & result.keys()
    assert all("instructions" in layer and "cycles" not in layer for layer in result["layers"])


def test_what_does_not_fit_is_refused_with_bytes_per_region(tmp_path):
    _, _, done = compile_for_board(MODELS / "ad_float.tflite", tmp_path)
    assert done.returncode == 1
    assert "FLASH" in done.stderr and "917504" in done.stderr.replace(",", "")
