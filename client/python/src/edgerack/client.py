"""The client whose calls block."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal, overload

from edgerack import records
from edgerack._core import artifacts, farm, jobs, suites
from edgerack._core.blocking import BlockingTransport, finish, iterate
from edgerack._core.orders import inference_options, orders, server_url, validation_options
from edgerack._core.retry import Chance, Deadline, Retry
from edgerack._core.session import Session
from edgerack._core.transport import target
from edgerack.inputs.dataset import DatasetLike, SamplesLike, dataset_file
from edgerack.inputs.model import ModelLike, model_file
from edgerack.progress import Progress
from edgerack.records import Job, Results

CALL_S = 60.0
RUN_S = 3600.0


class Client:
    """One server. Calls block, each until its `timeout` at most; threads may share a client.

    A call that meets no server is repeated while `retry` allows. That is harmless: models and
    samples are known by the digest of their bytes, jobs by a request id that stays the same. A
    server that is killed and started again loses nothing that a call has returned.

    Args:
        url: "HOST:PORT"; else EDGERACK_SERVER, else "127.0.0.1:7700".
        retry: How long the server may be away, and the pauses between tries.
        progress: Whether bars are shown; None = where standard error is a terminal, and in
            notebooks.

    Raises:
        EdgerackError: From every call; see `edgerack.errors`.
    """

    def __init__(
        self,
        url: str | None = None,
        *,
        retry: Retry = Retry(),  # noqa: B008 - frozen
        progress: bool | None = None,
    ) -> None:
        address = target(server_url(url))
        self._session = Session(BlockingTransport(address), address, retry, Chance())
        self._progress = progress

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends the connection. Jobs go on."""
        finish(self._session.transport.close())

    def _until(self, timeout: float, what: str) -> Deadline:
        return self._session.deadline(timeout, what)

    @overload
    def run(
        self,
        model: ModelLike,
        boards: str | Iterable[str],
        *,
        dataset: DatasetLike | None = ...,
        calibration: SamplesLike | None = ...,
        quantize: str = ...,
        options: Mapping[str, Any] | None = ...,
        all_boards: bool = ...,
        example_input: Any = ...,
        name: str = ...,
        detach: Literal[False] = ...,
        timeout: float = ...,
    ) -> Results: ...
    @overload
    def run(
        self,
        model: ModelLike,
        boards: str | Iterable[str],
        *,
        dataset: DatasetLike | None = ...,
        calibration: SamplesLike | None = ...,
        quantize: str = ...,
        options: Mapping[str, Any] | None = ...,
        all_boards: bool = ...,
        example_input: Any = ...,
        name: str = ...,
        detach: Literal[True],
        timeout: float = ...,
    ) -> list[JobHandle]: ...
    def run(
        self,
        model: ModelLike,
        boards: str | Iterable[str],
        *,
        dataset: DatasetLike | None = None,
        calibration: SamplesLike | None = None,
        quantize: str = "none",
        options: Mapping[str, Any] | None = None,
        all_boards: bool = False,
        example_input: Any = None,
        name: str = "",
        detach: bool = False,
        timeout: float = RUN_S,
    ) -> Results | list[JobHandle]:
        """Compiles a model for boards, runs it there, and returns what was measured.

        Args:
            model: A path, the bytes of a file, an onnx.ModelProto, a TensorFlow Lite flatbuffer, a
                Keras model, a torch.nn.Module (with `example_input`), or a model of the server.
            boards: Selectors, a job for each: an id, kind=..., chip=..., family=..., tag=...;
                commas join conditions.
            dataset: `(x, y)`, samples first, or arrays by the model's input names with "y", or
                the path of such an npz: accuracy on board and host, and their agreement.
            calibration: Samples to quantize with: `x`, or as `dataset`.
            quantize: "none", "int8", "int8-int16", "int8-float" or "weights-int8".
            options: Of compiler and run, as `--option` of the command line: {"samples": 50}.
                True is "on", a tuple a shape.
            all_boards: One result for each board that matches a selector, not for any of them.
            example_input: What torch.onnx.export follows: a tensor, or a tuple of them.
            name: What the server shows for the model.
            detach: Return handles of the jobs at once.
            timeout: Seconds for everything. Jobs that are still working when it ends go on.

        Returns:
            Results in the order of `boards`; with `detach` the jobs' handles.

        Raises:
            UserError, JobError, InfrastructureError, BoardError, BugError: A job failed; raised
                when all have ended, with all of their `jobs` and `results`.
            Timeout, NotReachable, Cancelled: See `edgerack.errors`.
        """
        asked = orders(
            model, boards, dataset=dataset, calibration=calibration, quantize=quantize,
            options=options, all_boards=all_boards, example_input=example_input, name=name,
        )  # fmt: skip
        deadline = self._until(timeout, "the run")
        if detach:
            submitted = [finish(jobs.submit(self._session, order, deadline)) for order in asked]
            return [JobHandle(self, job) for job in submitted]
        with Progress(self._progress) as progress:
            return finish(jobs.run(self._session, asked, deadline, progress.show))

    def submit(
        self,
        model: ModelLike,
        board: str,
        *,
        dataset: DatasetLike | None = None,
        calibration: SamplesLike | None = None,
        quantize: str = "none",
        options: Mapping[str, Any] | None = None,
        all_boards: bool = False,
        example_input: Any = None,
        name: str = "",
        request_id: str = "",
        timeout: float = RUN_S,
    ) -> JobHandle:
        """Submits one job and returns as soon as the server has stored it.

        Args:
            model: As of `run`, like everything that is not told here.
            board: One selector.
            dataset: Samples with labels.
            calibration: Samples to quantize with.
            quantize: How to quantize.
            options: Of compiler and run.
            all_boards: One result for each board that matches.
            example_input: For a PyTorch module.
            name: What the server shows for the model.
            request_id: At most 64 characters; the same id gives the same job again, also from
                another process. Made where empty.
            timeout: Seconds until the job is stored.
        """
        asked = orders(
            model, board, dataset=dataset, calibration=calibration, quantize=quantize,
            options=options, all_boards=all_boards, example_input=example_input, name=name,
        )  # fmt: skip
        deadline = self._until(timeout, "submitting the job")
        return JobHandle(self, finish(jobs.submit(self._session, asked[0], deadline, request_id)))

    def infer(
        self,
        model: ModelLike,
        board: str,
        x: SamplesLike,
        *,
        quantize: str = "none",
        calibration: SamplesLike | None = None,
        options: Mapping[str, Any] | None = None,
        example_input: Any = None,
        timeout: float = RUN_S,
    ) -> records.Inference:
        """Runs samples through a model on a board and returns what it answered.

        Args:
            model: As of `run`.
            board: One selector.
            x: Samples first; arrays by the model's input names where it has several.
            quantize: As of `run`.
            calibration: As of `run`.
            options: As of `run`; every sample runs on the board unless "board_samples" says less.
            example_input: As of `run`.
            timeout: Seconds for everything.
        """
        results = self.run(
            model, board, dataset=dataset_file(x), quantize=quantize, calibration=calibration,
            options=inference_options(options), example_input=example_input, timeout=timeout,
        )  # fmt: skip
        return records.Inference(results[0], self.outputs(results[0]))

    def validate(
        self,
        model: ModelLike,
        board: str,
        inputs: SamplesLike,
        *,
        samples: int = 4,
        accuracy: str = "sampled",
        quantize: str = "none",
        calibration: SamplesLike | None = None,
        options: Mapping[str, Any] | None = None,
        example_input: Any = None,
        timeout: float = RUN_S,
    ) -> records.ResultValidation:
        """Where the model on the board parts from the model on the PC, layer by layer.

        Args:
            model: As of `run`.
            board: One selector.
            inputs: Samples, as `dataset` of `run`; with labels also accuracy.
            samples: How many are compared layer by layer, 1 to 16.
            accuracy: "board": every sample on the board; "sampled": all on the host, 100 random
                ones on the board too; "host": only `samples` on the board.
            quantize: As of `run`.
            calibration: As of `run`.
            options: As of `run`.
            example_input: As of `run`.
            timeout: Seconds for everything.
        """
        results = self.run(
            model, board, dataset=dataset_file(inputs), quantize=quantize, calibration=calibration,
            options=validation_options(samples, accuracy, options), example_input=example_input,
            timeout=timeout,
        )  # fmt: skip
        return self.validation(results[0], timeout=timeout)

    def diagnose(
        self,
        model: ModelLike,
        inputs: SamplesLike,
        outputs: SamplesLike,
        *,
        options: Mapping[str, Any] | None = None,
        example_input: Any = None,
        timeout: float = RUN_S,
    ) -> records.Diagnosis:
        """Which usual mistakes turn the inputs that were meant into what a board gave.

        No board is needed.

        Args:
            model: As of `run`.
            inputs: What was meant, samples first.
            outputs: What the board gave, samples first.
            options: "shape.NAME" of the compiler.
            example_input: As of `run`.
            timeout: Seconds for everything.
        """
        file = model_file(model, example_input)
        deadline = self._until(timeout, "the diagnosis")
        return finish(
            farm.diagnose(
                self._session, file, dataset_file(inputs), dataset_file(outputs), options or {},
                deadline,
            )
        )  # fmt: skip

    def boards(self, selector: str = "", *, timeout: float = CALL_S) -> list[records.Board]:
        """The farm's boards, or those that match."""
        return finish(farm.list_boards(self._session, selector, self._until(timeout, "the list")))

    def board(self, id: str, *, timeout: float = CALL_S) -> records.Board:  # noqa: A002
        """A board by its id."""
        return finish(farm.get_board(self._session, id, self._until(timeout, "the call")))

    def models(self, limit: int | None = 50, *, timeout: float = CALL_S) -> list[records.Model]:
        """The newest models of the server; all with `limit=None`."""
        deadline = self._until(timeout, "the list")
        return finish(artifacts.list_models(self._session, limit, deadline))

    def model(self, id: str, *, timeout: float = CALL_S) -> records.Model:  # noqa: A002
        """A model by its id, or by at least six digits of it."""
        return finish(artifacts.get_model(self._session, id, self._until(timeout, "the call")))

    def upload_model(
        self,
        model: ModelLike,
        *,
        example_input: Any = None,
        name: str = "",
        timeout: float = RUN_S,
    ) -> records.Model:
        """Sends a model, unless the server has it already."""
        file = model_file(model, example_input, name)
        deadline = self._until(timeout, "the upload")
        return finish(artifacts.put_model(self._session, file, deadline))

    def view(
        self, model: ModelLike, *, example_input: Any = None, timeout: float = RUN_S
    ) -> records.ModelView:
        """A model's layers, shapes and sizes; nothing is compiled and no board is needed."""
        file = model_file(model, example_input)
        return finish(artifacts.view(self._session, file, self._until(timeout, "the call")))

    def datasets(self, limit: int | None = 50, *, timeout: float = CALL_S) -> list[records.Dataset]:
        """The newest datasets of the server; all with `limit=None`."""
        deadline = self._until(timeout, "the list")
        return finish(artifacts.list_datasets(self._session, limit, deadline))

    def upload_dataset(
        self, dataset: SamplesLike, *, name: str = "samples.npz", timeout: float = RUN_S
    ) -> records.Dataset:
        """Sends samples, unless the server has them already."""
        file = dataset_file(dataset, name)
        deadline = self._until(timeout, "the upload")
        return finish(artifacts.put_dataset(self._session, file, deadline))

    def jobs(self, limit: int | None = 50, *, timeout: float = CALL_S) -> list[Job]:
        """The newest jobs; all with `limit=None`."""
        return finish(jobs.list_jobs(self._session, limit, self._until(timeout, "the list")))

    def job(self, id: str, *, timeout: float = CALL_S) -> JobHandle:  # noqa: A002
        """A handle of a job, whoever submitted it."""
        job = finish(jobs.get(self._session, id, self._until(timeout, "the call")))
        return JobHandle(self, job)

    def results(self, job: str = "", limit: int | None = 50, *, timeout: float = CALL_S) -> Results:
        """The newest results, or those of one job; all with `limit=None`."""
        deadline = self._until(timeout, "the list")
        return finish(farm.list_results(self._session, job, limit, deadline))

    def result(self, id: str, *, timeout: float = CALL_S) -> records.Result:  # noqa: A002
        """A result by its id."""
        return finish(farm.get_result(self._session, id, self._until(timeout, "the call")))

    def outputs(
        self,
        result: str | records.Result,
        *,
        host: bool = False,
        timeout: float = CALL_S,
    ) -> records.Outputs:
        """What the board, or the host's reference, answered to each sample."""
        deadline = self._until(timeout, "the call")
        origin = "HOST" if host else "BOARD"
        return finish(farm.outputs(self._session, farm.name_of(result), origin, deadline))

    def validation(
        self, result: str | records.Result, *, timeout: float = RUN_S
    ) -> records.ResultValidation:
        """Where the executions of a traced result part; made when it is first asked for."""
        deadline = self._until(timeout, "the validation")
        return finish(farm.validation(self._session, farm.name_of(result), deadline))

    def explain(
        self, result: str | records.Result, *, timeout: float = CALL_S
    ) -> records.Explanation:
        """Why a run took its time: settings, and what bounds each layer."""
        deadline = self._until(timeout, "the call")
        return finish(farm.explanation(self._session, farm.name_of(result), deadline))

    def compare(
        self,
        baseline: str | records.Result,
        result: str | records.Result,
        *,
        allow: Iterable[str] = (),
        timeout: float = CALL_S,
    ) -> records.Comparison:
        """What changed from one result to another; `allow` has codes of meant differences."""
        deadline = self._until(timeout, "the call")
        return finish(suites.compare(self._session, baseline, result, allow, deadline))

    def suites(self, *, timeout: float = CALL_S) -> list[records.Suite]:
        """The suites, by id; each with its latest run."""
        return finish(suites.list_suites(self._session, self._until(timeout, "the call")))

    def suite(self, id: str, *, timeout: float = CALL_S) -> records.Suite:  # noqa: A002
        """A suite and its latest run."""
        return finish(suites.get_suite(self._session, id, self._until(timeout, "the call")))

    def suite_runs(
        self, suite: str, limit: int | None = 50, *, timeout: float = CALL_S
    ) -> list[records.SuiteRun]:
        """A suite's runs, newest first, without their cases."""
        deadline = self._until(timeout, "the call")
        return finish(suites.list_runs(self._session, suite, limit, deadline))

    def suite_run(self, name: str, *, timeout: float = CALL_S) -> records.SuiteRun:
        """A run with its cases, by its name "suites/{suite}/runs/{id}"."""
        return finish(suites.get_run(self._session, name, self._until(timeout, "the call")))


class JobHandle:
    """A job of the server. It goes on whatever happens to this process."""

    def __init__(self, client: Client, job: Job) -> None:
        self._client = client
        self._job = job

    def __repr__(self) -> str:
        return f"<JobHandle {self._job.id} {self._job.state}>"

    @property
    def id(self) -> str:
        """The job's id; `Client.job` finds it again."""
        return self._job.id

    @property
    def job(self) -> Job:
        """The job as it was last seen."""
        return self._job

    def watch(self, *, timeout: float = RUN_S) -> Iterator[Job]:
        """The job now and after each change, until it has ended; across restarts of the server."""
        deadline = self._client._until(timeout, f"job {self.id}")
        for job, _ in iterate(jobs.watch(self._client._session, self.id, deadline)):
            self._job = job
            yield job

    def wait(self, *, timeout: float = RUN_S) -> Job:
        """The ended job, whatever its end was."""
        self._wait(timeout)
        return self._job

    def result(self, *, timeout: float = RUN_S) -> Results:
        """Waits; what was measured, or the exception that the job's failure means."""
        results = self._wait(timeout)
        jobs.check(self._job, results)
        return Results(results, (self._job,))

    def cancel(self, *, timeout: float = CALL_S) -> Job:
        """Ends the job if it has not ended; the job after that."""
        deadline = self._client._until(timeout, "the call")
        self._job = finish(jobs.cancel(self._client._session, self.id, deadline))
        return self._job

    def _wait(self, timeout: float) -> tuple[records.Result, ...]:
        deadline = self._client._until(timeout, f"job {self.id}")
        with Progress(self._client._progress) as progress:
            self._job, results = finish(
                jobs.wait(self._client._session, self._job, deadline, progress.show)
            )
        return results
