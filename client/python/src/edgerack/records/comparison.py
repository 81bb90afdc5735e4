"""What changed from one result to another."""

from __future__ import annotations

import dataclasses

from edgerack.records._record import Record


@dataclasses.dataclass(frozen=True)
class Difference(Record):
    """A field of two results that is not the same.

    Attributes:
        code: Stable, e.g. "FIRMWARE_DIFFERS"; docs/suites.md lists them.
        field: As in a result's JSON, e.g. "provenance.firmware_build_id".
        message: For a person.
    """

    code: str = ""
    field: str = ""
    baseline: str = ""
    result: str = ""
    message: str = ""


@dataclasses.dataclass(frozen=True)
class Change(Record):
    """How a value stands to what it is compared with.

    Attributes:
        change_percent: (value - baseline) / baseline, in percent.
        band_percent: A change inside ± this is noise, or too small to matter.
    """

    baseline: float | None = None
    value: float | None = None
    change_percent: float | None = None
    band_percent: float | None = None
    verdict: str = ""


@dataclasses.dataclass(frozen=True)
class MetricChange(Record):
    """A figure of two results.

    Attributes:
        metric: cycles, instructions, latency_ms, arena_bytes, weights_bytes, package_bytes,
            stack_bytes, top1.
    """

    metric: str = ""
    change: Change | None = None


@dataclasses.dataclass(frozen=True)
class LayerChange(Record):
    """A layer of two results.

    Attributes:
        change: Cycles, or instructions on a board without a cycle counter.
    """

    index: int | None = None
    name: str = ""
    op: str = ""
    kernel: str = ""
    change: Change | None = None


@dataclasses.dataclass(frozen=True)
class Comparison(Record):
    """Two results side by side.

    Only results that measured the same thing under the same conditions are compared; where a field
    that matters differs, `refusals` names it and there are no numbers.

    Attributes:
        baseline: "results/{id}": what is compared with, and what is compared.
        comparable: False: see `refusals`.
        refusals: Fields that matter and differ.
        differences: Fields that may explain a change and do not forbid the comparison: the
            suspects.
        metrics: The first one is the metric that is judged: latency, or instructions on a board
            without a cycle counter.
        layers: Of the layers of both, in the order of the result; empty when their layers are not
            the same.
        verdict: Of metric and layers together.
        summary: One line for a person: what changed by how much, and where.
    """

    baseline: str = ""
    result: str = ""
    comparable: bool = False
    refusals: tuple[Difference, ...] = ()
    differences: tuple[Difference, ...] = ()
    metrics: tuple[MetricChange, ...] = ()
    layers: tuple[LayerChange, ...] = ()
    verdict: str = ""
    summary: str = ""
