"""The layers that small networks are made of, in each type they have and by each kernel of the board:
portable and fast convolutions, int8 weights with float activations, and what only gives the same
elements another shape. Numpy's results on the host, the host's bits on the board."""

import numpy as np
import pytest
from conftest import BOARD
from graph_pack import Pack, Tensor, const
from test_movement_operators import ChannelWeights, add_convolution, random_array, window
from convolution_reference import convolve
from tflite_arithmetic import requantize, rescale

PLAIN_TYPES = ("float32", "int8", "uint8", "int16", "int32", "int64", "bool")
REFERENCE = ("kernels=ref",)  # the portable kernels where the board has faster ones


def float32(array):
    return np.asarray(array).astype(np.float32)


def add_depthwise(pack, rng, name, shape, kernel, multiplier, **geometry):
    """A float32 and an int8 case; each channel of the input has `multiplier` outputs."""
    channels = shape[3] * multiplier
    attributes = window(**geometry)

    def compute(x, w, bias):
        # As a convolution in groups of one channel: [o, kh, kw, 1].
        return convolve(x, w[0].transpose(2, 0, 1)[..., None], bias, groups=shape[3], **geometry)

    x, bias = float32(rng.normal(size=shape)), float32(rng.normal(size=channels))
    w = float32(rng.normal(size=(1, *kernel, channels)))
    pack.case(f"{name}_float", "depthwise_conv2d", [x, const(w), const(bias)],
              float32(compute(x.astype(np.float64), w, bias)), tolerance=2e-5, **attributes)
    x8 = rng.integers(-128, 128, shape).astype(np.int8)
    w8 = rng.integers(-127, 128, (1, *kernel, channels)).astype(np.int8)
    b32 = rng.integers(-2000, 2000, channels).astype(np.int32)
    scale = float(np.float32(0.05) * np.float32(0.02)) / float(np.float32(0.3))
    y8 = requantize(compute(x8.astype(np.int64) + 5, w8, b32), scale, 7)
    pack.case(f"{name}_int8", "depthwise_conv2d",
              [Tensor(x8, (0.05, -5)), const(w8, (0.02, 0)), const(b32)], Tensor(y8, (0.3, 7)),
              **attributes)


def add_dense(pack, rng, name, batch, inputs, outputs, act=None):
    attributes = {"act": act} if act else {}
    x, w, bias = (float32(rng.normal(size=shape))
                  for shape in ((batch, inputs), (outputs, inputs), (outputs,)))
    y = x.astype(np.float64) @ w.T + bias
    pack.case(f"{name}_float", "fully_connected", [x, const(w), const(bias)],
              float32(np.maximum(y, 0) if act else y), tolerance=2e-5, **attributes)
    x8 = rng.integers(-128, 128, (batch, inputs)).astype(np.int8)
    w8 = rng.integers(-127, 128, (outputs, inputs)).astype(np.int8)
    b32 = rng.integers(-2000, 2000, outputs).astype(np.int32)
    scales = np.linspace(0.01, 0.03, outputs).astype(np.float32)
    sums = (x8.astype(np.int64) + 5) @ w8.T.astype(np.int64) + b32
    y8 = np.stack([requantize(sums[:, o], float(np.float32(0.05)) * float(scales[o]) /
                              float(np.float32(0.7)), -3, low=-3 if act else -128)
                   for o in range(outputs)], -1)
    pack.case(f"{name}_int8", "fully_connected",
              [Tensor(x8, (0.05, -5)), ChannelWeights(w8, scales), const(b32)],
              Tensor(y8, (0.7, -3)), **attributes)


def dynamic(x):
    """A float32 input as each run quantizes it, symmetric: int8 values and their scale."""
    scale = np.float32(np.abs(x).max()) / np.float32(127)
    steps = x / scale
    return np.clip(np.trunc(steps + np.copysign(np.float32(0.5), steps)), -127, 127), scale


def add_hybrid(pack, rng):
    """int8 weights, float32 activations; one sample, so that its scale is the tensor's."""
    image, scale = float32(rng.normal(size=(1, 6, 7, 5))), float(np.float32(0.02))
    geometry = {"stride": (1, 2), "before": (1, 1), "after": (1, 1)}
    q, s = dynamic(image)
    bias = float32(rng.normal(size=6))
    w = rng.integers(-127, 128, (6, 3, 3, 5)).astype(np.int8)
    sums = convolve(q, w.astype(np.float64), np.zeros(6), **geometry)
    pack.case("hybrid_conv", "conv2d", [image, const(w, (scale, 0)), const(bias)],
              float32(sums * (float(s) * scale) + bias), tolerance=1e-5, **window(**geometry))
    w = rng.integers(-127, 128, (1, 3, 3, 5)).astype(np.int8)
    sums = convolve(q, w[0].transpose(2, 0, 1)[..., None].astype(np.float64), np.zeros(5), groups=5,
                    **geometry)
    pack.case("hybrid_depthwise", "depthwise_conv2d", [image, const(w, (scale, 0)), const(bias[:5])],
              float32(sums * (float(s) * scale) + bias[:5]), tolerance=1e-5, **window(**geometry))
    x, w = float32(rng.normal(size=(1, 40))), rng.integers(-127, 128, (6, 40)).astype(np.int8)
    q, s = dynamic(x)
    pack.case("hybrid_dense", "fully_connected", [x, const(w, (scale, 0)), const(bias)],
              float32(q @ w.T.astype(np.float64) * (float(s) * scale) + bias), tolerance=1e-5)


def add_sums_and_shares(pack, rng):
    a, b = (float32(rng.normal(size=(2, 5, 3))) for _ in range(2))
    pack.case("add_float", "add", [a, b], a + b)
    pack.case("relu_float", "relu", [a], np.maximum(a, 0), act="relu")
    e = np.exp(a.astype(np.float64))
    pack.case("softmax_float", "softmax", [a], float32(e / e.sum(2, keepdims=True)), tolerance=2e-6)
    a8, b8 = (rng.integers(-128, 128, (2, 5, 3)).astype(np.int8) for _ in range(2))
    q_a, q_b, q_y = (0.031, -7), (0.02, 11), (0.05, -20)
    s_a, s_b, s_y = (float(np.float32(q[0])) for q in (q_a, q_b, q_y))
    twice = 2 * max(s_a, s_b)
    total = sum(rescale((x.astype(np.int64) - q[1]) << 20, s / twice)
                for x, q, s in ((a8, q_a, s_a), (b8, q_b, s_b)))
    pack.case("add_int8", "add", [Tensor(a8, q_a), Tensor(b8, q_b)],
              Tensor(requantize(total, twice / (2**20 * s_y), q_y[1]), q_y))
    relu = np.clip(rescale(a8.astype(np.int64) + 7, s_a / s_y) - 20, -20, 127).astype(np.int8)
    pack.case("relu_int8", "relu", [Tensor(a8, q_a)], Tensor(relu, q_y), act="relu")
    real = np.exp((a8.astype(np.float64) + 7) * s_a)
    share = real / real.sum(2, keepdims=True)
    # TensorFlow Lite's fixed-point exponential is within a step of the real one.
    pack.case("softmax_int8", "softmax", [Tensor(a8, q_a)],
              Tensor(np.clip(np.rint(share * 256) - 128, -128, 127).astype(np.int8), (1 / 256, -128)),
              tolerance=1)


def layers_pack(name, options=()):
    rng = np.random.default_rng(41)
    pack = Pack(name, options)
    add_convolution(pack, rng, "image", "conv2d", (1, 7, 6, 3), (5, 3, 3, 3), stride=(1, 1),
                    dilation=(1, 1), before=(1, 1), after=(1, 1), act="relu")
    add_convolution(pack, rng, "pointwise", "conv2d", (1, 4, 5, 8), (6, 1, 1, 8), stride=(1, 1),
                    before=(0, 0), after=(0, 0))
    add_depthwise(pack, rng, "depthwise", (1, 7, 6, 4), (3, 3), 1, stride=(1, 1), before=(1, 1),
                  after=(1, 1))
    add_depthwise(pack, rng, "depthwise_twice", (1, 5, 6, 3), (2, 3), 2, stride=(2, 1),
                  before=(0, 1), after=(1, 1))
    add_dense(pack, rng, "dense", 1, 37, 10, "relu")
    add_dense(pack, rng, "dense_batch", 3, 16, 5)
    add_hybrid(pack, rng)
    add_sums_and_shares(pack, rng)
    return pack


def shapes_pack():
    """reshape costs nothing, copy is what it becomes where an output needs bytes of its own."""
    rng = np.random.default_rng(43)
    pack = Pack("layers_shapes")
    for dtype in (*PLAIN_TYPES, "quantized"):
        q = (0.5, -3) if dtype == "quantized" else None
        x = random_array(rng, "int8" if q else dtype, (2, 3, 4))
        pack.case(f"reshape_{dtype}", "reshape", [Tensor(x, q)], Tensor(x.reshape(4, 6), q),
                  shape=(4, 6))
        pack.case(f"copy_{dtype}", "copy", [Tensor(x, q)], Tensor(x, q))
    return pack


PACKS = [layers_pack("layers"), layers_pack("layers_reference", REFERENCE), shapes_pack()]


@pytest.mark.parametrize(("pack", "case"), [
    pytest.param(pack, case, id=f"{pack.name}-{case}") for pack in PACKS for case in pack.expected])
def test_the_host_gives_what_numpy_gives(host_outputs, pack, case):
    pack.check(case, host_outputs(pack)[case])


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.name)
def test_the_board_gives_the_hosts_bits(farm, pack, tmp_path):
    pack.check_on_board(farm, tmp_path, BOARD)
