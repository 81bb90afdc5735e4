"""`edgerack-estimate` and `edgerack estimate`: a model on a kind of board, without board, server or agent."""

import json
import os
import pathlib
import subprocess
import time

import pytest
from conftest import DIGITS, ROOT, local_farm, start_farm

MODELS = pathlib.Path(os.environ.get("EDGERACK_SHARED_MODELS", "/nonexistent"))
INT8 = DIGITS / "digits_int8.tflite"
FLOAT = DIGITS / "digits_float.tflite"

TIMED_KINDS = ("virtual-f746", "stm32f746g-disco", "nucleo-f746zg", "virtual-h743", "nucleo-h743zi",
               "stm32h747i-disco")
COUNTED_KINDS = ("virtual-n6", "stm32n6570-dk", "nucleo-n657x0-q")
SHARED = ("ad_int8", "hello_world_int8", "kws_int8", "micro_speech_int8", "resnet8_int8", "vww_int8")

LAYERS_MAY_MISS = 0.02  # of the median run
CYCLES_A_LAYER = 150  # that timing it may add: code that the caches lost to the profiler


def call(*words, program="edgerack-estimate"):
    return subprocess.run([str(local_farm.BIN / program), *map(str, words)], capture_output=True,
                          text=True, env=dict(os.environ, EDGERACK_SERVER="127.0.0.1:9"))


def estimate(model, kind, *words):
    started = time.monotonic()
    done = call(model, "--board", kind, "--json", *words)
    print(f"{pathlib.Path(model).name} on {kind}: {time.monotonic() - started:.2f} s")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    return json.loads(done.stdout)


def check_sum_of_layers(result):
    total = sum(layer["cycles"] for layer in result["layers"])
    median = result["cycles"]["median"]
    assert abs(total - median) <= LAYERS_MAY_MISS * median + CYCLES_A_LAYER * len(result["layers"])


@pytest.fixture(scope="module")
def farm(tmp_path_factory):
    started = start_farm(tmp_path_factory.mktemp("farm"),
                         kinds=("virtual-f746", "virtual-h743", "virtual-n6"), cycle_model=True)
    yield started
    started.down()


@pytest.mark.parametrize("kind", TIMED_KINDS)
def test_kinds_with_a_cycle_model(kind):
    result = estimate(INT8, kind)
    assert result["estimated"] and result["latency"]["estimated"] and result["cycles"]["estimated"]
    assert result["board"]["kind"] == kind and result["board"]["virtual"] is True
    assert result["verdict"] == "VALID"
    assert result["agreement"] == {"samples": 1, "bit_exact": 1, "max_abs_error": 0}
    assert 0 < result["expected_error"]["median_percent"] < result["expected_error"]["worst_percent"]
    assert result["instructions"] > result["macs"] > 0
    check_sum_of_layers(result)
    clock = {"f7": 216, "h7": 480}["f7" if "f7" in kind else "h7"]
    assert result["clock_hz"] == (400 if "h747" in kind else clock) * 1_000_000
    emulated = [issue["code"] for issue in result["issues"]]
    assert ("OTHER_CHIP_EMULATED" in emulated) == ("h747" in kind)


@pytest.mark.parametrize("kind", COUNTED_KINDS)
def test_kinds_without_a_cycle_model_say_so(kind):
    result = estimate(INT8, kind)
    for key in ("cycles", "latency", "clock_hz", "cycles_per_mac", "expected_error"):
        assert key not in result
    assert result["estimated"] is True and result["instructions"] > 0
    assert all(layer["instructions"] > 0 and "cycles" not in layer for layer in result["layers"])
    assert result["memory"]["arena_bytes"] > 0
    text = call(INT8, "--board", kind).stdout
    assert "not estimated: for this core there is no model of cycles" in text
    assert " ms" not in text


def test_the_json_has_the_keys_of_a_result():
    result = estimate(FLOAT, "virtual-f746")
    assert set(result["latency"]) == {"estimated", "median_ms", "min_ms", "max_ms", "p90_ms",
                                      "samples_ms"}
    assert set(result["cycles"]) == {"estimated", "median", "min", "max"}
    assert {"weights_bytes", "arena_bytes", "arena_lower_bound_bytes", "code_bytes", "stack_bytes",
            "regions"} <= set(result["memory"])
    for region in result["memory"]["regions"]:
        assert set(region) == {"name", "used_bytes", "size_bytes"}
    for index, layer in enumerate(result["layers"]):
        assert layer["index"] == index and layer["estimated"] is True
        assert {"name", "op", "kernel", "macs", "cycles", "instructions", "output_shape",
                "findings"} <= set(layer)
    assert {"board", "verdict", "issues", "clock_hz", "instructions", "macs", "cycles_per_mac",
            "provenance", "findings"} <= set(result)


@pytest.mark.parametrize("kind", ("virtual-h743", "virtual-f746"))
def test_the_same_model_and_options_give_the_same_document(kind):
    words = (INT8, "--board", kind, "--json", "--option", "kernels=ref")
    one, other = json.loads(call(*words).stdout), json.loads(call(*words).stdout)
    # To the cycle on a quiet machine; a request that a busy one had to repeat leaves other lines in
    # the caches.
    assert one["cycles"]["median"] == pytest.approx(other["cycles"]["median"], rel=0.002)
    assert one["memory"] == other["memory"]


@pytest.mark.parametrize("kind, options", [
    ("virtual-f746", ()),
    ("virtual-f746", ("icache=off", "dcache=off")),
    ("virtual-f746", ("build=O0",)),
    ("virtual-f746", ("arena=DTCM", "code=ITCM")),
    ("virtual-f746", ("clock=288", "fpu=off")),
    ("virtual-h743", ()),
    ("virtual-h743", ("clock=240", "weights=DTCM")),
    ("virtual-n6", ()),
])
def test_a_farms_virtual_board_says_the_same(farm, kind, options):
    # As many runs: what is counted around them is shared among them.
    words = [word for option in (*options, "warmup=1", "samples=2")
             for word in ("--option", option)]
    ours = estimate(INT8, kind, *words)
    code, document = farm.edgerack("run", INT8, "--board", kind, *words)
    assert code == 0, document
    theirs = document["results"][0]
    for key in ("clock_hz", "macs", "memory", "verdict"):
        assert ours.get(key) == theirs.get(key), key
    # What ran before the first run, a package that came otherwise, is still in caches and predictor.
    assert ours["instructions"] == pytest.approx(theirs["instructions"], rel=1e-4)
    if "cycles" in theirs:
        assert ours["cycles"]["median"] == pytest.approx(theirs["cycles"]["median"], rel=0.005)
    for mine, measured in zip(ours["layers"], theirs["layers"], strict=True):
        mine.pop("estimated", None)
        for key in ("cycles", "instructions"):
            # A layer of some thousand cycles sees more of it.
            assert mine.pop(key, 0) == pytest.approx(measured.pop(key, 0), rel=0.05, abs=200), key
        assert mine == measured


def test_the_report_carries_the_prediction(tmp_path):
    report = tmp_path / "report.json"
    result = estimate(INT8, "nucleo-h743zi", "--report", report)
    written = json.loads(report.read_text())
    assert written["fits"] is True and written["inputs"] and written["op_types"]
    assert [layer["predicted_cycles"] for layer in written["layers"]] == \
        [layer["cycles"] for layer in result["layers"]]
    assert written["prediction"]["estimated"] is True
    assert written["prediction"]["cycles"] == result["cycles"]["median"]
    assert written["prediction"]["expected_error"] == result["expected_error"]


def test_caches_off_cost_time():
    on = estimate(INT8, "virtual-f746")
    off = estimate(INT8, "virtual-f746", "--option", "icache=off", "--option", "art=off")
    assert off["cycles"]["median"] > on["cycles"]["median"]
    assert off["verdict"] == "DEGRADED"


def test_a_part_of_the_cycle_model_can_be_left_out():
    whole = estimate(INT8, "virtual-f746")
    part = estimate(INT8, "virtual-f746", "--cycle-model", "pipeline,fetch,branches,icache,stores,banks")
    assert part["cycles"]["median"] < whole["cycles"]["median"]
    assert part["instructions"] == whole["instructions"]
    assert part["verdict"] == "DEGRADED" and "expected_error" not in part
    assert "PARTIAL_CYCLE_MODEL" in [issue["code"] for issue in part["issues"]]


def refusal(code, *words):
    """One line, with class and code at its end; the same as a document with --json."""
    done = call(*words)
    assert done.returncode == code, done.stdout + done.stderr
    assert done.stdout == ""
    line, = done.stderr.splitlines()
    assert line.startswith("edgerack-estimate: ")
    error = json.loads(call(*words, "--json").stdout)["error"]
    assert line == f"edgerack-estimate: {error['message']} [{error['class']} {error['code']}]"
    return error


def test_a_model_that_cannot_be_taken(tmp_path):
    text = tmp_path / "model.tflite"
    text.write_text("this is no model")
    report = tmp_path / "report.json"
    error = refusal(1, text, "--board", "virtual-f746", "--report", report)
    compiler = call(text, "--board", "virtual-f746", program="edgerack-compile")
    assert compiler.returncode == 1
    assert compiler.stderr == f"edgerack-compile: {error['message']} [USER {error['code']}]\n"
    assert json.loads(report.read_text())["error"]["code"] == error["code"]


def test_a_model_that_does_not_fit(tmp_path):
    report = tmp_path / "report.json"
    error = refusal(1, FLOAT, "--board", "virtual-f746", "--option", "weights=ITCM",
                    "--report", report)
    assert error["code"] == "DOES_NOT_FIT" and "ITCM" in error["message"]
    written = json.loads(report.read_text())
    assert written["fits"] is False and "prediction" not in written
    assert "DOES_NOT_FIT" in [finding["code"] for finding in written["findings"]]


@pytest.mark.parametrize("words, code", [
    ((INT8, "--board", "nothing"), "UNKNOWN_BOARD_KIND"),
    (("nothing.tflite", "--board", "virtual-f746"), "FILE_NOT_FOUND"),
    ((INT8, "--board", "virtual-f746", "--option", "samples=0"), "BAD_OPTION"),
    ((INT8, "--board", "virtual-f746", "--option", "nothing=1"), "BAD_OPTION"),
    ((INT8, "--board", "virtual-f746", "--option", "trace=1"), "BAD_OPTION"),
    ((INT8, "--board", "virtual-f746", "--option", "samples"), "BAD_OPTION"),
    ((INT8, "--board", "virtual-f746", "--cycle-model", "caches"), "BAD_OPTION"),
])
def test_wrong_usage(words, code):
    assert refusal(2, *words)["code"] == code


def test_a_clock_that_the_board_does_not_make():
    error = refusal(1, INT8, "--board", "virtual-f746", "--option", "clock=999")
    assert error["code"] == "CLOCK_NOT_AVAILABLE"


def test_a_kind_that_nothing_emulates():
    assert refusal(1, INT8, "--board", "host")["code"] == "NOT_ESTIMATED"


def test_no_words_are_wrong_usage():
    assert call().returncode == 2
    assert call("--help").returncode == 0


def test_edgerack_estimate_is_the_same_without_a_server(tmp_path):
    words = (INT8, "--board", "virtual-f746", "--option", "samples=1")
    ours = call("estimate", *words, "--json", program="edgerack")
    theirs = call(*words, "--json")
    assert (ours.returncode, theirs.returncode, ours.stderr) == (0, 0, theirs.stderr)
    one, other = json.loads(ours.stdout), json.loads(theirs.stdout)
    assert one.keys() == other.keys() and one["memory"] == other["memory"]
    # A request that a busy machine had to repeat leaves other lines in the caches.
    assert one["cycles"]["median"] == pytest.approx(other["cycles"]["median"], rel=0.005)
    text = call("estimate", *words, program="edgerack")
    assert text.returncode == 0 and "an estimate: no board was asked" in text.stdout
    assert call("estimate", INT8, "--board", "host", program="edgerack").returncode == 1
    assert call("estimate", INT8, "--board", "nothing", program="edgerack").returncode == 2
    assert call("estimate", INT8, program="edgerack").returncode == 2


@pytest.mark.skipif(not MODELS.is_dir(),
                    reason="EDGERACK_SHARED_MODELS does not name the reference models")
@pytest.mark.parametrize("kind", ("virtual-f746", "nucleo-h743zi", "virtual-n6"))
@pytest.mark.parametrize("name", SHARED)
def test_reference_models(name, kind):
    result = estimate(MODELS / f"{name}.tflite", kind)
    assert result["agreement"]["bit_exact"] == 1
    if kind != "virtual-n6":
        check_sum_of_layers(result)


# Milliseconds that an STM32F746 at 216 MHz took for each layer of the same float32 network: TensorFlow Lite
# Micro's portable kernels, GCC 9, -O3, published. The two last are the second dense layer and the softmax.
F746_LAYERS_MS = (18.69, 1.99, 91.03, 0.56, 12.52, 1.48, 0.04)
SHARES_MAY_MISS = 0.05


@pytest.mark.skipif(not MODELS.is_dir(),
                    reason="EDGERACK_SHARED_MODELS does not name the reference models")
def test_shares_of_the_f746_network():
    result = estimate(MODELS / "mnist_cnn_float.tflite", "virtual-f746", "--option", "kernels=ref",
                      "--option", "objective=time",
                      "--option", "samples=1", "--option", "warmup=1")
    cycles = [layer["cycles"] for layer in result["layers"]]
    cycles[6:] = [sum(cycles[6:])]
    for own, published in zip(cycles, F746_LAYERS_MS, strict=True):
        share = published / sum(F746_LAYERS_MS)
        assert own / sum(cycles) == pytest.approx(share, abs=SHARES_MAY_MISS), cycles
