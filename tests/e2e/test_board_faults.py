"""What goes wrong between agent and board, each with its reason and a board that comes back."""

import os
import pathlib
import signal

import bad_lines
import pytest
from conftest import BOARD, local_farm
from fault_farm import FLOAT, broken_farm, faulty, share  # noqa: F401

# Offline -----------------------------------------------------------------------------------------


def test_a_board_that_is_off_is_said_to_be_and_is_used_once_it_is_on(faulty):
    faulty.kill(BOARD)
    faulty.kill("agent")
    faulty.start_agent()
    faulty.wait_for_board("OFFLINE", "CONSOLE_NOT_FOUND")
    faulty.fail("INFRASTRUCTURE", "QUEUE_TIMEOUT", BOARD, "OFFLINE", "CONSOLE_NOT_FOUND",
                "is the board plugged in", options=("--option", "timeout.queue_ms=2000"))
    patient = faulty.submit(FLOAT)
    faulty.start_board(BOARD)
    assert faulty.wait_for_end(patient)["job"]["state"] == "SUCCEEDED"


def test_a_board_whose_uart_nobody_answers_is_offline(faulty, tmp_path):
    """The console is there and the chip behind it is not: a cable in the wrong socket."""
    master, slave = os.openpty()
    link = tmp_path / "dead"
    link.symlink_to(os.ttyname(slave))
    faulty.restart_agent(console=f'{{ device = "{link}" }}', probe=None)
    reason = faulty.wait_for_board("OFFLINE", "BOARD_SILENT")
    assert str(link) in reason and "wrong console" in reason
    os.close(master)
    os.close(slave)


# The probe ---------------------------------------------------------------------------------------


@pytest.fixture
def relay(faulty):
    relay = bad_lines.ProbeRelay(faulty.spare_port, faulty.stlink_port(BOARD))
    faulty.restart_agent(probe=f"{{ tcp_port = {faulty.spare_port} }}")
    faulty.wait_until_idle()
    yield relay
    relay.close()


@pytest.mark.parametrize("mode, code, words", [
    ("closed", "PROBE_NOT_FOUND", ("cannot connect", "`probe.tcp_port`")),
    ("garbage", "PROBE_FAILED", ("no ST-LINK server", "`probe.tcp_port`")),
    ("mute", "PROBE_TIMEOUT", ("stopped after", "plug the probe in again"))])
def test_a_probe_that_openocd_cannot_talk_to(faulty, relay, mode, code, words):
    relay.set(mode)
    faulty.fail("INFRASTRUCTURE", code, "stage load", *words,
                options=("--option", "timeout.load_ms=1000"))
    relay.set("good")
    faulty.succeed()


def test_openocd_is_missing_until_it_is_installed(faulty, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    faulty.restart_agent(tags='["without-openocd"]')
    monkeypatch.undo()
    faulty.wait_until_idle()
    faulty.fail("INFRASTRUCTURE", "PROGRAM_MISSING", "apt install openocd")
    (tmp_path / "openocd").symlink_to("/usr/bin/openocd")
    faulty.succeed()


def children_of(pid):
    """Process ids by program name."""
    found = {}
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            try:
                found[pathlib.Path(f"/proc/{child}/comm").read_text().strip()] = int(child)
            except OSError:
                pass
    return found


def test_openocd_that_hangs_is_ended_and_the_run_is_tried_again(faulty):
    job = faulty.submit(FLOAT, "--option", "timeout.load_ms=3000")
    agent = faulty.pid("agent")
    openocd = faulty.wait_for(lambda: children_of(agent).get("openocd"), "OpenOCD")
    os.kill(openocd, signal.SIGSTOP)
    error = faulty.wait_for_failed_attempt(job, "PROBE_TIMEOUT", 30)
    assert error["class"] == "INFRASTRUCTURE"
    assert "stopped after" in error["message"]
    assert not local_farm._alive(openocd)
    document = faulty.wait_for_end(job)
    assert document["job"]["state"] == "SUCCEEDED", document["job"]
    assert document["job"]["runs"][0]["attempt"] == 2


# Identity: the probe's serial number, the chip, the chip's unique id -----------------------------


def test_another_board_on_the_console_than_configured(faulty):
    uid = faulty.board()["uid"]
    faulty.restart_agent(uid='"0123456789abcdef01234567"')
    reason = faulty.wait_for_board("OFFLINE", "WRONG_BOARD")
    assert uid in reason and "0123456789abcdef01234567" in reason and "correct `uid`" in reason
    faulty.fail("INFRASTRUCTURE", "QUEUE_TIMEOUT", "WRONG_BOARD", uid,
                options=("--option", "timeout.queue_ms=1000"))
    faulty.restart_agent(uid=f'"{uid.upper()}"')
    faulty.succeed()


def test_another_chip_than_the_kind_says(faulty, share, monkeypatch):
    """The agent's kind has an STM32F767; the board has an STM32F746."""
    chip = share / "chips" / "stm32f746.toml"
    assert chip.exists(), sorted(share.rglob("*.toml"))
    chip.write_text(chip.read_text().replace("0x449", "0x451"))
    monkeypatch.setenv("EDGERACK_SHARE", str(share))
    faulty.restart_agent(tags='["other-share"]')
    monkeypatch.undo()
    reason = faulty.wait_for_board("OFFLINE", "WRONG_CHIP")
    assert "0x449" in reason and "0x451" in reason and "`kind`" in reason


def test_another_probe_than_configured(faulty):
    faulty.restart_agent(
        probe=f'{{ tcp_port = {faulty.stlink_port(BOARD)}, serial = "0669FF3732" }}')
    faulty.wait_until_idle()
    faulty.fail("INFRASTRUCTURE", "WRONG_PROBE", "serial mismatch", "`probe.serial`")
    serial = faulty.board()["uid"].upper()
    faulty.restart_agent(probe=f'{{ tcp_port = {faulty.stlink_port(BOARD)}, serial = "{serial}" }}')
    faulty.succeed()


@pytest.fixture
def other_board(faulty, tmp_path):
    """A second board, empty, whose probe the agent takes for the first one's."""
    other = local_farm.Farm(tmp_path / "other", faulty.port + 30)
    other.board_options = lambda kind: ["--uid", "111111111111111111111111"]
    other.start_board(BOARD)
    yield other
    other.down()


def test_the_probe_of_one_board_and_the_console_of_another(faulty, other_board):
    """Nothing is written to a board that only the probe reaches."""
    faulty.restart_agent(probe=f"{{ tcp_port = {other_board.stlink_port(BOARD)} }}")
    faulty.wait_until_idle()
    uid = faulty.board()["uid"]
    faulty.fail("INFRASTRUCTURE", "WRONG_BOARD", uid, "111111111111111111111111",
                "nothing was written", "`probe`, `console` or `uid`")
    flash = (other_board.dir / "boards" / BOARD / "flash.bin").read_bytes()
    assert set(flash) == {0xFF}


def test_a_silent_board_of_another_kind_is_not_flashed(faulty, other_board, share, monkeypatch):
    chip = share / "chips" / "stm32f746.toml"
    chip.write_text(chip.read_text().replace("0x449", "0x451"))
    monkeypatch.setenv("EDGERACK_SHARE", str(share))
    faulty.restart_agent(
        probe=f"{{ tcp_port = {other_board.stlink_port(BOARD)} }}",
        console=f'{{ device = "{other_board.dir / "boards" / BOARD / "uart"}" }}')
    monkeypatch.undo()
    reason = faulty.wait_for_board("OFFLINE", "WRONG_CHIP")
    assert "0x449" in reason and "0x451" in reason and "nothing was written" in reason
    flash = (other_board.dir / "boards" / BOARD / "flash.bin").read_bytes()
    assert set(flash) == {0xFF}
