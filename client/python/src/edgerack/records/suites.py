"""What is measured again and again, and what regressed."""

from __future__ import annotations

import dataclasses
import datetime

from edgerack.records._record import Record
from edgerack.records.comparison import Difference, LayerChange, MetricChange
from edgerack.records.failure import Failure


@dataclasses.dataclass(frozen=True)
class SuiteModel(Record):
    """A model of a suite.

    Attributes:
        label: What it is called in this suite; a newer file under the same label is compared with
            the older. Letters, digits, '.', '_' and '-', at most 60.
        model: "models/{sha256}".
        dataset: "datasets/{sha256}", or empty.
        options: Of the job; a variant's options come on top.
    """

    label: str = ""
    model: str = ""
    dataset: str = ""
    calibration: str = ""
    quantize: str = ""
    options: dict[str, str] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True)
class SuiteVariant(Record):
    """Options that each model of a suite is measured with.

    Attributes:
        label: Like a model's.
        quantize: Instead of the model's, unless empty.
    """

    label: str = ""
    options: dict[str, str] = dataclasses.field(default_factory=dict)
    quantize: str = ""


@dataclasses.dataclass(frozen=True)
class SuiteThresholds(Record):
    """A change is reported when it is beyond the learnt noise and beyond both floors.

    0 or absent = the default.

    Attributes:
        min_percent: Smallest change of the whole that matters, in percent. 1.
        min_cycles: Smallest change that matters, in cycles (instructions on a board without a
            cycle counter). 100.
        min_layer_percent: Smallest change of a layer that matters, in percent of that layer. 5.
        min_bytes_percent: Of a memory size. 1.
        max_top1_loss: Largest loss of top-1 accuracy, 0..1. 0.005.
        max_latency_ms: Limits that hold whatever the baseline is; absent = none.
    """

    min_percent: float | None = None
    min_cycles: int | None = None
    min_layer_percent: float | None = None
    min_bytes_percent: float | None = None
    max_top1_loss: float | None = None
    max_latency_ms: float | None = None
    max_arena_bytes: int | None = None
    min_top1: float | None = None


@dataclasses.dataclass(frozen=True)
class SuiteSchedule(Record):
    """When a suite is due.

    Attributes:
        when: "daily 02:30", "weekly mon 02:30" (several days with commas) or "every 6h" (m, h or
            d).
        time_zone: A name of the IANA database, e.g. "Europe/Berlin". Empty = UTC.
    """

    when: str = ""
    time_zone: str = ""
    paused: bool = False


@dataclasses.dataclass(frozen=True)
class SuiteNotifications(Record):
    """Where the outcome of a run is told; addresses of servers are options of edgerack-server.

    Attributes:
        mail_to: Addresses of mail.
        webhooks: Names of webhooks that the server was given.
    """

    when: str = ""
    mail_to: tuple[str, ...] = ()
    webhooks: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True)
class SuiteNoise(Record):
    """What repeats of the same inputs taught.

    Attributes:
        repeats: Runs that it was learnt from.
        percent: Standard deviation of a run, in percent.
        degrees: Degrees of freedom of that estimate.
    """

    repeats: int | None = None
    percent: float | None = None
    cycles: float | None = None
    degrees: float | None = None


@dataclasses.dataclass(frozen=True)
class SuiteFinding(Record):
    """What a case came to, in words.

    Attributes:
        code: Stable: SLOWER, LAYER_SLOWER, FASTER, LAYER_FASTER, MEMORY_GREW, ACCURACY_LOST,
            OVER_LIMIT, NOT_CONFIRMED, INPUTS_CHANGED, RESULT_INVALID.
        layer: Of a layer's finding.
        metric: Of another one's.
    """

    code: str = ""
    severity: str = ""
    message: str = ""
    layer: LayerChange | None = None
    metric: MetricChange | None = None


@dataclasses.dataclass(frozen=True)
class SuiteCase(Record):
    """A model on a board in a variant.

    Attributes:
        key: What is the same from run to run: "{model}/{board}/{variant}".
        model: "models/{sha256}".
        jobs: "jobs/{id}" and "results/{id}" of this run, the confirming ones last.
        baseline_results: "results/{id}" that this was judged against, oldest first.
        metric: The judged metric: cycles or instructions.
        noise: The noise that was learnt, see docs/suites.md.
        suspects: What is not as it was when the baseline was measured.
        error: When FAILED.
        notes: For a person, e.g. "suspected +3.1 %, but three reruns said +0.2 %".
    """

    key: str = ""
    model_label: str = ""
    board: str = ""
    variant_label: str = ""
    model: str = ""
    state: str = ""
    jobs: tuple[str, ...] = ()
    results: tuple[str, ...] = ()
    confirming_jobs: tuple[str, ...] = ()
    confirming_results: tuple[str, ...] = ()
    baseline_results: tuple[str, ...] = ()
    metric: MetricChange | None = None
    noise: SuiteNoise | None = None
    findings: tuple[SuiteFinding, ...] = ()
    suspects: tuple[Difference, ...] = ()
    error: Failure | None = None
    notes: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True)
class SuiteRun(Record):
    """One execution of a suite.

    Attributes:
        name: "suites/{suite}/runs/{id}".
        suite: "suites/{id}".
        number: 1 for the suite's first.
        trigger: Who started it: "schedule", or what the caller said.
        end_time: Absent while it runs.
        cases: Absent in lists.
        done_count: Cases that are done.
        error: Why no case could be made.
        summary: One line for a person.
    """

    name: str = ""
    id: str = ""
    suite: str = ""
    number: int = 0
    state: str = ""
    trigger: str = ""
    create_time: datetime.datetime | None = None
    end_time: datetime.datetime | None = None
    cases: tuple[SuiteCase, ...] = ()
    case_count: int | None = None
    done_count: int | None = None
    regression_count: int | None = None
    failure_count: int | None = None
    error: Failure | None = None
    summary: str = ""


@dataclasses.dataclass(frozen=True)
class Suite(Record):
    """What is measured again and again, models x boards x variants, and what is a regression.

    Attributes:
        name: "suites/{id}".
        id: Chosen by who made it: lower-case letters, digits and '-', at most 40.
        display_name: For people.
        models: At least one.
        boards: Selectors of boards, at least one. Each board that matches when a run begins is
            measured, and has baselines of its own.
        variants: Empty = one without options.
        schedule: Absent = only when somebody asks.
        repeats: Jobs of a case in one run, 1 .. 10; their median is judged. 0 = 1.
        confirmations: Jobs that a suspected change must survive, 1 .. 10. 0 = 3.
        next_run_time: When the schedule is due; absent without one.
        last_run: The latest run, without its cases; absent before the first.
    """

    name: str = ""
    id: str = ""
    display_name: str = ""
    description: str = ""
    models: tuple[SuiteModel, ...] = ()
    boards: tuple[str, ...] = ()
    variants: tuple[SuiteVariant, ...] = ()
    thresholds: SuiteThresholds | None = None
    schedule: SuiteSchedule | None = None
    notifications: SuiteNotifications | None = None
    repeats: int = 0
    confirmations: int = 0
    create_time: datetime.datetime | None = None
    update_time: datetime.datetime | None = None
    next_run_time: datetime.datetime | None = None
    last_run: SuiteRun | None = None


@dataclasses.dataclass(frozen=True)
class SuiteBaseline(Record):
    """What a case is held against: runs of the same inputs, accepted at one time.

    Attributes:
        name: "suites/{suite}/baselines/{id}".
        suite: "suites/{id}".
        key: Of the case.
        results: "results/{id}", oldest first; runs that measure the same inputs are added until
            there are enough.
        reason: Why.
        accepted_by: Who; as the caller said.
        run: "suites/{suite}/runs/{id}" that it was taken from.
        end_time: Absent while it holds.
    """

    name: str = ""
    suite: str = ""
    key: str = ""
    results: tuple[str, ...] = ()
    reason: str = ""
    accepted_by: str = ""
    accept_time: datetime.datetime | None = None
    run: str = ""
    end_time: datetime.datetime | None = None


@dataclasses.dataclass(frozen=True)
class SuiteRunReport(Record):
    """A run as a document.

    Attributes:
        name: "suites/{suite}/runs/{id}/report".
        content_type: "text/markdown", "text/html", "application/xml"; UTF-8.
    """

    name: str = ""
    content_type: str = ""
    text: str = ""
