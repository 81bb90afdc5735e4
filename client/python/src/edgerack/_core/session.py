"""Calls with deadlines that survive a restart of the server."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any, Callable

import grpc

from edgerack import errors
from edgerack._core.retry import Chance, Deadline, Retry
from edgerack._core.transport import Transport
from edgerack._proto import message, method

CALL_S = 30.0
# A stream is opened anew after so long: a connection that died silently is noticed.
STREAM_S = 60.0
# What the server refuses now and takes later.
BUSY = frozenset({"TOO_MANY_VIEWS", "TOO_MANY_DIAGNOSES", "JOURNAL_CLOSED"})


@asynccontextmanager
async def closing(stream: AsyncIterator[Any]) -> AsyncIterator[None]:
    """contextlib.aclosing, which Python 3.9 has not."""
    try:
        yield
    finally:
        await stream.aclose()  # type: ignore[attr-defined]


def error_of(failure: Any, address: str) -> errors.EdgerackError:
    """The exception for a grpc.RpcError."""
    code, text = failure.code(), failure.details() or ""
    for key, value in failure.trailing_metadata() or ():
        if key != "grpc-status-details-bin":
            continue
        info = message("google.rpc.ErrorInfo")()
        for detail in message("google.rpc.Status").FromString(value).details:
            if detail.Is(info.DESCRIPTOR) and detail.Unpack(info):
                return errors.make(info.metadata.get("class", ""), info.reason, text)
    if code == grpc.StatusCode.UNAVAILABLE:
        return errors.NotReachable(
            "SERVER_NOT_REACHED",
            f"no server answers at {address} ({text}); start one with `./dev up`, or name it: "
            'Client("HOST:PORT") or EDGERACK_SERVER',
        )
    if code == grpc.StatusCode.DEADLINE_EXCEEDED:
        return errors.Timeout(
            "SERVER_TOO_SLOW", f"the server at {address} did not answer in time; look at its log"
        )
    return errors.BugError(code.name, text or f"the server at {address} answered {code.name}")


class Session:
    """One server as the core sees it."""

    def __init__(self, transport: Transport, address: str, retry: Retry, chance: Chance) -> None:
        self.transport = transport
        self.address = address
        self.retry = retry
        self.chance = chance
        self._reached = False

    def deadline(self, timeout_s: float, what: str) -> Deadline:
        """A deadline from now."""
        return Deadline(self.chance, timeout_s, what)

    async def call(
        self, name: str, request: Any, deadline: Deadline, longest_s: float = CALL_S
    ) -> Any:
        """One request and its response, repeated while the server restarts."""
        rpc = method(name)
        absence = Absence(self, deadline)
        while True:
            try:
                response = await self.transport.unary(rpc, request, deadline.left_s(longest_s))
            except grpc.RpcError as failure:
                await absence.wait_or_raise(failure)
            else:
                self._reached = True
                return response

    async def upload(
        self, name: str, pieces: Callable[[], Iterable[Any]], deadline: Deadline
    ) -> Any:
        """A stream of pieces and its response; repeated as a whole, which is harmless."""
        rpc = method(name)
        absence = Absence(self, deadline)
        while True:
            try:
                response = await self.transport.upload(rpc, pieces(), deadline.left_s(600.0))
            except grpc.RpcError as failure:
                await absence.wait_or_raise(failure)
            else:
                self._reached = True
                return response

    async def watch(
        self, name: str, request: Any, deadline: Deadline, ended: Callable[[Any], bool]
    ) -> AsyncGenerator[Any, None]:
        """What a stream says until `ended`, across restarts. A message may come twice."""
        rpc = method(name)
        absence = Absence(self, deadline)
        while True:
            try:
                stream = self.transport.stream(rpc, request, deadline.left_s(STREAM_S))
                async with closing(stream):
                    async for response in stream:
                        self._reached = True
                        absence = Absence(self, deadline)
                        yield response
                        if ended(response):
                            return
                await absence.pause()  # it ended too early: the server is stopping
            except grpc.RpcError as failure:
                if _code(failure) != grpc.StatusCode.DEADLINE_EXCEEDED:
                    await absence.wait_or_raise(failure)

    @property
    def patience_s(self) -> float:
        """How long the server may be away now."""
        return self.retry.away_s if self._reached else self.retry.first_contact_s


class Absence:
    """A time in which the server did not answer."""

    def __init__(self, session: Session, deadline: Deadline) -> None:
        self._session = session
        self._deadline = deadline
        self._since_s = session.chance.monotonic_s()
        self._tries = 0

    async def wait_or_raise(self, failure: Any) -> None:
        """Returns when it is time for another try; raises what the failure means otherwise."""
        error = error_of(failure, self._session.address)
        away = isinstance(error, errors.NotReachable) or error.code in BUSY
        # A server that stops cancels its calls; nobody on this side does so through gRPC.
        away = away or (_code(failure) == grpc.StatusCode.CANCELLED and error.code == "CANCELLED")
        if not away:
            if isinstance(error, errors.Timeout):
                self._deadline.left_s(CALL_S)  # the caller's own deadline says so itself
            raise error from None
        away_s = self._session.chance.monotonic_s() - self._since_s
        if away_s > self._session.patience_s:
            raise error from None
        await self.pause()

    async def pause(self) -> None:
        """Waits a little, longer each time."""
        self._tries += 1
        pause_s = self._session.retry.pause_s(self._tries, self._session.chance.draw)
        await self._session.transport.sleep(self._deadline.left_s(pause_s))


def _code(failure: Any) -> Any:
    return failure.code()
