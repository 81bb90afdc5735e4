"""Validation end to end: what is right is clean, and an error planted into any layer of a board's
firmware is found at that layer."""

import json
import os
import pathlib
import subprocess

import numpy as np
import pytest
from conftest import BOARD, DIGITS, start_farm
from faulty_image import FaultyShare

SHARED = os.environ.get("EDGERACK_SHARED_MODELS", "")
needs_shared = pytest.mark.skipif(not SHARED, reason="EDGERACK_SHARED_MODELS is not set")
COMPILE = pathlib.Path(os.environ["EDGERACK_BIN"]) / "edgerack-compile"


@pytest.fixture(scope="module")
def faulty(tmp_path_factory):
    """A farm whose board runs the faulty image, and the image."""
    directory = tmp_path_factory.mktemp("faulty")
    share = FaultyShare(directory)
    share.plant(0xFFFF)
    before = os.environ["EDGERACK_SHARE"]
    os.environ["EDGERACK_SHARE"] = str(share.path)
    farm = None
    try:
        farm = start_farm(directory / "farm")
        yield farm, share
    finally:
        os.environ["EDGERACK_SHARE"] = before
        if farm:
            farm.down()


def random_inputs(model, path, samples=2):
    """Values that a sensor could give, in the model's own type and shape."""
    view = json.loads(subprocess.run([COMPILE, "show", model, "--json"], capture_output=True,
                                     check=True).stdout)
    rng = np.random.default_rng(7)
    arrays = {}
    for tensor in view["inputs"]:
        shape = (samples, *tensor["shape"][1:])
        if tensor["dtype"] == "int8":
            arrays[tensor["name"]] = rng.integers(-128, 128, shape, dtype=np.int8)
        else:
            arrays[tensor["name"]] = rng.uniform(-1, 1, shape).astype(np.float32)
    np.savez(path, **arrays)
    return path


def validate(farm, model, inputs, *arguments):
    return farm.edgerack("validate", model, "--board", BOARD, "--inputs", inputs, *arguments)


def test_digits_are_clean(farm):
    for model in ("digits_int8.tflite", "digits_float.tflite"):
        code, document = validate(farm, DIGITS / model, DIGITS / "digits.npz")
        assert code == 0, document
        validation = document["validation"]
        assert validation["divergences"] == []
        assert validation["samples"] == 4
        for layer in validation["layers"]:
            assert layer["original"]["bit_exact"] or "float" in model, layer
            assert layer["passes"]["diverges"] is False, layer
            assert layer["arithmetic"]["diverges"] is False, layer
            if "row by row inside" in layer["board"].get("not_compared", ""):
                continue  # a convolution inside its pooling has no output of its own
            assert layer["package"]["bit_exact"] and layer["board"]["bit_exact"], layer
            assert layer["board"]["samples"] == 4
        labels = validation["accuracy"]["labels"]
        scores = {score["name"]: score for score in labels["executions"]}
        assert set(scores) == {"original", "compiled", "package", "board"}
        assert scores["board"]["samples"] == 100
        assert scores["package"]["samples"] > 100
        assert scores["package"]["top1"] > 0.9
        rows = [row["counts"] for row in scores["board"]["confusion"]]
        assert sum(map(sum, rows)) == 100
        assert sum(rows[i][i] for i in range(len(rows))) == round(100 * scores["board"]["top1"])
        agree = {(pair["a"], pair["b"]): pair["agree"] for pair in labels["between"]}
        assert agree[("package", "board")] == 1
        code, again = farm.edgerack("results", "validation", document["result"]["id"])
        assert code == 0 and again == validation


def test_every_sample_on_the_board(farm):
    code, document = validate(farm, DIGITS / "digits_int8.tflite", DIGITS / "digits.npz",
                              "--accuracy", "board", "--samples", "1")
    assert code == 0, document
    scores = {score["name"]: score
              for score in document["validation"]["accuracy"]["labels"]["executions"]}
    assert scores["board"]["samples"] == scores["package"]["samples"]
    assert scores["board"]["top1"] == scores["package"]["top1"]
    assert document["result"]["agreement"]["bit_exact"] == scores["board"]["samples"]


def test_without_a_trace_there_is_nothing_to_validate(farm):
    code, document = farm.edgerack("run", DIGITS / "digits_int8.tflite", "--board", BOARD)
    assert code == 0, document
    result = document["results"][0]
    assert "first_divergent_layer" not in result["agreement"]
    code, document = farm.edgerack("results", "validation", result["id"])
    assert code == 1 and document["error"]["code"] == "NOT_TRACED", document


def compile_validate(*arguments):
    done = subprocess.run([COMPILE, "validate", *map(str, arguments), "--json"],
                          capture_output=True, text=True)
    return done.returncode, json.loads(done.stdout) if done.stdout else done.stderr


def test_without_a_server_three_executions_are_compared():
    code, document = compile_validate(DIGITS / "digits_int8.tflite", "--board", BOARD, "--inputs",
                                      DIGITS / "digits.npz", "--samples", "3")
    assert code == 0, document
    assert [e["name"] for e in document["executions"] if e["ran"]] == \
        ["original", "compiled", "package"]
    assert document["samples"] == 3
    assert "not_compared" in document["layers"][0]["board"]
    names = [score["name"] for score in document["accuracy"]["labels"]["executions"]]
    assert names == ["original", "compiled", "package"]


def test_real_targets_have_errors(tmp_path):
    with np.load(DIGITS / "digits.npz") as data:
        x, y = data["x"][:50], data["y"][:50]
    one_hot = np.eye(10, dtype=np.float32)[y]
    np.savez(tmp_path / "d.npz", x=x)
    np.save(tmp_path / "y.npy", one_hot)
    code, document = compile_validate(DIGITS / "digits_float.tflite", "--board", BOARD, "--inputs",
                                      tmp_path / "d.npz", "--labels", tmp_path / "y.npy")
    assert code == 0, document
    for score in document["accuracy"]["targets"]["executions"]:
        assert score["samples"] == 50
        assert 0 < score["rmse"] < 0.2
        assert score["r2"] > 0.5
    np.save(tmp_path / "y.npy", one_hot[:, :4])
    code, error = compile_validate(DIGITS / "digits_float.tflite", "--board", BOARD, "--inputs",
                                   tmp_path / "d.npz", "--labels", tmp_path / "y.npy")
    assert code == 1 and "50x4" in error and "[USER BAD_DATASET]" in error


def check_every_layer(faulty, model, inputs):
    farm, share = faulty
    share.plant(0xFFFF)
    code, document = validate(farm, model, inputs, "--samples", "1", "--accuracy", "host")
    assert code == 0, document
    count = len(document["result"]["layers"])
    assert count > 3
    for layer in range(count):
        share.plant(layer)
        code, document = validate(farm, model, inputs, "--samples", "1", "--accuracy", "host")
        assert code == 1, (layer, document)
        assert document["result"]["agreement"]["first_divergent_layer"] == layer
        issues = [issue for issue in document["result"]["issues"]
                  if issue["code"] == "BOARD_HOST_MISMATCH"]
        assert len(issues) == 1 and f"layer {layer} " in issues[0]["message"], issues
        assert document["result"]["verdict"] == "INVALID"
        divergences = document["validation"]["divergences"]
        assert [(d["layer"], d["at"]) for d in divergences] == [(layer, "board")], divergences
        # One element, off by one step.
        board = document["validation"]["layers"][layer]["board"]
        assert board["first_differing_samples"] == 1
        step = document["validation"]["layers"][layer]["step"]
        assert abs(board["figures"]["max"] / step - 1) < 1e-6


def test_an_error_in_any_layer_of_digits_is_found_at_that_layer(faulty):
    check_every_layer(faulty, DIGITS / "digits_int8.tflite", DIGITS / "digits.npz")


@needs_shared
def test_an_error_in_any_layer_of_resnet8_is_found_at_that_layer(faulty, tmp_path):
    model = pathlib.Path(SHARED) / "resnet8_int8.tflite"
    check_every_layer(faulty, model, random_inputs(model, tmp_path / "x.npz"))


@needs_shared
@pytest.mark.parametrize("name", sorted(p.name for p in pathlib.Path(SHARED or ".").glob("*.*")
                                        if p.suffix in (".tflite", ".h5", ".onnx")))
def test_shared_models_are_clean(farm, tmp_path, name):
    model = pathlib.Path(SHARED) / name
    fits = subprocess.run([COMPILE, model, "--board", BOARD], capture_output=True, text=True)
    if "DOES_NOT_FIT" in fits.stderr:
        pytest.skip(f"{name} does not fit {BOARD}")
    assert fits.returncode == 0, fits.stderr
    inputs = random_inputs(model, tmp_path / "x.npz")
    code, document = validate(farm, model, inputs, "--samples", "2", "--option",
                              "board_samples=2")
    assert code == 0, document.get("validation", {}).get("divergences", document)
    layers = document["validation"]["layers"]
    assert any("bit_exact" in layer["board"] for layer in layers)
    for layer in layers:  # a convolution inside its pooling has no output of its own
        streamed = "row by row inside" in layer["board"].get("not_compared", "")
        assert streamed or layer["board"]["bit_exact"], layer
    judged = [layer for layer in layers if "diverges" in layer["arithmetic"]]
    assert len(judged) >= 0.5 * len(layers), [layer["arithmetic"] for layer in layers]
