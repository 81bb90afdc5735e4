"""What an entry of the corpus is: a model as bytes, and what has to be said about it or computed by it."""

import dataclasses
from collections.abc import Callable

import numpy as np


@dataclasses.dataclass(frozen=True)
class Refused:
    """A wrong model. The six parts are texts that its one line must hold; None where the model has
    no such part (a file that is cut off has no node)."""

    name: str
    make: Callable[[], bytes]
    code: str
    node: str | None = None
    operator: str | None = None
    attribute: str | None = None  # or the operand, by the name the format gives it
    value: str | None = None
    supported: str | None = None
    change: str | None = None
    options: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True)
class Taken:
    """A model that other tools stumble over and this one takes: its outputs for these inputs."""

    name: str
    make: Callable[[], bytes]
    inputs: dict[str, np.ndarray]
    outputs: tuple[np.ndarray, ...]
    tolerance: float = 0.0
    options: tuple[str, ...] = ()
