"""Measurements as scalars of TensorBoard."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from edgerack.errors import MissingPackage
from edgerack.inputs.framework import require


class TensorBoard:
    """Writes scalars with the epoch as their step.

    Args:
        writer: A SummaryWriter (of torch.utils.tensorboard or tensorboardX), or the folder for one.
    """

    def __init__(self, writer: Any | str | os.PathLike[str]) -> None:
        if isinstance(writer, (str, os.PathLike)):
            writer = _writer_class()(os.fspath(writer))
        self.writer = writer

    def log(self, epoch: int, metrics: Mapping[str, float]) -> None:
        """One scalar for each figure."""
        for name, value in metrics.items():
            self.writer.add_scalar(name, value, epoch)
        self.writer.flush()


def _writer_class() -> Any:
    try:
        return require("torch.utils.tensorboard", "", "").SummaryWriter
    except MissingPackage:
        return require("tensorboardX", "logging to TensorBoard", "tensorboard").SummaryWriter
