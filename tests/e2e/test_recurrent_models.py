"""Recurrent models against the runtimes they were made for: two denoisers over a hundred frames against
ONNX Runtime, TensorFlow Lite's LSTM, RNN and SVDF with their variables against TensorFlow Lite."""

import json
import os
import pathlib
import subprocess

import numpy as np
import oracle
import pytest
from conftest import local_farm
from tflite_writer import SCHEMA

pytestmark = oracle.needed
MODELS = pathlib.Path(os.environ.get("EDGERACK_SHARED_MODELS", "/nonexistent"))
MAKE_DENOISER = pathlib.Path(__file__).parents[1] / "models" / "make_lstm_denoiser.py"
FRAMES = 100


def compiled(model, folder, *options):
    package = pathlib.Path(folder, "model.erp")
    done = subprocess.run([str(local_farm.BIN / "edgerack-compile"), str(model), "--board", "host",
                           "--out", str(package), *options], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return package


def run(package, arrays, folder, *options):
    given, got = pathlib.Path(folder, "in.npz"), pathlib.Path(folder, "out.npz")
    np.savez(given, **arrays)
    done = subprocess.run([str(local_farm.BIN / "edgerack-compile"), "run", str(package), "--input",
                           str(given), "--output", str(got), *options], capture_output=True,
                          text=True)
    assert done.returncode == 0, done.stderr
    with np.load(got) as archive:
        return {name: archive[name] for name in archive.files}


def check_over_frames(model, frames, feedback, folder):
    expected = oracle.onnx(model, *frames.values(), feedback=feedback)
    options = [word for pair in feedback for word in ("--feedback", pair)]
    got = run(compiled(model, folder), frames, folder, *options)
    for i, array in enumerate(expected):
        name = f"output_{i}"
        np.testing.assert_allclose(got[name].reshape(array.shape), array, rtol=0, atol=1e-4)


@pytest.mark.skipif(not MODELS.is_dir(),
                    reason="EDGERACK_SHARED_MODELS does not name the reference models")
def test_dtln_over_a_hundred_frames(tmp_path):
    frames = np.random.default_rng(1).standard_normal((FRAMES, 1, 1, 257)).astype(np.float32)
    check_over_frames(MODELS / "dtln_1.onnx", {"input_2": 1.5 * frames},
                      ["tf_op_layer_stack_2=input_3"], tmp_path)


def test_lstm_denoiser_over_a_hundred_frames(tmp_path):
    model = tmp_path / "denoiser.onnx"
    subprocess.run(["/usr/bin/python3", str(MAKE_DENOISER), str(model)], check=True)
    frames = np.random.default_rng(2).standard_normal((FRAMES, 1, 1, 257)).astype(np.float32)
    check_over_frames(model, {"magnitude": abs(frames)},
                      ["h_next0=h0", "c_next0=c0", "h_next1=h1", "c_next1=c1"], tmp_path)


# -- TensorFlow Lite

SVDF, RNN, LSTM, BIDIRECTIONAL_RNN, BIDIRECTIONAL_LSTM = 27, 35, 44, 46, 52
CALL_ONCE, VAR_HANDLE, READ_VARIABLE, ASSIGN_VARIABLE, ADD = 129, 142, 143, 144, 0
ABSENT = -1


class Writer:
    """A .tflite file through flatc; `subgraph` begins another graph."""

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)
        self.codes, self.buffers, self.graphs = [], [{}], []
        self.subgraph("main")

    def subgraph(self, name):
        self.graphs.append({"name": name, "tensors": [], "operators": [], "inputs": [],
                            "outputs": []})

    def tensor(self, name, shape, dtype="float32", data=None, scale=None, zero_point=0,
               variable=False):
        tensor = {"name": name, "shape": list(shape), "type": dtype.upper(), "buffer": 0,
                  "is_variable": variable}
        if data is not None:
            tensor["buffer"] = len(self.buffers)
            self.buffers.append({"data": list(np.ascontiguousarray(data, dtype).tobytes())})
        if scale is not None:
            tensor["quantization"] = {"scale": [float(np.float32(scale))],
                                      "zero_point": [zero_point]}
        tensors = self.graphs[-1]["tensors"]
        tensors.append(tensor)
        return len(tensors) - 1

    def floats(self, name, *shape):
        return self.tensor(name, shape, data=self.rng.uniform(-0.7, 0.7, shape))

    def integers(self, name, dtype, low, high, scale, *shape):
        return self.tensor(name, shape, dtype, self.rng.integers(low, high, shape), scale)

    def operator(self, code, inputs, outputs, options_type=None, intermediates=(), **options):
        self.codes.append({"deprecated_builtin_code": min(code, 127), "builtin_code": code,
                           "version": 1})
        operator = {"opcode_index": len(self.codes) - 1, "inputs": inputs, "outputs": outputs,
                    "intermediates": list(intermediates)}
        if options_type:
            operator |= {"options_type": options_type, "options": options}
        self.graphs[-1]["operators"].append(operator)

    def io(self, inputs, outputs):
        self.graphs[-1] |= {"inputs": inputs, "outputs": outputs}

    def write(self, path):
        source = path.with_suffix(".json")
        source.write_text(json.dumps({"version": 3, "operator_codes": self.codes,
                                      "subgraphs": self.graphs, "buffers": self.buffers,
                                      "description": ""}))
        subprocess.run(["flatc", "--binary", "--strict-json", "-o", str(path.parent), str(SCHEMA),
                        str(source)], check=True, capture_output=True)
        path.with_suffix(".bin").rename(path)
        return path


def svdf_model(w, int8, rank):
    batch, inputs, units, memory = 2, 9, 6, 8
    filters = units * rank
    if int8:
        x = w.tensor("x", (batch, inputs), "int8", scale=0.02, zero_point=3)
        y = w.tensor("y", (batch, units), "int8", scale=0.03, zero_point=-128)
        weights = [w.integers("wf", "int8", -127, 128, 0.01, filters, inputs),
                   w.integers("wt", "int16", -9000, 9000, 1e-4, filters, memory),
                   w.integers("b", "int32", -50000, 50000, 2e-7, units)]
        state = w.tensor("s", (batch, memory * filters), "int16", scale=0.002, variable=True)
    else:
        x, y = w.tensor("x", (batch, inputs)), w.tensor("y", (batch, units))
        weights = [w.floats("wf", filters, inputs), w.floats("wt", filters, memory),
                   w.floats("b", units)]
        state = w.tensor("s", (batch, memory * filters), variable=True)
    w.operator(SVDF, [x, *weights, state], [y], "SVDFOptions", rank=rank,
               fused_activation_function="RELU")
    w.io([x], [y])


def lstm_weights(w, int8, inputs, hidden, coupled, peepholes, tag=""):
    """Operands 1 to 17, and a pair of states."""
    operands = []
    for i in range(8):
        shape = (hidden, inputs if i < 4 else hidden)
        if coupled and i % 4 == 0:
            operands.append(ABSENT)
        elif int8:
            operands.append(w.integers(f"{tag}w{i}", "int8", -127, 128, w.rng.uniform(0.003, 0.009),
                                       *shape))
        else:
            operands.append(w.floats(f"{tag}w{i}", *shape))
    operands += [w.floats(f"{tag}p{i}", hidden) if peepholes else ABSENT for i in range(3)]
    for i in range(4):
        if coupled and i == 0:
            operands.append(ABSENT)
        elif int8:
            operands.append(w.integers(f"{tag}b{i}", "int32", -3000, 3000, 1e-4, hidden))
        else:
            operands.append(w.floats(f"{tag}b{i}", hidden))
    return [*operands, ABSENT, ABSENT]


def lstm_states(w, int8, batch, hidden, tag="", zero_point=5):
    if not int8:
        return [w.tensor(tag + name, (batch, hidden), variable=True) for name in "hc"]
    return [w.tensor(tag + "h", (batch, hidden), "int8", scale=1 / 128, zero_point=zero_point,
                     variable=True),
            w.tensor(tag + "c", (batch, hidden), "int16", scale=2**-11, variable=True)]


def lstm_model(w, int8=False, coupled=False, peepholes=False, time_major=False, clip=0.0):
    batch, steps, inputs, hidden = 2, 5, 11, 13
    lead = (steps, batch) if time_major else (batch, steps)
    quantized = {"dtype": "int8", "scale": 0.02, "zero_point": 3} if int8 else {}
    x = w.tensor("x", (*lead, inputs), **quantized)
    if int8:
        quantized |= {"scale": 1 / 128, "zero_point": 5}
    y = w.tensor("y", (*lead, hidden), **quantized)
    operands = lstm_weights(w, int8, inputs, hidden, coupled, peepholes)
    operands += lstm_states(w, int8, batch, hidden) + [ABSENT] * 4
    intermediates = []
    if int8:
        intermediates = [w.tensor(f"i{i}", (1,), "int16", scale=2**-12) for i in range(4)]
        intermediates.append(w.tensor("i4", (1,), "int8", scale=1 / 128, zero_point=5))
    w.operator(LSTM, [x, *operands], [y], "UnidirectionalSequenceLSTMOptions", intermediates,
               fused_activation_function="TANH", time_major=time_major, cell_clip=clip)
    w.io([x], [y])


def both_directions_model(w, lstm, merge):
    # TensorFlow Lite's own merged LSTM goes wrong for more than one sample in a batch: its forward
    # half differs from the formulas, and what it gives changes from run to run.
    batch, steps, inputs, hidden = 1 if lstm and merge else 2, 5, 4, 6
    x = w.tensor("x", (batch, steps, inputs))
    width = 2 * hidden if merge else hidden
    outputs = [w.tensor(f"y{i}", (batch, steps, width)) for i in range(1 if merge else 2)]
    common = {"merge_outputs": merge, "time_major": False, "fused_activation_function": "TANH"}
    if lstm:
        operands = [x, *lstm_weights(w, False, inputs, hidden, False, False, "f"),
                    *lstm_weights(w, False, inputs, hidden, False, False, "b"),
                    *lstm_states(w, False, batch, hidden, "f"),
                    *lstm_states(w, False, batch, hidden, "b"), *[ABSENT] * 9]
        w.operator(BIDIRECTIONAL_LSTM, operands, outputs, "BidirectionalSequenceLSTMOptions",
                   **common)
    else:
        operands = [x]
        for tag in "fb":
            operands += [w.floats(tag + "w", hidden, inputs), w.floats(tag + "r", hidden, hidden),
                         w.floats(tag + "b", hidden),
                         w.tensor(tag + "h", (batch, hidden), variable=True)]
        w.operator(BIDIRECTIONAL_RNN, operands + [ABSENT] * 3, outputs,
                   "BidirectionalSequenceRNNOptions", **common)
    w.io([x], outputs)


def rnn_model(w):
    x, y = w.tensor("x", (2, 5, 4)), w.tensor("y", (2, 5, 6))
    w.operator(RNN, [x, w.floats("w", 6, 4), w.floats("r", 6, 6), w.floats("b", 6),
                     w.tensor("h", (2, 6), variable=True)], [y], "SequenceRNNOptions",
               fused_activation_function="RELU6", time_major=False)
    w.io([x], [y])


def accumulator_model(w, initial):
    """y = the sum of all x so far and `initial`: a resource variable."""
    x, handle = w.tensor("x", (1, 4)), w.tensor("handle", (1,), "resource")
    before, y = w.tensor("before", (1, 4)), w.tensor("y", (1, 4))
    w.operator(CALL_ONCE, [], [], "CallOnceOptions", init_subgraph_index=1)
    w.operator(VAR_HANDLE, [], [handle], "VarHandleOptions", container="", shared_name="sum")
    w.operator(READ_VARIABLE, [handle], [before])
    w.operator(ADD, [before, x], [y], "AddOptions")
    w.operator(ASSIGN_VARIABLE, [handle, y], [])
    w.io([x], [y])
    w.subgraph("init")
    handle = w.tensor("handle", (1,), "resource")
    value = w.tensor("initial", (1, 4), data=initial)
    w.operator(VAR_HANDLE, [], [handle], "VarHandleOptions", container="", shared_name="sum")
    w.operator(ASSIGN_VARIABLE, [handle, value], [])


TFLITE = {
    "svdf_float": lambda w: svdf_model(w, False, 1),
    "svdf_float_rank_2": lambda w: svdf_model(w, False, 2),
    "svdf_int8": lambda w: svdf_model(w, True, 1),
    "svdf_int8_rank_2": lambda w: svdf_model(w, True, 2),
    "lstm_float": lstm_model,
    "lstm_float_time_major": lambda w: lstm_model(w, time_major=True, clip=0.3),
    "lstm_float_coupled": lambda w: lstm_model(w, coupled=True),
    "lstm_float_peepholes": lambda w: lstm_model(w, peepholes=True),
    "lstm_int8": lambda w: lstm_model(w, int8=True),
    "lstm_int8_time_major": lambda w: lstm_model(w, int8=True, time_major=True, clip=0.5),
    "lstm_int8_coupled": lambda w: lstm_model(w, int8=True, coupled=True),
    "lstm_both": lambda w: both_directions_model(w, True, True),
    "lstm_both_apart": lambda w: both_directions_model(w, True, False),
    "rnn": rnn_model,
    "rnn_both": lambda w: both_directions_model(w, False, True),
    "variable": lambda w: accumulator_model(w, np.zeros((1, 4))),
    "variable_with_initial_value": lambda w: accumulator_model(w, [[1.5, -2, 0.25, 100]]),
}


@pytest.mark.parametrize("name", TFLITE)
@pytest.mark.parametrize("state", ["carry", "reset"])
def test_tflite(tmp_path, name, state):
    writer = Writer(seed=sum(map(ord, name)))
    TFLITE[name](writer)
    model = writer.write(tmp_path / "model.tflite")
    tensor = writer.graphs[0]["tensors"][writer.graphs[0]["inputs"][0]]
    shape = (6, *tensor["shape"])
    int8 = tensor["type"] == "INT8"
    x = (writer.rng.integers(-128, 128, shape).astype(np.int8) if int8
         else writer.rng.uniform(-1.5, 1.5, shape).astype(np.float32))
    if state == "carry":
        expected = oracle.tflite(model, x)
    else:  # a fresh interpreter for each sample: its own reset leaves some variables as they are
        singles = [oracle.tflite(model, x[i:i + 1]) for i in range(3)]
        expected = [np.concatenate(arrays) for arrays in zip(*singles, strict=True)]
        x = x[:3]
    assert len(np.unique(expected[0])) > 2 * len(x)
    got = run(compiled(model, tmp_path, "--option", f"state={state}"), {"input_0": x}, tmp_path)
    for i, array in enumerate(expected):
        mine = got[f"output_{i}"].reshape(array.shape)
        if int8:
            np.testing.assert_array_equal(mine, array)
        else:
            np.testing.assert_allclose(mine, array, rtol=0, atol=2e-6)
