"""A transport of blocking calls, and how coroutines run on it without an event loop."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, AsyncIterator, Coroutine, Iterable, Iterator
from typing import Any, TypeVar

import grpc

from edgerack._core.transport import CHANNEL_OPTIONS
from edgerack._proto import Method

T = TypeVar("T")


class BlockingTransport:
    """One channel; may be used by several threads at once."""

    def __init__(self, address: str) -> None:
        self._channel = grpc.insecure_channel(address, options=CHANNEL_OPTIONS)

    async def unary(self, method: Method, request: Any, timeout_s: float) -> Any:
        """Blocks until the response is there."""
        call = self._channel.unary_unary(
            method.path, method.request.SerializeToString, method.response.FromString
        )
        return call(request, timeout=timeout_s)

    async def upload(self, method: Method, pieces: Iterable[Any], timeout_s: float) -> Any:
        """Blocks until all pieces are sent and the response is there."""
        call = self._channel.stream_unary(
            method.path, method.request.SerializeToString, method.response.FromString
        )
        return call(iter(pieces), timeout=timeout_s)

    async def stream(self, method: Method, request: Any, timeout_s: float) -> AsyncIterator[Any]:
        """Blocks before each response."""
        start = self._channel.unary_stream(
            method.path, method.request.SerializeToString, method.response.FromString
        )
        call: Any = start(request, timeout=timeout_s)
        try:
            for response in call:
                yield response
        finally:
            call.cancel()

    async def sleep(self, seconds: float) -> None:
        """Blocks."""
        time.sleep(seconds)

    async def close(self) -> None:
        """Ends the channel."""
        self._channel.close()


def finish(coroutine: Coroutine[Any, Any, T]) -> T:
    """Runs a coroutine of the core whose transport blocks: it never suspends."""
    try:
        coroutine.send(None)
    except StopIteration as stop:
        result: T = stop.value
        return result
    coroutine.close()
    raise RuntimeError("a coroutine of the blocking client waited for an event loop")


def iterate(generator: AsyncGenerator[T, None]) -> Iterator[T]:
    """The same for what yields several values."""
    try:
        while True:
            try:
                yield finish(generator.__anext__())
            except StopAsyncIteration:
                return
    finally:
        finish(generator.aclose())
