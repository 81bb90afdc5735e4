"""Models and datasets: uploading what the server lacks, and looking at what it has."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from edgerack import errors
from edgerack._core.paging import pages
from edgerack._core.retry import Deadline
from edgerack._core.session import Session
from edgerack._proto import message
from edgerack.inputs.dataset import DatasetFile
from edgerack.inputs.model import ModelFile
from edgerack.records import Dataset, Model, ModelView, from_message

PIECE_BYTES = 512 * 1024
UPLOAD_TRIES = 3
VIEW_S = 90.0  # the server gives its compiler a minute
SHORTEST_ID = 6


def _pieces(file: ModelFile | DatasetFile) -> Iterator[Any]:
    """An empty file is one empty piece: the server says what is wrong with it."""
    request = message("UploadRequest")
    for at in range(0, max(len(file.data), 1), PIECE_BYTES):
        piece = request(data=file.data[at : at + PIECE_BYTES])
        if at == 0:
            piece.display_name = file.display_name
            piece.size_bytes = len(file.data)
        yield piece


async def _put(
    session: Session, file: ModelFile | DatasetFile, kind: str, deadline: Deadline
) -> Any:
    """Uploads, unless the server has these bytes already: an id is the digest of its bytes."""
    service = f"{kind}Service"
    name = file.on_server or f"{kind.lower()}s/{hashlib.sha256(file.data).hexdigest()}"
    request = message(f"Get{kind}Request")(name=name)
    try:
        return await session.call(f"{service}.Get{kind}", request, deadline)
    except errors.UserError:
        if file.on_server:
            raise
    for tries in range(UPLOAD_TRIES, 0, -1):
        try:
            return await session.upload(f"{service}.Upload{kind}", lambda: _pieces(file), deadline)
        except errors.UserError as error:
            # The size was announced, so an end too early is a connection that broke.
            if error.code != "UPLOAD_CUT_OFF" or tries == 1:
                raise
    raise AssertionError("unreachable")


async def put_model(session: Session, file: ModelFile, deadline: Deadline) -> Model:
    """The server's record of a model that it has, or has now."""
    return from_message(Model, await _put(session, file, "Model", deadline))


async def put_dataset(session: Session, file: DatasetFile, deadline: Deadline) -> Dataset:
    """The same of samples."""
    return from_message(Dataset, await _put(session, file, "Dataset", deadline))


async def get_model(session: Session, id_: str, deadline: Deadline) -> Model:
    """A model by its id, or by the first six or more digits of it."""
    beginning = id_.removeprefix("models/")
    if len(beginning) < SHORTEST_ID or len(beginning) == 64:
        request = message("GetModelRequest")(name=f"models/{beginning}")
        return from_message(Model, await session.call("ModelService.GetModel", request, deadline))
    found = [m for m in await list_models(session, None, deadline) if m.id.startswith(beginning)]
    if len(found) == 1:
        return found[0]
    if found:
        raise errors.UserError(
            "AMBIGUOUS_ID", f"{len(found)} models have an id that starts with {beginning!r}; "
            "give more digits",
        )  # fmt: skip
    raise errors.UserError(
        "MODEL_NOT_FOUND", f"no model on the server has an id that starts with {beginning!r}; "
        "`client.models()` lists them",
    )  # fmt: skip


async def list_models(session: Session, limit: int | None, deadline: Deadline) -> list[Model]:
    """Newest first."""
    request = message("ListModelsRequest")()
    found = await pages(session, "ModelService.ListModels", request, "models", limit, deadline)
    return [from_message(Model, model) for model in found]


async def list_datasets(session: Session, limit: int | None, deadline: Deadline) -> list[Dataset]:
    """Newest first."""
    request = message("ListDatasetsRequest")()
    found = await pages(
        session, "DatasetService.ListDatasets", request, "datasets", limit, deadline
    )
    return [from_message(Dataset, dataset) for dataset in found]


async def view(session: Session, file: ModelFile, deadline: Deadline) -> ModelView:
    """Layers, shapes and sizes; the server may have to read the file first."""
    model = await put_model(session, file, deadline)
    request = message("GetModelViewRequest")(name=f"{model.name}/view")
    answer = await session.call("ModelService.GetModelView", request, deadline, VIEW_S)
    return from_message(ModelView, answer)
