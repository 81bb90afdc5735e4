"""How messages become frozen dataclasses, and these the JSON that the command line prints."""

from __future__ import annotations

import dataclasses
import datetime
from typing import Any, ClassVar, TypeVar

R = TypeVar("R", bound="Record")

TIMESTAMP = "google.protobuf.Timestamp"
ENUM, MESSAGE = 14, 11  # FieldDescriptor.TYPE_…


class Record:
    """Base of all records.

    A field has the name it has in the API. What is unknown or does not apply is None or empty, and
    absent from `to_dict()`; a known 0 or False is there.
    """

    by_message: ClassVar[dict[str, type[Record]]] = {}
    of_message: ClassVar[str] = ""

    def __init_subclass__(cls, message: str = "") -> None:
        cls.of_message = message or cls.__name__
        Record.by_message[cls.of_message] = cls

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values, with the keys of `edgerack --json`."""
        made: dict[str, Any] = {}
        for field in dataclasses.fields(self):  # type: ignore[arg-type]
            value = getattr(self, field.name)
            if value is not None and value != "":
                made[field.metadata.get("key", field.name)] = plain(value)
        return made


def plain(value: Any) -> Any:
    """A field's value as JSON has it."""
    if isinstance(value, Record):
        return value.to_dict()
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return dict(value)
    if isinstance(value, datetime.datetime):
        # With no more digits than the time has: none, three or six.
        digits = "seconds" if not value.microsecond else "auto"
        if value.microsecond and value.microsecond % 1000 == 0:
            digits = "milliseconds"
        return value.isoformat(timespec=digits).replace("+00:00", "Z")
    return value


def from_message(cls: type[R], message: Any) -> R:
    """The record of a message. Fields that this version does not know are left out."""
    known = {field.name: field for field in message.DESCRIPTOR.fields}
    values = {
        field.name: _field(message, known[field.name])
        for field in dataclasses.fields(cls)  # type: ignore[arg-type]
        if field.name in known
    }
    return cls(**values)


def _field(message: Any, field: Any) -> Any:
    value = getattr(message, field.name)
    kind = field.message_type
    if kind is not None and kind.GetOptions().map_entry:
        return dict(value)
    repeated = getattr(field, "is_repeated", None)
    if repeated is None:  # protobuf before 6
        repeated = field.label == field.LABEL_REPEATED
    if repeated:
        return tuple(_single(item, field) for item in value)
    if field.has_presence and not message.HasField(field.name):
        return None
    return _single(value, field)


def _single(value: Any, field: Any) -> Any:
    if field.type == ENUM:
        names = field.enum_type.values_by_number
        name = names[value].name if value in names else str(value)  # of a newer server
        return "" if name.endswith("_UNSPECIFIED") else name
    if field.type != MESSAGE:
        return value
    if field.message_type.full_name == TIMESTAMP:
        at = datetime.datetime.fromtimestamp(value.seconds, datetime.timezone.utc)
        return at.replace(microsecond=value.nanos // 1000)
    return from_message(Record.by_message[field.message_type.name], value)
