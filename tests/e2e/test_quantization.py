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
import onnx
import pytest
from conftest import BOARD, DIGITS, local_farm
from onnx import TensorProto, helper, numpy_helper

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


def run_on_board(farm, model, calibration, dataset, folder, *arguments, quantize="int8"):
    np.savez(folder / "calibration.npz", x=calibration)
    np.savez(folder / "dataset.npz", **dataset)
    code, document = farm.edgerack(
        "run", model, "--board", BOARD, "--quantize", quantize, "--calibration",
        folder / "calibration.npz", "--dataset", folder / "dataset.npz", "--option", "samples=1",
        "--option", "warmup=0", *arguments, timeout_s=800)
    assert code == 0, document
    return document["results"][0]


def test_digits_on_the_board(farm, digits, tmp_path):
    x, y = digits
    result = run_on_board(farm, DIGITS / "digits_float.tflite", x[:100], {"x": x, "y": y}, tmp_path)
    assert result["agreement"]["bit_exact"] == result["agreement"]["samples"] > 0
    assert result["accuracy"]["host_top1"] > 0.985
    told = result["quantization_accuracy"]
    assert told["against"] == "labels" and told["samples"] == len(x)
    assert told["before"]["top1"] > 0.985
    assert told["after"]["top1"] == result["accuracy"]["host_top1"]


def onnx_cnn(path):
    """Channels first, seeded weights: Conv, Relu, MaxPool, Flatten, Gemm, Softmax."""
    random = np.random.default_rng(3)
    constants = {"w": random.normal(0, 0.4, (6, 1, 3, 3)), "b": random.normal(0, 0.1, 6),
                 "v": random.normal(0, 0.2, (5, 96)), "c": random.normal(0, 0.1, 5)}
    nodes = [helper.make_node("Conv", ["x", "w", "b"], ["a"], name="conv", pads=[1, 1, 1, 1]),
             helper.make_node("Relu", ["a"], ["r"]),
             helper.make_node("MaxPool", ["r"], ["m"], kernel_shape=[2, 2], strides=[2, 2]),
             helper.make_node("Flatten", ["m"], ["f"]),
             helper.make_node("Gemm", ["f", "v", "c"], ["g"], name="dense", transB=1),
             helper.make_node("Softmax", ["g"], ["y"])]
    info = helper.make_tensor_value_info
    graph = helper.make_graph(nodes, "g", [info("x", TensorProto.FLOAT, [1, 1, 8, 8])],
                              [info("y", TensorProto.FLOAT, [1, 5])],
                              [numpy_helper.from_array(value.astype(np.float32), name)
                               for name, value in constants.items()])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 8
    onnx.save(model, path)
    return path


@pytest.mark.parametrize("quantize, options", [("int8", ()), ("int8-int16", ("int16_layers=1",)),
                                               ("int8-int16", ("int16_layers=100%",))])
def test_an_onnx_model_on_the_board(farm, quantize, options, tmp_path):
    model = onnx_cnn(tmp_path / "cnn.onnx")
    x = images(40, 8, 8, 1).transpose(0, 3, 1, 2)
    arguments = [argument for option in options for argument in ("--option", option)]
    result = run_on_board(farm, model, x[:32], {"x": x[32:]}, tmp_path, *arguments, quantize=quantize)
    assert result["agreement"]["bit_exact"] == result["agreement"]["samples"] == 8
    assert result["quantization_accuracy"]["against"] == "original"
    assert result["quantization_accuracy"]["after"]["rmse"] < (1e-3 if "100%" in str(options) else 0.02)
    dtypes = {layer["output_dtype"] for layer in result["layers"]}
    assert ("int16" in dtypes) == (quantize == "int8-int16")


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


def sqnr_of(report):
    return report["quantization"]["outputs"][0]["sqnr_db"]


def test_int16_activations_of_a_whole_model(digits, tmp_path):
    x, y = digits
    model = DIGITS / "digits_float.tflite"
    _, int8 = compile_quantized(model, x[:64], tmp_path)
    package, int16 = compile_quantized(model, x[:64], tmp_path, "int16_layers=100%",
                                       quantize="int8-int16")
    assert {layer["dtype"] for layer in int16["quantization"]["layers"]} == {"int16"}
    assert sqnr_of(int16) > sqnr_of(int8) + 3
    weighted = [layer for layer in int16["layers"] if layer["macs"]]
    assert {layer["weights_dtype"] for layer in weighted} == {"int8"}
    answers = host_outputs(package, x, tmp_path).reshape(len(x), -1).argmax(axis=1)
    assert (answers == y).mean() > 0.985


def test_the_scan_keeps_layers_in_int16(digits, tmp_path):
    x, _ = digits
    model = DIGITS / "digits_float.tflite"
    _, plain = compile_quantized(model, x[:64], tmp_path)
    wanted = sqnr_of(plain) + 1
    _, mixed = compile_quantized(model, x[:64], tmp_path, f"sqnr={wanted}", quantize="int8-int16")
    scan = mixed["quantization"]["sensitivity"]
    chosen = {layer["name"] for layer in scan["layers"] if layer["int16"]}
    assert scan["reached"] and sqnr_of(mixed) >= wanted
    assert {f["layer"] for f in mixed["findings"] if f["code"] == "KEPT_INT16"} == chosen
    dtypes = {layer["name"]: layer["dtype"] for layer in mixed["quantization"]["layers"]}
    assert chosen and all(dtypes[name] == "int16" for name in chosen)
    assert {dtypes[layer["name"]] for layer in scan["layers"] if not layer["int16"]} == {"int8"}


def test_a_named_layer_is_int16(digits, tmp_path):
    model, x = DIGITS / "digits_float.tflite", digits[0]
    _, plain = compile_quantized(model, x[:16], tmp_path)
    name = next(layer["name"] for layer in plain["quantization"]["layers"]
                if layer["op"] == "conv2d")
    _, named = compile_quantized(model, x[:16], tmp_path, f"int16.{name}=on")
    dtypes = {layer["name"]: layer["dtype"] for layer in named["quantization"]["layers"]}
    assert dtypes[name] == "int16" and "int8" in dtypes.values()


def compile_with_dataset(model, calibration, dataset, folder, *options, quantize="int8"):
    """The finished process and the report."""
    np.savez(folder / "calibration.npz", x=calibration)
    np.savez(folder / "dataset.npz", **dataset)
    arguments = [argument for option in options for argument in ("--option", option)]
    done = subprocess.run([str(COMPILE), str(model), "--board", BOARD, "--quantize", quantize,
                           "--calibration", str(folder / "calibration.npz"), "--dataset",
                           str(folder / "dataset.npz"), "--report", str(folder / "report.json"),
                           *arguments], capture_output=True, text=True)
    return done, json.loads((folder / "report.json").read_text())


def test_accuracy_before_and_after_is_in_the_report(digits, tmp_path):
    x, y = digits
    done, report = compile_with_dataset(DIGITS / "digits_float.tflite", x[:100], {"x": x, "y": y},
                                        tmp_path)
    accuracy = report["quantization"]["accuracy"]
    assert accuracy["samples"] == len(x) and accuracy["against"] == "labels"
    assert accuracy["before"]["top1"] > 0.985
    assert abs(accuracy["after"]["top1"] - accuracy["before"]["top1"]) < 0.005
    assert (f"accuracy on {len(x)} samples: top-1 {accuracy['before']['top1']:.4f} before, "
            f"{accuracy['after']['top1']:.4f} after quantization") in done.stdout
    assert "accuracy: the model after quantization" in done.stderr
    done, report = compile_with_dataset(DIGITS / "digits_float.tflite", x[:100], {"x": x[:50]},
                                        tmp_path)
    assert report["quantization"]["accuracy"]["against"] == "original"
    assert 0 < report["quantization"]["accuracy"]["after"]["rmse"] < 0.02


def test_budgets_of_accuracy_and_latency(tmp_path):
    """The second value is larger by less than a step of int8: only layers in float32 tell."""
    def weights(name, value):
        return numpy_helper.from_array(np.asarray(value, np.float32), name)
    info = helper.make_tensor_value_info
    nodes = [helper.make_node("Gemm", ["x", "w"], ["a"], name="a"),
             helper.make_node("Gemm", ["a", "w"], ["y"], name="b")]
    graph = helper.make_graph(nodes, "g", [info("x", TensorProto.FLOAT, [1, 2])],
                              [info("y", TensorProto.FLOAT, [1, 2])], [weights("w", np.eye(2))])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 8
    onnx.save(model, tmp_path / "pairs.onnx")
    x = np.random.default_rng(1).uniform(-1, 1, (200, 1)) + [[0, 0.001]]
    dataset = {"x": x.astype(np.float32), "y": np.ones(200, np.int32)}

    def compiled(*options):
        return compile_with_dataset(tmp_path / "pairs.onnx", dataset["x"], dataset, tmp_path,
                                    *options, quantize="int8-float")
    _, kept = compiled("accuracy=1")
    assert kept["quantization"]["sensitivity"]["reached"]
    assert all(layer["float"] for layer in kept["quantization"]["sensitivity"]["layers"])
    assert kept["quantization"]["accuracy"]["after"]["top1"] == 1
    _, refused = compiled("accuracy=1", "latency=0%")
    assert not refused["quantization"]["sensitivity"]["reached"]
    assert refused["quantization"]["sensitivity"]["slower_estimated"] == 0
    assert "ACCURACY_NOT_REACHED" in [f["code"] for f in refused["findings"]]
    assert refused["quantization"]["accuracy"]["after"]["top1"] < 0.99
    dataset.pop("y")
    done, _ = compiled("accuracy=1")
    assert done.returncode == 2 and "labels" in done.stderr and "BAD_OPTION" in done.stderr


@pytest.mark.parametrize("quantize", ["int8", "int8-float", "int8-int16", "weights-int8"])
def test_an_int8_model_is_not_quantized_again(digits, quantize, tmp_path):
    done, report = compile_with_dataset(DIGITS / "digits_int8.tflite", digits[0][:8],
                                        {"x": digits[0][:8]}, tmp_path, quantize=quantize)
    assert done.returncode == 1
    assert report["error"]["code"] == "NOTHING_TO_QUANTIZE"
    assert "Leave --quantize out" in done.stderr.splitlines()[-1]


def mostly_quantized(path):
    """Two convolutions; the quantizer took the first alone."""
    random = np.random.default_rng(4)
    w = random.normal(0, 0.3, (4, 4, 3, 3)).astype(np.float32)
    steps = np.clip(np.rint(w / np.float32(0.01)), -127, 127).astype(np.int8)
    node = helper.make_node
    nodes = [node("QuantizeLinear", ["x", "s", "z"], ["xq"]),
             node("DequantizeLinear", ["xq", "s", "z"], ["xr"]),
             node("DequantizeLinear", ["w", "ws", "z"], ["wr"]),
             node("Conv", ["xr", "wr"], ["a"], name="first", pads=[1, 1, 1, 1]),
             node("QuantizeLinear", ["a", "s", "z"], ["aq"]),
             node("DequantizeLinear", ["aq", "s", "z"], ["ar"]),
             node("Conv", ["ar", "v"], ["y"], name="second", pads=[1, 1, 1, 1])]
    info = helper.make_tensor_value_info
    constants = {"w": steps, "v": w, "ws": np.float32(0.01), "s": np.float32(0.05), "z": np.int8(0)}
    graph = helper.make_graph(nodes, "g", [info("x", TensorProto.FLOAT, [1, 4, 6, 6])],
                              [info("y", TensorProto.FLOAT, [1, 4, 6, 6])],
                              [numpy_helper.from_array(v, k) for k, v in constants.items()])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 8
    onnx.save(model, path)
    return path


def test_the_float_rest_of_a_quantized_model_becomes_int8(tmp_path):
    model = mostly_quantized(tmp_path / "mostly.onnx")
    x = images(16, 6, 6, 4).transpose(0, 3, 1, 2)
    done = subprocess.run([str(COMPILE), str(model), "--board", BOARD, "--report",
                           str(tmp_path / "report.json")], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    codes = [f["code"] for f in json.loads((tmp_path / "report.json").read_text())["findings"]]
    assert "FLOAT_ISLAND" in codes
    package, report = compile_quantized(model, x, tmp_path)
    assert "FLOAT_ISLAND" not in [f["code"] for f in report["findings"]]
    assert {layer["output_dtype"] for layer in report["layers"] if layer["macs"]} == {"int8"}
    assert host_outputs(package, x[:2], tmp_path).shape == (2, 4, 6, 6)
