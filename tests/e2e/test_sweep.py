"""What builds of the firmware cost: options `build` and `fpu`, and `edgerack sweep`."""

import numpy as np
import onnx
import onnx.numpy_helper
import pytest
from conftest import BOARD, DIGITS

CYCLE_MODEL = True  # of the farm
SHORT = ("--option", "samples=1", "--option", "warmup=0")


def codes(result):
    return {issue["code"] for issue in result["issues"]}


@pytest.fixture(scope="module")
def swept(farm, tmp_path_factory):
    """{(build, fpu): result} of the float digits."""
    code, document = farm.edgerack("sweep", DIGITS / "digits_float.tflite", "--board", BOARD, *SHORT,
                                   "--vary", "build=O3,O0", "--vary", "fpu")
    assert code == 0, document
    assert sum(run["fastest"] for run in document["runs"]) == 1
    assert next(run for run in document["runs"] if run["fastest"])["options"] == \
        {"build": "O3", "fpu": "on"}
    return {(run["options"]["build"], run["options"]["fpu"]): run["result"]
            for run in document["runs"]}


def test_each_build_is_another_firmware_and_computes_the_same(swept):
    assert len({result["provenance"]["firmware_build_id"] for result in swept.values()}) == 4
    for result in swept.values():
        assert result["agreement"]["bit_exact"] == result["agreement"]["samples"]


def test_verdicts_say_what_was_off(swept):
    assert swept["O3", "on"]["verdict"] == "VALID"
    assert {"DEBUG_BUILD"} == codes(swept["O0", "on"]) & {"DEBUG_BUILD", "FPU_OFF"}
    assert {"FPU_OFF"} == codes(swept["O3", "off"]) & {"DEBUG_BUILD", "FPU_OFF"}
    assert {"DEBUG_BUILD", "FPU_OFF"} <= codes(swept["O0", "off"])
    assert {swept[key]["verdict"] for key in swept if key != ("O3", "on")} == {"DEGRADED"}


def test_instructions_tell_the_cost(swept):
    count = {key: result["instructions"] for key, result in swept.items()}
    assert count["O0", "on"] > 2 * count["O3", "on"]
    assert count["O3", "off"] > 4 * count["O3", "on"]
    assert count["O0", "off"] > max(count["O0", "on"], count["O3", "off"])


def test_explain_names_both(farm, swept):
    code, explanation = farm.edgerack("explain", swept["O0", "off"]["id"])
    assert code == 0
    assert {"DEBUG_BUILD", "FPU_OFF"} <= {cause["code"] for cause in explanation["causes"]}


def test_the_next_plain_run_has_the_usual_firmware(farm, swept):
    code, document = farm.edgerack("run", DIGITS / "digits_int8.tflite", "--board", BOARD, *SHORT)
    assert code == 0, document
    result = document["results"][0]
    assert result["verdict"] == "VALID"
    assert result["provenance"]["firmware_build_id"] == \
        swept["O3", "on"]["provenance"]["firmware_build_id"]


def test_a_model_that_does_not_fit_beside_the_larger_build_is_refused(farm, tmp_path):
    """800 kB of weights fit beside the usual firmware, not beside the builds for comparison."""
    weights = np.zeros((400, 512), np.float32)
    model = tmp_path / "wide.onnx"
    graph = onnx.helper.make_graph(
        [onnx.helper.make_node("MatMul", ["x", "w"], ["y"], name="m")], "wide",
        [onnx.helper.make_tensor_value_info("x", onnx.TensorProto.FLOAT, [1, 400])],
        [onnx.helper.make_tensor_value_info("y", onnx.TensorProto.FLOAT, [1, 512])],
        [onnx.numpy_helper.from_array(weights, "w")])
    file = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 13)])
    file.ir_version = 7
    onnx.save(file, str(model))
    code, document = farm.edgerack("run", model, "--board", BOARD, *SHORT, "--option", "build=O0")
    assert code == 1, document
    assert document["job"]["error"]["code"] == "PACKAGE_TOO_LARGE"
    code, document = farm.edgerack("run", model, "--board", BOARD, *SHORT)
    assert code == 0, document


def test_what_cannot_be_varied_is_refused(farm):
    for vary in ("weather", "build=", "=1"):
        code, document = farm.edgerack("sweep", DIGITS / "digits_int8.tflite", "--board", BOARD,
                                       "--vary", vary)
        assert code == 2 and document["error"]["code"] == "BAD_USAGE", (vary, document)
    code, document = farm.edgerack("run", DIGITS / "digits_int8.tflite", "--board", BOARD,
                                   "--option", "build=O1")
    assert code == 1 and document["error"]["code"] == "BAD_OPTION", document
