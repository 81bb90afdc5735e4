"""A board measures the model of every N-th epoch while training goes on."""

from __future__ import annotations

import collections
import dataclasses
import logging
import threading
import warnings
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Callable, Literal

from edgerack.client import Client
from edgerack.errors import EdgerackError, Timeout, UserError
from edgerack.inputs.dataset import DatasetLike, SamplesLike, dataset_file
from edgerack.inputs.model import ModelFile, ModelLike, model_file
from edgerack.loggers import Logger
from edgerack.records import Result, Results

LOG = logging.getLogger("edgerack")
PREFIX = "edgerack/"


def metrics_of(result: Result) -> dict[str, float]:
    """The figures of a result that are worth a curve; what is not known is not there."""
    memory, accuracy, agreement = result.memory, result.accuracy, result.agreement
    figures: dict[str, float | None] = {
        "latency_ms": result.latency_ms,
        "cycles": result.cycles.median if result.cycles else None,
        "instructions": result.instructions,
        "arena_bytes": memory.arena_bytes if memory else None,
        "weights_bytes": memory.weights_bytes if memory else None,
        "top1": accuracy.top1 if accuracy else None,
        "rmse": accuracy.rmse if accuracy else None,
        "host_top1": accuracy.host_top1 if accuracy else None,
    }
    if agreement and agreement.samples:
        figures["bit_exact"] = (agreement.bit_exact or 0) / agreement.samples
    return {name: float(value) for name, value in figures.items() if value is not None}


@dataclasses.dataclass(frozen=True)
class EpochMeasurement:
    """What the boards said of one epoch's model.

    Attributes:
        epoch: As it was given to `submit`.
        results: Empty where the measurement failed.
        error: Why it failed.
    """

    epoch: int
    results: Results = Results()  # noqa: RUF009 - frozen
    error: Exception | None = None

    def metrics(self) -> dict[str, float]:
        """Figures by name.

        "edgerack/latency_ms" and so on; "edgerack/BOARD/latency_ms" where there are several.
        """
        made: dict[str, float] = {}
        for result in self.results:
            board = f"{result.board.id}/" if len(self.results) > 1 and result.board else ""
            for name, value in metrics_of(result).items():
                made[f"{PREFIX}{board}{name}"] = value
        return made


class EpochBenchmark:
    """For a training loop of your own: `submit` the model at the end of an epoch, go on training.

        with er.EpochBenchmark(client, ["virtual-f746"], dataset=(x, y)) as benchmark:
            for epoch in range(epochs):
                train_one_epoch(model)
                benchmark.submit(epoch, model)
                for measured in benchmark.arrived():
                    print(measured.epoch, measured.metrics())

    `submit` takes a copy of the model at once, so that the right epoch is measured; a thread sends
    it and waits. Leaving the `with` block waits for all that is on its way; `measurements` then has
    every epoch. A failed measurement is one more measurement, with `error`: training goes on.

    Args:
        client: Who is asked.
        boards: As of `Client.run`.
        dataset: As of `Client.run`.
        calibration: As of `Client.run`.
        quantize: As of `Client.run`.
        options: As of `Client.run`.
        example_input: As of `Client.run`.
        every: Epochs 0, every, 2 * every, ... are measured, by the number given to `submit`.
        queue_size: Copies that may wait while another is measured; each takes the memory of a saved
            model.
        when_full: "wait": `submit` blocks until there is room, so that no epoch is lost; "newest":
            it never blocks, and the oldest copy that waits is dropped.
        loggers: Are told every measurement when it arrives; see `edgerack.loggers`.
        timeout: Seconds for one measurement.
    """

    def __init__(
        self,
        client: Client,
        boards: str | Iterable[str],
        *,
        dataset: DatasetLike | None = None,
        calibration: SamplesLike | None = None,
        quantize: str = "none",
        options: Mapping[str, Any] | None = None,
        example_input: Any = None,
        every: int = 1,
        queue_size: int = 16,
        when_full: Literal["wait", "newest"] = "wait",
        loggers: Sequence[Logger] = (),
        timeout: float = 3600.0,
    ) -> None:
        if every < 1 or queue_size < 1 or when_full not in ("wait", "newest"):
            raise UserError(
                "BAD_USAGE",
                f"every={every} and queue_size={queue_size} must be at least 1, and "
                f"when_full={when_full!r} one of 'wait' and 'newest'",
            )
        # Samples are packed once, not in every epoch.
        arguments: dict[str, Any] = {
            "dataset": None if dataset is None else dataset_file(dataset, "dataset.npz"),
            "calibration": None if calibration is None else dataset_file(calibration),
            "quantize": quantize,
            "options": options,
            "timeout": timeout,
        }
        self._measure: Callable[[ModelFile], Results] = lambda file: client.run(
            file, [boards] if isinstance(boards, str) else list(boards), **arguments
        )
        self._example_input = example_input
        self._every, self._size, self._when_full = every, queue_size, when_full
        self._loggers = tuple(loggers)
        self._changed = threading.Condition()
        self._waiting: collections.deque[tuple[int, ModelFile]] = collections.deque()
        self._measurements: list[EpochMeasurement] = []
        self._told = 0  # of these, how many `arrived` has given
        self._dropped: list[int] = []
        self._closed = self._working = False
        # Ends with the program: who does not close does not want to wait.
        threading.Thread(target=self._work, name="edgerack benchmark", daemon=True).start()

    def __enter__(self) -> EpochBenchmark:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self.close()
        else:
            self._end()

    def submit(self, epoch: int, model: ModelLike) -> bool:
        """Copies the model and returns; False where `every` leaves this epoch out.

        Raises:
            UserError: The model cannot be saved, or this benchmark is closed.
        """
        if epoch % self._every:
            return False
        file = model_file(model, self._example_input)
        stem, dot, suffix = file.display_name.rpartition(".")
        file = file._replace(display_name=f"{stem or 'model'}-epoch-{epoch}{dot}{suffix}")
        with self._changed:
            if self._when_full == "newest" and len(self._waiting) >= self._size:
                self._dropped.append(self._waiting.popleft()[0])
            self._changed.wait_for(lambda: len(self._waiting) < self._size or self._closed)
            if self._closed:
                raise UserError("BAD_USAGE", "this benchmark is closed; make another one")
            self._waiting.append((epoch, file))
            self._changed.notify_all()
        return True

    def arrived(self) -> list[EpochMeasurement]:
        """What was measured since the last call; does not wait."""
        with self._changed:
            new = self._measurements[self._told :]
            self._told = len(self._measurements)
        return new

    @property
    def measurements(self) -> tuple[EpochMeasurement, ...]:
        """What was measured so far, by epoch."""
        with self._changed:
            return tuple(sorted(self._measurements, key=lambda measured: measured.epoch))

    @property
    def dropped(self) -> tuple[int, ...]:
        """Epochs that "newest" left out."""
        with self._changed:
            return tuple(self._dropped)

    def close(self, timeout: float = 3600.0) -> tuple[EpochMeasurement, ...]:
        """Waits until everything that was submitted is measured; all measurements, by epoch.

        Warns of epochs that failed.

        Raises:
            Timeout: Some are still on their way after `timeout` seconds.
        """
        with self._changed:
            done = self._changed.wait_for(lambda: not self._waiting and not self._working, timeout)
        if not done:
            raise Timeout(
                "TIMEOUT_REACHED",
                f"epochs are still being measured after {timeout:g} s; call close() again, or look "
                "at the farm",
            )
        self._end()
        failed = [measured for measured in self.measurements if measured.error]
        if failed:
            warnings.warn(
                f"{len(failed)} of {len(self.measurements)} epochs were not measured; the first is "
                f"epoch {failed[0].epoch}: {failed[0].error}",
                stacklevel=2,
            )
        return self.measurements

    def _end(self) -> None:
        with self._changed:
            self._closed = True
            self._waiting.clear()
            self._changed.notify_all()

    def _work(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._closed)
                if not self._waiting:
                    return
                epoch, file = self._waiting.popleft()
                self._working = True
                self._changed.notify_all()
            measured = self._measured(epoch, file)
            self._log(measured)
            with self._changed:
                self._measurements.append(measured)
                self._working = False
                self._changed.notify_all()

    def _measured(self, epoch: int, file: ModelFile) -> EpochMeasurement:
        try:
            return EpochMeasurement(epoch, self._measure(file))
        except EdgerackError as error:
            LOG.warning("epoch %d was not measured: %s", epoch, error)
            return EpochMeasurement(epoch, Results(error.results, error.jobs), error)
        except Exception as error:  # whatever it is, training and later epochs go on
            LOG.exception("epoch %d was not measured", epoch)
            return EpochMeasurement(epoch, error=error)

    def _log(self, measured: EpochMeasurement) -> None:
        metrics = measured.metrics()
        if not metrics:
            return
        for logger in self._loggers:
            try:
                logger.log(measured.epoch, metrics)
            except Exception:  # a logger of others must not lose a measurement
                LOG.exception("%s did not take epoch %d", type(logger).__name__, measured.epoch)
