"""Inputs and outputs of models."""

from __future__ import annotations

import dataclasses

from edgerack.records._record import Record


@dataclasses.dataclass(frozen=True)
class TensorDescription(Record):
    """An input or output of a model, in the model's own layout.

    Images of TensorFlow Lite and Keras are N, height, width, channels.

    Attributes:
        dtype: float32, int8, uint8, int16, int32, int64, bool.
        scale: real = scale * (q - zero_point); both absent when it is not quantized.
    """

    name: str = ""
    dtype: str = ""
    shape: tuple[int, ...] = ()
    scale: float | None = None
    zero_point: int | None = None
