"""What the doctor found."""

from __future__ import annotations

import dataclasses

from edgerack.records._record import Record


@dataclasses.dataclass(frozen=True)
class CauseSet(Record):
    """Causes with one prediction."""

    codes: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True)
class OutputMatch(Record):
    """How near outputs come to the model's.

    Attributes:
        near_values: Within one step of an int8 output, or 1/1000 of a float32 output's range.
        mean_steps: Mean error in units of what `near_values` allows, each at most 1000.
    """

    samples: int | None = None
    equal_samples: int | None = None
    values: int | None = None
    equal_values: int | None = None
    near_values: int | None = None
    max_error: float | None = None
    mean_steps: float | None = None


@dataclasses.dataclass(frozen=True)
class DiagnosedCause(Record):
    """A mistake that makes the outputs.

    Attributes:
        code: Stable, e.g. "TRANSPOSED_HW"; docs/doctor.md lists them.
        confidence: 0..1; causes that cannot be told apart share it.
        what: What happened if this is the cause.
        evidence: How many outputs are equal without and with it.
    """

    code: str = ""
    confidence: float | None = None
    what: str = ""
    evidence: str = ""
    fix: str = ""
    before: OutputMatch | None = None
    after: OutputMatch | None = None


@dataclasses.dataclass(frozen=True)
class Diagnosis(Record):
    """Why outputs that somebody got on a board are not the model's.

    Attributes:
        agrees: True when the outputs are the model's own, up to another runtime's rounding.
        causes: What reproduces the outputs, the best first. NONE when they agree; empty when
            nothing explains them.
        indistinguishable: Causes with the same prediction for every sample: these samples cannot
            tell them apart.
        notes: What cannot matter for this model, and what was not tried.
        inferences: Run on the server's machine to find out.
    """

    agrees: bool | None = None
    samples: int | None = None
    causes: tuple[DiagnosedCause, ...] = ()
    indistinguishable: tuple[CauseSet, ...] = ()
    notes: tuple[str, ...] = ()
    hypotheses: int | None = None
    inferences: int | None = None
