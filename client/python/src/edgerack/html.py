"""Results in a notebook."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from edgerack.records.result import Result
from edgerack.tables import cost, short_name


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = ["<table><thead><tr>", *(f"<th>{escape(cell)}</th>" for cell in head), "</tr></thead>"]
    for row in rows:
        lines.append("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>")
    return "".join([*lines, "</table>"])


def _latency(result: Result) -> str:
    if result.latency_ms is None:
        return ""
    estimated = bool(result.latency and result.latency.estimated)
    return f"{result.latency_ms:.3f} ms" + (" (estimated)" if estimated else "")


def _bytes(count: int | None) -> str:
    return "" if count is None else f"{count:,} B"


def _row(result: Result) -> tuple[str, ...]:
    memory, agreement = result.memory, result.agreement
    return (
        result.model_display_name,
        result.board.id if result.board else "",
        result.verdict,
        _latency(result),
        "" if result.top1 is None else f"{100 * result.top1:.2f} %",
        _bytes(memory.arena_bytes if memory else None),
        _bytes(memory.weights_bytes if memory else None),
        f"{agreement.bit_exact} of {agreement.samples}" if agreement else "",
    )


def results(items: Sequence[Result]) -> str:
    """A table with a row for each result."""
    head = ("model", "board", "verdict", "latency", "top-1", "RAM", "weights", "= host")
    return _table(head, map(_row, items))


def result(item: Result) -> str:
    """The same row, then the issues and the layers."""
    issues = "".join(
        f"<p><b>{escape(issue.code)}</b>: {escape(issue.message)}</p>" for issue in item.issues
    )
    whole = sum(cost(layer) or 0 for layer in item.layers) or 1
    layers = _table(
        ("#", "layer", "op", "kernel", "output", "share"),
        (
            (
                str(layer.index),
                short_name(layer.name),
                layer.op,
                layer.kernel,
                "×".join(map(str, layer.output_shape)),
                f"{100 * (cost(layer) or 0) / whole:.1f} %",
            )
            for layer in item.layers
        ),
    )
    return results([item]) + issues + layers
