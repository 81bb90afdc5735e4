"""Any model as a named file: a path, bytes, ONNX, TensorFlow Lite, Keras or PyTorch."""

from __future__ import annotations

import io
import os
import pathlib
import tempfile
from collections.abc import Sequence
from typing import Any, NamedTuple, Union

from edgerack.errors import UserError
from edgerack.inputs.framework import is_from
from edgerack.records import Model

# A path, the bytes of a file, a record of a model on the server, or an object of ONNX, Keras or
# PyTorch. The latter have no types without their packages.
ModelLike = Union[str, "os.PathLike[str]", bytes, Model, Any]

# The newest opset that every exporter at hand writes and the server takes.
ONNX_OPSET = 17


class ModelFile(NamedTuple):
    """A file to upload, or the name of one that the server has."""

    display_name: str
    data: bytes
    on_server: str = ""


def read_file(path: pathlib.Path, what: str) -> bytes:
    """The bytes; UserError that says what is wrong with the path."""
    if path.is_dir():
        raise UserError(
            "NOT_A_FILE",
            f"{what} {str(path)!r} is a folder; give the file (.onnx, .tflite, .keras, .h5, .npz)",
        )
    try:
        return path.read_bytes()
    except OSError as error:
        raise UserError(
            "FILE_NOT_FOUND",
            f"{what} {str(path)!r} cannot be read ({error.strerror}); correct the path, "
            f"which is taken from {pathlib.Path.cwd()}",
        ) from None


def model_file(model: ModelLike, example_input: Any = None, name: str = "") -> ModelFile:
    """The file of a model.

    Args:
        model: What `Client.run` takes.
        example_input: For a PyTorch module: a tensor, or a tuple of tensors, as `forward` takes
            them, batch first.
        name: What the server shows; made from the model where empty.

    Raises:
        UserError: It is nothing of these, or its own exporter failed.
    """
    if isinstance(model, ModelFile):
        return model
    if isinstance(model, Model):
        return ModelFile(model.display_name, b"", model.name)
    if isinstance(model, str) and model.startswith("models/"):
        return ModelFile("", b"", model)
    if isinstance(model, (str, os.PathLike)):
        path = pathlib.Path(model)
        return ModelFile(name or path.name, read_file(path, "the model"))
    if isinstance(model, (bytes, bytearray, memoryview)):
        data = bytes(model)
        return ModelFile(name or "model" + _suffix(data), data)
    if is_from(model, "onnx") and hasattr(model, "SerializeToString"):
        return ModelFile(name or f"{_word(model.graph.name)}.onnx", model.SerializeToString())
    if is_from(model, "keras", "tf_keras", "tensorflow") and hasattr(model, "save"):
        return _keras(model, name)
    if is_from(model, "torch") and hasattr(model, "forward"):
        return _torch(model, example_input, name)
    raise UserError(
        "BAD_MODEL_OBJECT",
        f"a {type(model).__module__}.{type(model).__qualname__} is no model; give a path, bytes, "
        "an onnx.ModelProto, a Keras model or a torch.nn.Module",
    )


def _suffix(data: bytes) -> str:
    if data[4:8] == b"TFL3":
        return ".tflite"
    if data[:4] == b"PK\x03\x04":
        return ".keras"
    return ".h5" if data[:8] == b"\x89HDF\r\n\x1a\n" else ".onnx"


def _word(name: str) -> str:
    return "".join(c if c.isalnum() or c in "-_." else "_" for c in name) or "model"


def _keras(model: Any, name: str) -> ModelFile:
    """By the model's own saver: .keras of Keras 3, .h5 of Keras 2, whose classes lie elsewhere."""
    suffix = ".keras" if is_from(model, "keras.src.models") else ".h5"
    own = getattr(model, "name", "") or "model"
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / f"model{suffix}"
        try:
            model.save(str(path))
        except Exception as error:  # of any saver
            raise _export_failed("Keras", own, error) from error
        return ModelFile(name or _word(own) + suffix, path.read_bytes())


def _torch(model: Any, example_input: Any, name: str) -> ModelFile:
    """By torch.onnx.export, in evaluation mode, all weights in the file."""
    if example_input is None:
        raise UserError(
            "NO_EXAMPLE_INPUT",
            "torch.onnx.export needs an input to follow; give `example_input`, a tensor as "
            "`forward` takes it, e.g. torch.zeros(1, 1, 28, 28)",
        )
    import inspect

    import torch

    inputs: Sequence[Any] = (
        tuple(example_input) if isinstance(example_input, (tuple, list)) else (example_input,)
    )
    own = type(model).__name__
    options: dict[str, Any] = {"opset_version": ONNX_OPSET, "input_names": _names(len(inputs))}
    # The exporter that writes one file and needs no further package, where there are two.
    if "dynamo" in inspect.signature(torch.onnx.export).parameters:
        options["dynamo"] = False
    # Parts may be frozen on their own, so each gets its own mode back.
    modes, made = [(part, part.training) for part in model.modules()], io.BytesIO()
    try:
        model.eval()
        with torch.no_grad():
            torch.onnx.export(model, tuple(inputs), made, **options)
    except Exception as error:
        raise _export_failed("PyTorch", own, error) from error
    finally:
        for part, training in modes:
            part.training = training
    return ModelFile(name or f"{own}.onnx", made.getvalue())


def _names(count: int) -> list[str]:
    return ["input"] if count == 1 else [f"input_{i}" for i in range(count)]


def _export_failed(framework: str, name: str, error: Exception) -> UserError:
    return UserError(
        "EXPORT_FAILED",
        f"{framework} could not save {name!r}: {type(error).__name__}: {error}; the model's own "
        "exporter refused it, so try to save it by hand and give the file",
    )
