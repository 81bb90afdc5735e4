"""A transport on grpc.aio."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from typing import Any

import grpc.aio

from edgerack._core.transport import CHANNEL_OPTIONS
from edgerack._proto import Method


class AsyncTransport:
    """One channel, made in the first call so that it belongs to the loop that is running then."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._made: Any = None

    @property
    def _channel(self) -> Any:
        if self._made is None:
            self._made = grpc.aio.insecure_channel(self._address, options=CHANNEL_OPTIONS)
        return self._made

    async def unary(self, method: Method, request: Any, timeout_s: float) -> Any:
        """One request, one response."""
        call = self._channel.unary_unary(
            method.path, method.request.SerializeToString, method.response.FromString
        )
        return await call(request, timeout=timeout_s)

    async def upload(self, method: Method, pieces: Iterable[Any], timeout_s: float) -> Any:
        """Many requests, one response."""
        call = self._channel.stream_unary(
            method.path, method.request.SerializeToString, method.response.FromString
        )
        return await call(iter(pieces), timeout=timeout_s)

    async def stream(self, method: Method, request: Any, timeout_s: float) -> AsyncIterator[Any]:
        """One request, many responses."""
        start = self._channel.unary_stream(
            method.path, method.request.SerializeToString, method.response.FromString
        )
        call = start(request, timeout=timeout_s)
        try:
            async for response in call:
                yield response
        finally:
            call.cancel()

    async def sleep(self, seconds: float) -> None:
        """Gives the loop to others."""
        await asyncio.sleep(seconds)

    async def close(self) -> None:
        """Ends the channel."""
        if self._made is not None:
            await self._made.close()
