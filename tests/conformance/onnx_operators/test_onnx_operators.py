"""Operators and attributes that the ONNX backend suite does not hold in float32, and opsets 18 to 20,
against ONNX Runtime (`./dev oracle`). Each row is a model of one node."""
import os
import pathlib
import subprocess
import sys

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tests" / "oracle"))
import oracle  # noqa: E402

COMPILE = str(pathlib.Path(os.environ.get("EDGERACK_BIN", ROOT / "build" / "bin")) /
              "edgerack-compile")
RANDOM = np.random.default_rng(3)
F = np.float32


def real(*shape):
    return RANDOM.normal(size=shape).astype(F)


def ints(*values):
    return np.array(values, np.int64)


X4 = (1, 4, 7, 6)
# (operator, opset, shape of the input, constants by position (None: absent), attributes)
ROWS = [
    ("CumSum", 14, (3, 4), {1: np.int64(1)}, {"reverse": 1}),
    ("CumSum", 14, (3, 4), {1: np.int64(0)}, {"exclusive": 1}),
    ("Einsum", 12, (2, 3, 4), {1: real(2, 4, 5)}, {"equation": "bij,bjk->bik"}),
    ("Einsum", 12, (3, 4), {1: real(5, 4)}, {"equation": "ij,kj->ki"}),
    ("Einsum", 12, (2, 3, 4), {1: real(4, 6)}, {"equation": "...j,jk->...k"}),
    ("Einsum", 12, (3, 4), {}, {"equation": "ij->j"}),
    ("ReduceMean", 18, X4, {1: ints(2, 3)}, {"keepdims": 0}),
    ("ReduceMax", 18, X4, {1: ints(-1)}, {}),
    ("ReduceL2", 18, X4, {1: ints(1)}, {}),
    ("ReduceLogSumExp", 18, X4, {1: ints(1, 2)}, {}),
    ("ReduceProd", 13, X4, {}, {"axes": [3]}),
    ("Pad", 18, X4, {1: ints(1, 2, 0, 1), 2: F(0.5), 3: ints(2, 3)}, {}),
    ("Pad", 18, X4, {1: ints(1, 2, 0, 1), 2: None, 3: ints(2, 3)}, {"mode": "reflect"}),
    ("Pad", 19, X4, {1: ints(0, 0, 1, 2, 0, 0, 0, 1)}, {"mode": "wrap"}),
    ("Pad", 13, X4, {1: ints(0, 0, -1, 2, 0, 0, 0, -1)}, {}),
    ("CenterCropPad", 18, X4, {1: ints(5, 8)}, {"axes": [2, 3]}),
    ("Mish", 18, X4, {}, {}),
    ("Gelu", 20, X4, {}, {}),
    ("Gelu", 20, X4, {}, {"approximate": "tanh"}),
    ("GroupNormalization", 18, X4, {1: real(2), 2: real(2)}, {"num_groups": 2}),
    ("LpPool", 18, X4, {}, {"kernel_shape": [2, 3], "strides": [2, 1], "p": 2}),
    ("LpPool", 18, X4, {}, {"kernel_shape": [2, 2], "pads": [1, 0, 0, 1], "p": 1}),
    ("GlobalLpPool", 13, X4, {}, {"p": 2}),
    ("GlobalLpPool", 13, X4, {}, {"p": 3}),
    ("LpNormalization", 13, X4, {}, {"axis": 1, "p": 1}),
    ("LpNormalization", 13, X4, {}, {"axis": -1, "p": 2}),
    ("AveragePool", 19, X4, {}, {"kernel_shape": [3, 3], "pads": [1, 1, 1, 1],
                                 "count_include_pad": 1}),
    ("AveragePool", 19, X4, {}, {"kernel_shape": [3, 3], "dilations": [2, 2]}),
    ("AveragePool", 13, X4, {}, {"kernel_shape": [3, 2], "strides": [2, 2], "ceil_mode": 1}),
    ("AveragePool", 13, X4, {}, {"kernel_shape": [3, 3], "auto_pad": "SAME_LOWER"}),
    ("MaxPool", 12, X4, {}, {"kernel_shape": [3, 2], "strides": [2, 2], "ceil_mode": 1,
                             "pads": [1, 0, 1, 0]}),
    ("MaxPool", 12, (1, 2, 9), {}, {"kernel_shape": [3], "strides": [2], "dilations": [2]}),
    ("Conv", 13, X4, {1: real(6, 2, 3, 3), 2: real(6)}, {"group": 2, "pads": [1, 1, 1, 1]}),
    ("Conv", 13, X4, {1: real(8, 1, 3, 2)}, {"group": 4, "strides": [2, 1]}),
    ("Conv", 13, X4, {1: real(3, 4, 3, 3)}, {"dilations": [2, 1], "pads": [2, 1, 2, 1]}),
    ("Conv", 13, X4, {1: real(3, 4, 3, 3)}, {"strides": [2, 2], "auto_pad": "SAME_UPPER"}),
    ("Conv", 13, (1, 4, 9), {1: real(8, 1, 3)}, {"group": 4, "pads": [1, 1]}),
    ("Conv", 13, (1, 4, 9), {1: real(6, 2, 3)}, {"group": 2}),
    ("Conv", 13, (1, 2, 4, 5, 6), {1: real(3, 2, 2, 3, 2), 2: real(3)}, {"strides": [1, 2, 2]}),
    ("ConvTranspose", 13, X4, {1: real(4, 3, 3, 2), 2: real(3)},
     {"strides": [2, 3], "pads": [1, 0, 0, 1]}),
    ("ConvTranspose", 13, X4, {1: real(4, 3, 2, 2)}, {"group": 2, "strides": [2, 2]}),
    ("ConvTranspose", 13, X4, {1: real(4, 2, 3, 3)},
     {"strides": [2, 2], "output_padding": [1, 1]}),
    ("ConvTranspose", 13, X4, {1: real(4, 2, 3, 3)},
     {"strides": [2, 2], "auto_pad": "SAME_UPPER"}),
    ("ConvTranspose", 13, (1, 2, 5), {1: real(2, 3, 3)}, {"strides": [2]}),
    ("Resize", 13, X4, {1: None, 2: np.array([1, 1, 2, 2], F)},
     {"mode": "linear", "coordinate_transformation_mode": "asymmetric"}),
    ("Resize", 18, X4, {1: None, 2: None, 3: ints(9, 4)}, {"mode": "nearest", "axes": [2, 3]}),
    ("Resize", 18, X4, {1: None, 2: None, 3: ints(4, 3)},
     {"mode": "linear", "axes": [2, 3], "antialias": 1}),
    ("Resize", 18, X4, {1: None, 2: None, 3: ints(4, 3)},
     {"mode": "cubic", "axes": [2, 3], "antialias": 1}),
    ("Resize", 19, X4, {1: None, 2: None, 3: ints(9, 9)},
     {"mode": "nearest", "axes": [2, 3], "keep_aspect_ratio_policy": "not_larger"}),
    ("Resize", 13, (2, 6), {1: None, 2: np.array([1, 1.5], F)}, {"mode": "linear"}),
    ("Upsample", 9, X4, {1: np.array([1, 1, 2, 3], F)}, {"mode": "linear"}),
    ("Upsample", 9, X4, {1: np.array([1, 1, 2, 3], F)}, {"mode": "nearest"}),
    ("Gemm", 13, (3, 4), {1: real(5, 4), 2: real(5)}, {"transB": 1, "alpha": 0.5, "beta": 2.0}),
    ("Gemm", 13, (4, 3), {1: real(4, 5), 2: real(3, 1)}, {"transA": 1}),
    ("MatMul", 13, (2, 3, 4), {1: real(4, 5)}, {}),
    ("MatMul", 13, (4,), {1: real(4, 5)}, {}),
    ("MatMul", 13, (3, 4), {1: real(4)}, {}),
    ("Softmax", 11, (2, 3, 4), {}, {"axis": 1}),
    ("LogSoftmax", 13, (2, 3, 4), {}, {"axis": 1}),
    ("Hardmax", 11, (2, 3, 4), {}, {"axis": 1}),
    ("InstanceNormalization", 13, X4, {1: real(4), 2: real(4)}, {}),
    ("LayerNormalization", 17, (2, 3, 4), {1: real(4), 2: real(4)}, {}),
    ("LayerNormalization", 17, (2, 3, 4), {1: real(1, 3, 4)}, {"axis": 1}),
    ("LRN", 13, X4, {}, {"size": 3, "alpha": 0.01, "bias": 2.0}),
    ("BatchNormalization", 15, X4,
     {1: real(4), 2: real(4), 3: real(4), 4: np.abs(real(4)) + F(0.5)}, {}),
    ("TopK", 11, (3, 7), {1: ints(3)}, {"axis": 1}),
    ("ArgMax", 13, (3, 7), {}, {"axis": 1, "keepdims": 0}),
    ("ScatterElements", 18, (3, 4), {1: np.array([[0, 2, 1, 0]]), 2: real(1, 4)},
     {"reduction": "max"}),
    ("ScatterND", 18, (5, 3), {1: np.array([[1], [3]]), 2: real(2, 3)}, {"reduction": "min"}),
    ("GatherND", 13, (3, 4), {1: np.array([[0, 1], [2, -1]])}, {}),
    ("Gather", 13, (3, 4), {1: np.array([[2, 0], [-1, 1]])}, {"axis": 1}),
    ("Trilu", 14, (4, 5), {1: np.int64(-1)}, {"upper": 0}),
    ("DepthToSpace", 13, (1, 8, 2, 3), {}, {"blocksize": 2, "mode": "CRD"}),
    ("SpaceToDepth", 13, (1, 2, 4, 6), {}, {"blocksize": 2}),
    ("Slice", 13, (4, 6), {1: ints(-1, 1), 2: ints(-9, 6), 3: ints(0, 1), 4: ints(-2, 2)}, {}),
    ("Expand", 13, (3, 1), {1: ints(2, 1, 4)}, {}),
    ("Tile", 13, (2, 3), {1: ints(2, 3)}, {}),
    ("Shrink", 9, (3, 4), {}, {"lambd": 0.4, "bias": 0.1}),
    ("Clip", 13, (3, 4), {1: F(-0.5), 2: F(0.25)}, {}),
    ("Clip", 13, (3, 4), {1: None, 2: F(0.25)}, {}),
    ("Mod", 13, (3, 4), {1: np.abs(real(3, 4)) + F(0.1)}, {"fmod": 1}),
    ("Pow", 15, (3, 4), {1: np.int64(3)}, {}),
    ("PRelu", 16, X4, {1: real(4, 1, 1)}, {}),
]


def model_of(row):
    operator, opset, shape, constants, attributes = row
    names, initializers = ["x"], []
    for position in range(1, max(constants, default=0) + 1):
        value = constants.get(position)
        names.append("" if value is None else f"c{position}")
        if value is not None:
            initializers.append(numpy_helper.from_array(np.asarray(value), names[-1]))
    outputs = {"TopK": ["y", "indices"]}.get(operator, ["y"])
    graph = helper.make_graph(
        [helper.make_node(operator, names, outputs, name="node", **attributes)], "one",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info(o, 0, None) for o in outputs], initializers)
    for output in graph.output:  # types without shapes
        integer = operator == "ArgMax" or output.name == "indices"
        output.type.tensor_type.elem_type = TensorProto.INT64 if integer else TensorProto.FLOAT
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)])
    model.ir_version = 8
    return model


@oracle.needed
@pytest.mark.parametrize("row", ROWS, ids=[f"{i}-{r[0]}-{r[1]}" for i, r in enumerate(ROWS)])
def test_operator_equals_onnx_runtime(row, tmp_path):
    file = tmp_path / "model.onnx"
    onnx.save(model_of(row), file)
    x = real(1, *row[2])
    expected = oracle.onnx(file, x)
    package = tmp_path / "model.erp"
    done = subprocess.run([COMPILE, str(file), "--board", "virtual-f746", "--out", str(package)],
                          capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    np.savez(tmp_path / "in.npz", x=x[0])
    subprocess.run([COMPILE, "run", str(package), "--input", str(tmp_path / "in.npz"), "--output",
                    str(tmp_path / "out.npz")], check=True)
    with np.load(tmp_path / "out.npz") as archive:
        for i, wanted in enumerate(expected):
            got = archive[["y", "indices"][i]]
            assert got.shape == wanted.shape[1:], f"{got.shape} for {wanted.shape[1:]}"
            np.testing.assert_allclose(got, wanted[0], rtol=1e-4, atol=1e-5)
