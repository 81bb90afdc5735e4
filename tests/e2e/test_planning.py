"""What the memory planner and the codebooks make of a model: the same bits on boards as on the host,
and objectives that differ in the direction they say.

The files are not part of the product: EDGERACK_SHARED_MODELS names the models' folder, ../data beside
it holds the MNIST test set.
"""

import json
import os
import pathlib
import subprocess

import farm as local_farm
import numpy as np
import pytest
from test_mnist_accuracy import IMAGES, LABELS, idx

MODELS = pathlib.Path(os.environ.get("EDGERACK_SHARED_MODELS", "/nonexistent"))
MNIST = MODELS / "mnist_cnn_float.tflite"
pytestmark = pytest.mark.skipif(
    not (MNIST.exists() and IMAGES.exists() and LABELS.exists()),
    reason="EDGERACK_SHARED_MODELS is not set: planning is NOT checked on boards")


def run(program, *words):
    done = subprocess.run([str(local_farm.BIN / program), *map(str, words)], capture_output=True,
                          text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def compiled(tmp_path, *options, model=MNIST):
    words = [word for option in options for word in ("--option", option)]
    report = tmp_path / "report.json"
    package = tmp_path / "model.erp"
    run("edgerack-compile", model, "--board", "virtual-f746", *words, "--report", report, "--out",
        package)
    return json.loads(report.read_text()), package


def estimated(model, kind, *options):
    """A result of one run, whose inputs are random."""
    words = [word for option in (*options, "samples=1", "warmup=0") for word in ("--option", option)]
    return json.loads(run("edgerack-estimate", model, "--board", kind, *words, "--json"))


def top1(tmp_path, package):
    """Over the whole test set, on the host."""
    x = idx(IMAGES, 16).reshape(-1, 28, 28, 1).astype(np.float32) / np.float32(255)
    labels = idx(LABELS, 8)
    np.savez(tmp_path / "in.npz", conv2d_3_input=x)
    run("edgerack-compile", "run", package, "--input", tmp_path / "in.npz", "--output",
        tmp_path / "out.npy", "--kernels", "native")
    hits = np.load(tmp_path / "out.npy").reshape(len(x), 10).argmax(axis=1) == labels
    return hits.mean()


@pytest.mark.parametrize(("bits", "weights", "least"), [(8, 263_720, 0.9903), (4, 244_328, 0.989)])
def test_codebooks_are_small_and_keep_the_accuracy(tmp_path, bits, weights, least):
    report, package = compiled(tmp_path, "objective=ram", f"codebook.dense_2/Relu={bits}")
    assert report["memory"]["arena_bytes"] <= 33_000
    [layer] = report["codebooks"]
    assert layer["float_bytes"] == 147_456
    total = 373_288 - layer["float_bytes"] + layer["codebook_bytes"]
    assert total == weights
    accuracy = top1(tmp_path, package)
    print(f"{bits} bits: {layer}, {total} bytes of weights, top-1 {accuracy:.4f}")
    assert accuracy >= least


@pytest.mark.parametrize(("kind", "options"), [
    ("virtual-f746", ("objective=ram",)), ("virtual-f746", ("objective=ram", "codebook=8")),
    ("virtual-f746", ("objective=ram", "codebook=4")),
    ("virtual-h743", ("objective=ram", "codebook=8"))])
def test_the_board_computes_what_the_host_computes(kind, options):
    result = estimated(MNIST, kind, *options)
    assert result["agreement"]["samples"] == result["agreement"]["bit_exact"] == 1
    assert result["memory"]["arena_bytes"] <= 33_000


@pytest.mark.parametrize("model", ["vww_int8", "resnet8_int8"])
def test_objectives_trade_memory_for_time(tmp_path, model):
    results = {objective: estimated(MODELS / f"{model}.tflite", "virtual-f746",
                                    f"objective={objective}") for objective in ("time", "ram")}
    arena = {key: result["memory"]["arena_bytes"] for key, result in results.items()}
    cycles = {key: result["cycles"]["median"] for key, result in results.items()}
    print(model, arena, cycles)
    assert arena["ram"] < arena["time"]
    assert cycles["time"] < cycles["ram"]
    report, _ = compiled(tmp_path, "objective=balanced", model=MODELS / f"{model}.tflite")
    balanced = report["memory"]["arena_bytes"]
    assert arena["ram"] <= balanced <= arena["ram"] + max(arena["ram"] // 8, 4096)
