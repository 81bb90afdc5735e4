"""Why a run took its time."""

from __future__ import annotations

import dataclasses

from edgerack.records._record import Record


@dataclasses.dataclass(frozen=True)
class LayerExplanation(Record):
    """What bounds one layer.

    Attributes:
        bytes: Weights, inputs and outputs, each once.
        memory: The memory that most of memory_cycles wait for.
        bound: arithmetic, requantization, bandwidth, copies, overhead; empty where nothing can be
            said.
    """

    index: int | None = None
    name: str = ""
    op: str = ""
    kernel: str = ""
    cycles: int | None = None
    share: float | None = None
    macs: int | None = None
    bytes: int | None = None
    arithmetic_cycles: int | None = None
    requantization_cycles: int | None = None
    memory_cycles: int | None = None
    memory: str = ""
    bound: str = ""


@dataclasses.dataclass(frozen=True)
class SlowCause(Record):
    """What makes a run slow.

    Attributes:
        code: Stable, e.g. "CACHES_OFF"; docs/explain.md lists them.
        share: Of the time that it touches.
        slowdown: By how much it lengthens what it touches, from published measurements.
        layers: Indices of layers, the heaviest first; empty = the whole run.
    """

    code: str = ""
    share: float | None = None
    slowdown: float | None = None
    evidence: str = ""
    fix: str = ""
    layers: tuple[int, ...] = ()


@dataclasses.dataclass(frozen=True)
class Explanation(Record):
    """Why a result took the time it took.

    Shares are of the layers' cycles, 0..1; bounds are estimates from what the core and its memories
    can do at best.

    Attributes:
        name: "results/{id}/explanation".
        cycles: Of all layers.
        estimated: True where the cycles are modelled, not measured.
        bound_cycles: What the layers need at least, together; absent for a core of which nothing is
            known.
        causes: The largest first.
    """

    name: str = ""
    clock_hz: int | None = None
    cycles: int | None = None
    estimated: bool | None = None
    bound_cycles: int | None = None
    causes: tuple[SlowCause, ...] = ()
    layers: tuple[LayerExplanation, ...] = ()
    notes: tuple[str, ...] = ()
