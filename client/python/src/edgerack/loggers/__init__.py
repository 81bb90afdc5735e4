"""Where measurements of epochs go: MLflow, TensorBoard, Weights & Biases, or anything with `log`.

Each imports its package when it is made and not before.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol


class Logger(Protocol):
    """What `EpochBenchmark(loggers=...)` takes."""

    def log(self, epoch: int, metrics: Mapping[str, float]) -> None:
        """Called in a thread of its own, once for each epoch, in the order of arrival."""
        ...


from edgerack.loggers.mlflow import MLflow  # noqa: E402
from edgerack.loggers.tensorboard import TensorBoard  # noqa: E402
from edgerack.loggers.wandb import WandB  # noqa: E402

__all__ = ["Logger", "MLflow", "TensorBoard", "WandB"]
