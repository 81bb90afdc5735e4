"""Arrays as the npz files the server takes."""

from __future__ import annotations

import io
import os
import pathlib
from collections.abc import Mapping
from typing import Any, NamedTuple, Union, cast

import numpy as np
import numpy.typing as npt

from edgerack.errors import UserError
from edgerack.inputs.model import read_file
from edgerack.records import Dataset


class DatasetFile(NamedTuple):
    """A file to upload, or the name of one that the server has."""

    display_name: str
    data: bytes
    on_server: str = ""


Arrays = Mapping[str, Any]
# (x, y) or {name: array}, a path of an .npz, or a dataset that the server has.
DatasetLike = Union[tuple[Any, Any], Arrays, str, "os.PathLike[str]", Dataset, DatasetFile]
# The same, or x alone.
SamplesLike = Union[npt.NDArray[Any], DatasetLike]


def dataset_file(samples: Any, name: str = "samples.npz") -> DatasetFile:
    """The file of samples.

    Args:
        samples: `x` (samples first), `(x, y)` with labels or target outputs, arrays by the model's
            input names with `y`, the path of such an npz, or a record of one on the server.
            Float64 becomes float32, as models have it.
        name: What the server shows for arrays.

    Raises:
        UserError: It is nothing of these.
    """
    if isinstance(samples, DatasetFile):
        return samples
    if isinstance(samples, Dataset):
        return DatasetFile(samples.display_name, b"", samples.name)
    if isinstance(samples, str) and samples.startswith("datasets/"):
        return DatasetFile("", b"", samples)
    if isinstance(samples, (str, os.PathLike)):
        path = pathlib.Path(samples)
        return DatasetFile(path.name, read_file(path, "the dataset"))
    if isinstance(samples, Mapping):
        arrays = {str(key): _array(value, str(key)) for key, value in samples.items()}
    elif isinstance(samples, tuple):
        if len(samples) != 2:
            raise UserError(
                "BAD_DATASET",
                f"a dataset is (x, y), not a tuple of {len(samples)}; several inputs go into a "
                "dict {input name: array, ..., 'y': labels}",
            )
        arrays = {"x": _array(samples[0], "x"), "y": _array(samples[1], "y")}
    else:
        arrays = {"x": _array(samples, "x")}
    _check_lengths(arrays)
    made = io.BytesIO()
    np.savez(
        made, **cast("dict[str, Any]", arrays)
    )  # the same arrays give the same bytes, hence the same dataset
    return DatasetFile(name, made.getvalue())


def _array(value: Any, name: str) -> npt.NDArray[Any]:
    if hasattr(value, "detach"):  # a tensor of PyTorch, perhaps on another device
        value = value.detach().cpu().numpy()
    try:
        array = np.asarray(value)
    except Exception as error:
        raise _no_array(name, str(error)) from error
    if array.dtype.kind not in "biuf":
        raise _no_array(name, f"it has dtype {array.dtype}")
    if array.ndim == 0:
        raise _no_array(name, "it is a single number; samples come first")
    return array.astype(np.float32) if array.dtype.kind == "f" else array


def _no_array(name: str, why: str) -> UserError:
    return UserError(
        "BAD_DATASET", f"{name!r} is no array of numbers: {why}; give a numpy array or a tensor"
    )


def _check_lengths(arrays: Mapping[str, npt.NDArray[Any]]) -> None:
    lengths = {name: len(array) for name, array in arrays.items()}
    if len(set(lengths.values())) > 1:
        raise UserError(
            "BAD_DATASET",
            f"the arrays have different numbers of samples: {lengths}; the first axis of each is "
            "the samples",
        )
