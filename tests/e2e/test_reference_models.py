"""Published models whose outputs were computed by other software, on host and board.

The models are not part of the product: EDGERACK_SHARED_MODELS names a folder with NAME.tflite and
golden/NAME.{inA,outA,inB,outB}.npy; without it these tests are skipped.
"""

import json
import os
import pathlib
import subprocess

import numpy as np
import pytest
from conftest import BOARD, local_farm

MODELS = pathlib.Path(os.environ.get("EDGERACK_SHARED_MODELS", "/nonexistent"))
INT8 = ("kws_int8", "vww_int8", "resnet8_int8", "ad_int8", "micro_speech_int8", "hello_world_int8")
FLOAT = ("mnist_cnn_float", "resnet8_float", "vww_float")

BASELINE_ARENA_BYTES = json.loads(
    (pathlib.Path(__file__).parents[1] / "bench" / "baseline.json").read_text())["arena_bytes"]

pytestmark = pytest.mark.skipif(
    not MODELS.is_dir(), reason="EDGERACK_SHARED_MODELS does not name the reference models")


def golden(name, which):
    return np.load(MODELS / "golden" / f"{name}.{which}.npy")


def compile_for_board(name, folder):
    package = folder / f"{name}.erp"
    return package, subprocess.run(
        [str(local_farm.BIN / "edgerack-compile"), str(MODELS / f"{name}.tflite"), "--board", BOARD,
         "--out", str(package)], capture_output=True, text=True)


def host_output(name, sample, folder):
    package, done = compile_for_board(name, folder)
    assert done.returncode == 0, done.stderr
    np.savez(folder / "in.npz", input_0=golden(name, f"in{sample}"))
    subprocess.run([str(local_farm.BIN / "edgerack-compile"), "run", str(package), "--input",
                    str(folder / "in.npz"), "--output", str(folder / "out.npz")], check=True)
    with np.load(folder / "out.npz") as written:
        return written["output_0"]


@pytest.mark.parametrize("sample", ["A", "B"])
@pytest.mark.parametrize("name", INT8)
def test_int8_on_the_host_equals_the_golden_output(name, sample, tmp_path):
    expected = golden(name, f"out{sample}")
    assert np.array_equal(host_output(name, sample, tmp_path).reshape(expected.shape), expected)


@pytest.mark.parametrize("sample", ["A", "B"])
@pytest.mark.parametrize("name", FLOAT)
def test_float_on_the_host_is_close_to_the_golden_output(name, sample, tmp_path):
    expected = golden(name, f"out{sample}").ravel().astype(np.float64)
    ours = host_output(name, sample, tmp_path).ravel().astype(np.float64)
    assert np.abs(ours - expected).max() < 1e-4
    assert ours @ expected / np.linalg.norm(ours) / np.linalg.norm(expected) > 0.9999


@pytest.mark.parametrize("name", INT8 + FLOAT)
def test_the_board_equals_the_host(farm, name, tmp_path):
    """Both golden inputs run on the board; with the test above the board equals the golden output."""
    x = np.concatenate([golden(name, f"in{sample}").reshape((1, *golden(name, "inA").shape[1:]))
                        for sample in "AB"])
    np.savez(tmp_path / "golden.npz", x=x)
    code, document = farm.edgerack(
        "run", MODELS / f"{name}.tflite", "--board", BOARD, "--dataset", tmp_path / "golden.npz",
        "--option", "samples=1", "--option", "warmup=0", timeout_s=280)
    assert code == 0, document
    result = document["results"][0]
    assert result["agreement"]["samples"] == 2
    assert result["agreement"]["bit_exact"] == 2
    assert sum(layer["cycles"] for layer in result["layers"]) == pytest.approx(
        result["cycles"]["median"], rel=0.02)
    assert result["provenance"]["profiler_overhead_cycles"] > 0  # subtracted, and shown
    if name in BASELINE_ARENA_BYTES:
        assert result["memory"]["arena_bytes"] <= BASELINE_ARENA_BYTES[name]


def test_what_does_not_fit_is_refused_with_bytes_per_region(tmp_path):
    _, done = compile_for_board("ad_float", tmp_path)
    assert done.returncode == 1
    assert "FLASH" in done.stderr and "917504" in done.stderr.replace(",", "")
