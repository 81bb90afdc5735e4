"""Boards of the farm."""

from __future__ import annotations

import dataclasses
import datetime

from edgerack.records._record import Record


@dataclasses.dataclass(frozen=True)
class Board(Record):
    """A board of the farm, as its agent last reported it.

    State and health are two axes.

    Attributes:
        name: "boards/{id}".
        uid: The chip's unique id, 24 hex digits; empty until it was asked for the first time.
        state: One of IDLE, BUSY, RECOVERING, OFFLINE, RESERVED.
        health: One of HEALTHY, SUSPECT, QUARANTINED.
        reason: Why it is not idle or not healthy; for a person.
        firmware_build_id: GNU build id of the firmware it runs, hex.
        run: The run that has it; empty when none.
    """

    name: str = ""
    id: str = ""
    kind: str = ""
    chip: str = ""
    family: str = ""
    uid: str = ""
    virtual: bool = False
    state: str = ""
    health: str = ""
    reason: str = ""
    agent: str = ""
    tags: tuple[str, ...] = ()
    firmware_build_id: str = ""
    run: str = ""
    last_seen_time: datetime.datetime | None = None
