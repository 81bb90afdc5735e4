"""LSTM, GRU, RNN, SVDF: the formulas in float64 on the host, the host's bits on the board; and what
states do from sample to sample, on both."""

import json
import subprocess

import numpy as np
import pytest
from conftest import BOARD
from graph_pack import Pack, Tensor, const
from recurrent_reference import GATES, recurrent, svdf
from tflite_arithmetic import requantize, rescale

TOLERANCE = 2e-6


class Layers:
    """Adds layers with random operands to a pack."""

    def __init__(self):
        self.rng = np.random.default_rng(31)
        self.pack = Pack("recurrent")

    def array(self, *shape):
        return self.rng.uniform(-0.8, 0.8, shape).astype(np.float32)

    def add(self, name, op, absent=(), lengths=None, outputs=None, **attributes):
        steps, batch, inputs, hidden = 4, 3, 5, 6
        directions = 2 if attributes.get("direction") == "bidirectional" else 1
        rows = GATES[op] * hidden
        layout = attributes.get("layout", 0)
        state = (batch, directions, hidden) if layout else (directions, batch, hidden)
        operands = {
            "x": self.array(*((batch, steps) if layout else (steps, batch)), inputs),
            "w": const(self.array(directions, rows, inputs)),
            "r": const(self.array(directions, rows, hidden)),
            "b": const(self.array(directions, 2 * rows)),
            "lengths": None if lengths is None else np.array(lengths, np.int32),
            "h": self.array(*state),
        }
        if op == "lstm":
            operands |= {"c": self.array(*state), "p": const(self.array(directions, 3 * hidden))}
        operands |= {key: None for key in absent}
        arrays = {key: getattr(value, "array", value) for key, value in operands.items()}
        expected = recurrent(op, **arrays, **attributes)
        expected = [e.astype(np.float32) for e in expected if e is not None]
        if outputs is not None:
            expected = [e if i in outputs else None for i, e in enumerate(expected)]
        self.pack.case_of_many(name, op, operands.values(), expected, TOLERANCE, **attributes)


def layers_pack():
    layers = Layers()
    for op in GATES:
        layers.add(f"{op}_forward", op)
        layers.add(f"{op}_both", op, direction="bidirectional", lengths=(4, 1, 3))
        layers.add(f"{op}_reverse", op, direction="reverse", lengths=(0, 4, 2), layout=1)
        layers.add(f"{op}_last", op, outputs=(1,), absent=("b", "h"), direction="bidirectional",
                   layout=1)
        layers.add(f"{op}_sequence", op, outputs=(0,), absent=("c", "p") if op == "lstm" else ())
        layers.add(f"{op}_clip", op, clip=0.3)
    for coupling in ("forget", "input"):
        layers.add(f"lstm_{coupling}", "lstm", coupling=coupling, cell_clip=0.25)
    layers.add("gru_linear", "gru", linear_before_reset=1, direction="bidirectional")
    for activation in ("relu", "hard_sigmoid:0.3:0.4", "affine:0.5:0.1", "leaky_relu:0.2",
                       "thresholded_relu:0.1", "elu:0.7", "softsign", "softplus",
                       "scaled_tanh:0.8:0.6"):
        name = activation.split(":")[0]
        layers.add(f"rnn_{name}", "rnn", activations=f"{activation} tanh",
                   direction="bidirectional")
        layers.add(f"gru_{name}", "gru", activations=f"sigmoid {activation}")
        layers.add(f"lstm_{name}", "lstm", activations=f"sigmoid {activation} tanh")
    return layers.pack


def quantized(real, q):
    return np.clip(np.rint(np.asarray(real) / np.float32(q[0])) + q[1], -128, 127).astype(np.int8)


def real_of(array, q):
    return np.float64(np.float32(q[0])) * (array.astype(np.int64) - q[1])


class GateWeights(Tensor):
    """Constant int8 weights [1, rows, columns] with one scale per gate of so many rows."""

    def __init__(self, array, scales):
        super().__init__(array, constant=True)
        self.scales = np.repeat(np.float32(scales), array.shape[1] // len(scales))

    def type(self):
        scales = ", ".join(repr(float(s)) for s in self.scales)
        return f"{super().type()} q(axis 1, [{scales}], [{', '.join('0' for _ in self.scales)}])"

    def real(self):
        return self.array * self.scales[:, None].astype(np.float64)


def add_quantized_lstm(pack, rng, name, steps, batch, inputs, hidden, **attributes):
    """TensorFlow Lite's integer LSTM against the formulas on the values its integers stand for: its
    tables and roundings leave a few steps of the output."""
    q_x, q_y = (0.02, 3), (1 / 128, 5)
    x = rng.integers(-128, 128, (batch, steps, inputs)).astype(np.int8)
    weights = [GateWeights(rng.integers(-127, 128, (1, 4 * hidden, columns)).astype(np.int8),
                           rng.uniform(0.003, 0.009, 4)) for columns in (inputs, hidden)]
    # Biases are counted in units of input scale times weight scale; those of the state are zero.
    bias = np.zeros((1, 8 * hidden), np.int32)
    bias[0, :4 * hidden] = rng.integers(-2000, 2000, 4 * hidden)
    real_bias = np.zeros((1, 8 * hidden))
    real_bias[0, :4 * hidden] = bias[0, :4 * hidden] * q_x[0] * weights[0].scales
    y, _, _ = recurrent("lstm", real_of(x, q_x), weights[0].real(), weights[1].real(), real_bias,
                        layout=1, **attributes)
    pack.case_of_many(name, "lstm", [Tensor(x, q_x), *weights, const(bias)],
                      [Tensor(quantized(y, q_y), q_y)], tolerance=3, layout=1, cell_integer_bits=4,
                      **attributes)


def add_quantized_svdf(pack, rng, name, batch, inputs, units, rank, memory):
    """TensorFlow Lite's integer SVDF in Python's integers, step by step."""
    filters = units * rank
    q_x, q_y, s_wf, s_wt, s_state = (0.02, 3), (0.03, -128), 0.01, 1e-4, 0.002
    x = rng.integers(-128, 128, (batch, inputs)).astype(np.int8)
    wf = rng.integers(-127, 128, (filters, inputs)).astype(np.int8)
    wt = rng.integers(-9000, 9000, (filters, memory)).astype(np.int16)
    bias = rng.integers(-50000, 50000, units).astype(np.int32)
    state = rng.integers(-20000, 20000, (batch, memory * filters)).astype(np.int16)
    f32 = np.float32
    products = (x.astype(np.int64) - q_x[1]) @ wf.T.astype(np.int64)
    newest = rescale(products, float(f32(q_x[0]) * f32(s_wf) / f32(s_state)))
    kept = state.reshape(batch, filters, memory).astype(np.int64)
    kept = np.concatenate([kept[:, :, 1:], np.clip(newest, -2**15, 2**15 - 1)[:, :, None]], 2)
    sums = (kept * wt).sum(2).reshape(batch, units, rank).sum(2) + bias
    y = requantize(sums, float(f32(s_state) * f32(s_wt) / f32(q_y[0])), q_y[1])
    pack.case_of_many(name, "svdf", [Tensor(x, q_x), const(wf, (s_wf, 0)), const(wt, (s_wt, 0)),
                                     const(bias), Tensor(state, (s_state, 0))],
                      [Tensor(y, q_y), Tensor(kept.astype(np.int16).reshape(state.shape),
                                              (s_state, 0))], rank=rank, act="relu")


def state_pack():
    """Layers whose states are operands: SVDF in both types, the LSTM of int8."""
    rng = np.random.default_rng(37)
    pack = Pack("recurrent_states")
    for rank in (1, 2):
        add_quantized_svdf(pack, rng, f"svdf_int8_rank_{rank}", 2, 9, 6, rank, 8)
        x, wf = (rng.uniform(-0.8, 0.8, shape).astype(np.float32) for shape in ((2, 9), (6, 9)))
        wt, bias = (rng.uniform(-0.8, 0.8, shape).astype(np.float32)
                    for shape in ((6, 8), (6 // rank,)))
        state = rng.uniform(-0.8, 0.8, (2, 48)).astype(np.float32)
        y, kept = svdf(x, wf, wt, bias, state, rank=rank, relu=True)
        pack.case_of_many(f"svdf_rank_{rank}", "svdf", [x, const(wf), const(wt), const(bias), state],
                          [y.astype(np.float32), kept.astype(np.float32)], TOLERANCE, rank=rank,
                          act="relu")
    add_quantized_lstm(pack, rng, "lstm_int8", 5, 2, 11, 13)
    add_quantized_lstm(pack, rng, "lstm_int8_clip", 3, 1, 4, 6, cell_clip=0.5)
    add_quantized_lstm(pack, rng, "lstm_int8_coupled", 4, 2, 5, 7, coupling="input")
    return pack


PACKS = [layers_pack(), state_pack()]


@pytest.mark.parametrize(("pack", "case"), [
    pytest.param(pack, case, id=f"{pack.name}-{case}") for pack in PACKS for case in pack.expected])
def test_the_host_gives_what_the_formulas_give(host_outputs, pack, case):
    pack.check(case, host_outputs(pack)[case])


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.name)
def test_the_board_gives_the_hosts_bits(farm, pack, tmp_path):
    pack.check_on_board(farm, tmp_path, BOARD)


# -- States. All in one model: an SVDF and an LSTM that keep theirs, two states that change places
# with each other, a sum over all runs that is an output too, and the value of the run before.

SAMPLES = 6
STATEFUL = """graph "stateful" {{
  input %x: float32[2,3]
  state %kept: float32[2,20]
  state %h: float32[2,4]
  state %c: float32[2,4]
  state %left: float32[2,3]
  state %right: float32[2,3]
  state %sum: float32[2,3]
  state %before: float32[2,3]
  {constants}
  %svdf: float32[2,2], %kept_next: float32[2,20] = svdf(%x, %wf, %wt, %bias, %kept) {{rank = 2, act = "relu"}} "svdf"
  %sequence: float32[2,1,3] = reshape(%x) {{shape = [2, 1, 3]}} "sequence"
  %h3: float32[2,1,4] = reshape(%h) {{shape = [2, 1, 4]}} "h3"
  %c3: float32[2,1,4] = reshape(%c) {{shape = [2, 1, 4]}} "c3"
  %lstm: float32[2,1,1,4], %h3_next: float32[2,1,4], %c3_next: float32[2,1,4] = lstm(%sequence, %w, %r, %b, none, %h3, %c3, none) {{layout = 1}} "lstm"
  %h_next: float32[2,4] = reshape(%h3_next) {{shape = [2, 4]}} "h_next"
  %c_next: float32[2,4] = reshape(%c3_next) {{shape = [2, 4]}} "c_next"
  %right_next: float32[2,3] = add(%left, %x) "right_next"
  %sum_next: float32[2,3] = add(%sum, %x) "sum_next"
  %difference: float32[2,3] = add(%left, %right) "difference"
  output %svdf
  output %lstm
  output %difference
  output %sum_next
  output %before
  next %kept = %kept_next
  next %h = %h_next
  next %c = %c_next
  next %left = %right
  next %right = %right_next
  next %sum = %sum_next
  next %before = %x
}}
"""


def stateful_model():
    rng = np.random.default_rng(5)
    shapes = {"wf": (4, 3), "wt": (4, 5), "bias": (2,), "w": (1, 16, 3), "r": (1, 16, 4),
              "b": (1, 32)}
    arrays = {name: rng.uniform(-0.8, 0.8, shape).astype(np.float32)
              for name, shape in shapes.items()}
    lines = []
    for name, array in arrays.items():
        values = ", ".join(repr(float(v)) for v in array.ravel())
        lines.append(f"const %{name}: float32[{','.join(map(str, array.shape))}] = [{values}]")
    x = rng.uniform(-1, 1, (SAMPLES, 2, 3)).astype(np.float32)
    return STATEFUL.format(constants="\n  ".join(lines)), arrays, x


def expected_outputs(arrays, samples, carry):
    outputs = []
    for i, x in enumerate(samples):
        if i == 0 or not carry:
            kept, h, c = np.zeros((2, 20)), np.zeros((2, 1, 4)), np.zeros((2, 1, 4))
            left = right = total = before = np.zeros((2, 3))
        y, kept = svdf(x, arrays["wf"], arrays["wt"], arrays["bias"], kept, rank=2, relu=True)
        sequence, h, c = recurrent("lstm", x[:, None], arrays["w"], arrays["r"], arrays["b"], None,
                                   h, c, layout=1)
        outputs.append([y, sequence, left + right, total + x, before])
        left, right, total, before = right, left + x, total + x, x
    return [np.stack(rows) for rows in zip(*outputs, strict=True)]


@pytest.mark.parametrize("state", ["carry", "reset"])
def test_states_from_sample_to_sample(farm, tmp_path, state):
    text, arrays, x = stateful_model()
    model, dataset = tmp_path / "stateful.graph", tmp_path / "x.npz"
    model.write_text(text)
    np.savez(dataset, x=x)
    code, document = farm.edgerack("run", model, "--board", BOARD, "--dataset", dataset,
                                   "--option", f"samples={SAMPLES}", "--option", f"state={state}",
                                   timeout_s=280)
    assert code == 0, document
    # Timing has run the model before: the samples start from zero all the same.
    assert document["results"][0]["agreement"]["bit_exact"] == SAMPLES

    pack = Pack("stateful")
    package, report = tmp_path / "stateful.erp", tmp_path / "report.json"
    pack.compile(model, package, BOARD, "--option", f"state={state}", "--report", str(report))
    memory = json.loads(report.read_text())["memory"]
    assert memory["state_bytes"] == 4 * (2 * 20 + 2 * 2 * 4 + 4 * 2 * 3)
    got = pack.run_package(package, {"x": x}, tmp_path)
    for i, expected in enumerate(expected_outputs(arrays, x, state == "carry")):
        np.testing.assert_allclose(got[f"output_{i}"].reshape(expected.shape), expected,
                                   rtol=TOLERANCE, atol=TOLERANCE)


@pytest.mark.parametrize("state", ["carry", "reset"])
def test_emitted_c_keeps_states_as_the_package_does(tmp_path, state):
    text, arrays, x = stateful_model()
    model, sources = tmp_path / "stateful.graph", tmp_path / "c"
    model.write_text(text)
    package = tmp_path / "stateful.erp"
    Pack.compile(model, package, BOARD, "--option", f"state={state}", "--emit-c", str(sources))
    for command in (["cmake", "-S", sources, "-B", sources / "build"],
                    ["cmake", "--build", sources / "build"]):
        done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
    program, = (sources / "build").glob("*_example")
    raw = subprocess.run([str(program)], input=x.tobytes(), capture_output=True, check=True).stdout
    got = Pack.run_package(package, {"x": x}, tmp_path)
    outputs = [got[f"output_{i}"].reshape(SAMPLES, -1) for i in range(5)]
    assert raw == np.concatenate(outputs, axis=1).astype(np.float32).tobytes()
