"""How long a server may be away, and how the client waits for it."""

from __future__ import annotations

import dataclasses
import random
import time
from typing import Callable

from edgerack.errors import Timeout


@dataclasses.dataclass(frozen=True)
class Retry:
    """When a call that met no server is tried again. Every call of this API may be repeated.

    Attributes:
        first_contact_s: Patience until the server answered for the first time, seconds.
        away_s: Patience with a server that was there and restarts, seconds.
        first_pause_s: Pause before the second try; each later one is twice as long.
        longest_pause_s: What pauses grow to.
        jitter: Pauses are drawn from (1 - jitter) to 1 times their length, so that many clients
            do not return at once. 0..1.
    """

    first_contact_s: float = 5.0
    away_s: float = 300.0
    first_pause_s: float = 0.1
    longest_pause_s: float = 5.0
    jitter: float = 0.5

    def pause_s(self, tries: int, draw: Callable[[], float]) -> float:
        """The pause after so many tries (1, 2, …); `draw` gives a number in 0..1."""
        full = min(self.longest_pause_s, self.first_pause_s * 2.0 ** min(tries - 1, 30))
        return full * (1.0 - self.jitter * draw())


@dataclasses.dataclass(frozen=True)
class Chance:
    """Where time and randomness come from; tests give others."""

    monotonic_s: Callable[[], float] = time.monotonic
    draw: Callable[[], float] = random.random


class Deadline:
    """A moment after which a call is over."""

    def __init__(self, chance: Chance, timeout_s: float, what: str) -> None:
        self._chance = chance
        self._end_s = chance.monotonic_s() + timeout_s
        self._timeout_s = timeout_s
        self._what = what

    def left_s(self, most_s: float) -> float:
        """What a call may take, at most `most_s`. Raises Timeout when nothing is left."""
        left = self._end_s - self._chance.monotonic_s()
        if left <= 0:
            raise self.passed()
        return min(left, most_s)

    def passed(self) -> Timeout:
        """The exception that says so."""
        return Timeout(
            "TIMEOUT_REACHED",
            f"{self._what} took longer than the {self._timeout_s:g} s of `timeout`; what the "
            "server has accepted goes on: look at `client.jobs()`, or allow more time",
        )
