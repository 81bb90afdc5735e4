"""A whole network with int16 activations and int8 weights, as TensorFlow's converter writes it for
EXPERIMENTAL_TFLITE_BUILTINS_ACTIVATIONS_INT16_WEIGHTS_INT8: the host gives the bits of TensorFlow
Lite's reference kernels, the board those of the host."""

import json
import subprocess

import numpy as np
import oracle
import pytest
from conftest import BOARD, local_farm
from tflite_writer import TfliteWriter

SAMPLES = 12
SHAPE = (1, 12, 12, 2)
INPUT = 4.0 / 32767
UNIT = 1 / 32768


class Network:
    """conv2d, depthwise_conv2d, add, average pool, fully connected, softmax."""

    def __init__(self, real):
        self.writer = TfliteWriter()
        self.random = np.random.default_rng(16)
        self.real = real  # inputs and outputs are float32

    def activation(self, name, shape, scale):
        return self.writer.tensor(name, shape, "int16", scales=[scale])

    def weights(self, name, shape, axis, x_scale, most=0.01):
        """int8 weights with a scale per channel, `most` or less, and their int64 bias."""
        scales = self.random.uniform(most / 3, most, shape[axis])
        w = self.writer.tensor(name, shape, "int8", self.random.integers(-127, 128, shape), scales,
                               axis)
        bias = self.random.integers(-200000, 200000, shape[axis])
        b = self.writer.tensor(name + "/bias", bias.shape, "int64", bias, scales * x_scale)
        return [w, b]

    def write(self, path):
        w = self.writer
        x = inner = self.activation("x", SHAPE, INPUT)
        if self.real:
            x = w.tensor("real_x", SHAPE)
            w.operator("QUANTIZE", 1, [x], [inner])
        stride = {"stride_h": 1, "stride_w": 1}
        conv = self.activation("conv", (1, 6, 6, 8), 9 / 32767)
        w.operator("CONV_2D", 4, [inner, *self.weights("conv/w", (8, 3, 3, 2), 0, INPUT)], [conv],
                   "Conv2DOptions", padding="SAME", stride_h=2, stride_w=2,
                   fused_activation_function="RELU")
        depthwise = self.activation("depthwise", (1, 6, 6, 8), 6 / 32767)
        w.operator("DEPTHWISE_CONV_2D", 5,
                   [conv, *self.weights("depthwise/w", (1, 3, 3, 8), 3, 9 / 32767)], [depthwise],
                   "DepthwiseConv2DOptions", padding="SAME", depth_multiplier=1,
                   fused_activation_function="RELU6", **stride)
        total = self.activation("add", (1, 6, 6, 8), 12 / 32767)
        w.operator("ADD", 3, [conv, depthwise], [total], "AddOptions", pot_scale_int16=False)
        pooled = self.activation("pool", (1, 3, 3, 8), 12 / 32767)
        w.operator("AVERAGE_POOL_2D", 3, [total], [pooled], "Pool2DOptions", padding="VALID",
                   stride_h=2, stride_w=2, filter_height=2, filter_width=2)
        flat = self.activation("flat", (1, 72), 12 / 32767)
        w.operator("RESHAPE", 1, [pooled], [flat], "ReshapeOptions", new_shape=[1, 72])
        scores = self.activation("scores", (1, 10), 20 / 32767)
        fc, bias = self.weights("fc/w", (10, 72), 0, 12 / 32767, 0.002)
        w.operator("FULLY_CONNECTED", 7, [flat, fc, bias], [scores], "FullyConnectedOptions")
        y = self.activation("y", (1, 10), UNIT)
        w.operator("SOFTMAX", 3, [scores], [y], "SoftmaxOptions", beta=1.0)
        if self.real:
            quantized, y = y, w.tensor("real_y", (1, 10))
            w.operator("DEQUANTIZE", 3, [quantized], [y])
        w.write(path, [x], [y])


def inputs(real):
    values = np.random.default_rng(3).standard_normal((SAMPLES, *SHAPE)).astype(np.float32)
    steps = values / np.float32(INPUT)
    halves = np.copysign(np.float32(0.5), steps)
    return values if real else np.clip(np.trunc(steps + halves), -32768, 32767).astype(np.int16)


@pytest.fixture(params=["int16", "float32"])
def network(request, tmp_path):
    """(path of the model, samples)."""
    real = request.param == "float32"
    path = tmp_path / "network.tflite"
    Network(real).write(path)
    return path, inputs(real)


def edgerack_compile(*arguments):
    done = subprocess.run([str(local_farm.BIN / "edgerack-compile"), *map(str, arguments)],
                          capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def host_output(path, samples):
    package, given, got = (path.with_suffix(end) for end in (".erp", ".in.npy", ".out.npy"))
    edgerack_compile(path, "--board", BOARD, "--out", package)
    np.save(given, samples[:, 0])
    edgerack_compile("run", package, "--input", given, "--output", got)
    return np.load(got)


@oracle.needed
def test_the_host_equals_tensorflow_lite(network):
    path, samples = network
    [expected] = oracle.tflite(path, samples)
    ours = host_output(path, samples)
    assert len(np.unique(expected)) > 50  # nothing is stuck at a bound
    assert ours.dtype == expected.dtype
    np.testing.assert_array_equal(ours, expected.reshape(ours.shape))


def test_real_values_for_int16_inputs_are_quantized(tmp_path):
    """As `prepare` and --quantize-io do for int8."""
    path = tmp_path / "network.tflite"
    Network(False).write(path)
    exact = host_output(path, inputs(False))
    np.save(tmp_path / "real.npy", inputs(True)[:, 0])
    edgerack_compile("run", path.with_suffix(".erp"), "--input", tmp_path / "real.npy", "--output",
                     tmp_path / "real_out.npy", "--quantize-io")
    real = np.load(tmp_path / "real_out.npy")
    assert real.dtype == np.float32
    np.testing.assert_array_equal(real, (exact * UNIT).astype(np.float32))


def test_the_board_equals_the_host(farm, network):
    path, samples = network
    np.savez(path.with_suffix(".npz"), x=samples[:, 0])
    code, document = farm.edgerack("run", path, "--board", BOARD, "--dataset",
                                   path.with_suffix(".npz"), "--option",
                                   f"board_samples={SAMPLES}", "--option", "samples=1", "--option",
                                   "warmup=0", timeout_s=280)
    assert code == 0, document
    agreement = document["results"][0]["agreement"]
    print(json.dumps(agreement))
    assert agreement["bit_exact"] == SAMPLES
