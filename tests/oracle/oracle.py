"""Runtimes that are not ours, for tests: build/oracle, which `./dev oracle` makes from PyPI.

Without it (no network, another Python) the tests that need one are skipped and say so.
"""

import os
import pathlib
import subprocess
import tempfile

import numpy as np
import pytest

HERE = pathlib.Path(__file__).resolve().parent
PYTHON = pathlib.Path(os.environ.get("EDGERACK_ORACLE", HERE.parents[1] / "build" / "oracle")) / \
    "bin" / "python"

needed = pytest.mark.skipif(
    not PYTHON.exists(),
    reason=f"{PYTHON} is absent (`./dev oracle` makes it from PyPI): NOT compared with TensorFlow "
           "Lite, ONNX Runtime or Keras")


def _run(script, cases, *options):
    """The outputs of each of `cases`, (model, inputs), from one process."""
    with tempfile.TemporaryDirectory() as folder:
        arguments, results = [], []
        for number, (model, inputs) in enumerate(cases):
            given, got = (pathlib.Path(folder, f"{way}{number}.npz") for way in ("in", "out"))
            np.savez(given, **{f"input_{i}": array for i, array in enumerate(inputs)})
            arguments += [str(model), str(given), str(got)]
        done = subprocess.run([str(PYTHON), str(HERE / script), *arguments, *options],
                              capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, f"the oracle failed:\n{done.stderr}"
        for number in range(len(cases)):
            with np.load(pathlib.Path(folder, f"out{number}.npz")) as archive:
                results.append([archive[f"output_{i}"] for i in range(len(archive.files))])
        return results


def tflite_models(cases):
    """Outputs of TensorFlow Lite's reference kernels for many models; every array has the samples
    in front. A model written as "optimized:PATH" is run with its optimized kernels."""
    return _run("run_tflite.py", cases)


def tflite(model, *inputs):
    """The outputs of one model."""
    return tflite_models([(model, inputs)])[0]


def onnx(model, *inputs, feedback=()):
    """Outputs of ONNX Runtime without optimizations; every array has the samples in front.
    `feedback`: "OUTPUT=INPUT", an input that is an output of the sample before."""
    return _run("run_onnx.py", [(model, inputs)], *feedback)[0]
