"""Operators of packed bits, one by one: numpy's results on the host, the host's bits on the board."""

import sys

import numpy as np
import pytest
from conftest import BOARD, ROOT
from graph_pack import Pack, Tensor

sys.path.insert(0, str(ROOT / "tests" / "models"))

from binary_networks import windows  # noqa: E402

F = np.float32
LOW = {"int1": -1, "uint1": 0}


def words_of(bits):
    """Rows of bits as the numbers of their words."""
    padded = np.pad(bits.astype(np.uint8), [(0, 0)] * (bits.ndim - 1) + [(0, -bits.shape[-1] % 32)])
    return np.packbits(padded, -1, bitorder="little").view("<u4").ravel()


class BitPack(Pack):
    """Cases of several nodes: what goes in is binarized, what comes out is numbers again."""

    def bits(self, name, bits):
        """A constant of -1 and +1, from where its bits are set."""
        shape = ",".join(map(str, bits.shape))
        self.definitions.append(f"const %{name}: int1[{shape}] = "
                                f"[{', '.join(map(str, words_of(bits)))}]")
        return f"%{name}"

    def node(self, name, op, operands, kind, dims, /, **attributes):
        listed = ", ".join(f'{key} = "{value}"' if isinstance(value, str) else f"{key} = {value}"
                           for key, value in attributes.items())
        self.nodes.append(f"%{name}: {kind}[{','.join(map(str, dims))}] = "
                          f"{op}({', '.join(operands)}) {{{listed}}} \"{name}\"")
        return f"%{name}"

    def binarized(self, name, x, kind):
        array = x.array if isinstance(x, Tensor) else x
        return self.node(f"{name}.bits", "binarize", [self._operand(x, f"{name}.in")], kind,
                         array.shape, to=kind)

    def numbers(self, name, bits, kind, expected):
        """`bits` as numbers, an output of the model."""
        self.node(name, "unbinarize", [bits], "float32", expected.shape)
        self.typed_nodes.append(("unbinarize", kind))
        self.expected[name] = (np.where(expected, F(1), F(LOW[kind])), 0.0)


def values(bits, kind):
    return np.where(bits, 1, LOW[kind])


def add_conversions(pack, rng, kind):
    x = rng.normal(size=(2, 3, 45)).astype(F)
    x.flat[:4] = [0, -0.0, 1e-40, -1e-40]
    bits = x >= 0 if kind == "int1" else x > 0
    pack.numbers(f"float_{kind}", pack.binarized(f"float_{kind}", x, kind), kind, bits)
    q = rng.integers(-128, 128, (4, 33)).astype(np.int8)
    bits = q >= -5 if kind == "int1" else q > -5
    pack.numbers(f"int8_{kind}", pack.binarized(f"int8_{kind}", Tensor(q, (0.1, -5)), kind), kind,
                 bits)
    rows = pack.binarized(f"rows_{kind}", x, kind)
    reshaped = pack.node(f"rows_{kind}.shape", "reshape", [rows], kind, (6, 45), shape=[6, 45])
    pack.typed_nodes.append(("reshape", kind))
    pack.numbers(f"rows_{kind}", reshaped, kind,
                 (x >= 0 if kind == "int1" else x > 0).reshape(6, 45))


def add_convolution(pack, rng, kind, depthwise, outside, channels=37, filters=35):
    """Sums as numbers, and as bits by thresholds of which some are flipped."""
    name = f"{'depthwise' if depthwise else 'conv'}_{kind}_{outside}".replace("-", "m")
    x = rng.normal(size=(1, 5, 6, channels)).astype(F)
    seen = windows(values(x >= 0 if kind == "int1" else x > 0, kind), (3, 3), (1, 1), "same",
                   outside)
    if depthwise:
        w = rng.integers(0, 2, (9, channels))
        sums = np.einsum("nhwijc,ijc->nhwc", seen, (2 * w - 1).reshape(3, 3, channels))
    else:
        w = rng.integers(0, 2, (filters, 9 * channels))
        sums = np.einsum("nhwijc,oijc->nhwo", seen, (2 * w - 1).reshape(filters, 3, 3, channels))
    op = "binary_depthwise_conv2d" if depthwise else "binary_conv2d"
    attributes = dict(kernel_h=3, kernel_w=3, stride_h=1, stride_w=1, pad_top=1, pad_bottom=1,
                      pad_left=1, pad_right=1, outside=outside)
    bits, weights = pack.binarized(name, x, kind), pack.bits(f"{name}.w", w)
    pack.node(f"{name}_sums", op, [bits, weights], "float32", sums.shape, **attributes)
    pack.expected[f"{name}_sums"] = (sums.astype(F), 0.0)
    count = sums.shape[-1]
    threshold = rng.integers(-9, 9, count).astype(np.int32)
    flip = rng.integers(0, 2, count)
    pack.definitions.append(f"const %{name}.t: int32[{count}] = [{', '.join(map(str, threshold))}]")
    thresholds = pack.node(f"{name}.y", op,
                           [bits, weights, f"%{name}.t", pack.bits(f"{name}.flip", flip)], kind,
                           sums.shape, **attributes, to=kind)
    pack.typed_nodes += [(op, kind)] * 2
    pack.numbers(name, thresholds, kind, (sums >= threshold) != flip.astype(bool))


def add_pool(pack, rng, kind):
    x = rng.normal(size=(1, 7, 6, 40)).astype(F)
    every = rng.integers(0, 2, 40)
    set_bits = windows(x >= 0 if kind == "int1" else x > 0, (3, 2), (2, 2), "valid", 0)
    pooled = pack.node(f"pool_{kind}.y", "binary_pool2d",
                       [pack.binarized(f"pool_{kind}", x, kind), pack.bits(f"pool_{kind}.e", every)],
                       kind, (1, 3, 3, 40), kernel_h=3, kernel_w=2, stride_h=2, stride_w=2)
    pack.typed_nodes.append(("binary_pool2d", kind))
    pack.numbers(f"pool_{kind}", pooled, kind,
                 np.where(every, set_bits.all((3, 4)), set_bits.any((3, 4))))


def make(name, options=()):
    pack, rng = BitPack(name, options), np.random.default_rng(8)
    for kind in LOW:
        add_conversions(pack, rng, kind)
        add_pool(pack, rng, kind)
        for outside in range(LOW[kind], 2):
            for depthwise in (False, True):
                add_convolution(pack, rng, kind, depthwise, outside)
    return pack


PACKS = [make("bits"), make("bits_portable", ("kernels=ref",))]


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.name)
def test_the_host_gives_numpys_results(pack, host_outputs):
    for name, got in host_outputs(pack).items():
        pack.check(name, got)


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.name)
def test_the_board_gives_the_hosts_bits(farm, pack, tmp_path):
    pack.check_on_board(farm, tmp_path, BOARD)
