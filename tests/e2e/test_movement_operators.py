"""Operators that move elements, in every element type, and matrix products: numpy's results on the
host, the host's bits on the board."""

import numpy as np
import pytest
from conftest import BOARD
from graph_pack import Pack, Tensor, const
from tflite_arithmetic import requantize

TYPES = ("float32", "int8", "uint8", "int16", "int32", "int64", "bool", "quantized")


def random_array(rng, dtype, shape):
    if dtype == "bool":
        return rng.integers(0, 2, shape).astype(bool)
    if dtype == "float32":
        return rng.normal(size=shape).astype(np.float32)
    info = np.iinfo(dtype)
    low, high = max(info.min, -2**40), min(info.max, 2**40)
    return rng.integers(low, high, shape, endpoint=True).astype(dtype)


class Mover:
    """Adds cases of one element type; "quantized" is int8 with a scale and a zero point."""

    def __init__(self, dtype):
        self.q = (0.5, -3) if dtype == "quantized" else None
        self.dtype = "int8" if dtype == "quantized" else dtype
        self.rng = np.random.default_rng(7)
        self.pack = Pack(f"movement_{dtype}")

    def array(self, *shape):
        return random_array(self.rng, self.dtype, shape)

    def typed(self, array):
        return Tensor(array, self.q)

    def add(self, name, op, operands, expected, **attributes):
        operands = [self.typed(a) if isinstance(a, np.ndarray) else a for a in operands]
        self.pack.case(name, op, operands, self.typed(expected), **attributes)


def movement_pack(dtype):
    m = Mover(dtype)
    x = m.array(2, 3, 4, 5)
    for perm in ((0, 2, 3, 1), (0, 3, 1, 2), (3, 2, 1, 0), (1, 0, 2, 3), (0, 1, 2, 3)):
        m.add("transpose_" + "".join(map(str, perm)), "transpose", [x], x.transpose(perm), perm=perm)
    six = m.array(2, 1, 3, 2, 2, 3)
    m.add("transpose_six", "transpose", [six], six.transpose(5, 1, 3, 0, 4, 2),
          perm=(5, 1, 3, 0, 4, 2))

    m.add("slice", "slice", [x], x[0:1, 1:3, 0:4, 2:5], begin=(0, 1, 0, 2), end=(1, 3, 4, 5))
    m.add("slice_steps", "slice", [x], x[:, ::2, :, 4:0:-2], begin=(0, 4), end=(2**40, 0),
          steps=(2, -2), axes=(1, 3))
    m.add("slice_negative", "slice", [x], x[..., -3:-1], begin=(-3,), end=(-1,), axes=(-1,))
    m.add("slice_all_back", "slice", [x], x[:, :, ::-1], begin=(-1,), end=(-2**40,), steps=(-1,),
          axes=(2,))
    m.add("reverse", "reverse", [x], x[:, ::-1, :, ::-1], axes=(1, -1))

    for axis in range(4):
        other = np.take(x, [0, 0, 1], axis)
        m.add(f"concat_{axis}", "concat", [x, other, x], np.concatenate([x, other, x], axis),
              axis=axis)
    m.add("concat_one", "concat", [x], x, axis=-1)
    sixteen = [m.array(1, n % 3 + 1) for n in range(16)]
    m.add("concat_sixteen", "concat", sixteen, np.concatenate(sixteen, 1), axis=1)

    pads = ((1, 0), (2, 1), (0, 3), (1, 1))
    flat = [n for pair in pads for n in pair]
    zero = m.q[1] if m.q else 0
    m.add("pad", "pad", [x], np.pad(x, pads, constant_values=zero), pads=flat)
    value = m.array(1)
    m.add("pad_value", "pad", [x, value], np.pad(x, pads, constant_values=value[0]), pads=flat)
    m.add("pad_constant_value", "pad", [x, const(value, m.q)],
          np.pad(x, pads, constant_values=value[0]), pads=flat)
    for mode in ("reflect", "symmetric", "edge", "wrap"):
        m.add(f"pad_{mode}", "pad", [x], np.pad(x, pads, mode=mode), pads=flat, mode=mode)
    m.add("pad_reflect_far", "pad", [x[0, :, 0, 0]], np.pad(x[0, :, 0, 0], (7, 9), mode="reflect"),
          pads=(7, 9), mode="reflect")
    m.add("pad_crop", "pad", [x], np.pad(x[:, 1:, :3], ((0, 0), (0, 1), (2, 0), (0, 0)),
                                         constant_values=zero), pads=(0, 0, -1, 1, 2, -1, 0, 0))

    m.add("expand", "expand", [x[:1, :, :1]], np.broadcast_to(x[:1, :, :1], (2, 2, 3, 4, 5)),
          shape=(2, 2, 1, 4, 5))
    m.add("expand_scalar", "expand", [np.array(x[0, 0, 0, 0])],
          np.broadcast_to(x[0, 0, 0, 0], (3, 2)), shape=(3, 2))
    m.add("tile", "tile", [x[0]], np.tile(x[0], (2, 1, 3)), repeats=(2, 1, 3))
    m.add("tile_six", "tile", [six[:1, :, :2, :, :1]],
          np.tile(six[:1, :, :2, :, :1], (2, 3, 2, 2, 3, 2)), repeats=(2, 3, 2, 2, 3, 2))

    for index_type in (np.int32, np.int64):
        tag = np.dtype(index_type).name
        rows = np.array([[2, 0], [-1, 1]], index_type)
        for axis in (1, 3):
            m.add(f"gather_{tag}_{axis}", "gather", [x, Tensor(rows)], np.take(x, rows, axis),
                  axis=axis)
        m.add(f"gather_constant_{tag}", "gather", [x, const(rows)], np.take(x, rows, 2), axis=2)
    far = np.array([-9, 9, 1], np.int32)
    m.add("gather_limits", "gather", [x, Tensor(far)], np.take(x, [0, 2, 1], 1), axis=1)
    m.add("gather_scalar", "gather", [x, Tensor(np.array(-2, np.int64))], x[:, :, -2], axis=2)
    batch = np.array([[1, 0, 3], [2, 2, -1]], np.int32)
    m.add("gather_batch", "gather", [x, Tensor(batch)],
          np.stack([np.take(x[b], batch[b], 1) for b in range(2)]), axis=2, batch_dims=1)
    return m.pack


def matmul_pack():
    rng = np.random.default_rng(11)
    pack = Pack("matmul")
    shapes = (((3, 4), (4, 5)), ((2, 3, 4), (2, 4, 5)), ((2, 1, 3, 4), (5, 4, 2)), ((4,), (4, 3)),
              ((2, 3, 4), (4,)), ((4,), (4,)), ((6, 1, 2, 2, 3, 4), (3, 1, 2, 4, 2)))
    for left, right in shapes:
        a = rng.normal(size=left).astype(np.float32)
        b = rng.normal(size=right).astype(np.float32)
        tag = "x".join(map(str, left)) + "_" + "x".join(map(str, right))
        pack.case(f"matmul_{tag}", "matmul", [a, b], np.matmul(a, b), tolerance=1e-5)
        ia = rng.integers(-128, 128, left).astype(np.int8)
        ib = rng.integers(0, 256, right).astype(np.uint8)
        exact = np.matmul(ia.astype(np.int32) - 3, ib.astype(np.int32) - 130)
        pack.case(f"integer_{tag}", "matmul_integer", [ia, ib], exact, a_zero_point=3,
                  b_zero_point=130)
        ib8 = rng.integers(-128, 128, right).astype(np.int8)
        sums = np.matmul(ia.astype(np.int64) + 5, ib8.astype(np.int64) - 7)
        factor = float(np.float32(0.02) * np.float32(0.03)) / 0.125
        q = requantize(sums, factor, -11)
        pack.case(f"int8_{tag}", "matmul", [Tensor(ia, (0.02, -5)), Tensor(ib8, (0.03, 7))],
                  Tensor(q, (0.125, -11)))
    a = rng.normal(size=(2, 4, 3)).astype(np.float32)
    b = rng.normal(size=(2, 5, 4)).astype(np.float32)
    pack.case("matmul_transposed", "matmul", [a, b],
              np.matmul(a.transpose(0, 2, 1), b.transpose(0, 2, 1)), tolerance=1e-5, transpose_a=1,
              transpose_b=1)
    return pack


PACKS = [movement_pack(dtype) for dtype in TYPES] + [matmul_pack()]


@pytest.fixture(scope="module")
def host_outputs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("packs")
    results = {}

    def outputs(pack):
        if pack.name not in results:
            results[pack.name] = pack.run_on_host(folder, BOARD)
        return results[pack.name]

    return outputs


@pytest.mark.parametrize(("pack", "case"), [
    pytest.param(pack, case, id=f"{pack.name}-{case}") for pack in PACKS for case in pack.expected])
def test_the_host_gives_what_numpy_gives(host_outputs, pack, case):
    pack.check(case, host_outputs(pack)[case])


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.name)
def test_the_board_gives_the_hosts_bits(farm, pack, tmp_path):
    model, dataset = pack.write(tmp_path)
    code, document = farm.edgerack("run", model, "--board", BOARD, "--dataset", dataset,
                                   "--option", "samples=1", "--option", "warmup=0", timeout_s=280)
    assert code == 0, document
    assert document["results"][0]["agreement"]["bit_exact"] == 1
