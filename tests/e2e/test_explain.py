"""Why a run took its time, and a metric of one's own: through the real programs."""

import os
import subprocess

import numpy as np
import pytest
from conftest import BOARD, DIGITS

CYCLE_MODEL = True  # of the farm
SHARED = os.environ.get("EDGERACK_SHARED_MODELS", "")
needs_shared = pytest.mark.skipif(not SHARED, reason="EDGERACK_SHARED_MODELS is not set")


def explain(farm, model, *options):
    """The result of a run and its explanation."""
    arguments = [word for option in options for word in ("--option", option)]
    code, document = farm.edgerack("run", model, "--board", BOARD, "--option", "samples=1",
                                   "--option", "warmup=0", *arguments)
    assert code == 0, document
    result = document["results"][0]
    code, explanation = farm.edgerack("explain", result["id"])
    assert code == 0, explanation
    return result, explanation


def causes(explanation):
    return {cause["code"]: cause for cause in explanation["causes"]}


def test_each_layer_stands_beside_its_bounds(farm):
    result, explanation = explain(farm, DIGITS / "digits_int8.tflite")
    assert explanation["estimated"] is True
    assert explanation["clock_hz"] == 216_000_000
    assert len(explanation["layers"]) == len(result["layers"])
    assert explanation["cycles"] == sum(layer["cycles"] for layer in result["layers"])
    assert 0 < explanation["bound_cycles"] < explanation["cycles"]
    assert sum(layer["share"] for layer in explanation["layers"]) == pytest.approx(1)
    stem, *_ = explanation["layers"]
    first = result["layers"][0]
    assert stem["bytes"] == first["weights_bytes"] + first["input_bytes"] + first["output_bytes"]
    assert stem["arithmetic_cycles"] == first["macs"] // 2  # two products in one SMLAD
    assert stem["bound"] in ("arithmetic", "requantization", "bandwidth", "overhead")


def test_reference_kernels_are_named_with_their_reason(farm):
    _, fast = explain(farm, DIGITS / "digits_int8.tflite")
    _, slow = explain(farm, DIGITS / "digits_int8.tflite", "kernels=ref")
    cause = causes(slow)["REFERENCE_KERNELS"]
    assert "asked for" in cause["evidence"] and "kernels=ref" in cause["fix"]
    assert cause["share"] > 0.9
    assert causes(fast).get("REFERENCE_KERNELS", {"share": 0})["share"] < 0.3


def test_float_layers_are_named(farm):
    _, explanation = explain(farm, DIGITS / "digits_float.tflite")
    assert causes(explanation)["FLOAT_LAYERS"]["share"] > 0.5


@needs_shared
def test_a_fully_connected_network_waits_for_its_weights(farm):
    """ad_int8 has 264 kB of weights and one product for each: flash is its bound."""
    result, explanation = explain(farm, os.path.join(SHARED, "ad_int8.tflite"))
    largest = max(explanation["layers"], key=lambda layer: layer["cycles"])
    assert largest["memory"] == result["memory"]["weights_region"] == "FLASH"
    assert largest["memory_cycles"] > largest["arithmetic_cycles"]
    assert causes(explanation)["BANDWIDTH_BOUND"]["share"] > 0.5


def test_an_unknown_result_is_refused(farm):
    code, document = farm.edgerack("explain", "nothing")
    assert code == 1 and document["error"]["code"] == "RESULT_NOT_FOUND"


@pytest.fixture
def metrics(tmp_path, monkeypatch):
    monkeypatch.setenv("EDGERACK_PYTHON", "/usr/bin/python3")
    file = tmp_path / "metrics.py"
    file.write_text("""import numpy as np

def macro_f1(outputs, y):
    answer = outputs.reshape(len(y), -1).argmax(axis=1)
    scores = []
    for label in np.unique(y):
        right = np.sum((answer == label) & (y == label))
        scores.append(2 * right / (np.sum(answer == label) + np.sum(y == label)))
    return {"macro_f1": np.mean(scores), "samples": len(y)}

def broken(outputs, y):
    return outputs["logits"]
""")
    return file


def test_a_metric_of_ones_own(farm, metrics):
    def validate(metric, *arguments):
        return farm.edgerack("validate", DIGITS / "digits_int8.tflite", "--board", BOARD,
                             "--inputs", DIGITS / "digits.npz", "--metric", metric, *arguments)
    code, document = validate(f"{metrics}:macro_f1", "--option", "board_samples=40")
    assert code == 0, document
    metric = document["metric"]
    assert metric["name"] == "macro_f1" and metric["samples"] == 40
    assert metric["board"] == metric["host"]
    assert metric["board"]["samples"] == 40 and 0.9 < metric["board"]["macro_f1"] <= 1
    code, document = validate(f"{metrics}:broken", "--accuracy", "host")
    assert code == 1 and document["error"]["code"] == "METRIC_FAILED"
    assert "metrics.py line 12" in document["error"]["message"]
    code, document = validate("metrics", "--accuracy", "host")
    assert code == 1 and document["error"]["code"] == "BAD_METRIC"


def test_the_metric_sees_the_labels_of_the_drawn_samples(farm, metrics, tmp_path):
    """y of the samples that ran, not the first ones: here y grows along the dataset."""
    x = np.load(DIGITS / "digits.npz")["x"]
    growing = tmp_path / "growing.npz"
    np.savez(growing, x=x, y=np.arange(len(x)) * 10 // len(x))
    metrics.write_text("def spread(outputs, y):\n    return {'low': y.min(), 'high': y.max()}\n")
    code, document = farm.edgerack("validate", DIGITS / "digits_int8.tflite", "--board", BOARD,
                                   "--inputs", growing, "--metric", f"{metrics}:spread",
                                   "--option", "board_samples=50")
    assert code == 0, document
    assert document["metric"]["board"] == {"low": 0, "high": 9}
