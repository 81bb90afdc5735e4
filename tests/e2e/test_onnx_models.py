"""ONNX models as training tools write them, from the file to numbers, against ONNX Runtime."""
import json
import os
import pathlib
import subprocess
import sys

import numpy as np
import oracle
import pytest
from conftest import BOARD, local_farm

ROOT = pathlib.Path(__file__).resolve().parents[2]
MODELS = pathlib.Path(os.environ.get("EDGERACK_SHARED_MODELS", "/nonexistent"))
COMPILE = str(local_farm.BIN / "edgerack-compile")


def compiled(model, folder, board=BOARD, *options):
    package, report = folder / "model.erp", folder / "report.json"
    done = subprocess.run([COMPILE, str(model), "--board", board, "--out", str(package),
                           "--report", str(report), *options], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return package, json.loads(report.read_text())


def host_run(package, folder, **inputs):
    np.savez(folder / "in.npz", **inputs)
    subprocess.run([COMPILE, "run", str(package), "--input", str(folder / "in.npz"), "--output",
                    str(folder / "out.npz")], check=True)
    with np.load(folder / "out.npz") as archive:
        return dict(archive)


def dscnn(folder, activations):
    model = folder / "dscnn.onnx"
    made = subprocess.run([sys.executable, str(ROOT / "tests" / "models" / "qdq_dscnn.py"),
                           str(model), "--activations", activations],
                          check=True, capture_output=True, text=True)
    return model, float(made.stdout.split()[-1])


@pytest.mark.parametrize("activations", ["int8", "uint8"])
def test_qdq_model_computes_in_int8_from_end_to_end(tmp_path, activations):
    model, _ = dscnn(tmp_path, activations)
    _, report = compiled(model, tmp_path)
    # A kernel's name is made of operator, type, variant.
    kinds = [(layer["op"], next(t for t in ("f32", "any", "s8") if f"_{t}_" in layer["kernel"]))
             for layer in report["layers"]]
    assert kinds[0] == ("quantize", "any") and kinds[-1] == ("dequantize", "f32"), kinds
    assert all(kind == "s8" for _, kind in kinds[1:-1]), kinds
    assert "FLOAT_ISLAND" not in [f["code"] for f in report["findings"]]
    assert "transpose" not in [layer["op"] for layer in report["layers"]]


@oracle.needed
@pytest.mark.parametrize("activations", ["int8", "uint8"])
def test_qdq_model_is_within_a_step_of_onnx_runtime(tmp_path, activations):
    model, step = dscnn(tmp_path, activations)
    x = np.random.default_rng(5).normal(size=(50, 1, 1, 40, 49)).astype(np.float32)
    [expected] = oracle.onnx(model, x)
    package, report = compiled(model, tmp_path)
    got = host_run(package, tmp_path, features_in=x)[report["outputs"][0]["name"]]
    steps = np.abs(got.reshape(expected.shape) - expected) / step
    print(f"{activations}: worst {steps.max():.3f} steps, "
          f"{np.mean(steps > 0.5) * 100:.2f} % of outputs differ")
    assert steps.max() < 1.01


def test_the_board_equals_the_host(farm, tmp_path):
    model, _ = dscnn(tmp_path, "uint8")
    x = np.random.default_rng(6).normal(size=(2, 1, 40, 49)).astype(np.float32)
    np.savez(tmp_path / "data.npz", x=x)
    code, document = farm.edgerack(
        "run", model, "--board", BOARD, "--dataset", tmp_path / "data.npz", "--option",
        "samples=1", "--option", "warmup=0", timeout_s=280)
    assert code == 0, document
    agreement = document["results"][0]["agreement"]
    assert (agreement["samples"], agreement["bit_exact"]) == (2, 2)


@pytest.mark.skipif(not MODELS.is_dir(),
                    reason="EDGERACK_SHARED_MODELS does not name the reference models")
def test_published_mobilenet_equals_onnx_runtime(tmp_path):
    name = "mobilenet_v2_035_128"
    package, report = compiled(MODELS / f"{name}.onnx", tmp_path, "host")
    got = host_run(package, tmp_path, input_1=np.load(MODELS / "golden" / f"{name}.in0.npy"))
    expected = np.load(MODELS / "golden" / f"{name}.out.dense.npy")
    assert np.abs(got["dense"] - expected).max() < 1e-4
    operators = [layer["op"] for layer in report["layers"]]
    # One for the input, which the model wants with its channels first; the rest has moved away.
    assert operators.count("transpose") == 1 and "batch_norm" not in operators
