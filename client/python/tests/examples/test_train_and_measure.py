"""The example as a user runs it, with a server that is killed in the middle."""

import os
import re
import subprocess
import sys

import pytest
from conftest import BOARD, CLIENT, url

import edgerack as er

pytest.importorskip(
    "keras", reason="Keras is absent (`./dev oracle` installs it): the example is NOT run"
)
EPOCHS = 8
BOARD_LINE = re.compile(r"board: epoch (\d+)  ([\d.]+) ms  top-1 ([\d.]+)")


def test_nothing_is_lost_when_the_server_is_killed_while_a_training_is_measured(own_farm):
    environment = dict(
        os.environ, EDGERACK_SERVER=url(own_farm), PYTHONPATH=str(CLIENT / "src"),
        PYTHONUNBUFFERED="1",
    )  # fmt: skip
    script = CLIENT / "examples" / "train_and_measure.py"
    with subprocess.Popen(
        [sys.executable, str(script), "--board", BOARD, "--epochs", str(EPOCHS)],
        env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    ) as process:  # fmt: skip
        try:
            lines, restarted = [], False
            for line in process.stdout:
                lines.append(line.rstrip())
                if BOARD_LINE.fullmatch(lines[-1]) and not restarted:
                    restarted = True
                    own_farm.kill("server")  # SIGKILL, with the next epoch on its way
                    own_farm.start_server()
            assert process.wait(60) == 0, "\n".join(lines)
        finally:
            process.kill()
    said = "\n".join(lines)
    assert restarted, said

    measured = [BOARD_LINE.fullmatch(line) for line in lines]
    measured = [(int(m[1]), float(m[2]), float(m[3])) for m in measured if m]
    assert [epoch for epoch, _, _ in measured] == list(range(EPOCHS)), said
    assert all(latency > 0 for _, latency, _ in measured)
    assert measured[-1][2] > 0.8, "the model learned, and the board says so"
    first_measured = next(i for i, line in enumerate(lines) if BOARD_LINE.fullmatch(line))
    last_epoch = f"epoch {EPOCHS - 1} "
    last_trained = next(i for i, line in enumerate(lines) if line.startswith(last_epoch))
    assert first_measured < last_trained, f"a board's figure came while training went on: {said}"
    losses = re.findall(r"^epoch (\d+)  loss", said, re.MULTILINE)
    assert losses == [str(epoch) for epoch in range(EPOCHS)]
    assert len(re.findall(r"^ +\d+  [\d.]+ +[\d.]+  [\d.]+$", said, re.MULTILINE)) == EPOCHS

    with er.Client(url(own_farm)) as client:  # each once, none twice
        names = [result.model_display_name for result in client.results(limit=None)]
    assert sorted(names) == [f"digits-epoch-{epoch}.keras" for epoch in range(EPOCHS)]
