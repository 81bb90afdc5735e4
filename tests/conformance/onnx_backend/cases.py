"""Runs cases of the ONNX backend suite through edgerack-compile and the host's run of the package,
and says what became of each: passed, refused, wrong, crashed."""
import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import wire

DATA = Path("/usr/share/libonnx-testdata/data")
FOLDERS = ("node", "simple", "pytorch-converted", "pytorch-operator")
BOARD = "host"

# Inputs that an operator's documentation calls parameters (weights, shapes, axes, scales): a model
# for a board holds them as constants. The suite feeds them; they are frozen when the model is
# refused without.
PARAMETERS = {
    "BatchNormalization": (1, 2, 3, 4), "BlackmanWindow": (0,), "CenterCropPad": (1,),
    "Compress": (1,), "ConstantOfShape": (0,), "Conv": (1, 2), "ConvInteger": (1, 3),
    "ConvTranspose": (1, 2), "CumSum": (1,), "DequantizeLinear": (1, 2), "Dropout": (1, 2),
    "Expand": (1,), "GRU": (1, 2, 3), "GroupNormalization": (1, 2), "HammingWindow": (0,),
    "HannWindow": (0,), "If": (0,), "LSTM": (1, 2, 3, 7), "MelWeightMatrix": (0, 1, 2, 3, 4),
    "NonZero": (0,), "OneHot": (1,), "Pad": (1, 3), "QLinearConv": (1, 2, 3, 4, 5, 6, 7, 8),
    "QLinearMatMul": (1, 2, 4, 5, 6, 7), "QuantizeLinear": (1, 2), "RNN": (1, 2, 3),
    "Range": (0, 1, 2), "ReduceSum": (1,), "Reshape": (1,), "Resize": (1, 2, 3),
    "Slice": (1, 2, 3, 4), "Split": (1,), "Squeeze": (1,), "Tile": (1,), "TopK": (1,),
    "Trilu": (1,), "Unsqueeze": (1,), "Upsample": (1,),
}


@dataclass
class Result:
    name: str
    verdict: str  # passed, refused, wrong, crashed
    detail: str = ""
    frozen: tuple = ()


def find_cases():
    for folder in FOLDERS:
        for path in sorted((DATA / folder).glob("test_*")):
            if (path / "model.onnx").exists():
                yield f"{folder}/{path.name}", path


def parameters(model):
    names = []
    for operator, inputs in model.nodes:
        for i in PARAMETERS.get(operator, ()):
            if i < len(inputs) and inputs[i] in model.inputs and inputs[i] not in names:
                names.append(inputs[i])
    return names


def program(*arguments):
    binary = Path(os.environ["EDGERACK_BIN"]) / "edgerack-compile"
    return subprocess.run([binary, *map(str, arguments)], capture_output=True, text=True,
                          errors="replace", timeout=120)


def compile_case(path, work, inputs, frozen):
    options = []
    for i, name in enumerate(frozen):
        file = work / f"frozen{i}.npy"
        np.save(file, inputs[name])
        options += ["--option", f"freeze.{name}={file}"]
    return program(path / "model.onnx", "--board", BOARD, "--out", work / "model.erp", *options)


def crashed(run):
    """Ended by a signal, or the compiler says that it broke its own rules."""
    return run.returncode not in (0, 1, 2) or "left a bad graph" in run.stderr


def refusal_is_clear(model, message):
    """The message names an operator of the model, or a tensor, or says what input it is about."""
    operators = {operator for operator, _ in model.nodes}
    words = set(re.findall(r"[A-Za-z0-9_.]+", message))
    return bool(words & operators) or any(f"'{n}'" in message for n in model.inputs + model.outputs)


def differences(outputs, expected):
    """What is wrong with the outputs, or an empty text."""
    for i, (name, wanted) in enumerate(expected):
        got = outputs[name] if name in outputs else outputs[f"output_{i}"]
        if got.shape != wanted.shape:
            return f"output {name} has shape {got.shape}, expected {wanted.shape}"
        if got.dtype != wanted.dtype:
            return f"output {name} is {got.dtype}, expected {wanted.dtype}"
        if wanted.dtype.kind == "f":
            good = np.isclose(got, wanted, rtol=1e-3, atol=1e-6, equal_nan=True)
        else:
            good = got == wanted
        if not np.all(good):
            at = np.argwhere(~np.atleast_1d(good))[0]
            flat = tuple(at) if wanted.shape else ()
            return (f"output {name}{list(at)} is {got[flat]}, expected {wanted[flat]} "
                    f"({np.size(good) - np.count_nonzero(good)} of {np.size(good)} elements)")
    return ""


def run_set(folder, work, model, frozen):
    inputs, expected = read_set(folder, model)
    feed = {name: value for name, value in inputs.items() if name not in frozen}
    np.savez(work / "in.npz", **feed)
    run = program("run", work / "model.erp", "--input", work / "in.npz", "--output",
                  work / "out.npz")
    if run.returncode != 0:
        return "crashed", "run: " + run.stderr.strip()
    wrong = differences(np.load(work / "out.npz"), expected)
    return ("wrong", wrong) if wrong else ("passed", "")


def read_set(folder, model):
    """The inputs by name and the outputs as (name, array); None for what is no tensor."""
    inputs, expected = {}, []
    for i, name in enumerate(model.inputs):
        file = folder / f"input_{i}.pb"
        inputs[name] = wire.tensor(file.read_bytes()) if file.exists() else None
    for i, name in enumerate(model.outputs):
        expected.append((name, wire.tensor((folder / f"output_{i}.pb").read_bytes())))
    return inputs, expected


def run_case(name, path, work):
    model = wire.Model((path / "model.onnx").read_bytes())
    sets = sorted(path.glob("test_data_set_*"))
    compiled = program(path / "model.onnx", "--board", BOARD, "--out", work / "model.erp")
    frozen = ()
    if compiled.returncode == 1 and parameters(model):
        inputs, _ = read_set(sets[0], model)
        frozen = tuple(n for n in parameters(model) if inputs.get(n) is not None)
        compiled = compile_case(path, work, inputs, frozen)
        sets = sets[:1]  # the others have other parameters
    message = compiled.stderr.strip()
    if crashed(compiled):
        return Result(name, "crashed", message or f"exit status {compiled.returncode}", frozen)
    if compiled.returncode != 0:
        verdict = "refused" if refusal_is_clear(model, message) else "unclear"
        return Result(name, verdict, message, frozen)
    for folder in sets:
        verdict, detail = run_set(folder, work, model, frozen)
        if verdict != "passed":
            return Result(name, verdict, detail, frozen)
    return Result(name, "passed", "", frozen)
