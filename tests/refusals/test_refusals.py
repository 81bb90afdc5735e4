"""Wrong models of every format: each is refused with one line that a person understands at night, and
models that only look wrong are taken with numpy's numbers.

A line has to name the node, its operator, the attribute and its value, what is supported instead and
what to change; `lines.txt` keeps every line as it is, so that wording changes on purpose only:

    python3 tests/refusals/test_refusals.py     writes lines.txt anew
"""

import os
import pathlib
import re
import subprocess
import sys
import tempfile

import keras_models
import numpy as np
import onnx_models
import pytest
import text_models
import tflite_models

HERE = pathlib.Path(__file__).resolve().parent
BIN = pathlib.Path(os.environ.get("EDGERACK_BIN", HERE.parents[1] / "build" / "bin"))
LINES = HERE / "lines.txt"
BOARD = "virtual-f746"
LONGEST = 520  # characters of a line
CORPORA = (onnx_models, tflite_models, keras_models, text_models)
REFUSED = [entry for corpus in CORPORA for entry in corpus.REFUSED]
TAKEN = [entry for corpus in CORPORA for entry in corpus.TAKEN]
PARTS = ("node", "operator", "attribute", "value", "supported", "change")
# What a refusal with this code always has; others have what there is to name. An input of the model
# is no operator's yet.
NEEDED = {
    "UNSUPPORTED_ATTRIBUTE": PARTS,
    "UNSUPPORTED_OPERATOR": ("node", "operator", "supported", "change"),
    "UNSUPPORTED_SHAPE": ("node", "operator", "value", "supported", "change"),
    "UNSUPPORTED_TYPE": ("node", "value", "supported", "change"),
    "UNSUPPORTED_QUANTIZATION": ("node", "value", "supported", "change"),
    "BINARY_LAYER": PARTS,
    "HYBRID_MODEL": ("node", "operator", "value", "supported", "change"),
    "SHAPE_MISMATCH": ("node", "operator", "value", "supported", "change"),
    "OPEN_SHAPE": ("node", "attribute", "value", "supported", "change"),
    "EXTERNAL_DATA": PARTS,
    "UNSUPPORTED_MODEL_VERSION": ("attribute", "value", "supported", "change"),
    "DOES_NOT_FIT": PARTS,
}


def named(entries):
    return [pytest.param(entry, id=entry.name) for entry in entries]


def compiler(*arguments):
    return subprocess.run([str(BIN / "edgerack-compile"), *map(str, arguments)],
                          capture_output=True, text=True, timeout=60)


def line_of(entry, folder):
    """The one line on standard error; the exit status is that of a model that cannot be taken. Counts
    of what is supported are N: they grow."""
    model = pathlib.Path(folder, entry.name)
    model.write_bytes(entry.make())
    done = compiler(model, "--board", BOARD, *entry.options)
    assert done.returncode == 1, f"{entry.name} was taken, or the usage is wrong: {done.stderr}"
    lines = done.stderr.splitlines()
    assert len(lines) == 1, done.stderr
    return re.sub(r"\bthe \d+ (builtins|operators)\b", r"the N \1", lines[0])


def snapshot():
    pairs = re.findall(r"^(\w+)\n    (.+)$", LINES.read_text(), re.MULTILINE)
    assert len(pairs) == len(dict(pairs))
    return dict(pairs)


def test_the_corpus_is_large_and_of_every_format():
    names = [entry.name for entry in REFUSED + TAKEN]
    assert len(set(names)) == len(names)
    assert len(REFUSED) >= 70
    for prefix, count in (("onnx", 35), ("tflite", 20), ("keras", 20), ("text", 3)):
        assert sum(name.startswith(prefix) for name in names) >= count, prefix
    assert set(snapshot()) == {entry.name for entry in REFUSED}, \
        "run python3 tests/refusals/test_refusals.py"


@pytest.mark.parametrize("entry", named(REFUSED))
def test_a_wrong_model_is_refused_in_one_line_that_helps(entry, tmp_path):
    line = line_of(entry, tmp_path)
    assert line == snapshot()[entry.name]
    assert re.fullmatch(rf"edgerack-compile: .+ \[USER {entry.code}\]", line)
    assert len(line) <= LONGEST
    missing = [part for part in NEEDED.get(entry.code, ("change",)) if getattr(entry, part) is None]
    assert not missing, f"the entry has to name {missing}"
    for part in PARTS:
        text = getattr(entry, part)
        assert text is None or text in line, f"{part} '{text}' is not in: {line}"
    # A person reads from the left: where, what, what instead; what to do comes last.
    if entry.supported:
        assert line.find(entry.supported) < line.find(entry.change), line


@pytest.mark.parametrize("entry", named(TAKEN))
def test_a_model_that_looks_wrong_is_taken(entry, tmp_path):
    model, package = tmp_path / entry.name, tmp_path / "model.erp"
    model.write_bytes(entry.make())
    done = compiler(model, "--board", BOARD, "--out", package, *entry.options)
    assert done.returncode == 0, done.stderr
    np.savez(tmp_path / "in.npz", **{name: array[None] for name, array in entry.inputs.items()})
    done = compiler("run", package, "--input", tmp_path / "in.npz", "--output", tmp_path / "out.npz")
    assert done.returncode == 0, done.stderr
    with np.load(tmp_path / "out.npz") as archive:
        got = [archive[f"output_{i}"] for i in range(len(entry.outputs))]
        assert f"output_{len(got)}" not in archive.files
    for mine, expected in zip(got, entry.outputs, strict=True):
        assert mine.size == expected.size
        mine = mine.reshape(expected.shape)
        if expected.dtype == np.float32:
            np.testing.assert_allclose(mine, expected, rtol=entry.tolerance, atol=entry.tolerance)
        else:
            assert mine.dtype == expected.dtype
            difference = np.abs(mine.astype(np.int64) - expected.astype(np.int64))
            assert difference.max() <= entry.tolerance


def main():
    with tempfile.TemporaryDirectory() as folder:
        LINES.write_text("".join(f"{entry.name}\n    {line_of(entry, folder)}\n" for entry in REFUSED))


if __name__ == "__main__":
    sys.exit(main())
