"""A board loses its power, gets its firmware and a model, runs it, and again.

EDGERACK_CYCLES says how often. Each time the board comes back empty: the agent finds it silent, loads
the firmware with the debug probe, and the next job loads the model.
"""

import os
import pathlib
import signal

import pytest
from conftest import DIGITS, local_farm, start_farm

CYCLES = int(os.environ.get("EDGERACK_CYCLES", "3"))


def children(pid):
    """The process ids whose parent this is."""
    found = []
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rsplit(")", 1)[1].split()
        except OSError:  # it ended meanwhile
            continue
        if int(fields[1]) == pid:
            found.append(int(stat.parent.name))
    return found


@pytest.mark.parametrize("board", local_farm.virtual_kinds())
def test_power_load_run_again_and_again(board, tmp_path):
    farm = start_farm(tmp_path, kinds=(board,))
    try:
        for cycle in range(CYCLES):
            code, document = farm.edgerack(
                "run", DIGITS / "digits_int8.tflite", "--board", board, "--dataset",
                DIGITS / "digits.npz", "--option", "board_samples=4")
            assert code == 0, (cycle, document)
            agreement = document["results"][0]["agreement"]
            assert agreement["bit_exact"] == agreement["samples"] == 4, cycle
            processes = children(farm.pid(board))
            farm.kill(board, signal.SIGKILL)
            farm.wait_for(lambda gone=processes: not any(map(local_farm._alive, gone)),
                          "the end of the board's own processes")
            (farm.dir / "boards" / board / "flash.bin").unlink(missing_ok=True)
            farm.start_board(board)
            farm.wait_until_idle()
        log = farm.log_file("agent").read_text()
        assert log.count("flashing firmware") >= CYCLES
    finally:
        farm.down()
