"""Results as pandas tables and Parquet files; pandas and pyarrow are optional."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

from edgerack.inputs.framework import require
from edgerack.records.result import Layer, Result


def flat(values: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Nested JSON as one level, "latency.median_ms"; lists are left out."""
    made: dict[str, Any] = {}
    for key, value in values.items():
        if isinstance(value, Mapping):
            made.update(flat(value, f"{prefix}{key}."))
        elif not isinstance(value, list):
            made[prefix + key] = value
    return made


def results_frame(results: Sequence[Result]) -> Any:
    """A DataFrame with a row for each result."""
    pandas = require("pandas", "to_pandas()", "pandas")
    return pandas.DataFrame([flat(result.to_dict()) for result in results])


def cost(layer: Layer) -> int | None:
    """Cycles, or instructions on a board that counts nothing else."""
    return layer.cycles if layer.cycles is not None else layer.instructions


def layers_frame(result: Result) -> Any:
    """A DataFrame with a row for each layer."""
    pandas = require("pandas", "layers_to_pandas()", "pandas")
    whole = sum(cost(layer) or 0 for layer in result.layers)
    rows = []
    for layer in result.layers:
        row = layer.to_dict()
        row["output_shape"] = "x".join(map(str, layer.output_shape))
        row["findings"] = " ".join(layer.findings)
        if layer.cycles is not None and result.clock_hz:
            row["ms"] = 1000.0 * layer.cycles / result.clock_hz
        if whole:
            row["share"] = (cost(layer) or 0) / whole
        rows.append(row)
    return pandas.DataFrame(rows)


def write_parquet(results: Sequence[Result], path: str | os.PathLike[str]) -> None:
    """A Parquet file with a row for each result."""
    require("pyarrow", "to_parquet()", "parquet")
    results_frame(results).to_parquet(path, engine="pyarrow", index=False)


def short_name(name: str) -> str:
    """The layer's name without what converters put around it: "net/stem/Relu;..." is "stem"."""
    parts = name.split(";")[0].split("/")
    return parts[-2] if len(parts) > 2 else "/".join(parts)
