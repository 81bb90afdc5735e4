"""From file to result through every real part."""

import json
import re
import subprocess
import time
import urllib.request

import numpy as np
import pytest
from conftest import BOARD, DIGITS, local_farm

INT8 = DIGITS / "digits_int8.tflite"
CYCLE_MODEL = True  # of the farm
FLOAT = DIGITS / "digits_float.tflite"
DATASET = DIGITS / "digits.npz"


def run(farm, model, *arguments):
    code, document = farm.edgerack("run", model, "--board", BOARD, *arguments)
    assert code == 0, document
    assert document["job"]["state"] == "SUCCEEDED"
    assert len(document["results"]) == 1
    return document["results"][0]


def test_int8_digits_on_the_board_equal_the_host(farm):
    result = run(farm, INT8, "--dataset", DATASET)
    assert result["agreement"] == {"samples": 100, "bit_exact": 100, "max_abs_error": 0.0}
    assert result["accuracy"]["samples"] == 100
    assert result["accuracy"]["top1"] >= 0.95
    assert result["accuracy"]["host_samples"] == 1797
    assert result["accuracy"]["host_top1"] == pytest.approx(0.9967, abs=5e-4)
    assert result["verdict"] == "VALID"
    assert result["board"]["id"] == BOARD
    assert result["board"]["virtual"] is True
    assert len(result["board"]["uid"]) == 24


def test_float_digits_agree_with_the_host(farm):
    result = run(farm, FLOAT, "--dataset", DATASET)
    assert result["agreement"]["samples"] == 100
    assert result["agreement"]["max_abs_error"] <= 1e-4
    assert result["accuracy"]["host_top1"] == pytest.approx(0.9967, abs=5e-4)


def test_a_result_holds_what_was_measured(farm):
    result = run(farm, INT8, "--dataset", DATASET, "--option", "samples=7")
    assert result["latency"]["estimated"] is True  # a virtual board's time is a model
    assert result["cycles"]["estimated"] is True
    assert len(result["latency"]["samples_ms"]) == 7
    assert result["cycles"]["min"] <= result["cycles"]["median"] <= result["cycles"]["max"]
    assert result["clock_hz"] == 216_000_000
    assert result["latency"]["median_ms"] == pytest.approx(
        result["cycles"]["median"] / 216_000, rel=1e-6)
    assert result["instructions"] > 0
    layers = result["layers"]
    assert sum(layer["macs"] for layer in layers) == result["macs"]
    assert sum(layer["cycles"] for layer in layers) == pytest.approx(
        result["cycles"]["median"], rel=0.02)
    memory = result["memory"]
    assert 0 < memory["stack_bytes"] < 16_384
    assert memory["arena_bytes"] > 0 and memory["weights_bytes"] > 0 and memory["code_bytes"] > 0
    for region in memory["regions"]:
        assert 0 <= region["used_bytes"] <= region["size_bytes"]
    stages = [stage["name"] for stage in result["stages"]]
    assert stages == ["queue", "compile", "acquire", "flash", "handshake", "load", "run", "validate"]
    assert result["provenance"]["board_uid"] == result["board"]["uid"]


def test_the_second_submission_repeats_no_work(farm):
    run(farm, INT8, "--dataset", DATASET)
    started = time.monotonic()
    result = run(farm, INT8, "--dataset", DATASET)
    seconds = time.monotonic() - started
    stages = {stage["name"]: stage for stage in result["stages"]}
    assert all(stages[name]["skipped"] for name in ("compile", "flash", "load"))
    inference_s = (stages["run"]["duration_ms"] + stages["validate"]["duration_ms"]) / 1000
    print(f"second submission: {seconds:.3f} s, of it on the board {inference_s:.3f} s")
    assert seconds - inference_s < 1


def test_the_agents_log_shows_stock_openocd_at_work(farm):
    run(farm, INT8)
    log = farm.log_file("agent").read_text()
    assert "Open On-Chip Debugger 0.12" in log
    assert "st_nucleo_f7.cfg" in (local_farm.BIN / "../share/edgerack/boards" / BOARD /
                                  "openocd.cfg").resolve().read_text()
    assert "stm32f7x" in log or "stm32f2x" in log  # the stock target or its flash driver
    assert "wrote" in log and "verified" in log


def test_the_compilers_host_run_equals_tflite_on_every_image(tmp_path):
    package, outputs = tmp_path / "digits.erp", tmp_path / "out.npz"
    compiler = str(local_farm.BIN / "edgerack-compile")
    report = tmp_path / "report.json"
    subprocess.run([compiler, str(INT8), "--board", BOARD, "--out", str(package),
                    "--report", str(report)], check=True)
    source = json.loads(report.read_text())["inputs"][0]
    steps = np.load(DATASET)["x"] / np.float32(source["scale"])
    rounded = np.sign(steps) * np.floor(np.abs(steps) + np.float32(0.5))
    np.savez(tmp_path / "in.npz",
             input_0=np.clip(rounded + source["zero_point"], -128, 127).astype(np.int8))
    subprocess.run([compiler, "run", str(package), "--input", str(tmp_path / "in.npz"),
                    "--output", str(outputs)], check=True)
    with np.load(outputs) as written:
        ours = written[written.files[0]]
    expected = np.load(DIGITS / "digits_int8_tflite.npy")
    assert ours.dtype == np.int8
    assert np.array_equal(ours.reshape(expected.shape), expected)


@pytest.mark.parametrize("content, words", [
    (b"", "no bytes"), (b"this is no model at all, sorry" * 10, "model"),
    (INT8.read_bytes()[:3000], "")])
def test_what_is_no_model_is_refused_with_the_users_class(farm, tmp_path, content, words):
    path = tmp_path / "bad.tflite"
    path.write_bytes(content)
    code, document = farm.edgerack("run", path, "--board", BOARD)
    assert code == 1
    error = document.get("error") or document["job"]["error"]
    assert error["class"] == "USER", error
    assert words in error["message"].lower()
    assert len(error["message"]) > 20


def test_all_gives_a_result_for_each_matching_board(farm):
    code, document = farm.edgerack("run", INT8, "--board", "family=stm32f7,chip=stm32f746", "--all")
    assert code == 0, document
    assert [result["board"]["id"] for result in document["results"]] == [BOARD]
    stored = farm.edgerack("results", "show", document["results"][0]["id"])[1]
    assert stored == document["results"][0]


def test_metrics_count_what_happened(farm):
    run(farm, INT8)
    with urllib.request.urlopen(f"http://127.0.0.1:{farm.port + 2}/metrics", timeout=5) as answer:
        text = answer.read().decode()
    ended = re.search(r'edgerack_jobs_ended_total\{state="SUCCEEDED"\} (\d+)', text)
    assert ended and int(ended.group(1)) >= 1


def test_an_unknown_board_is_refused_at_once(farm):
    code, document = farm.edgerack("run", INT8, "--board", "no-such-board")
    assert code == 1
    error = document.get("error") or document["job"]["error"]
    assert error["class"] in ("USER", "JOB")
    assert "no-such-board" in error["message"]


def test_exit_status_without_a_server(farm):
    done = subprocess.run([str(local_farm.BIN / "edgerack"), "--server", "127.0.0.1:1", "boards"],
                          capture_output=True, text=True, timeout=60)
    assert done.returncode == 3
    assert "127.0.0.1:1" in done.stderr
    assert subprocess.run([str(local_farm.BIN / "edgerack"), "frobnicate"],
                          capture_output=True).returncode == 2
