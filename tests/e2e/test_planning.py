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


def compiled(tmp_path, *options):
    words = [word for option in options for word in ("--option", option)]
    report = tmp_path / "report.json"
    package = tmp_path / "model.erp"
    run("edgerack-compile", MNIST, "--board", "virtual-f746", *words, "--report", report, "--out",
        package)
    return json.loads(report.read_text()), package


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


@pytest.mark.parametrize("kind", ["virtual-f746", "virtual-h743"])
@pytest.mark.parametrize("options", [("objective=ram",), ("objective=ram", "codebook=8"),
                                     ("objective=ram", "codebook=4")])
def test_the_board_computes_what_the_host_computes(tmp_path, kind, options):
    x = idx(IMAGES, 16).reshape(-1, 28, 28, 1)[:3].astype(np.float32) / np.float32(255)
    np.savez(tmp_path / "three.npz", x=x, y=idx(LABELS, 8)[:3].astype(np.int32))
    words = [word for option in options for word in ("--option", option)]
    result = json.loads(run("edgerack-estimate", MNIST, "--board", kind, "--dataset",
                              tmp_path / "three.npz", "--option", "samples=1", "--option",
                              "warmup=0", *words, "--json"))
    assert result["agreement"]["samples"] == result["agreement"]["bit_exact"] == 3
    assert result["memory"]["arena_bytes"] <= 33_000


@pytest.mark.parametrize("model", ["mnist_cnn_float", "resnet8_int8"])
def test_objectives_trade_memory_for_time(model):
    results = {}
    for objective in ("time", "balanced", "ram"):
        result = json.loads(run("edgerack-estimate", MODELS / f"{model}.tflite", "--board",
                                  "virtual-f746", "--option", f"objective={objective}", "--option",
                                  "samples=1", "--option", "warmup=0", "--json"))
        results[objective] = (result["memory"]["arena_bytes"], result["cycles"]["median"])
    print(model, results)
    arena = {key: value[0] for key, value in results.items()}
    cycles = {key: value[1] for key, value in results.items()}
    assert arena["ram"] < arena["time"] and arena["ram"] <= arena["balanced"] <= arena["time"]
    assert arena["balanced"] <= arena["ram"] + max(arena["ram"] // 8, 4096)
    assert cycles["time"] <= cycles["balanced"] <= cycles["ram"]
    assert cycles["time"] < cycles["ram"]
