"""From the arguments of a call to what is asked of each selector."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import Any

from edgerack._core.jobs import Order
from edgerack.errors import UserError
from edgerack.inputs.dataset import DatasetFile, dataset_file
from edgerack.inputs.model import model_file

DEFAULT_SERVER = "127.0.0.1:7700"
EVERY_SAMPLE = 100_000


def server_url(url: str | None) -> str:
    """The given one, EDGERACK_SERVER, or this machine's."""
    return url or os.environ.get("EDGERACK_SERVER") or DEFAULT_SERVER


def orders(
    model: Any,
    boards: str | Iterable[str],
    *,
    dataset: Any = None,
    calibration: Any = None,
    quantize: str = "none",
    options: Mapping[str, Any] | None = None,
    all_boards: bool = False,
    example_input: Any = None,
    name: str = "",
) -> list[Order]:
    """One for each selector.

    Reads files and exports the model, so that later changes to it do not matter.
    """
    selectors = [boards] if isinstance(boards, str) else list(boards)
    if not selectors or not all(isinstance(s, str) and s for s in selectors):
        raise UserError(
            "BAD_USAGE",
            f"boards={boards!r} names no board; give selectors such as "
            '["virtual-f746", "family=stm32h7"]; `client.boards()` lists the farm',
        )
    file = model_file(model, example_input, name)
    samples, ranges = _optional(dataset, "dataset.npz"), _optional(calibration, "calibration.npz")
    return [
        Order(file, selector, samples, ranges, quantize, dict(options or {}), all_boards)
        for selector in selectors
    ]


def _optional(samples: Any, name: str) -> DatasetFile | None:
    return None if samples is None else dataset_file(samples, name)


def inference_options(options: Mapping[str, Any] | None) -> dict[str, Any]:
    """Every sample on the board."""
    return {"board_samples": EVERY_SAMPLE, **(options or {})}


def validation_options(
    samples: int, accuracy: str, options: Mapping[str, Any] | None
) -> dict[str, Any]:
    """What `edgerack validate` sets: layers are traced, time does not matter."""
    chosen: dict[str, dict[str, Any]] = {
        "sampled": {"sample_seed": 1},
        "board": {"board_samples": EVERY_SAMPLE},
        "host": {"board_samples": samples},
    }
    if accuracy not in chosen:
        raise UserError(
            "BAD_USAGE", f"accuracy={accuracy!r} is not one of {', '.join(sorted(chosen))}"
        )
    own: dict[str, Any] = {"samples": 1, "warmup": 0, **chosen[accuracy]}
    return {**own, **(options or {}), "trace": samples}
