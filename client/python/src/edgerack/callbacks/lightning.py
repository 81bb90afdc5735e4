"""For PyTorch Lightning: `Trainer(callbacks=[Benchmark(client, ["virtual-f746"], ...)])`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

try:
    import lightning.pytorch as pl
except ImportError:
    import pytorch_lightning as pl

from edgerack.benchmark import EpochBenchmark, EpochMeasurement
from edgerack.client import Client


class Benchmark(pl.Callback):
    """A board measures the module of every N-th epoch while training goes on.

    Figures go to the trainer's loggers when they arrive, with the epoch they are of as the step,
    and into `trainer.callback_metrics`. `fit` returns when all have arrived; then `measurements`
    has all.

    Args:
        client: Who is asked.
        boards: As of `Client.run`.
        options: Everything else that `edgerack.EpochBenchmark` takes, by its name. Where there is
            no `example_input`, the module's `example_input_array` is taken.
    """

    def __init__(self, client: Client, boards: str | Iterable[str], **options: Any) -> None:
        super().__init__()
        self._client, self._boards, self._options = client, boards, options
        self._benchmark: EpochBenchmark | None = None
        self.measurements: tuple[EpochMeasurement, ...] = ()

    def on_train_start(self, trainer: Any, pl_module: Any) -> None:
        """Called by Lightning."""
        options = dict(self._options)
        options.setdefault("example_input", getattr(pl_module, "example_input_array", None))
        self._benchmark = EpochBenchmark(self._client, self._boards, **options)

    def on_train_epoch_end(self, trainer: Any, pl_module: Any) -> None:
        """Called by Lightning."""
        if self._benchmark is not None and trainer.is_global_zero:
            self._benchmark.submit(trainer.current_epoch, pl_module)
            self._tell(trainer)

    def on_train_end(self, trainer: Any, pl_module: Any) -> None:
        """Called by Lightning; waits for what is on its way."""
        if self._benchmark is not None:
            self.measurements = self._benchmark.close()
            self._tell(trainer)

    def _tell(self, trainer: Any) -> None:
        assert self._benchmark is not None
        for measured in self._benchmark.arrived():
            metrics = measured.metrics()
            if not metrics:
                continue
            trainer.callback_metrics.update(metrics)
            for logger in trainer.loggers:
                logger.log_metrics(metrics, step=measured.epoch)
