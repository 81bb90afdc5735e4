"""Comparisons, suites and their runs."""

from __future__ import annotations

from collections.abc import Iterable

from edgerack._core.farm import name_of
from edgerack._core.paging import pages
from edgerack._core.retry import Deadline
from edgerack._core.session import Session
from edgerack._proto import message
from edgerack.records import Comparison, Result, Suite, SuiteRun, from_message


async def compare(
    session: Session,
    baseline: str | Result,
    result: str | Result,
    allow: Iterable[str],
    deadline: Deadline,
) -> Comparison:
    """What changed from one result to another."""
    request = message("CompareResultsRequest")(
        name=name_of(result), baseline=name_of(baseline), allow=list(allow)
    )
    answer = await session.call("ResultService.CompareResults", request, deadline)
    return from_message(Comparison, answer)


async def list_suites(session: Session, deadline: Deadline) -> list[Suite]:
    """By id."""
    request = message("ListSuitesRequest")()
    found = await pages(session, "SuiteService.ListSuites", request, "suites", None, deadline)
    return [from_message(Suite, suite) for suite in found]


async def get_suite(session: Session, id_: str, deadline: Deadline) -> Suite:
    """A suite by its id."""
    request = message("GetSuiteRequest")(name=f"suites/{id_}")
    return from_message(Suite, await session.call("SuiteService.GetSuite", request, deadline))


async def list_runs(
    session: Session, id_: str, limit: int | None, deadline: Deadline
) -> list[SuiteRun]:
    """Newest first, without their cases."""
    request = message("ListSuiteRunsRequest")(parent=f"suites/{id_}")
    found = await pages(session, "SuiteService.ListSuiteRuns", request, "runs", limit, deadline)
    return [from_message(SuiteRun, run) for run in found]


async def get_run(session: Session, name: str, deadline: Deadline) -> SuiteRun:
    """A run with its cases."""
    request = message("GetSuiteRunRequest")(name=name)
    return from_message(SuiteRun, await session.call("SuiteService.GetSuiteRun", request, deadline))
