"""Calls of the API with the bytes of a request written by hand, so that they may be wrong."""

import re

import pytest
from conftest import BOARD

JOBS = "/edgerack.v1.JobService/"
NO_MODEL = "models/" + "0" * 64


def varint(number):
    number &= 2**64 - 1
    out = b""
    while number > 0x7F:
        out += bytes([number & 0x7F | 0x80])
        number >>= 7
    return out + bytes([number])


def field(number, value):
    """One field of a protobuf message: bytes or text, or an integer."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    value = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(value)) + value


def option(key, value):
    return field(7, field(1, key) + field(2, value))


def spec(*parts, model=NO_MODEL, selector=BOARD):
    """CreateJobRequest.job; `parts` are further fields of the JobSpec."""
    return field(1, field(1, model) + field(4, selector) + b"".join(parts))


class Calls:
    """calls(method, request bytes) gives (gRPC code, class, code, message or answer's bytes)."""

    def __init__(self, port):
        grpc = pytest.importorskip("grpc", reason="python3-grpcio is not installed; `./dev setup`")
        self.failure = grpc.RpcError
        self.channel = grpc.insecure_channel(f"127.0.0.1:{port}")

    def close(self):
        self.channel.close()

    def __call__(self, method, request, stream_in=False, stream_out=False):
        kind = {(False, False): self.channel.unary_unary, (True, False): self.channel.stream_unary,
                (False, True): self.channel.unary_stream,
                (True, True): self.channel.stream_stream}[stream_in, stream_out]
        try:
            answer = kind(method)(iter(request) if stream_in else request, timeout=20)
            return "OK", None, None, b"".join(answer) if stream_out else answer
        except self.failure as error:
            status = dict(error.trailing_metadata()).get("grpc-status-details-bin", b"")
            reason = re.search(rb"\n.([A-Z_]+)\x12.edgerack\.dev", status, re.DOTALL)
            found = re.search(rb"class\x12.([A-Z]+)", status, re.DOTALL)
            return (error.code().name, found and found[1].decode(), reason and reason[1].decode(),
                    error.details())
