"""The firmware fails in mid-inference, for real: a debugger makes it, and the record tells it."""

import bad_lines
from conftest import BOARD
from fault_farm import FLOAT, LONG_RUN, broken_farm, faulty  # noqa: F401


def test_a_fault_in_mid_run_is_told_with_its_record(faulty):
    """Both attempts fault, so the record is the job's error."""
    job = faulty.submit(FLOAT, *LONG_RUN)
    for attempt in (1, 2):
        faulty.wait_for_stage(job, "run", attempt=attempt)
        bad_lines.crash(faulty.stlink_port(BOARD))
    message = faulty.fail(
        "BOARD", "FIRMWARE_FAULT", "usage fault while layer ", f"pc {bad_lines.SRAM2:#010x}",
        "cfsr 0x00010000",  # UNDEFINSTR
        "hfsr 0x40000000",  # FORCED: interrupts were off
        "reset cause software", "addr2line", job=job)
    assert "lr 0x" in message and "sp 0x2000" in message
    assert "' was running" in message  # the layer's name
    assert faulty.board()["state"] in ("IDLE", "RECOVERING")


def test_a_fault_once_costs_one_attempt_and_tells_its_address(faulty):
    job = faulty.submit(FLOAT, *LONG_RUN)
    faulty.wait_for_stage(job, "run")
    bad_lines.bad_load(faulty.stlink_port(BOARD), 0xC0000000)
    error = faulty.wait_for_failed_attempt(job, "FIRMWARE_FAULT")
    assert error["class"] == "BOARD"
    assert "bus fault while layer" in error["message"]
    assert "address 0xc0000000" in error["message"]
    document = faulty.wait_for_end(job)
    assert document["job"]["state"] == "SUCCEEDED", document["job"]
    assert document["job"]["runs"][0]["attempt"] == 2
    assert len(document["results"]) == 1


def test_a_board_that_hangs_is_reset_by_its_watchdog(faulty):
    job = faulty.submit(FLOAT, *LONG_RUN)
    faulty.wait_for_stage(job, "run")
    bad_lines.hang(faulty.stlink_port(BOARD))
    error = faulty.wait_for_failed_attempt(job, "BOARD_HUNG", 120)
    assert error["class"] == "BOARD"
    assert "the watchdog reset the board while layer " in error["message"]
    assert "' was running (reset cause watchdog)" in error["message"]
    assert faulty.wait_for_end(job)["job"]["state"] == "SUCCEEDED"
    # The watchdog alone did it.
    assert "not reloaded in time" in faulty.log_file(BOARD).read_text()


def test_a_hang_that_outlasts_the_stage_is_ended_with_the_probe(faulty):
    """The stage's time-out is shorter than the watchdog's period: the agent resets the board."""
    job = faulty.submit(FLOAT, *LONG_RUN, "--option", "timeout.run_ms=12000")
    faulty.wait_for_stage(job, "run")
    bad_lines.sleep_for_ever(faulty.stlink_port(BOARD))
    error = faulty.wait_for_failed_attempt(job, "BOARD_HUNG", 60)
    assert error["class"] == "BOARD"
    assert "the board hung while layer " in error["message"]
    assert "was reset with the debug probe" in error["message"]
    assert faulty.wait_for_end(job)["job"]["state"] == "SUCCEEDED"


def test_a_reset_in_mid_run_is_told_as_one(faulty):
    job = faulty.submit(FLOAT, *LONG_RUN)
    faulty.wait_for_stage(job, "run")
    bad_lines.reset(faulty.stlink_port(BOARD))
    error = faulty.wait_for_failed_attempt(job, "BOARD_RESET")
    assert error["class"] == "BOARD"
    assert "the board was reset while layer " in error["message"]
    assert "reset cause reset pin" in error["message"]
    assert faulty.wait_for_end(job)["job"]["state"] == "SUCCEEDED"


def test_a_debugger_that_holds_the_core_does_not_wake_the_watchdog(faulty):
    """Held for twice the watchdog's period, then let go: the run ends as if nothing had been."""
    job = faulty.submit(FLOAT, *LONG_RUN)
    faulty.wait_for_stage(job, "run")
    bad_lines.hold(faulty.stlink_port(BOARD), 4)
    document = faulty.wait_for_end(job)
    assert document["job"]["state"] == "SUCCEEDED", document["job"]
    assert document["job"]["runs"][0]["attempt"] == 1
