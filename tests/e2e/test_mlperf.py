"""`edgerack mlperf`: a model by MLPerf Tiny's protocol and rules; the runner's own way of asking."""

import os
import re
import socket

import numpy as np
import pytest
from conftest import BOARD, DIGITS, demo
from fault_farm import FaultFarm

CYCLE_MODEL = True
INT8 = DIGITS / "digits_int8.tflite"
LONG = os.environ.get("EDGERACK_MLPERF_LONG")


def measure(farm, *arguments):
    code, document = farm.edgerack("mlperf", INT8, "--board", BOARD, *arguments, timeout_s=3000)
    assert code == 0, document
    return document["results"][0]


def codes(result):
    return {issue["code"] for issue in result["issues"]}


@pytest.mark.skipif(bool(LONG), reason="the long test is another")
def test_short_windows_are_marked_and_agree_with_the_link(farm):
    result = measure(farm, "--windows", "2", "--window-s", "0.1")
    throughput = result["throughput"]
    assert len(throughput["windows"]) == 2
    assert all(window["seconds"] >= 0.1 for window in throughput["windows"])
    assert result["verdict"] == "DEGRADED" and "WINDOW_TOO_SHORT" in codes(result)
    # Text and link time the same thing: one inference of a window is one of the link's.
    assert abs(1000 / throughput["median_per_s"] / result["latency"]["median_ms"] - 1) < 0.02
    assert result["agreement"]["bit_exact"] == result["agreement"]["samples"] == 1
    assert result["provenance"]["protocol"] == "mlperf-tiny"
    assert "m-name-dut-[edgerack]" in result["provenance"]["firmware_says"]
    assert len(throughput["results"]) == 10


@pytest.mark.skipif(bool(LONG), reason="the long test is another")
def test_an_input_of_ones_own_gives_the_models_answer(farm, tmp_path):
    digits = np.load(DIGITS / "digits.npz")
    right = 0
    for i in (0, 1):
        np.save(tmp_path / "x.npy", digits["x"][i:i + 1])
        result = measure(farm, "--windows", "1", "--window-s", "0.01", "--input",
                         tmp_path / "x.npy")
        right += int(np.argmax(result["throughput"]["results"]) == digits["y"][i])
    assert right == 2


@pytest.mark.skipif(bool(LONG), reason="the long test is another")
def test_the_options_go_with_the_protocol(farm):
    code, document = farm.edgerack("run", INT8, "--board", BOARD, "--option", "window_s=1")
    assert code == 1 and document["error"]["code"] == "BAD_OPTION", document


@pytest.mark.skipif(not LONG, reason="five windows of ten modelled seconds: --long")
def test_the_rule_itself(farm):
    result = measure(farm)
    assert len(result["throughput"]["windows"]) == 5
    assert all(window["seconds"] >= 10 and window["inferences"] >= 10
               for window in result["throughput"]["windows"])
    assert result["verdict"] == "VALID" and "WINDOW_TOO_SHORT" not in codes(result)
    assert abs(1000 / result["throughput"]["median_per_s"] / result["latency"]["median_ms"] - 1) < 0.02


class Runner:
    """Asks as MLCommons' runner does: a command, then lines until one has m-ready."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.received = b""

    def say(self, command, timeout_s=30):
        """The lines of the answer; none when there is no answer in time."""
        self.socket.settimeout(timeout_s)
        self.socket.sendall(command.encode() + b"%")
        while b"m-ready\r\n" not in self.received:
            try:
                self.received += self.socket.recv(4096)
            except TimeoutError:
                return []
        answer, _, self.received = self.received.partition(b"m-ready\r\n")
        return answer.decode().split("\r\n")


@pytest.mark.skipif(bool(LONG), reason="the long test is another")
def test_the_runners_own_conversation(tmp_path):
    """A board's console belongs to one program: the agent is stopped, as docs/mlperf.md says."""
    farm = FaultFarm(tmp_path, demo.free_port_base())
    try:
        farm.up()
        code, document = farm.edgerack("run", INT8, "--board", BOARD)
        assert code == 0, document
        farm.kill("agent")
        runner = Runner(farm.uart_tcp_port)
        # The agent's last frame may be younger than the silence that the board wants before text.
        name = farm.wait_for(lambda: runner.say("name", timeout_s=1), "an answer to name%")
        assert re.match(r"^m-name-dut-\[([^]]+)]$", name[0])
        model = next(line for line in runner.say("profile") if line.startswith("m-model-["))
        assert re.fullmatch(r"m-model-\[sha-[0-9a-f]{8}]", model)
        data = bytes(range(64))
        assert runner.say(f"db load {len(data)}")[0] == "m-[Expecting 64 bytes]"
        for at in range(0, len(data), 31):
            loaded = runner.say("db " + data[at:at + 31].hex())
        assert "m-load-done" in loaded
        answer = runner.say("infer 20 5")
        laps = [int(line.removeprefix("m-lap-us-")) for line in answer if "m-lap-us-" in line]
        assert len(laps) == 2 and laps[1] > laps[0]
        results = next(line for line in answer if line.startswith("m-results-["))
        assert re.fullmatch(r"m-results-\[(-?\d+\.\d{3},){9}-?\d+\.\d{3}]", results)
        runner.socket.close()
        farm.start_agent()
        farm.assert_usable()
    finally:
        farm.down()
