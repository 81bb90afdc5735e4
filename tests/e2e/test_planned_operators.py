"""The layers that no model file has and the compiler makes: a convolution and its pooling row by row,
weights from a codebook. Numpy's results on the host, the host's bits on the board."""

import numpy as np
import pytest
from conftest import BOARD
from convolution_reference import convolve, int8_average, pool
from graph_pack import Pack, Tensor, const
from test_layer_operators import REFERENCE, float32
from test_movement_operators import window
from tflite_arithmetic import requantize

REDUCE = {"max": lambda values: values.max(0), "average": lambda values: values.mean(0)}
REDUCE_INT8 = {"max": REDUCE["max"], "average": int8_average}


def add_pooled(pack, rng, name, op, shape, filters, taps, pooling, geometry, **pool_geometry):
    """A float32 and an int8 case. `filters`: of a convolution, or outputs per channel of a depthwise
    one."""
    depthwise = op == "depthwise_pool"
    channels = shape[3] * filters if depthwise else filters
    w_shape = (1, *taps, channels) if depthwise else (filters, *taps, shape[3])
    pooled = {"kernel": (3, 3), "stride": (2, 2), **pool_geometry}
    attributes = {**window(**geometry), "band_rows": 1 + len(pack.expected) % 2,
                  "average": int(pooling == "average"),
                  "pool_kernel_h": pooled["kernel"][0], "pool_kernel_w": pooled["kernel"][1],
                  "pool_stride_h": pooled["stride"][0], "pool_stride_w": pooled["stride"][1],
                  "pool_pad_top": pooled.get("before", (0, 0))[0],
                  "pool_pad_left": pooled.get("before", (0, 0))[1],
                  "pool_pad_bottom": pooled.get("after", (0, 0))[0],
                  "pool_pad_right": pooled.get("after", (0, 0))[1]}

    def compute(x, w, bias):
        if depthwise:
            return convolve(x, w[0].transpose(2, 0, 1)[..., None], bias, groups=shape[3], **geometry)
        return convolve(x, w, bias, **geometry)

    x, w, bias = (float32(rng.normal(size=size)) for size in (shape, w_shape, channels))
    between = np.maximum(compute(x.astype(np.float64), w, bias), 0)
    pack.case(f"{name}_float", op, [x, const(w), const(bias)],
              float32(pool(between, REDUCE[pooling], **pooled)), tolerance=2e-5, conv_act="relu",
              **attributes)
    if depthwise and shape[3] == 1:
        return  # in int8 that is computed as a convolution, which no depthwise pooling takes in
    x8 = rng.integers(-128, 128, shape).astype(np.int8)
    w8 = rng.integers(-127, 128, w_shape).astype(np.int8)
    b32 = rng.integers(-2000, 2000, channels).astype(np.int32)
    scale = float(np.float32(0.05) * np.float32(0.02)) / float(np.float32(0.3))
    between = requantize(compute(x8.astype(np.int64) + 5, w8, b32), scale, 7)
    y8 = pool(between, REDUCE_INT8[pooling], **pooled).astype(np.int8)
    pack.case(f"{name}_int8", op, [Tensor(x8, (0.05, -5)), const(w8, (0.02, 0)), const(b32)],
              Tensor(y8, (0.3, 7)), **attributes)


def add_lean(pack, rng):
    """A convolution whose kernel of least scratch is another than the fastest."""
    shape, w_shape = (1, 12, 12, 16), (16, 3, 3, 16)
    x8 = rng.integers(-128, 128, shape).astype(np.int8)
    w8 = rng.integers(-127, 128, w_shape).astype(np.int8)
    b32 = rng.integers(-2000, 2000, w_shape[0]).astype(np.int32)
    scale = float(np.float32(0.05) * np.float32(0.02)) / float(np.float32(0.9))
    y8 = requantize(convolve(x8.astype(np.int64) + 5, w8, b32), scale, 7).astype(np.int8)
    pack.case("lean", "conv2d", [Tensor(x8, (0.05, -5)), const(w8, (0.02, 0)), const(b32)],
              Tensor(y8, (0.9, 7)), stride_h=1, stride_w=1)


def add_codebook(pack, rng, name, rows, inputs, outputs, bits):
    book = float32(np.sort(rng.normal(size=1 << bits)))
    codes = rng.integers(0, 1 << bits, (outputs, inputs)).astype(np.uint8)
    packed = codes
    if bits == 4:
        even = np.pad(codes, ((0, 0), (0, inputs % 2)))
        packed = even[:, 0::2] | even[:, 1::2] << 4
    x, bias = float32(rng.normal(size=(rows, inputs))), float32(rng.normal(size=outputs))
    y = x.astype(np.float64) @ book[codes].T + bias
    pack.case(name, "codebook_connected", [x, const(packed), const(bias), const(book)],
              float32(np.maximum(y, 0)), tolerance=2e-5, act="relu", bits=bits, in_features=inputs)


def planned_pack(name, options=()):
    pack, rng = Pack(name, options), np.random.default_rng(41)
    same = {"before": (1, 1), "after": (1, 1)}
    for pooling in REDUCE:
        add_pooled(pack, rng, f"conv_{pooling}", "conv_pool", (1, 11, 9, 3), 5, (3, 3), pooling,
                   {"stride": (1, 1)})
        add_pooled(pack, rng, f"conv_{pooling}_apart", "conv_pool", (1, 12, 9, 4), 6, (3, 2), pooling,
                   {"stride": (1, 2), **same}, kernel=(2, 2))
        add_pooled(pack, rng, f"depthwise_{pooling}", "depthwise_pool", (1, 11, 9, 4), 1, (3, 3),
                   pooling, {"stride": (1, 1), **same}, before=(1, 0), after=(1, 1))
    add_pooled(pack, rng, "depthwise_of_one", "depthwise_pool", (1, 10, 10, 1), 8, (3, 3), "max",
               {"stride": (1, 1)}, kernel=(2, 2))
    add_lean(pack, rng)
    for bits in (4, 8):
        add_codebook(pack, rng, f"codes_of_{bits}", 2, 33, 10, bits)
    return pack


PACKS = [planned_pack("planned"), planned_pack("planned_reference", REFERENCE),
         planned_pack("planned_ram", ("objective=ram",))]


@pytest.mark.parametrize(("pack", "case"), [
    pytest.param(pack, case, id=f"{pack.name}-{case}") for pack in PACKS for case in pack.expected])
def test_the_host_gives_what_numpy_gives(host_outputs, pack, case):
    pack.check(case, host_outputs(pack)[case])


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.name)
def test_the_board_gives_the_hosts_bits(farm, pack, tmp_path):
    pack.check_on_board(farm, tmp_path, BOARD)
