"""A connection that does what a test says, in a time that only it moves."""

import grpc

from edgerack._core.retry import Chance, Retry
from edgerack._core.session import Session


class Failure(grpc.RpcError):
    """An RPC that failed, with or without what the server said of it."""

    def __init__(self, code, text="planted", metadata=()):
        super().__init__(text)
        self._code, self._text, self._metadata = code, text, metadata

    def code(self):
        return self._code

    def details(self):
        return self._text

    def trailing_metadata(self):
        return self._metadata


UNAVAILABLE = Failure(grpc.StatusCode.UNAVAILABLE)


class Scripted:
    """Answers calls from a list; what is no failure is a response, a list one of a stream."""

    def __init__(self, *script):
        self.script = list(script)
        self.now_s = 0.0
        self.pauses = []
        self.calls = []  # (path, request, timeout)

    def _next(self, method, request, timeout_s):
        self.calls.append((method.path, request, timeout_s))
        step = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        if isinstance(step, tuple):  # (seconds, step): it takes so long
            self.now_s += step[0]
            step = step[1]
        if isinstance(step, grpc.RpcError):
            raise step
        return step

    async def unary(self, method, request, timeout_s):
        copy = type(request)()
        copy.CopyFrom(request)
        return self._next(method, copy, timeout_s)

    async def upload(self, method, pieces, timeout_s):
        return self._next(method, list(pieces), timeout_s)

    async def stream(self, method, request, timeout_s):
        for response in self._next(method, request, timeout_s):
            if isinstance(response, grpc.RpcError):
                raise response
            yield response

    async def sleep(self, seconds):
        self.pauses.append(seconds)
        self.now_s += seconds

    async def close(self):
        pass

    def session(self, retry=None, draw=lambda: 0.0):
        """A session on this connection."""
        retry = retry or Retry()
        return Session(self, "test:1", retry, Chance(lambda: self.now_s, draw))
