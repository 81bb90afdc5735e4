"""One tree of exceptions, with the server's class and code.

Who has to act is the exception's class, what happened is its `code`, which never changes its
meaning; docs/errors.md of the repository explains every code. The message says what happened,
where, the likely cause and the next step.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from edgerack.records import Job, Result


class EdgerackError(Exception):
    """Everything this package raises.

    Attributes:
        code: Stable, upper case, e.g. "FLASH_VERIFY_FAILED".
        message: For a person: what happened, where, the likely cause, the next step.
        error_class: "USER", "JOB", "INFRASTRUCTURE", "BOARD" or "BUG".
        jobs: The jobs this is about, as they were last seen; empty when about none.
        results: What boards of these jobs measured nevertheless.
    """

    error_class = "BUG"

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.jobs: tuple[Job, ...] = ()
        self.results: tuple[Result, ...] = ()

    def __str__(self) -> str:
        return f"{self.message} [{self.error_class} {self.code}]"

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.code, self.message), self.__dict__


class UserError(EdgerackError):
    """Yours to act on: the model, the dataset or the request."""

    error_class = "USER"


class JobError(EdgerackError):
    """Yours to act on: the job's options."""

    error_class = "JOB"


class InfrastructureError(EdgerackError):
    """Cable, probe, agent, disk or network; whoever runs the farm acts."""

    error_class = "INFRASTRUCTURE"


class BoardError(EdgerackError):
    """The board itself: wedged, out of spec, faulted."""

    error_class = "BOARD"


class BugError(EdgerackError):
    """Edgerack's own mistake. Keep model and logs and report it."""

    error_class = "BUG"


class NotReachable(InfrastructureError):
    """No server answers, or one that did stayed away for longer than `Retry.away_s`."""


class Timeout(InfrastructureError):
    """Something took longer than allowed. A job that was waited for goes on: see `jobs`."""


class Cancelled(EdgerackError):
    """The job was cancelled, by whomever."""

    error_class = "USER"


class MissingPackage(UserError, ImportError):
    """An optional package is not installed; the message has the command that installs it."""


CLASSES: dict[str, type[EdgerackError]] = {
    made.error_class: made
    for made in (UserError, JobError, InfrastructureError, BoardError, BugError)
}


def make(error_class: str, code: str, message: str) -> EdgerackError:
    """The exception of a class that the server named; BugError for one that is not known."""
    return CLASSES.get(error_class, BugError)(code, message)
