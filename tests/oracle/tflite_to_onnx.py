"""A TensorFlow Lite convolutional network as ONNX, so that ONNX Runtime can quantize the same one.

Convolutions, sums, average pools over the whole image, dense layers and softmax, float32 weights or
int8 ones (which become float32, exactly). The input keeps its shape, height, width, channels. Fields
are read by their numbers in TensorFlow Lite's schema.fbs.
"""

import flatbuffers
import numpy as np
import onnx
from flatbuffers import number_types
from onnx import TensorProto, helper, numpy_helper

ADD, AVERAGE_POOL, CONV, DEPTHWISE, DENSE, RESHAPE, SOFTMAX = 0, 1, 3, 4, 9, 22, 25
DTYPES = {0: np.float32, 2: np.int32, 9: np.int8}
ACTIVATIONS = {0: None, 1: ("Relu", []), 3: ("Clip", [0.0, 6.0])}


class Record:
    """A table of the file; fields by number."""

    def __init__(self, data, position):
        self.table = flatbuffers.table.Table(data, position)

    def _at(self, field):
        return self.table.Offset(4 + 2 * field)

    def scalar(self, field, flags, default=0):
        at = self._at(field)
        return self.table.Get(flags, at + self.table.Pos) if at else default

    def record(self, field):
        at = self._at(field)
        return Record(self.table.Bytes, self.table.Indirect(at + self.table.Pos)) if at else None

    def records(self, field):
        at = self._at(field)
        start, count = self.table.Vector(at), self.table.VectorLen(at)
        return [Record(self.table.Bytes, self.table.Indirect(start + 4 * i)) for i in range(count)]

    def array(self, field, dtype):
        at = self._at(field)
        if not at:
            return np.zeros(0, dtype)
        start, count = self.table.Vector(at), self.table.VectorLen(at)
        return np.frombuffer(self.table.Bytes, dtype, count, start)


class Network:
    def __init__(self, data):
        root = Record(data, flatbuffers.encode.Get(flatbuffers.packer.uoffset, data, 0))
        self.codes = [max(c.scalar(0, number_types.Int8Flags), c.scalar(3, number_types.Int32Flags))
                      for c in root.records(1)]
        self.buffers = root.records(4)
        graph = root.records(2)[0]
        self.tensors = graph.records(0)
        self.inputs, self.outputs = graph.array(1, np.int32), graph.array(2, np.int32)
        self.operators = graph.records(3)

    def shape(self, index):
        return [int(d) for d in self.tensors[index].array(0, np.int32)]

    def constant(self, index):
        """float32 or int32; int8 by its scales."""
        tensor = self.tensors[index]
        dtype = DTYPES[tensor.scalar(1, number_types.Int8Flags)]
        buffer = self.buffers[tensor.scalar(2, number_types.Uint32Flags)]
        values = buffer.array(0, np.uint8).view(dtype).reshape(self.shape(index))
        if dtype != np.int8:
            return values
        steps = tensor.record(4)
        scales, axis = steps.array(2, np.float32), steps.scalar(6, number_types.Int32Flags)
        if len(scales) > 1:
            scales = scales.reshape([-1 if d == axis else 1 for d in range(values.ndim)])
        return values.astype(np.float32) * scales


class Converter:
    def __init__(self, network):
        self.net, self.nodes, self.constants = network, [], []

    def add(self, op, inputs, output, **attributes):
        self.nodes.append(helper.make_node(op, inputs, [output], name=f"{output}_{op}", **attributes))
        return output

    def const(self, name, values):
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def activated(self, name, output, activation):
        if activation is None:
            return self.add("Identity", [name], output)
        op, limits = activation
        operands = [self.const(f"{output}_limit{i}", np.float32(v)) for i, v in enumerate(limits)]
        return self.add(op, [name, *operands], output)

    def operator(self, operator):
        code = self.net.codes[operator.scalar(0, number_types.Uint32Flags)]
        inputs, outputs = operator.array(1, np.int32), operator.array(2, np.int32)
        options, y = operator.record(4), f"t{outputs[0]}"
        names = [f"t{i}" for i in inputs]

        def byte(field):
            return options.scalar(field, number_types.Int8Flags)

        def number(field):
            return options.scalar(field, number_types.Int32Flags)
        if code in (CONV, DEPTHWISE):
            weights = self.net.constant(inputs[1])
            depthwise = code == DEPTHWISE
            kernel = weights.transpose(3, 0, 1, 2) if depthwise else weights.transpose(0, 3, 1, 2)
            self.add("Conv", [names[0], self.const(f"{y}_w", kernel),
                              self.const(f"{y}_b", self.net.constant(inputs[2]))], f"{y}_sum",
                     strides=[number(2), number(1)], kernel_shape=list(kernel.shape[2:]),
                     group=self.net.shape(inputs[0])[3] if depthwise else 1,
                     auto_pad="SAME_UPPER" if byte(0) == 0 else "VALID")
            self.activated(f"{y}_sum", y, ACTIVATIONS[byte(4 if depthwise else 3)])
        elif code == ADD:
            self.add("Add", names, f"{y}_sum")
            self.activated(f"{y}_sum", y, ACTIVATIONS[byte(0)])
        elif code == AVERAGE_POOL:
            assert self.net.shape(outputs[0])[1:3] == [1, 1]
            self.add("GlobalAveragePool", names, y)
        elif code == RESHAPE:
            self.add("Flatten", names[:1], y)
        elif code == DENSE:
            source = self.add("Flatten", names[:1], f"{y}_flat")
            self.add("Gemm", [source, self.const(f"{y}_w", self.net.constant(inputs[1])),
                              self.const(f"{y}_b", self.net.constant(inputs[2]))], f"{y}_sum",
                     transB=1)
            self.activated(f"{y}_sum", y, ACTIVATIONS[byte(0)])
        elif code == SOFTMAX:
            self.add("Softmax", names, y, axis=-1)
        else:
            raise ValueError(f"operator {code} is not converted")

    def model(self):
        x = f"t{self.net.inputs[0]}"
        self.add("Transpose", ["x"], x, perm=[0, 3, 1, 2])
        for operator in self.net.operators:
            self.operator(operator)
        y = f"t{self.net.outputs[0]}"
        graph = helper.make_graph(
            self.nodes, "network",
            [helper.make_tensor_value_info("x", TensorProto.FLOAT, self.net.shape(self.net.inputs[0]))],
            [helper.make_tensor_value_info(y, TensorProto.FLOAT, self.net.shape(self.net.outputs[0]))],
            self.constants)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
        model.ir_version = 8
        onnx.checker.check_model(model)
        return model


def converted(path):
    with open(path, "rb") as file:
        return Converter(Network(bytearray(file.read()))).model()
