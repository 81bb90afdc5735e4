"""Models and datasets as the server keeps them."""

from __future__ import annotations

import dataclasses
import datetime

from edgerack.records._record import Record
from edgerack.records.tensors import TensorDescription


@dataclasses.dataclass(frozen=True)
class Dataset(Record):
    """Samples with labels or target outputs.

    an npz with `x` (N first) and `y`, or with the model's input names and `y`. Its id is the
    SHA-256 of its bytes.

    Attributes:
        name: "datasets/{id}".
    """

    name: str = ""
    id: str = ""
    display_name: str = ""
    size_bytes: int = 0
    create_time: datetime.datetime | None = None


@dataclasses.dataclass(frozen=True)
class Firmware(Record):
    """Somebody's own firmware for a board: the linker's ELF file.

    Its id is the SHA-256 of its bytes.

    Attributes:
        name: "firmwares/{id}".
    """

    name: str = ""
    id: str = ""
    display_name: str = ""
    size_bytes: int = 0
    create_time: datetime.datetime | None = None


@dataclasses.dataclass(frozen=True)
class ModelTotals(Record):
    """Sums over a model's layers.

    Attributes:
        weights_bytes: Of all constants that a layer reads, each counted once.
        activations_peak_bytes: The largest sum of live activations in execution order, without
            aliasing. A compiled package may need less.
    """

    layers: int | None = None
    weights_bytes: int | None = None
    activations_peak_bytes: int | None = None
    macs: int | None = None


@dataclasses.dataclass(frozen=True)
class ModelLayer(Record):
    """One layer as the model file has it.

    Attributes:
        index: 0, 1, …; always printed.
        name: The layer's name in the model file.
        op: The operator's name here, as `edgerack-compile ops` lists it.
        parameters_bytes: Of the constants it reads. Constants that layers share count for each of
            them.
        macs: Multiply-accumulates of convolutions and matrix products; 0 for everything else.
    """

    index: int | None = None
    name: str = ""
    op: str = ""
    output_shape: tuple[int, ...] = ()
    output_dtype: str = ""
    parameters_bytes: int | None = None
    macs: int | None = None


@dataclasses.dataclass(frozen=True)
class ModelView(Record):
    """What a model is, as its file says.

    nothing is compiled and no board is needed.

    Attributes:
        name: "models/{id}/view".
        model: "models/{id}".
        format: tflite, …
        layers: In execution order, before any fusing.
    """

    name: str = ""
    model: str = ""
    format: str = ""
    inputs: tuple[TensorDescription, ...] = ()
    outputs: tuple[TensorDescription, ...] = ()
    layers: tuple[ModelLayer, ...] = ()
    totals: ModelTotals | None = None


@dataclasses.dataclass(frozen=True)
class Model(Record):
    """A neural network as it was uploaded.

    Its id is the SHA-256 of its bytes, so that uploading the same file twice gives the same model.

    Attributes:
        name: "models/{id}".
        display_name: The file name it was uploaded under.
    """

    name: str = ""
    id: str = ""
    display_name: str = ""
    size_bytes: int = 0
    create_time: datetime.datetime | None = None
