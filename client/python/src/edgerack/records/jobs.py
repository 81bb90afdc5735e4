"""Jobs and their runs."""

from __future__ import annotations

import dataclasses
import datetime

from edgerack.records._record import Record
from edgerack.records.failure import Failure


@dataclasses.dataclass(frozen=True)
class Run(Record):
    """The job's work on one board.

    Attributes:
        board: The board's id; empty while waiting for any.
        state: One of WAITING, ASSIGNED, SUCCEEDED, FAILED, CANCELLED.
        attempt: Starts at 1; grows when infrastructure failed and the run was tried again.
        stage: What it does now: queue, compile, acquire, flash, handshake, load, run, validate.
        progress: 0..1 within the stage where known.
        result: "results/{id}" once it succeeded.
    """

    id: str = ""
    board: str = ""
    state: str = ""
    attempt: int = 0
    stage: str = ""
    progress: float | None = None
    error: Failure | None = None
    result: str = ""


@dataclasses.dataclass(frozen=True)
class JobSpec(Record):
    """What was asked for.

    Attributes:
        model: "models/{sha256}". Empty only where a `firmware` has the model in it.
        dataset: "datasets/{sha256}"; empty = one random sample, no accuracy. For a `firmware` that
            speaks mlperf-tiny: the input as raw bytes, as the image wants them.
        calibration: "datasets/{sha256}" for calibration; empty = none.
        board_selector: An id, kind=…, chip=…, family=…, tag=…; commas join conditions.
        all_boards: One result for each matching board instead of one for any of them.
        quantize: none, int8, …
        options: Options of compiler and run. Of the run: warmup (default 2), samples (timed runs,
            default 20), board_samples (dataset samples run on the board, default 100).
        firmware: "firmwares/{sha256}": somebody's own image, flashed for this job in place of the
            resident firmware; empty = none.
        protocol: How the board is measured: edgerack-link (also when empty), mlperf-tiny,
            log-regex.
    """

    model: str = ""
    dataset: str = ""
    calibration: str = ""
    board_selector: str = ""
    all_boards: bool = False
    quantize: str = ""
    options: dict[str, str] = dataclasses.field(default_factory=dict)
    firmware: str = ""
    protocol: str = ""


@dataclasses.dataclass(frozen=True)
class Job(Record):
    """One request: this model, compiled so, on these boards.

    Attributes:
        name: "jobs/{id}".
        state: One of QUEUED, COMPILING, RUNNING, SUCCEEDED, FAILED, CANCELLED.
        error: Only when FAILED.
        end_time: Absent until the job has ended.
    """

    name: str = ""
    id: str = ""
    spec: JobSpec | None = None
    state: str = ""
    error: Failure | None = None
    runs: tuple[Run, ...] = ()
    create_time: datetime.datetime | None = None
    update_time: datetime.datetime | None = None
    end_time: datetime.datetime | None = None
    model_display_name: str = ""
