"""Reads what the suite needs of ONNX files: protobuf's wire format by hand, so that the test does
not depend on the library whose format it tests."""
import struct

import numpy as np

TYPES = {
    1: np.float32, 2: np.uint8, 3: np.int8, 4: np.uint16, 5: np.int16, 6: np.int32, 7: np.int64,
    9: np.bool_, 10: np.float16, 11: np.float64, 12: np.uint32, 13: np.uint64,
}


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7


def fields(data):
    """Every field of a message: (number, value); bytes for length-delimited ones."""
    at = 0
    while at < len(data):
        tag, at = varint(data, at)
        kind = tag & 7
        if kind == 0:
            value, at = varint(data, at)
        elif kind == 1:
            value, at = data[at:at + 8], at + 8
        elif kind == 5:
            value, at = data[at:at + 4], at + 4
        else:
            size, at = varint(data, at)
            value, at = data[at:at + size], at + size
        yield tag >> 3, value


def signed(value):
    return value - (1 << 64) if value >> 63 else value


def packed(number, value, item):
    if isinstance(value, int):
        return [value]
    values, at = [], 0
    while at < len(value):
        v, at = varint(value, at)
        values.append(v)
    return values


def tensor(data):
    """The array of a TensorProto; None for types numpy does not have and for what is no tensor."""
    try:
        return parse_tensor(data)
    except (ValueError, IndexError):
        return None


def parse_tensor(data):
    dims, kind, raw, numbers = [], 0, None, []
    for number, value in fields(data):
        if number == 1:
            dims += packed(1, value, "d")
        elif number == 2:
            kind = value
        elif number == 9:
            raw = value
        elif number in (5, 7, 11):
            numbers += packed(number, value, "q")
        elif number == 4:
            numbers += list(struct.unpack(f"<{len(value) // 4}f", value))
        elif number == 10:
            numbers += list(struct.unpack(f"<{len(value) // 8}d", value))
    if kind not in TYPES:
        return None
    if raw is not None:
        return np.frombuffer(raw, TYPES[kind]).reshape(dims)
    if kind not in (1, 11):
        numbers = [signed(v) for v in numbers]
    if kind == 10:
        return np.array(numbers, np.uint16).view(np.float16).reshape(dims)
    return np.array(numbers).astype(TYPES[kind]).reshape(dims)


class Model:
    """Names only: nodes as (operator, input names), the graph's inputs and outputs."""

    def __init__(self, data):
        self.nodes, self.inputs, self.outputs, constants = [], [], [], set()
        graph = next(value for number, value in fields(data) if number == 7)
        for number, value in fields(graph):
            if number == 1:
                parts = list(fields(value))
                self.nodes.append((next((v.decode() for n, v in parts if n == 4), ""),
                                   [v.decode() for n, v in parts if n == 1]))
            elif number == 5:
                constants.add(next((v.decode() for n, v in fields(value) if n == 8), ""))
            elif number in (11, 12):
                name = next(v.decode() for n, v in fields(value) if n == 1)
                (self.inputs if number == 11 else self.outputs).append(name)
        self.inputs = [name for name in self.inputs if name not in constants]
