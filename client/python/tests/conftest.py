"""What the tests of the Python client share: the package from the source tree, and a farm."""

import os
import pathlib
import subprocess
import sys

import pytest

CLIENT = pathlib.Path(__file__).resolve().parents[1]
ROOT = CLIENT.parents[1]
DIGITS = ROOT / "client" / "examples" / "digits"
BOARD = "virtual-f746"

os.environ.setdefault("KERAS_BACKEND", "jax")
os.environ.setdefault("MPLBACKEND", "Agg")
for folder in (CLIENT, CLIENT / "src", ROOT / "deploy" / "local", pathlib.Path(__file__).parent):
    sys.path.insert(0, str(folder))

# Not in this process: the compiler in it and Debian's PyTorch bring two versions of one library.
subprocess.run([sys.executable, str(CLIENT / "build_schema.py")], check=True, capture_output=True)

import demo  # noqa: E402
import farm as local_farm  # noqa: E402
import numpy as np  # noqa: E402

import edgerack as er  # noqa: E402


def start_farm(folder):
    """Server, agent and one virtual board, ready."""
    started = local_farm.Farm(folder, demo.free_port_base(), kinds=(BOARD,), cycle_model=False)
    try:
        started.up()
    except local_farm.FarmError:
        started.down()
        raise
    return started


@pytest.fixture(scope="session")
def farm(tmp_path_factory):
    """One farm for all tests that leave it as it was."""
    started = start_farm(tmp_path_factory.mktemp("farm"))
    yield started
    started.down()


@pytest.fixture
def own_farm(tmp_path):
    """A farm of its own for a test that kills parts of it."""
    started = start_farm(tmp_path / "farm")
    yield started
    started.down()


def url(farm):
    return f"127.0.0.1:{farm.port}"


@pytest.fixture
def client(farm):
    with er.Client(url(farm)) as made:
        yield made


@pytest.fixture(scope="session")
def digits():
    """x float32 [1797,8,8,1] and y."""
    with np.load(DIGITS / "digits.npz") as archive:
        return archive["x"], archive["y"]


@pytest.fixture(scope="session")
def results(farm, digits):
    """Results of one job with 20 samples on the board."""
    with er.Client(url(farm)) as made:
        return made.run(
            DIGITS / "digits_int8.tflite", [BOARD], dataset=digits, options={"board_samples": 20}
        )
