"""Why a job or a run failed."""

from __future__ import annotations

import dataclasses

from edgerack.records._record import Record


@dataclasses.dataclass(frozen=True)
class Failure(Record, message="Error"):
    """Why a job or a run failed.

    RPC errors carry the same as google.rpc.ErrorInfo: `reason` is the code, `domain` is
    "edgerack.dev", `metadata["class"]` the class.

    Attributes:
        error_class: In JSON this field is called "class". One of USER, JOB, INFRASTRUCTURE, BOARD,
            BUG.
        code: Stable, upper case with underscores, e.g. "FLASH_VERIFY_FAILED".
        message: For a person: what happened, where, the likely cause, the next step.
    """

    error_class: str = dataclasses.field(default="", metadata={"key": "class"})
    code: str = ""
    message: str = ""
