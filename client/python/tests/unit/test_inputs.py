"""Models and samples of every kind as the files that are sent."""

import io
import pathlib
import re
import sys
import threading
from types import SimpleNamespace

import numpy as np
import pytest
from conftest import DIGITS

import edgerack as er
from edgerack import progress
from edgerack._core.orders import orders, server_url
from edgerack._core.transport import target
from edgerack.inputs.dataset import dataset_file
from edgerack.inputs.model import model_file
from edgerack.progress import share_done
from edgerack.records import Job, Model, Run

TFLITE = DIGITS / "digits_int8.tflite"


def arrays(file):
    with np.load(io.BytesIO(file.data)) as archive:
        return {name: archive[name] for name in archive.files}


def test_a_model_may_be_a_path_bytes_or_on_the_server():
    data = TFLITE.read_bytes()
    assert model_file(TFLITE) == ("digits_int8.tflite", data, "")
    assert model_file(str(TFLITE)).data == data
    assert model_file(data).display_name == "model.tflite"
    assert model_file(bytearray(data), name="mine").display_name == "mine"
    assert model_file(Model(name="models/ab", display_name="m")).on_server == "models/ab"
    assert model_file("models/abcdef").on_server == "models/abcdef"


@pytest.mark.parametrize(
    ("beginning", "suffix"),
    [(b"PK\x03\x04", ".keras"), (b"\x89HDF\r\n\x1a\n", ".h5"), (b"\x08\x07", ".onnx")],
)
def test_bytes_are_named_by_what_they_are(beginning, suffix):
    assert model_file(beginning + b"...").display_name == "model" + suffix


def test_an_onnx_object_is_serialized():
    onnx = pytest.importorskip("onnx")
    node = onnx.helper.make_node("Relu", ["x"], ["y"])
    x, y = (onnx.helper.make_tensor_value_info(n, onnx.TensorProto.FLOAT, [1, 4]) for n in "xy")
    made = onnx.helper.make_model(onnx.helper.make_graph([node], "my graph", [x], [y]))
    assert model_file(made) == ("my_graph.onnx", made.SerializeToString(), "")


@pytest.mark.parametrize(
    ("model", "code"),
    [
        ("/no/such/model.tflite", "FILE_NOT_FOUND"),
        (DIGITS, "NOT_A_FILE"),
        (42, "BAD_MODEL_OBJECT"),
        (None, "BAD_MODEL_OBJECT"),
    ],
)
def test_what_is_no_model_is_refused_with_a_next_step(model, code):
    with pytest.raises(er.UserError) as caught:
        model_file(model)
    assert caught.value.code == code
    assert re.search(r"give|correct", caught.value.message)


def test_samples_become_an_npz_of_the_arrays():
    x, y = np.arange(12.0).reshape(3, 4), [0, 1, 2]
    packed = arrays(dataset_file((x, y)))
    assert packed["x"].dtype == np.float32
    assert packed["x"].tolist() == x.tolist()
    assert packed["y"].tolist() == y
    assert list(arrays(dataset_file(x))) == ["x"]
    several = arrays(dataset_file({"left": x, "right": x, "y": y}))
    assert set(several) == {"left", "right", "y"}
    assert arrays(dataset_file(x.astype(np.int8)))["x"].dtype == np.int8


def test_the_same_arrays_are_the_same_dataset():
    x = np.arange(12.0).reshape(3, 4)
    assert dataset_file((x, [1, 2, 3])).data == dataset_file((x.copy(), [1, 2, 3])).data


def test_a_dataset_file_is_sent_as_it_is():
    path = DIGITS / "digits.npz"
    assert dataset_file(path) == ("digits.npz", path.read_bytes(), "")


@pytest.mark.parametrize(
    "samples",
    [
        (np.zeros((3, 2)), np.zeros(2)),
        (np.zeros((3, 2)), np.zeros(3), np.zeros(3)),
        (np.zeros((3, 2)), None),
        np.array(["a", "b"]),
        np.float32(3),
        {"x": object()},
    ],
)
def test_what_is_no_dataset_is_refused(samples):
    with pytest.raises(er.UserError) as caught:
        dataset_file(samples)
    assert caught.value.code == "BAD_DATASET"


@pytest.mark.parametrize("boards", [[], "", [""], [3]])
def test_a_run_names_at_least_one_board(boards):
    with pytest.raises(er.UserError, match="BAD_USAGE"):
        orders(TFLITE, boards)


def test_where_the_server_is(monkeypatch):
    monkeypatch.delenv("EDGERACK_SERVER", raising=False)
    assert server_url(None) == "127.0.0.1:7700"
    monkeypatch.setenv("EDGERACK_SERVER", "host:1")
    assert server_url(None) == "host:1"
    assert server_url("other:2") == "other:2"
    assert target("http://host:7700/") == "host:7700"


def test_how_much_of_a_job_is_done():
    def job(*runs, state="RUNNING"):
        return Job(state=state, runs=runs)

    assert share_done(job()) == 0.0
    assert share_done(job(Run(stage="run", progress=0.5), Run(state="SUCCEEDED"))) == pytest.approx(
        (6.5 / 8 + 1) / 2
    )
    assert share_done(job(Run(stage="queue"), state="FAILED")) == 1.0


def test_progress_is_for_the_main_thread_of_a_terminal_or_a_notebook(monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    assert progress.wanted()
    said = []
    thread = threading.Thread(target=lambda: said.append(progress.wanted()))
    thread.start()
    thread.join()
    assert said == [False]
    monkeypatch.setattr(sys.stderr, "isatty", lambda: False, raising=False)
    assert not progress.wanted()
    shell = type("ZMQInteractiveShell", (), {})()
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    assert progress.wanted()


@pytest.mark.parametrize(
    ("module", "suffix"),
    [
        ("keras.src.models.sequential", ".keras"),  # Keras 3
        ("keras.src.engine.sequential", ".h5"),  # Keras 2.15
        ("tf_keras.src.engine.training", ".h5"),
    ],
)
def test_keras_models_are_saved_in_the_format_of_their_version(module, suffix):
    def save(self, path):
        pathlib.Path(path).write_bytes(b"saved")

    model = type("Sequential", (), {"__module__": module, "name": "net", "save": save})()
    assert model_file(model) == (f"net{suffix}", b"saved", "")
