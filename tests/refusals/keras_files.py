"""Keras files without Keras and h5py: .h5 and .keras from a configuration and weights.

HDF5 with superblock 0, object headers of version 1, links as messages, contiguous datasets of
float32 (or float16) and attributes of fixed-length text: docs.hdfgroup.org/hdf5/develop/_f_m_t3.html.
"""

import io
import json
import struct
import zipfile

import numpy as np

UNDEFINED = 2**64 - 1
FLOATS = {  # datatype message: class 1, IEEE, little-endian
    "float32": struct.pack("<BBBBIHHBBBBI", 0x11, 0x20, 31, 0, 4, 0, 32, 23, 8, 0, 23, 127),
    "float16": struct.pack("<BBBBIHHBBBBI", 0x11, 0x20, 15, 0, 2, 0, 16, 10, 5, 0, 10, 15),
}
INT8 = struct.pack("<BBBBIHH", 0x10, 8, 0, 0, 1, 0, 8)


def _padded(data):
    return data + bytes(-len(data) % 8)


def _text(size):
    return struct.pack("<BBBBI", 0x13, 0, 0, 0, size)


def _dataspace(shape):
    return struct.pack("<BBB5x", 1, len(shape), 0) + b"".join(struct.pack("<Q", n) for n in shape)


def _attribute(name, value):
    """A text, or a list of texts of one length."""
    texts = [value.encode()] if isinstance(value, str) else [item.encode() for item in value]
    size = max(map(len, texts), default=0) + 1
    shape = () if isinstance(value, str) else (len(texts),)
    parts = (name.encode() + b"\0", _text(size), _dataspace(shape))
    return (struct.pack("<BxHHH", 1, *map(len, parts)) + b"".join(map(_padded, parts)) +
            b"".join(text.ljust(size, b"\0") for text in texts))


class _File:
    """Children before their parents, so that every address is known when it is written."""

    def __init__(self):
        self.out = bytearray(96)

    def _place(self, data):
        self.out += bytes(-len(self.out) % 8)
        address = len(self.out)
        self.out += data
        return address

    def _header(self, messages):
        body = b"".join(struct.pack("<HHB3x", kind, len(_padded(data)), 0) + _padded(data)
                        for kind, data in messages)
        return self._place(struct.pack("<BxHII4x", 1, len(messages), 1, len(body)) + body)

    def dataset(self, array):
        array = np.ascontiguousarray(array)
        datatype = INT8 if array.dtype == np.int8 else FLOATS[str(array.dtype)]
        address = self._place(array.tobytes())
        layout = struct.pack("<BBQQ", 3, 1, address, array.nbytes)
        return self._header([(1, _dataspace(array.shape)), (3, datatype), (8, layout)])

    def group(self, members, attributes):
        messages = [(2, struct.pack("<BBQQ", 0, 0, UNDEFINED, UNDEFINED))]
        for name, address in members.items():
            raw = name.encode()
            messages.append((6, struct.pack("<BBB", 1, 0, len(raw)) + raw +
                             struct.pack("<Q", address)))
        messages += [(12, _attribute(*item)) for item in attributes.items()]
        return self._header(messages)

    def finish(self, root):
        self.out[:96] = (b"\x89HDF\r\n\x1a\n" + struct.pack("<8B", 0, 0, 0, 0, 0, 8, 8, 0) +
                         struct.pack("<HHI", 4, 16, 0) +
                         struct.pack("<4Q", 0, UNDEFINED, len(self.out), UNDEFINED) +
                         struct.pack("<QQII16x", 0, root, 0, 0))
        return bytes(self.out)


def _tree(file, tree):
    """`tree`: {name: array or tree}; key "" holds a group's attributes."""
    members = {name: _tree(file, value) if isinstance(value, dict) else file.dataset(value)
               for name, value in tree.items() if name}
    return file.group(members, tree.get("", {}))


def hdf5(tree):
    file = _File()
    return file.finish(_tree(file, tree))


def legacy(config, weights=None, keras_version="2.15.0"):
    """A .h5 file; `weights`: {layer: {name: array}} in the order of the layer's weights."""
    groups = {layer: {"": {"weight_names": list(arrays)}, **arrays}
              for layer, arrays in (weights or {}).items()}
    return hdf5({"": {"model_config": json.dumps(config), "keras_version": keras_version},
                 "model_weights": groups})


def archive(config, weights=None):
    """A .keras file; `weights`: {group: [array, …]}, groups named by class ("dense", "dense_1")."""
    groups = {group: {"vars": {str(i): array for i, array in enumerate(arrays)}}
              for group, arrays in (weights or {}).items()}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name, data in (("metadata.json", json.dumps({"keras_version": "3.6.0"})),
                           ("config.json", json.dumps(config)),
                           ("model.weights.h5", hdf5({"layers": groups}))):
            file.writestr(zipfile.ZipInfo(name), data)  # without the time of day
    return out.getvalue()


def layer(class_name, name, **config):
    return {"class_name": class_name, "config": {"name": name, **config}}


def sequential(*layers, shape=(None, 8)):
    """The configuration of a Sequential model behind an input of this shape."""
    first = layer("InputLayer", "x", batch_shape=list(shape), dtype="float32")
    return {"class_name": "Sequential", "config": {"name": "model", "layers": [first, *layers]}}
