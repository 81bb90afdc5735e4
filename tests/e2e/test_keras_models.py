"""Keras models, .h5 and .keras: the host against Keras itself, one of them on the board."""

import os
import pathlib
import subprocess

import numpy as np
import oracle
import pytest
from conftest import BOARD, local_farm

MODELS = pathlib.Path(os.environ.get("EDGERACK_SHARED_MODELS", "/nonexistent"))
CASES = ("conv1d", "separable", "transposed", "recurrent", "gru_reset_before", "bidirectional",
         "backwards", "states", "normalized", "moved", "activations", "merged", "product",
         "repeated", "shared", "grouped", "embedded")

pytestmark = oracle.needed


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The folder with every case, made by Keras."""
    folder = tmp_path_factory.mktemp("keras")
    done = subprocess.run([str(oracle.PYTHON), str(oracle.HERE / "make_keras_models.py"),
                           str(folder)], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return folder


def host_outputs(model, inputs, folder):
    program = str(local_farm.BIN / "edgerack-compile")
    package, result = folder / "model.erp", folder / "result.npz"
    subprocess.run([program, str(model), "--board", BOARD, "--out", str(package)], check=True)
    subprocess.run([program, "run", str(package), "--input", str(inputs), "--output", str(result)],
                   check=True)
    with np.load(result) as archive:
        return {name: archive[name] for name in archive.files}


def assert_close(ours, expected):
    for name, wanted in expected.items():
        assert np.abs(ours[name].reshape(wanted.shape) - wanted).max() < 1e-4, name


@pytest.mark.parametrize("extension", ["h5", "keras"])
@pytest.mark.parametrize("case", CASES)
def test_the_host_computes_what_keras_does(made, case, extension, tmp_path):
    ours = host_outputs(made / f"{case}.{extension}", made / f"{case}.in.npz", tmp_path)
    with np.load(made / f"{case}.out.npz") as expected:
        assert_close(ours, expected)


@pytest.mark.skipif(not MODELS.is_dir(),
                    reason="EDGERACK_SHARED_MODELS does not name the reference models")
@pytest.mark.parametrize("name, shape, most", [("mnist_cnn", (2, 28, 28, 1), 1.0),
                                               ("resnet8", (2, 32, 32, 3), 255.0)])
def test_published_models(name, shape, most, tmp_path):
    samples = np.random.default_rng(1).uniform(0, most, shape).astype(np.float32)
    np.save(tmp_path / "x.npy", samples)
    done = subprocess.run([str(oracle.PYTHON), str(oracle.HERE / "run_keras.py"),
                           str(MODELS / f"{name}.h5"), str(tmp_path / "x.npy"),
                           str(tmp_path / "y.npz")], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    ours = host_outputs(MODELS / f"{name}.h5", tmp_path / "x.npy", tmp_path)
    with np.load(tmp_path / "y.npz") as expected:
        assert_close(ours, expected)


@pytest.mark.parametrize("case", ["separable", "recurrent"])
def test_the_board_equals_the_host(farm, made, case, tmp_path):
    with np.load(made / f"{case}.in.npz") as inputs:
        np.savez(tmp_path / "data.npz", x=inputs["input_0"])
    code, document = farm.edgerack("run", made / f"{case}.keras", "--board", BOARD, "--dataset",
                                   tmp_path / "data.npz", "--option", "samples=1")
    assert code == 0, document
    assert document["results"][0]["agreement"] == {"samples": 2, "bit_exact": 2,
                                                   "max_abs_error": 0.0}
