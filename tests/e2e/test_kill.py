"""SIGKILL in mid-job: the job ends once, with a true result or the true reason."""

import time

import pytest
from conftest import BOARD, DIGITS

MODEL = DIGITS / "digits_float.tflite"
# Timed runs enough that the board works for a few seconds.
LONG_RUN = ("--dataset", DIGITS / "digits.npz", "--option", "samples=600")


def assert_one_true_end(farm, document):
    """Ended once: a success has exactly one result whose numbers agree with the host."""
    job = document["job"]
    if job["state"] == "SUCCEEDED":
        assert len(document["results"]) == 1
        result = document["results"][0]
        assert result["agreement"]["bit_exact"] == result["agreement"]["samples"] == 100
        assert len(result["latency"]["samples_ms"]) == 600
    else:
        assert job["state"] == "FAILED"
        assert document["results"] == []
        assert job["error"]["class"] in ("INFRASTRUCTURE", "BOARD"), job["error"]
        assert job["error"]["code"] and len(job["error"]["message"]) > 20
    again = farm.job(job["id"])
    assert again["job"]["state"] == job["state"]
    assert [r["id"] for r in again["results"]] == [r["id"] for r in document["results"]]


@pytest.mark.parametrize("stage", ["run", "validate"])
def test_the_server_is_killed(own_farm, stage):
    job = own_farm.submit(MODEL, *LONG_RUN)
    own_farm.wait_for_stage(job, stage)
    assert own_farm.kill("server")
    own_farm.start_server()
    document = own_farm.wait_for_end(job)
    assert document["job"]["state"] == "SUCCEEDED", document["job"]
    assert_one_true_end(own_farm, document)
    own_farm.assert_usable()


def test_the_server_is_killed_right_after_it_accepted(own_farm):
    jobs = [own_farm.submit(MODEL, *LONG_RUN) for _ in range(3)]
    assert own_farm.kill("server")
    own_farm.start_server()
    for job in jobs:
        document = own_farm.wait_for_end(job)
        assert document["job"]["state"] == "SUCCEEDED", document["job"]
        assert_one_true_end(own_farm, document)


def test_the_agent_is_killed(own_farm):
    job = own_farm.submit(MODEL, *LONG_RUN)
    own_farm.wait_for_stage(job, "run")
    assert own_farm.kill("agent")
    own_farm.start_agent()
    assert_one_true_end(own_farm, own_farm.wait_for_end(job))
    own_farm.assert_usable()


@pytest.mark.parametrize("stage", ["load", "run"])
def test_the_board_is_killed(own_farm, stage):
    """In `load` OpenOCD is writing the package into the board's flash."""
    job = own_farm.submit(MODEL, *LONG_RUN)
    own_farm.wait_for_stage(job, stage)
    assert own_farm.kill(BOARD)
    own_farm.start_board(BOARD)
    assert_one_true_end(own_farm, own_farm.wait_for_end(job, 180))
    own_farm.assert_usable()


def test_the_board_comes_back_empty(own_farm):
    """A board whose flash was lost is flashed again before it takes the job."""
    own_farm.kill(BOARD)
    (own_farm.dir / "boards" / BOARD / "flash.bin").unlink()
    job = own_farm.submit(MODEL, *LONG_RUN)
    own_farm.start_board(BOARD)
    document = own_farm.wait_for_end(job, 180)
    assert document["job"]["state"] == "SUCCEEDED", document["job"]
    assert_one_true_end(own_farm, document)


def test_the_board_stays_away(own_farm):
    """Without its board the job fails with the reason instead of waiting for ever."""
    job = own_farm.submit(MODEL, *LONG_RUN, "--option", "timeout.queue_ms=5000")
    own_farm.wait_for_stage(job, "run")
    own_farm.kill(BOARD)
    document = own_farm.wait_for_end(job, 180)
    assert document["job"]["state"] == "FAILED"
    assert_one_true_end(own_farm, document)
    own_farm.start_board(BOARD)
    own_farm.assert_usable()


def test_a_cancelled_job_frees_the_board(own_farm):
    job = own_farm.submit(MODEL, *LONG_RUN)
    own_farm.wait_for_stage(job, "run")
    code, document = own_farm.edgerack("jobs", "cancel", job)
    assert code == 0 and document["job"]["state"] == "CANCELLED"
    started = time.monotonic()
    own_farm.assert_usable()
    assert time.monotonic() - started < 60
    assert own_farm.job(job)["results"] == []
