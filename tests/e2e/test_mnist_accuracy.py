"""Accuracy of the published MNIST network over the whole test set, host and board.

The files are not part of the product: EDGERACK_SHARED_MODELS names the models' folder, ../data beside
it holds t10k-images-idx3-ubyte.gz and t10k-labels-idx1-ubyte.gz.
"""

import gzip
import os
import pathlib

import numpy as np
import pytest
from conftest import BOARD

MODELS = pathlib.Path(os.environ.get("EDGERACK_SHARED_MODELS", "/nonexistent"))
DATA = MODELS.parent / "data"
IMAGES, LABELS = DATA / "t10k-images-idx3-ubyte.gz", DATA / "t10k-labels-idx1-ubyte.gz"

pytestmark = pytest.mark.skipif(
    not (IMAGES.exists() and LABELS.exists()),
    reason=f"no MNIST test set in {DATA} (beside EDGERACK_SHARED_MODELS): accuracy is NOT checked")


def idx(path, header_bytes):
    with gzip.open(path) as file:
        return np.frombuffer(file.read()[header_bytes:], np.uint8)


def test_the_whole_test_set_on_the_host_and_200_images_on_the_board(farm, tmp_path):
    x = idx(IMAGES, 16).reshape(-1, 28, 28, 1).astype(np.float32) / np.float32(255)
    y = idx(LABELS, 8).astype(np.int32)
    assert len(x) == len(y) == 10_000
    np.savez(tmp_path / "mnist.npz", x=x, y=y)
    code, document = farm.edgerack(
        "run", MODELS / "mnist_cnn_float.tflite", "--board", BOARD, "--dataset",
        tmp_path / "mnist.npz", "--option", "board_samples=200", "--option", "samples=1",
        "--option", "warmup=0", timeout_s=800)
    assert code == 0, document
    result = document["results"][0]
    assert result["accuracy"]["host_samples"] == 10_000
    assert result["accuracy"]["host_top1"] == pytest.approx(0.9906, abs=0.0003)
    assert result["agreement"]["samples"] == result["accuracy"]["samples"] == 200
    assert result["agreement"]["bit_exact"] == 200
    assert result["accuracy"]["top1"] >= 0.95  # 0.975 on these 200
