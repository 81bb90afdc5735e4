"""Boards, results, and what the server says about these."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from edgerack._core import artifacts, jobs
from edgerack._core.paging import pages
from edgerack._core.retry import Deadline
from edgerack._core.session import Session
from edgerack._proto import message
from edgerack.inputs.dataset import DatasetFile
from edgerack.inputs.model import ModelFile
from edgerack.records import (
    Board,
    Diagnosis,
    Explanation,
    Outputs,
    Result,
    Results,
    ResultValidation,
    from_message,
)
from edgerack.records.outputs import outputs_from_message

# The server gives its compiler ten minutes, and one diagnosis may wait behind another.
LONG_S = 1260.0


async def list_boards(session: Session, selector: str, deadline: Deadline) -> list[Board]:
    """All that match."""
    request = message("ListBoardsRequest")(selector=selector)
    found = await pages(session, "BoardService.ListBoards", request, "boards", None, deadline)
    return [from_message(Board, board) for board in found]


async def get_board(session: Session, id_: str, deadline: Deadline) -> Board:
    """A board by its id."""
    request = message("GetBoardRequest")(name=f"boards/{id_}")
    return from_message(Board, await session.call("BoardService.GetBoard", request, deadline))


async def get_result(session: Session, id_: str, deadline: Deadline) -> Result:
    """A result by its id."""
    request = message("GetResultRequest")(name=name_of(id_))
    return from_message(Result, await session.call("ResultService.GetResult", request, deadline))


async def list_results(
    session: Session, job: str, limit: int | None, deadline: Deadline
) -> Results:
    """Newest first."""
    request = message("ListResultsRequest")(job=jobs.name_of(job) if job else "")
    found = await pages(session, "ResultService.ListResults", request, "results", limit, deadline)
    return Results(tuple(from_message(Result, result) for result in found))


async def outputs(session: Session, id_: str, origin: str, deadline: Deadline) -> Outputs:
    """What the board ("BOARD") or the host ("HOST") answered."""
    request = message("GetResultOutputsRequest")(name=f"{name_of(id_)}/outputs", origin=origin)
    answer = await session.call("ResultService.GetResultOutputs", request, deadline)
    return outputs_from_message(answer)


async def validation(session: Session, id_: str, deadline: Deadline) -> ResultValidation:
    """Where the executions part; made when it is first asked for."""
    request = message("GetResultValidationRequest")(name=f"{name_of(id_)}/validation")
    answer = await session.call("ResultService.GetResultValidation", request, deadline, LONG_S)
    return from_message(ResultValidation, answer)


async def explanation(session: Session, id_: str, deadline: Deadline) -> Explanation:
    """Why a run took its time."""
    request = message("ExplainResultRequest")(name=f"{name_of(id_)}/explanation")
    answer = await session.call("ResultService.ExplainResult", request, deadline)
    return from_message(Explanation, answer)


async def diagnose(
    session: Session,
    model: ModelFile,
    inputs: DatasetFile,
    given: DatasetFile,
    options: Mapping[str, Any],
    deadline: Deadline,
) -> Diagnosis:
    """Which usual mistakes turn the inputs into the outputs that a board gave."""
    request = message("DiagnoseOutputsRequest")(
        model=(await artifacts.put_model(session, model, deadline)).name,
        inputs=(await artifacts.put_dataset(session, inputs, deadline)).name,
        outputs=(await artifacts.put_dataset(session, given, deadline)).name,
        options={key: jobs.option_text(value) for key, value in options.items()},
    )
    answer = await session.call("DiagnosisService.DiagnoseOutputs", request, deadline, LONG_S)
    return from_message(Diagnosis, answer)


def name_of(id_: str | Result) -> str:
    """The name "results/{id}" of an id, a name or a result."""
    if isinstance(id_, Result):
        return id_.name
    return id_ if id_.startswith("results/") else f"results/{id_}"
