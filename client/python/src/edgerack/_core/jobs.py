"""Jobs: submitting them so that a repetition is harmless, and watching them to their end."""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Any, Callable

from edgerack import errors
from edgerack._core import artifacts
from edgerack._core.paging import pages
from edgerack._core.retry import Deadline
from edgerack._core.session import Session
from edgerack._proto import message
from edgerack.inputs.dataset import DatasetFile
from edgerack.inputs.model import ModelFile
from edgerack.records import Job, Result, Results, from_message

ENDED = frozenset({"SUCCEEDED", "FAILED", "CANCELLED"})
# A record of an upload may be lost with a server that was killed; a job that was accepted is not.
LOST = frozenset({"MODEL_NOT_FOUND", "DATASET_NOT_FOUND"})
SUBMIT_TRIES = 3
Show = Callable[[Job], None]


@dataclasses.dataclass(frozen=True)
class Order:
    """What is asked of one selector."""

    model: ModelFile
    board: str
    dataset: DatasetFile | None = None
    calibration: DatasetFile | None = None
    quantize: str = "none"
    options: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    all_boards: bool = False


def option_text(value: Any) -> str:
    """An option's value as the compiler reads it: True is "on", a shape (1, 3) is "1x3"."""
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, (tuple, list)):
        return "x".join(str(item) for item in value)
    return str(value)


async def submit(session: Session, order: Order, deadline: Deadline, request_id: str = "") -> Job:
    """Uploads what is missing and creates the job; repeated with one request id until answered."""
    request_id = request_id or uuid.uuid4().hex
    for tries in range(SUBMIT_TRIES, 0, -1):
        request = message("CreateJobRequest")(request_id=request_id)
        spec = request.job
        spec.model = (await artifacts.put_model(session, order.model, deadline)).name
        for name in ("dataset", "calibration"):
            file = getattr(order, name)
            if file is not None:
                setattr(spec, name, (await artifacts.put_dataset(session, file, deadline)).name)
        spec.board_selector = order.board
        spec.all_boards = order.all_boards
        spec.quantize = order.quantize
        spec.options.update({key: option_text(value) for key, value in order.options.items()})
        try:
            job = await session.call("JobService.CreateJob", request, deadline)
        except errors.UserError as error:
            if error.code not in LOST or tries == 1:
                raise
        else:
            return from_message(Job, job)
    raise AssertionError("unreachable")


async def watch(
    session: Session, id_: str, deadline: Deadline
) -> AsyncGenerator[tuple[Job, tuple[Result, ...]], None]:
    """The job now and after each change, with its results once it has ended."""
    request = message("WatchJobRequest")(name=name_of(id_))
    seen = None

    def ended(response: Any) -> bool:
        return from_message(Job, response.job).state in ENDED

    stream = session.watch("JobService.WatchJob", request, deadline, ended)
    try:
        async for response in stream:
            if response == seen:  # what a new stream repeats
                continue
            seen = response
            results = tuple(from_message(Result, result) for result in response.results)
            yield from_message(Job, response.job), results
    finally:
        await stream.aclose()


async def wait(
    session: Session, job: Job, deadline: Deadline, show: Show = lambda _: None
) -> tuple[Job, tuple[Result, ...]]:
    """The ended job and its results, whatever its end was. An exception has the job last seen."""
    results: tuple[Result, ...] = ()
    updates = watch(session, job.id, deadline)
    try:
        async for job, results in updates:  # noqa: B007 - the last is returned
            show(job)
    except errors.EdgerackError as error:
        error.jobs = (job,)
        raise
    finally:
        await updates.aclose()
    return job, results


def check(job: Job, results: tuple[Result, ...] = ()) -> None:
    """Raises what a job that did not succeed means."""
    if job.state == "SUCCEEDED":
        return
    error: errors.EdgerackError
    if job.state == "CANCELLED":
        error = errors.Cancelled("JOB_CANCELLED", f"job {job.id} was cancelled")
    elif job.error:
        error = errors.make(job.error.error_class, job.error.code, job.error.message)
    else:
        error = errors.BugError("NO_OUTCOME", f"job {job.id} is {job.state} without an error")
    error.jobs, error.results = (job,), results
    raise error


async def get(session: Session, id_: str, deadline: Deadline) -> Job:
    """A job by its id."""
    request = message("GetJobRequest")(name=name_of(id_))
    return from_message(Job, await session.call("JobService.GetJob", request, deadline))


async def cancel(session: Session, id_: str, deadline: Deadline) -> Job:
    """The job after cancelling it."""
    request = message("CancelJobRequest")(name=name_of(id_))
    return from_message(Job, await session.call("JobService.CancelJob", request, deadline))


async def list_jobs(session: Session, limit: int | None, deadline: Deadline) -> list[Job]:
    """Newest first."""
    request = message("ListJobsRequest")()
    found = await pages(session, "JobService.ListJobs", request, "jobs", limit, deadline)
    return [from_message(Job, job) for job in found]


def name_of(id_: str) -> str:
    """The name "jobs/{id}" of an id or a name."""
    return id_ if id_.startswith("jobs/") else f"jobs/{id_}"


async def run(session: Session, orders: Sequence[Order], deadline: Deadline, show: Show) -> Results:
    """Submits all, waits for all, then raises what the first that failed means."""
    submitted = [await submit(session, order, deadline) for order in orders]
    ended = []
    try:
        for job in submitted:
            ended.append(await wait(session, job, deadline, show))
    except errors.EdgerackError as error:
        error.jobs = (*(job for job, _ in ended), *error.jobs, *submitted[len(ended) + 1 :])
        raise
    results = tuple(result for _, own in ended for result in own)
    jobs = tuple(job for job, _ in ended)
    for job, _ in ended:
        try:
            check(job)
        except errors.EdgerackError as error:
            error.jobs, error.results = jobs, results
            raise
    return Results(results, jobs)
