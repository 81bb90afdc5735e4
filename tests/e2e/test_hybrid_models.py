"""Models with int8 weights and float activations: host against TensorFlow Lite, board against host.

Integers take the same way here and there and the scaling back has the same order of operations, so
what may differ is the rounding of a few float operations: softmax's exponential, and per-channel
convolutions, where TFLite's reference kernel multiplies by the two scales in another order. The
bounds are for that; a wrong rounding in a single quantized value would move an output by more.
"""

import json
import os
import pathlib
import subprocess

import numpy as np
import oracle
import pytest
from conftest import BOARD, local_farm
from tflite_writer import TfliteWriter

MODELS = pathlib.Path(os.environ.get("EDGERACK_SHARED_MODELS", "/nonexistent"))
# Shapes of one input.
PUBLISHED = {"mnist_cnn_hybrid_int8w": (28, 28, 1), "kws_float": (49, 10, 1)}
HYBRID_LAYERS = {"mnist_cnn_hybrid_int8w": 3, "kws_float": 5}
MOST_ABS_ERROR = 1e-6  # of outputs in 0 .. 1; 7.5e-9 is the most that was measured

shared_models = pytest.mark.skipif(
    not MODELS.is_dir(), reason="EDGERACK_SHARED_MODELS does not name the reference models")


def edgerack_compile(*arguments):
    return subprocess.run([str(local_farm.BIN / "edgerack-compile"), *map(str, arguments)],
                          check=True, capture_output=True, text=True)


def compiled(model, folder):
    """(package, report) of a model file for the board."""
    package, report = folder / "model.erp", folder / "report.json"
    edgerack_compile(model, "--board", BOARD, "--out", package, "--report", report)
    return package, json.loads(report.read_text())


def host_outputs(package, samples, kernels, folder):
    """Outputs of `edgerack-compile run`, a sample at a time, with the samples in front."""
    outputs = []
    for sample in samples:
        np.save(folder / "in.npy", sample)
        edgerack_compile("run", package, "--input", folder / "in.npy", "--output",
                         folder / "out.npy", "--kernels", kernels)
        outputs.append(np.load(folder / "out.npy"))
    return np.stack(outputs)


def inputs_of(name):
    """Noise of several sizes, all zeros, and recorded inputs; [samples, 1, …] float32."""
    random = np.random.default_rng(20)
    shape = (1, *PUBLISHED[name])
    samples = [random.standard_normal(shape) * size for size in (0.1, 1, 1, 1, 30)]
    samples += [random.random(shape), np.zeros(shape)]
    for which in ("inA", "inB"):
        if name == "kws_float":
            # The int8 model of the same data set: its inputs, as real values.
            quantized = np.load(MODELS / "golden" / f"kws_int8.{which}.npy").astype(np.float64)
            samples.append((quantized - 83) * 0.5847029)
        else:
            samples.append(np.load(MODELS / "golden" / f"mnist_cnn_float.{which}.npy"))
    return np.stack([sample.reshape(shape) for sample in samples]).astype(np.float32)


@oracle.needed
@shared_models
@pytest.mark.parametrize("kernels", ["reference", "native"])
@pytest.mark.parametrize("name", PUBLISHED)
def test_the_host_equals_tensorflow_lite(name, kernels, tmp_path):
    package, _ = compiled(MODELS / f"{name}.tflite", tmp_path)
    x = inputs_of(name)
    [expected] = oracle.tflite(MODELS / f"{name}.tflite", x)
    ours = host_outputs(package, x, kernels, tmp_path)
    error = np.abs(ours - expected.reshape(ours.shape)).max()
    print(f"{name}, {kernels} kernels: max abs error {error:.3g}")
    assert error < MOST_ABS_ERROR


@shared_models
@pytest.mark.parametrize("name", PUBLISHED)
def test_the_report_says_how_weights_are_used(name, tmp_path):
    package, report = compiled(MODELS / f"{name}.tflite", tmp_path)
    assert report["fits"] is True
    hybrid = [layer for layer in report["layers"]
              if layer.get("weights_use") == "dynamic_quantization"]
    assert len(hybrid) == HYBRID_LAYERS[name]
    findings = {f["layer"]: f for f in report["findings"] if f["code"] == "DYNAMIC_QUANTIZATION"}
    for layer in hybrid:
        assert layer["weights_dtype"] == "int8"
        assert layer["findings"] == ["DYNAMIC_QUANTIZATION"]
        assert "symmetric" in findings[layer["name"]]["message"]
        assert "representative dataset" in findings[layer["name"]]["remedy"]
    direct = [layer for layer in report["layers"] if layer.get("weights_use") == "direct"]
    assert direct and all(layer["weights_dtype"] == "float32" for layer in direct)
    # int8 in flash: what the package adds to the file's weights is less than a float copy of them.
    assert package.stat().st_size < 1.05 * (MODELS / f"{name}.tflite").stat().st_size


@shared_models
@pytest.mark.parametrize("name", PUBLISHED)
def test_the_board_equals_the_host(farm, name, tmp_path):
    x = inputs_of(name)[:, 0]
    np.savez(tmp_path / "inputs.npz", x=x)
    code, document = farm.edgerack(
        "run", MODELS / f"{name}.tflite", "--board", BOARD, "--dataset", tmp_path / "inputs.npz",
        "--option", f"board_samples={len(x)}", "--option", "samples=1", "--option", "warmup=0",
        timeout_s=280)
    assert code == 0, document
    assert document["results"][0]["agreement"]["samples"] == len(x)
    assert document["results"][0]["agreement"]["bit_exact"] == len(x)


def convolution(path, random, scales, stride, kind="int8"):
    writer = TfliteWriter()
    x = writer.tensor("x", [2, 9, 8, 5])
    w = writer.tensor("w", [7, 3, 3, 5], kind, random.integers(-127, 128, 315, np.int8).view(kind),
                      random.uniform(0.001, 0.02, scales))
    b = writer.tensor("b", [7], data=random.standard_normal(7))
    y = writer.tensor("y", [2, -(-9 // stride), -(-8 // stride), 7])
    writer.operator("CONV_2D", 2 if scales == 1 else 5, [x, w, b], [y], "Conv2DOptions",
                    padding="SAME", stride_w=stride, stride_h=stride,
                    fused_activation_function="RELU")
    writer.write(path, [x], [y])
    return 2, 9, 8, 5


def depthwise(path, random):
    writer = TfliteWriter()
    x = writer.tensor("x", [2, 9, 8, 5])
    w = writer.tensor("w", [1, 3, 3, 10], "int8", random.integers(-127, 128, 90, np.int8),
                      random.uniform(0.001, 0.02, 10), axis=3)
    b = writer.tensor("b", [10], data=random.standard_normal(10))
    y = writer.tensor("y", [2, 5, 4, 10])
    writer.operator("DEPTHWISE_CONV_2D", 6, [x, w, b], [y], "DepthwiseConv2DOptions",
                    padding="SAME", stride_w=2, stride_h=2, depth_multiplier=2,
                    fused_activation_function="RELU6")
    writer.write(path, [x], [y])
    return 2, 9, 8, 5


def matrix(path, random, asymmetric, kind="int8"):
    writer = TfliteWriter()
    x = writer.tensor("x", [3, 37])
    w = writer.tensor("w", [10, 37], kind, random.integers(-127, 128, 370, np.int8).view(kind),
                      [0.01])
    b = writer.tensor("b", [10], data=random.standard_normal(10))
    y = writer.tensor("y", [3, 10])
    writer.operator("FULLY_CONNECTED", 9, [x, w, b], [y], "FullyConnectedOptions",
                    fused_activation_function="NONE", asymmetric_quantize_inputs=asymmetric)
    writer.write(path, [x], [y])
    return 3, 37


CASES = {
    "conv": (lambda path, random: convolution(path, random, 1, 1), 0),
    "conv, stride 2": (lambda path, random: convolution(path, random, 1, 2), 0),
    "conv, weights called UINT8": (lambda path, random: convolution(path, random, 1, 1, "uint8"), 0),
    "conv, scale per channel": (lambda path, random: convolution(path, random, 7, 2), 2e-7),
    "depthwise, scale per channel": (depthwise, 0),
    "fully connected": (lambda path, random: matrix(path, random, False), 0),
    "fully connected, asymmetric": (lambda path, random: matrix(path, random, True), 0),
    "fully connected, weights called UINT8":
        (lambda path, random: matrix(path, random, False, "uint8"), 0),
}


@oracle.needed
@pytest.mark.parametrize("kernels", ["reference", "native"])
@pytest.mark.parametrize("case", CASES)
def test_every_kind_of_hybrid_layer_equals_tensorflow_lite(case, kernels, tmp_path):
    """Most to the bit; `tolerance` is relative to the largest output."""
    write, tolerance = CASES[case]
    random = np.random.default_rng(7)
    model = tmp_path / "layer.tflite"
    shape = write(model, random)
    x = random.standard_normal((6, *shape)) * 3 + 1
    x[3] = np.abs(x[3]) + 0.5  # zero lies outside of the range
    x[4] = -x[3]
    x[5] = 0
    x = x.astype(np.float32)
    [expected] = oracle.tflite(model, x)
    ours = host_outputs(compiled(model, tmp_path)[0], x, kernels, tmp_path)
    assert np.ptp(expected[:5]) > 1  # the case says something
    assert np.abs(ours - expected).max() <= tolerance * np.abs(expected).max()
