"""Boards of the farm."""

from __future__ import annotations

import dataclasses
import datetime

from edgerack.records._record import Record


@dataclasses.dataclass(frozen=True)
class ChipMemory(Record):
    """One memory of a chip.

    Attributes:
        kind: itcm, dtcm, ram, flash or backup.
        alias_name: Another view of the same bytes, by which options may name it; empty: none.
    """

    name: str = ""
    kind: str = ""
    size_bytes: int = 0
    alias_name: str = ""


@dataclasses.dataclass(frozen=True)
class ChipFacts(Record):
    """What is true of a chip on every board: what options of a run can ask for.

    Attributes:
        max_clock_hz: By its maker's specification.
        compared_clocks_hz: What option `clock` is worth being compared at.
        arena_region: Where activations lie usually.
        stack_region: Where the stack lies usually.
        code_regions: All regions for which there is firmware, the usual first.
    """

    max_clock_hz: int = 0
    compared_clocks_hz: tuple[int, ...] = ()
    memories: tuple[ChipMemory, ...] = ()
    arena_region: str = ""
    stack_region: str = ""
    code_regions: tuple[str, ...] = ()


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
    chip_facts: ChipFacts | None = None
