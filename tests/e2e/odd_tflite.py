"""Small TensorFlow Lite files for tests, written without TensorFlow: a FlatBuffers writer of a page.

A table is {field id: value} with values Scalar, str, Table, or list (of int32, of Table).
"""

import struct


class Scalar:
    def __init__(self, form, value):
        self.bytes = struct.pack("<" + form, value)


class Table(dict):
    pass


class _Writer:
    """Parents stand in front of their children, so every offset is positive."""

    def __init__(self, root, identifier):
        self.out = bytearray(8)
        self.out[4:8] = identifier
        self._point(0, self._table(root))

    def _align(self, to):
        self.out += b"\0" * (-len(self.out) % to)

    def _point(self, at, target):
        self.out[at:at + 4] = struct.pack("<I", target - at)

    def _value(self, value):
        if isinstance(value, str):
            return self._bytes(value.encode(), 1, terminator=b"\0")
        if isinstance(value, Table):
            return self._table(value)
        if value and isinstance(value[0], Table):
            return self._tables(value)
        return self._bytes(struct.pack(f"<{len(value)}i", *value), 4)

    def _bytes(self, data, item, terminator=b""):
        self._align(4)
        start = len(self.out)
        self.out += struct.pack("<I", len(data) // item) + data + terminator
        return start

    def _tables(self, tables):
        self._align(4)
        start = len(self.out)
        self.out += struct.pack("<I", len(tables)) + b"\0" * 4 * len(tables)
        for i, table in enumerate(tables):
            self._point(start + 4 + 4 * i, self._table(table))
        return start

    def _table(self, table):
        count = max(table, default=-1) + 1
        offsets, size, children = [0] * count, 4, []
        body = bytearray(4)
        for field, value in sorted(table.items()):
            data = value.bytes if isinstance(value, Scalar) else b"\0" * 4
            body += b"\0" * (-len(body) % len(data))
            offsets[field] = len(body)
            if not isinstance(value, Scalar):
                children.append((len(body), value))
            body += data
        size = len(body)
        self._align(2)
        vtable = len(self.out)
        self.out += struct.pack(f"<HH{count}H", 4 + 2 * count, size, *offsets)
        self._align(8)
        start = len(self.out)
        body[0:4] = struct.pack("<i", start - vtable)
        self.out += body
        for at, child in children:
            self._point(start + at, self._value(child))
        return start


RELU = 19
CUSTOM = 32


def chain(shape, operators):
    """A float model: one input of `shape`, each operator reads the one before. An operator is a
    built-in code or the name of a custom one; all tensors have the same shape."""
    codes = []
    for operator in operators:
        if isinstance(operator, str):
            codes.append(Table({0: Scalar("b", CUSTOM), 1: operator, 3: Scalar("i", CUSTOM)}))
        else:
            codes.append(Table({0: Scalar("b", min(operator, 127)), 3: Scalar("i", operator)}))
    tensors = [Table({0: list(shape), 1: Scalar("b", 0), 2: Scalar("I", 0), 3: f"t{i}"})
               for i in range(len(operators) + 1)]
    nodes = [Table({0: Scalar("I", i), 1: [i], 2: [i + 1]}) for i in range(len(operators))]
    graph = Table({0: tensors, 1: [0], 2: [len(operators)], 3: nodes, 4: "main"})
    model = Table({0: Scalar("I", 3), 1: codes, 2: [graph], 3: "test", 4: [Table()]})
    return bytes(_Writer(model, b"TFL3").out)
