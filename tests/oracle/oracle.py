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
           "Lite or ONNX Runtime")


def _run(script, model, inputs, *arguments):
    with tempfile.TemporaryDirectory() as folder:
        given, got = pathlib.Path(folder, "in.npz"), pathlib.Path(folder, "out.npz")
        np.savez(given, **{f"input_{i}": array for i, array in enumerate(inputs)})
        done = subprocess.run([str(PYTHON), str(HERE / script), str(model), str(given), str(got),
                               *arguments],
                              capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, f"the oracle failed on {model}:\n{done.stderr}"
        with np.load(got) as archive:
            return [archive[f"output_{i}"] for i in range(len(archive.files))]


def tflite(model, *inputs):
    """Outputs of TensorFlow Lite's reference kernels; every array has the samples in front."""
    return _run("run_tflite.py", model, inputs)


def onnx(model, *inputs, feedback=()):
    """Outputs of ONNX Runtime without optimizations; every array has the samples in front.
    `feedback`: "OUTPUT=INPUT", an input that is an output of the sample before."""
    return _run("run_onnx.py", model, inputs, *feedback)
