"""Measurements as metrics of an MLflow run."""

from __future__ import annotations

from collections.abc import Mapping

from edgerack.inputs.framework import require


class MLflow:
    """Logs metrics with the epoch as their step.

    Args:
        run_id: A run; else the active one, which is begun where there is none.
        tracking_uri: Where it is; else MLflow's own setting.
    """

    def __init__(self, run_id: str | None = None, tracking_uri: str | None = None) -> None:
        mlflow = require("mlflow", "logging to MLflow", "mlflow")
        if run_id is None:
            run_id = (mlflow.active_run() or mlflow.start_run()).info.run_id
        self.run_id = run_id
        # MLflow's active run belongs to a thread, and measurements arrive in another.
        self._client = mlflow.tracking.MlflowClient(tracking_uri)

    def log(self, epoch: int, metrics: Mapping[str, float]) -> None:
        """One metric for each figure."""
        for name, value in metrics.items():
            self._client.log_metric(self.run_id, name, value, step=epoch)
