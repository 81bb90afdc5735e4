"""What a model answered to each sample."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from edgerack.records._record import from_message
from edgerack.records.tensors import TensorDescription

if TYPE_CHECKING:
    import os


@dataclasses.dataclass(frozen=True, eq=False)
class Outputs:
    """The kept outputs of a result.

    Attributes:
        sample_indices: Of each sample here, its index in the dataset.
        tensors: The model's outputs, as of one sample.
        arrays: By output name, samples first, in the tensor's own type.
    """

    sample_indices: npt.NDArray[np.int64]
    tensors: tuple[TensorDescription, ...]
    arrays: dict[str, npt.NDArray[Any]]

    def real(self) -> dict[str, npt.NDArray[Any]]:
        """The same with integers as real values (float32): scale * (q - zero_point)."""
        made = dict(self.arrays)
        for tensor in self.tensors:
            if tensor.scale is not None:
                steps = made[tensor.name].astype(np.float64) - (tensor.zero_point or 0)
                made[tensor.name] = (steps * tensor.scale).astype(np.float32)
        return made

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes an npz: an array for each output, and `sample_index`."""
        arrays: dict[str, Any] = {**self.arrays, "sample_index": self.sample_indices}
        with open(path, "wb") as file:  # noqa: PTH123 - np.savez alone would add .npz to the name
            np.savez(file, **arrays)


def outputs_from_message(message: Any) -> Outputs:
    """From ResultOutputs: little-endian, row-major, samples one after the other."""
    tensors, arrays = [], {}
    for output in message.outputs:
        tensor = from_message(TensorDescription, output.tensor)
        dtype = np.dtype(tensor.dtype).newbyteorder("<")
        own = tensor.shape[1:] if tensor.shape[:1] == (1,) else tensor.shape
        arrays[tensor.name] = np.frombuffer(output.data, dtype).reshape(message.samples, *own)
        tensors.append(tensor)
    return Outputs(np.array(message.sample_indices, np.int64), tuple(tensors), arrays)
