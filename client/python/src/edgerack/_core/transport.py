"""What the core asks of a connection, and what two kinds of connections share."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from typing import Any, Protocol

from edgerack._proto import Method

# Long enough for outputs of 32 MiB and what is around them.
MOST_RECEIVED_BYTES = 64 << 20
CHANNEL_OPTIONS = (
    ("grpc.max_receive_message_length", MOST_RECEIVED_BYTES),
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 1000),
)


class Transport(Protocol):
    """Calls that raise grpc.RpcError, each with a deadline in seconds from now."""

    async def unary(self, method: Method, request: Any, timeout_s: float) -> Any:
        """One request, one response."""
        ...

    async def upload(self, method: Method, pieces: Iterable[Any], timeout_s: float) -> Any:
        """Many requests, one response."""
        ...

    def stream(self, method: Method, request: Any, timeout_s: float) -> AsyncIterator[Any]:
        """One request, many responses. Closing the iterator ends the call."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Waits."""
        ...

    async def close(self) -> None:
        """Ends the connection and every call on it."""
        ...


def target(url: str) -> str:
    """HOST:PORT of a URL as people write it; unix sockets and other gRPC names stay as they are."""
    for scheme in ("http://", "grpc://"):
        if url.startswith(scheme):
            return url[len(scheme) :].rstrip("/")
    return url
