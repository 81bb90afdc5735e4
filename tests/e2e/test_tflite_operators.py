"""Every TensorFlow Lite builtin that the compiler takes, against TensorFlow Lite itself: its
reference kernels' bits for integers and quantized int8, 1e-5 for float32. The same operators in a
few large models run on the board, which gives the host's bits."""

import collections
import json
import subprocess

import numpy as np
import oracle
import pytest
import tflite_movement_cases  # noqa: F401 - adds its cases
from conftest import BOARD, local_farm
from tflite_cases import CASES, Model
from tflite_int16_cases import INT16

TOLERANCE = 1e-5
# Tested with their states in test_recurrent_operators.py.
RECURRENT = {"ASSIGN_VARIABLE", "BIDIRECTIONAL_SEQUENCE_LSTM", "BIDIRECTIONAL_SEQUENCE_RNN",
             "CALL_ONCE", "LSTM", "READ_VARIABLE", "RNN", "SVDF", "UNIDIRECTIONAL_SEQUENCE_LSTM",
             "UNIDIRECTIONAL_SEQUENCE_RNN", "VAR_HANDLE"}


def compiler(*arguments):
    done = subprocess.run([str(local_farm.BIN / "edgerack-compile"), *map(str, arguments)],
                          capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def host_outputs(model, path):
    """What `edgerack-compile run` gives for a model, in the order of its outputs."""
    package, inputs, outputs = (path.with_suffix(end) for end in (".erp", ".in.npz", ".out.npz"))
    compiler(path, "--board", BOARD, "--out", package)
    np.savez(inputs, **{f"t{n + 1}": array for n, array in zip(model.inputs, model.arrays)})
    compiler("run", package, "--input", inputs, "--output", outputs, "--kernels", "reference")
    with np.load(outputs) as archive:
        return [archive[f"t{n + 1}"] for n in model.outputs]


@pytest.fixture(scope="module")
def cases(tmp_path_factory):
    """Name -> (model, its file, TensorFlow Lite's outputs), all from one run of the oracle."""
    folder = tmp_path_factory.mktemp("tflite")
    written = []
    for number, (_, _, function) in enumerate(CASES):
        model, path = Model(), folder / f"case{number}.tflite"
        function(model)
        model.write(path)
        written.append((model, path))
    expected = oracle.tflite_models([(f"optimized:{path}" if model.optimized else path,
                                      [array[None] for array in model.arrays])
                                     for model, path in written])
    return {name: (*pair, outputs)
            for (name, _, _), pair, outputs in zip(CASES, written, expected)}


@oracle.needed
@pytest.mark.parametrize("name", [name for name, _, _ in CASES])
def test_the_host_equals_tensorflow_lite(cases, name):
    model, path, expected = cases[name]
    for ours, theirs, exact in zip(host_outputs(model, path), expected, model.exact, strict=True):
        assert ours.dtype == theirs.dtype
        theirs = theirs.reshape(ours.shape)
        if exact and model.steps:
            np.testing.assert_allclose(ours, theirs, rtol=0, atol=model.steps)
        elif exact:
            np.testing.assert_array_equal(ours, theirs)
        else:
            np.testing.assert_allclose(ours, theirs, rtol=TOLERANCE, atol=TOLERANCE / 10)


def test_every_builtin_of_the_listing_has_a_case():
    listed = {builtin for op in json.loads(compiler("ops", "--json"))["operators"]
              for builtin in op["from"].get("tflite", [])}
    covered = collections.Counter(builtin for _, builtin, _ in CASES)
    print(f"{len(covered)} builtins in {len(CASES)} cases")
    assert listed - set(covered) == RECURRENT
    assert len(covered) >= 60


# TensorFlow Lite has none of these for int16, and of plain int16 there are other tests.
NO_INT16 = {"arg_reduce", "copy", "cumsum", "depth_to_space", "one_hot", "reverse_sequence",
            "scatter_nd", "space_to_depth", "tile"}


def test_every_operator_that_takes_int16_has_a_case():
    covered = {builtin for name, builtin, _ in CASES if name in INT16}
    missing = {op["op"] for op in json.loads(compiler("ops", "--json"))["operators"]
               if "int16" in op["types"] and "tflite" in op["from"]
               and not covered & set(op["from"]["tflite"])}
    assert missing == NO_INT16


# Models of many cases: what the board's memory and one model's inputs allow.
PACKS = {
    "elementwise": ("ABS", "CEIL", "EXP", "GELU", "HARD_SWISH", "LEAKY_RELU", "LOGISTIC", "ROUND",
                    "TANH", "SIGN", "LOGICAL_NOT"),
    "binary": ("ADD-", "MUL-", "DIV-", "FLOOR_MOD", "POW", "PRELU", "LESS-", "LOGICAL_OR"),
    "selections": ("SELECT", "CAST", "ADD_N", "QUANTIZE", "DEQUANTIZE"),
    "reductions": ("SUM-", "MEAN-", "REDUCE_", "ARG_M", "TOPK_V2", "CUMSUM",
                   "BUCKETIZE"),
    "windows": ("CONV_2D", "TRANSPOSE_CONV", "CONV_3D", "POOL_2D", "FULLY_CONNECTED"),
    "products": ("BATCH_MATMUL", "SOFTMAX", "L2_NORM", "LOCAL_RESPONSE"),
    "movement": ("RESHAPE", "TRANSPOSE-", "PAD", "TILE", "BROADCAST_TO", "REVERSE", "SQUEEZE"),
    "parts": ("PACK", "SPLIT", "SLICE", "UNPACK"),
    "indices": ("GATHER", "SCATTER_ND", "ONE_HOT", "SHAPE", "RANK", "RANGE", "FILL"),
    "int16 functions": ("RELU-int16", "RELU6-int16", "LEAKY_RELU-int16", "ABS-int16", "EXP-int16",
                        "LOGISTIC-int16", "TANH-int16", "QUANTIZE-int16", "QUANTIZE-float32 to int16",
                        "DEQUANTIZE-int16"),
    "int16 sums": ("ADD-int16", "SUB-int16", "MUL-int16", "MAXIMUM-int16", "MINIMUM-int16",
                   "MEAN-int16", "REDUCE_MAX-int16", "REDUCE_MIN-int16", "SOFTMAX-int16"),
    "int16 products": ("CONV_2D-int16", "FULLY_CONNECTED-int16", "TRANSPOSE_CONV-int16",
                       "BATCH_MATMUL-int16", "POOL_2D-int16", "RESIZE_BILINEAR-int16"),
    "images": ("RESIZE_", "SPACE_TO_", "DEPTH_TO_SPACE", "BATCH_TO_SPACE"),
}


def write_pack(pack, folder):
    """Its model and its one sample: (paths of both, builtins in it, outputs)."""
    model, turns, left = Model(), collections.Counter(), []
    model.small = True
    for name, builtin, function in CASES:
        if any(part in name for part in PACKS[pack]):
            left.append((turns[builtin], builtin, function))
            turns[builtin] += 1
    present = set()
    for _, builtin, function in sorted(left, key=lambda case: case[0]):  # each builtin's first ones
        if len(model.inputs) < 40:
            function(model)
            present.add(builtin)
    assert present == set(turns)
    path, dataset = folder / f"{pack}.tflite", folder / f"{pack}.npz"
    model.write(path)
    np.savez(dataset, **{f"t{n + 1}": a[None] for n, a in zip(model.inputs, model.arrays)})
    return path, dataset, len(present), len(model.outputs)


@pytest.mark.parametrize("pack", PACKS)
def test_the_board_gives_the_hosts_bits(farm, pack, tmp_path):
    path, dataset, builtins, outputs = write_pack(pack, tmp_path)
    print(f"{builtins} builtins, {outputs} outputs")
    code, document = farm.edgerack("run", path, "--board", BOARD, "--dataset", dataset,
                                   "--option", "samples=1", "--option", "warmup=0", timeout_s=280)
    assert code == 0, document
    assert document["results"][0]["agreement"]["bit_exact"] == 1
