"""One farm whose board is broken and mended again by each test of a module."""

import os
import shutil

import pytest
from conftest import BOARD, DIGITS, TestFarm, demo, local_farm

INT8 = DIGITS / "digits_int8.tflite"
FLOAT = DIGITS / "digits_float.tflite"  # not in the board's store after assert_usable
DATASET = DIGITS / "digits.npz"
LONG_RUN = ("--option", "samples=200")  # some seconds of interrupts off


class FaultFarm(TestFarm):
    __test__ = False

    def __init__(self, directory, port_base):
        super().__init__(directory, port_base)
        self.entry = {}
        self.uart_tcp_port = port_base + 20
        self.spare_port = port_base + 21

    def board_options(self, board):
        return super().board_options(board) + ["--uart-tcp", str(self.uart_tcp_port)]

    def board_entry(self, board, kind):
        entry = {**super().board_entry(board, kind), **self.entry}
        return {key: value for key, value in entry.items() if value is not None}

    def restart_agent(self, **entry):
        """With these keys of the board's entry changed; None leaves one out."""
        self.kill("agent")
        self.entry = entry
        self.start_agent()

    def mend(self):
        """The board as it was at first, whatever the test did."""
        if not self.pid(BOARD):
            self.start_board(BOARD)
        if self.entry:
            self.restart_agent()
        self.assert_usable()

    def board(self):
        return next((board for board in self.boards() if board["id"] == BOARD), {})

    def wait_for_board(self, state, words, timeout_s=30):
        """Returns the reason once the board is in that state and the reason has those words."""
        return self.wait_for(
            lambda: (lambda b: b.get("state") == state and words in b.get("reason", "") and
                     b.get("reason"))(self.board()),
            f"board {state} because of {words}", timeout_s, self.board)

    def wait_for_failed_attempt(self, job_id, code, timeout_s=60):
        """Returns the failure of the job's latest attempt once it has that code."""
        def failure():
            document = self.job(job_id) or {"job": {"runs": [{}]}}
            error = document["job"]["runs"][0].get("error", {})
            return error if error.get("code") == code else None
        return self.wait_for(failure, f"{code} in job {job_id}", timeout_s,
                             lambda: self.job(job_id))

    def succeed(self, *arguments, model=FLOAT):
        """Runs a job with ten samples (or as `arguments` say), which must be right to the bit."""
        code, document = self.edgerack(
            "run", model, "--board", BOARD, "--dataset", DATASET, "--option", "board_samples=10",
            *arguments)
        assert code == 0, document
        agreement = document["results"][0]["agreement"]
        assert agreement["bit_exact"] == agreement["samples"] >= 10
        return document

    def fail(self, error_class, code, *words, job=None, options=(), timeout_s=90):
        """Waits for the end of a job (a new one unless given) that must fail just so."""
        job = job or self.submit(FLOAT, *options)
        document = self.wait_for_end(job, timeout_s)
        assert document["job"]["state"] == "FAILED", document["job"]
        assert document["results"] == []
        error = document["job"]["error"]
        assert (error["class"], error["code"]) == (error_class, code), error
        for word in words:
            assert word in error["message"], error
        assert document["job"]["runs"][0]["error"] == error
        return error["message"]


@pytest.fixture(scope="module")
def broken_farm(tmp_path_factory):
    started = FaultFarm(tmp_path_factory.mktemp("farm"), demo.free_port_base())
    try:
        started.up()
        yield started
    finally:
        started.down()


@pytest.fixture
def faulty(broken_farm):
    """The farm; after the test its board is mended and runs a normal job."""
    yield broken_farm
    broken_farm.mend()


@pytest.fixture
def share(tmp_path):
    """A copy of the installed boards and chips that a test may change, as files of its own."""
    original = os.environ.get("EDGERACK_SHARE", local_farm.ROOT / "build" / "share" / "edgerack")
    copy = tmp_path / "share"
    shutil.copytree(original, copy)
    return copy
