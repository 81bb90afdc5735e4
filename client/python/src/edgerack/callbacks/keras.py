"""For Keras: `model.fit(..., callbacks=[Benchmark(client, ["virtual-f746"], dataset=(x, y))])`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import keras

from edgerack.benchmark import EpochBenchmark, EpochMeasurement
from edgerack.client import Client


class Benchmark(keras.callbacks.Callback):
    """A board measures the model of every N-th epoch while training goes on.

    `logs["edgerack/latency_ms"]`, `logs["edgerack/top1"]` and others appear in the epoch in which
    they arrive, with `logs["edgerack/epoch"]`, the epoch they are of. `fit` returns when all have
    arrived; then `measurements` has all, and `history` a value for each epoch, None where there is
    none.

    Args:
        client: Who is asked.
        boards: As of `Client.run`.
        options: Everything else that `edgerack.EpochBenchmark` takes, by its name.
    """

    def __init__(self, client: Client, boards: str | Iterable[str], **options: Any) -> None:
        super().__init__()  # type: ignore[no-untyped-call, unused-ignore]
        self._client, self._boards, self._options = client, boards, options
        self._benchmark: EpochBenchmark | None = None
        self._epochs = 0
        self.measurements: tuple[EpochMeasurement, ...] = ()

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Called by Keras."""
        self._benchmark = EpochBenchmark(self._client, self._boards, **self._options)
        self._epochs = 0

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Called by Keras."""
        assert self._benchmark is not None
        self._epochs = epoch + 1
        self._benchmark.submit(epoch, self.model)
        for measured in self._benchmark.arrived():
            if logs is not None and measured.metrics():
                logs.update(measured.metrics())
                logs["edgerack/epoch"] = measured.epoch

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        """Called by Keras; waits for what is on its way."""
        assert self._benchmark is not None
        self.measurements = self._benchmark.close()
        history = getattr(self.model, "history", None)
        if history is None:
            return
        curves: dict[str, list[float | None]] = {}
        for measured in self.measurements:
            for name, value in measured.metrics().items():
                curve = curves.setdefault(name, [None] * self._epochs)
                curve[measured.epoch] = value
        history.history.pop("edgerack/epoch", None)
        history.history.update(curves)
