"""Models with meant inputs for the tests of the doctor: each as a package of this machine, run by the
firmware's reference kernels."""

import json
import os
import pathlib
import struct
import subprocess
import sys
import zlib

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ.get("EDGERACK_BIN", ROOT / "build" / "bin"))
SHARED = os.environ.get("EDGERACK_SHARED_MODELS")
DIGITS = ROOT / "client" / "examples" / "digits"


def round_half_away(x):
    return np.trunc(x + np.copysign(0.5, x))


class Subject:
    """A model file, its package and what its only input and output are."""

    def __init__(self, name, path, folder, real_inputs):
        self.name, self.path = name, pathlib.Path(path)
        self.package = folder / f"{name}.erp"
        subprocess.run([BIN / "edgerack-compile", self.path, "--board", "host",
                        "--out", self.package], check=True, capture_output=True)
        info = json.loads(subprocess.run([BIN / "edgerack-run-package", self.package, "--info"],
                                         check=True, capture_output=True, text=True).stdout)
        self.info = info
        self.input, self.output = info["inputs"][0], info["outputs"][0]
        self.shape = tuple(self.input["shape"])
        self.real_inputs = real_inputs  # a function: (random, count) -> float32 [count, …]
        # Of the input, or of the quantization that a float32 input meets first.
        self.scale, self.zero_point = self._grid()

    def _grid(self):
        if self.input["scale"]:
            return np.float32(self.input["scale"]), self.input["zero_point"]
        for op in self.info["ops"]:
            if op["inputs"][:1] == [self.input["index"]] and op["kernel"].startswith("quantize"):
                t = self.info["tensors"][op["outputs"][0]]
                return np.float32(t["scale"]), t["zero_point"]
        return None, 0

    @property
    def int8(self):
        return self.input["dtype"] == "int8"

    def quantize(self, real):
        q = round_half_away(np.float32(real) / self.scale) + self.zero_point
        return np.clip(q, -128, 127).astype(np.int8)

    def encode(self, real):
        return self.quantize(real) if self.int8 else np.asarray(real, np.float32)

    def run(self, raw, package=None):
        """raw: bytes of all samples; outputs [count, …] in the model's own type."""
        outputs = self.package.with_suffix(".out")
        inputs = self.package.with_suffix(".in")
        inputs.write_bytes(raw)
        subprocess.run([BIN / "edgerack-run-package", package or self.package, "--inputs", inputs,
                        "--outputs", outputs], check=True)
        return np.fromfile(outputs, self.output["dtype"]).reshape((-1, *self.output["shape"][1:]))

    def changed_package(self, change):
        """A package whose bytes `change(bytearray)` altered, with a right CRC again. Biases hold what
        the input's zero point adds to a fully connected layer; `change` sees the model's own, as
        engines do that add it in each run."""
        data = bytearray(self.package.read_bytes())
        self._add_zero_points(data, -1)
        change(data)
        self._add_zero_points(data, 1)
        struct.pack_into("<I", data, 12, zlib.crc32(bytes(data[16:])))
        path = self.package.with_suffix(".changed.erp")
        path.write_bytes(data)
        return path

    def _add_zero_points(self, data, sign):
        for op in self.info["ops"]:
            if not op["kernel"].startswith("fully_connected_s8"):
                continue
            x, w, bias = (self.info["tensors"][i] if i is not None else None
                          for i in op["inputs"][:3])
            if bias is None:
                continue
            weights = np.frombuffer(data, np.int8, w["bytes"], w["offset"]).reshape(w["shape"])
            biases = np.frombuffer(data, np.int32, bias["bytes"] // 4, bias["offset"])
            biases += sign * -x["zero_point"] * weights.sum(axis=1, dtype=np.int32)

    def weights(self):
        """[op, its weights' and biases' tensors] of every op with constants of rank 2 and more."""
        found = []
        for op in self.info["ops"]:
            tensors = [self.info["tensors"][i] for i in op["inputs"][1:] if i is not None]
            constants = [t for t in tensors if t["place"] == "constant"]
            if any(len(t["shape"]) >= 2 for t in constants):
                found.append((op, constants))
        return found


def doctor(subject, inputs, outputs, folder, *options):
    np.savez(folder / "meant.npz", input_0=inputs)
    np.savez(folder / "board.npz", output_0=outputs)
    done = subprocess.run([BIN / "edgerack-compile", "doctor", subject.path, "--inputs",
                           folder / "meant.npz", "--outputs", folder / "board.npz", "--json",
                           *options], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def _digits(random, count):
    x = np.load(DIGITS / "digits.npz")["x"]
    return x[random.choice(len(x), count, replace=False)].astype(np.float32)


def _normal(shape):
    return lambda random, count: random.normal(size=(count, *shape[1:])).astype(np.float32)


def _pictures(shape):
    """Smooth colour pictures, 0..1."""
    def make(random, count):
        n, h, w, c = count, *shape[1:]
        y, x = np.mgrid[0:h, 0:w]
        waves = [np.sin(random.uniform(0.1, 0.6, (n, 1, 1, c)) * y[None, :, :, None] +
                        random.uniform(0.1, 0.6, (n, 1, 1, c)) * x[None, :, :, None] +
                        random.uniform(0, 6, (n, 1, 1, c))) for _ in range(3)]
        noise = random.normal(0, 0.1, (n, h, w, c))
        return np.clip(0.5 + 0.2 * sum(waves) + noise, 0, 1).astype(np.float32)
    return make


def _golden(name, scale, zero_point):
    """Blends of the two published inputs."""
    folder = pathlib.Path(SHARED) / "golden"
    a, b = (np.load(folder / f"{name}.in{k}.npy").astype(np.float32) for k in "AB")

    def make(random, count):
        shape = (count,) + (1,) * (a.ndim - 1)
        w = random.uniform(0.2, 1.0, shape)
        mixed = w * a + (1 - w) * b + random.normal(0, 6, (count, *a.shape[1:]))
        q = np.clip(np.round(mixed), -128, 127)
        return (scale * (q - zero_point)).astype(np.float32)
    return make


def write_colour_onnx(path, seed=5):
    """A small float network over colour pictures with a flattened head: NCHW at its border."""
    import onnx
    from onnx import TensorProto, helper, numpy_helper
    random = np.random.default_rng(seed)

    def weights(name, *shape):
        fan = np.prod(shape[1:])
        return numpy_helper.from_array(
            (random.normal(size=shape) * np.sqrt(2 / fan)).astype(np.float32), name)
    constants = [weights("w1", 8, 3, 3, 3), weights("w2", 8, 8, 3, 3), weights("w3", 5, 8 * 16),
                 numpy_helper.from_array(random.normal(0, 0.1, 8).astype(np.float32), "b1"),
                 numpy_helper.from_array(random.normal(0, 0.1, 8).astype(np.float32), "b2"),
                 numpy_helper.from_array(random.normal(0, 0.1, 5).astype(np.float32), "b3")]
    window = {"kernel_shape": [3, 3], "strides": [2, 2], "pads": [1, 1, 1, 1]}
    nodes = [helper.make_node("Conv", ["x", "w1", "b1"], ["c1"], name="c1", **window),
             helper.make_node("Relu", ["c1"], ["r1"], name="r1"),
             helper.make_node("Conv", ["r1", "w2", "b2"], ["c2"], name="c2", **window),
             helper.make_node("Relu", ["c2"], ["r2"], name="r2"),
             helper.make_node("Flatten", ["r2"], ["f"], name="f"),
             helper.make_node("Gemm", ["f", "w3", "b3"], ["y"], name="y", transB=1)]
    graph = helper.make_graph(
        nodes, "colour",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 3, 16, 16])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 5])], constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)])
    model.ir_version = 7
    onnx.save(model, str(path))


def own_subjects(folder):
    """Models that need nothing but the project."""
    qdq = folder / "dscnn_qdq.onnx"
    subprocess.run([sys.executable, ROOT / "tests/models/qdq_dscnn.py", qdq], check=True)
    colour = folder / "colour.onnx"
    write_colour_onnx(colour)
    pictures = _pictures((1, 16, 16, 3))
    return [
        Subject("digits_int8", DIGITS / "digits_int8.tflite", folder, _digits),
        Subject("digits_float", DIGITS / "digits_float.tflite", folder, _digits),
        Subject("dscnn_qdq", qdq, folder, _normal((1, 1, 40, 49))),
        Subject("colour", colour, folder,
                lambda random, count: pictures(random, count).transpose(0, 3, 1, 2).copy()),
    ]


def shared_subjects(folder):
    shared = pathlib.Path(SHARED)
    kws = Subject("kws_int8", shared / "kws_int8.tflite", folder, None)
    kws.real_inputs = _golden("kws_int8", kws.scale, kws.zero_point)
    resnet = Subject("resnet8_int8", shared / "resnet8_int8.tflite", folder, None)
    pictures = _pictures((1, 32, 32, 3))
    resnet.real_inputs = lambda random, count: (
        resnet.scale * (np.round(255 * pictures(random, count)) - 128 - resnet.zero_point)
    ).astype(np.float32)
    return [kws, resnet]
