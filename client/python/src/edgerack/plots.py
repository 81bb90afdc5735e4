"""The layer profile and the memory map, drawn with matplotlib, which is optional."""

from __future__ import annotations

from typing import Any

from edgerack.inputs.framework import require
from edgerack.records.result import Memory, MemoryRegion, Result
from edgerack.tables import cost, short_name

BAR_INCHES = 0.3
OTHER = "other"


def _axes(ax: Any, bars: int) -> Any:
    if ax is not None:
        return ax
    pyplot = require("matplotlib.pyplot", "a plot", "plots")
    _, made = pyplot.subplots(figsize=(8, 1.4 + BAR_INCHES * max(bars, 4)), layout="constrained")
    return made


def layers(result: Result, ax: Any = None) -> Any:
    """A bar for each layer, in execution order from the top."""
    ax = _axes(ax, len(result.layers))
    counts = [cost(layer) or 0 for layer in result.layers]
    in_cycles = any(layer.cycles is not None for layer in result.layers)
    if in_cycles and result.clock_hz:
        lengths, unit = [1000.0 * count / result.clock_hz for count in counts], "ms"
    else:
        lengths, unit = (
            [float(count) for count in counts],
            "cycles" if in_cycles else "instructions",
        )
    bars = ax.barh(range(len(lengths)), lengths)
    whole = sum(counts) or 1
    ax.bar_label(bars, [f" {100 * count / whole:.1f} %" for count in counts])
    ax.margins(x=0.12)
    ax.set_yticks(range(len(lengths)), [short_name(layer.name) for layer in result.layers])
    ax.invert_yaxis()
    estimated = result.cycles is not None and result.cycles.estimated
    ax.set_xlabel(unit + (" (estimated)" if estimated and unit != "instructions" else ""))
    ax.set_title(f"{result.model_display_name} on {_board(result)}")
    return ax


def memory(result: Result, ax: Any = None) -> Any:
    """A bar for each memory of the chip: which share of it each part of the model takes."""
    regions = result.memory.regions if result.memory else ()
    ax = _axes(ax, len(regions))
    for part in ("code", "weights", "arena", "stack", OTHER):
        shares, starts = [], []
        for region in regions:
            sizes = region_parts(result.memory, region)
            before = sum(list(sizes.values())[: list(sizes).index(part)])
            shares.append(100.0 * sizes[part] / (region.size_bytes or 1))
            starts.append(100.0 * before / (region.size_bytes or 1))
        if any(shares):
            ax.barh(range(len(regions)), shares, left=starts, label=part)
    for place, region in enumerate(regions):
        used, size = region.used_bytes or 0, region.size_bytes or 0
        ax.annotate(f" {used:,} of {size:,} B", (100.0 * used / (size or 1), place), va="center")
    ax.set_yticks(range(len(regions)), [region.name for region in regions])
    ax.invert_yaxis()
    ax.set_xlim(0, 130)
    ax.set_xticks(range(0, 101, 20))
    ax.set_xlabel("% of the memory")
    ax.set_title(f"{result.model_display_name} on {_board(result)}")
    if ax.get_legend_handles_labels()[0]:
        ax.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
    return ax


def region_parts(memory: Any, region: MemoryRegion) -> dict[str, int]:
    """Bytes of each part in a region; what is beside the known parts is "other"."""
    assert isinstance(memory, Memory)
    parts = {
        part: (getattr(memory, f"{part}_bytes") or 0)
        if getattr(memory, f"{part}_region") == region.name
        else 0
        for part in ("code", "weights", "arena", "stack")
    }
    parts[OTHER] = max((region.used_bytes or 0) - sum(parts.values()), 0)
    return parts


def _board(result: Result) -> str:
    return result.board.id if result.board else "a board"
