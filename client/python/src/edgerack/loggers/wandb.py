"""Measurements in a run of Weights & Biases."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from edgerack.inputs.framework import require


class WandB:
    """Logs figures against `edgerack/epoch`.

    They arrive when training is some steps further, and a run of Weights & Biases takes no step
    again; so the epoch is an axis of its own.

    Args:
        run: A run; else the active one.
    """

    def __init__(self, run: Any | None = None) -> None:
        wandb = require("wandb", "logging to Weights & Biases", "wandb")
        self.run = run or wandb.run or wandb.init()
        self.run.define_metric("edgerack/epoch", hidden=True)
        self.run.define_metric("edgerack/*", step_metric="edgerack/epoch")

    def log(self, epoch: int, metrics: Mapping[str, float]) -> None:
        """All figures of an epoch at once."""
        self.run.log({**metrics, "edgerack/epoch": epoch})
