"""The API's messages and methods, made from `schema.binpb` when they are first asked for.

The schema lives in a pool of its own, so that it meets neither another program's messages nor
another version of Google's. Nothing of protobuf leaves `edgerack._proto` and `edgerack._core`.
"""

from __future__ import annotations

import dataclasses
import functools
import importlib.resources
from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

PACKAGE = "edgerack.v1"


@functools.cache
def pool() -> Any:
    """All descriptors of the API."""
    path = importlib.resources.files(__name__) / "schema.binpb"
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise ImportError(
            "edgerack/_proto/schema.binpb is missing: this is a source tree that was never built; "
            "`pip install ./client/python` builds it"
        ) from None
    made = descriptor_pool.DescriptorPool()
    for file in descriptor_pb2.FileDescriptorSet.FromString(data).file:
        made.AddSerializedFile(file.SerializeToString())
    return made


@functools.cache
def message(name: str) -> Any:
    """The class of a message: "Job" of our package, or a full name such as "google.rpc.Status"."""
    full = name if "." in name else f"{PACKAGE}.{name}"
    return message_factory.GetMessageClass(pool().FindMessageTypeByName(full))


@dataclasses.dataclass(frozen=True)
class Method:
    """One RPC."""

    path: str
    request: Any
    response: Any


@functools.cache
def method(name: str) -> Method:
    """`method("JobService.CreateJob")`."""
    service, own = name.split(".")
    found = pool().FindServiceByName(f"{PACKAGE}.{service}").methods_by_name[own]
    return Method(
        f"/{PACKAGE}.{service}/{own}",
        message_factory.GetMessageClass(found.input_type),
        message_factory.GetMessageClass(found.output_type),
    )
