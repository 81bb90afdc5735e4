"""Makes a keyword-spotting network (DS-CNN, input 1x1x40x49, 9 classes) as ONNX tools quantize it:
QuantizeLinear/DequantizeLinear around every layer, weights per channel, int32 biases.

    python3 qdq_dscnn.py OUT.onnx [--activations int8|uint8] [--seed N]

Weights are random; scales come from a forward pass of random inputs, as calibration gives them."""
import argparse

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

INPUT_SHAPE = (1, 1, 40, 49)
CLASSES = 9
CHANNELS = 32


def convolve(x, w, stride, pads, groups):
    """x [n, c, h, w], w [o, c / groups, kh, kw]."""
    top, left, bottom, right = pads
    x = np.pad(x, ((0, 0), (0, 0), (top, bottom), (left, right)))
    outputs, kh, kw = w.shape[0], w.shape[2], w.shape[3]
    windows = np.lib.stride_tricks.sliding_window_view(x, (kh, kw), axis=(2, 3))
    windows = windows[:, :, ::stride, ::stride]
    if groups == 1:
        return np.einsum("nchwij,ocij->nohw", windows, w, optimize=True)
    assert groups == outputs
    return np.einsum("nchwij,cij->nchw", windows, w[:, 0], optimize=True)


class QdqWriter:
    """Writes the graph and computes the float network beside it."""

    def __init__(self, activations, seed):
        self.random = np.random.default_rng(seed)
        self.type = np.int8 if activations == "int8" else np.uint8
        self.nodes, self.constants = [], []
        self.calibration = self.random.normal(size=(8, *INPUT_SHAPE[1:])).astype(np.float32)

    def constant(self, name, value):
        self.constants.append(numpy_helper.from_array(np.asarray(value), name))
        return name

    def node(self, operator, inputs, output, **attributes):
        self.nodes.append(helper.make_node(operator, inputs, [output], name=output, **attributes))
        return output

    def conversions(self, name, real, values):
        """QuantizeLinear and DequantizeLinear behind `real`; (result, scale)."""
        low, high = min(float(values.min()), 0.0), max(float(values.max()), 0.0)
        info = np.iinfo(self.type)
        scale = np.float32((high - low) / 255)
        zero = self.type(np.clip(round(info.min - low / scale), info.min, info.max))
        q = [self.constant(name + "/scale", scale), self.constant(name + "/zero", zero)]
        quantized = self.node("QuantizeLinear", [real, *q], name + "/q")
        return self.node("DequantizeLinear", [quantized, *q], name + "/dq"), scale

    def weights(self, name, shape, input_scale):
        """Int8 per channel and an int32 bias, behind their DequantizeLinear; real values too."""
        fan = np.prod(shape[1:])
        w = self.random.normal(size=shape) * np.sqrt(2 / fan)
        rows = w.reshape(shape[0], -1)
        scales = (np.abs(rows).max(axis=1) / 127).astype(np.float32)
        q = np.round(rows / scales[:, None]).astype(np.int8).reshape(shape)
        bias_scales = scales * input_scale
        bias = np.round(self.random.normal(size=shape[0]) * 0.1 / bias_scales).astype(np.int32)
        zeros = self.constant(name + "/w/zero", np.zeros(shape[0], np.int8))
        real_w = self.node("DequantizeLinear", [
            self.constant(name + "/w", q), self.constant(name + "/w/scale", scales), zeros
        ], name + "/w/dq", axis=0)
        real_b = self.node("DequantizeLinear", [
            self.constant(name + "/b", bias), self.constant(name + "/b/scale", bias_scales),
            self.constant(name + "/b/zero", np.zeros(shape[0], np.int32))
        ], name + "/b/dq", axis=0)
        column = (-1,) + (1,) * (len(shape) - 1)
        return real_w, real_b, q * scales.reshape(column), bias * bias_scales

    def convolution(self, name, x, shape, stride=1, pads=(1, 1, 1, 1), groups=1):
        real, values, scale = x
        w, b, w_values, b_values = self.weights(name, shape, scale)
        y = self.node("Conv", [real, w, b], name, strides=[stride, stride], pads=list(pads),
                      group=groups, kernel_shape=list(shape[2:]))
        y = self.node("Relu", [y], name + "/relu")
        values = convolve(values, w_values, stride, pads, groups) + b_values[None, :, None, None]
        values = np.maximum(values, 0)
        real, scale = self.conversions(name, y, values)
        return real, values, scale

    def write(self):
        real, scale = self.conversions("features", "features_in", self.calibration)
        x = real, self.calibration, scale
        x = self.convolution("first", x, (CHANNELS, 1, 10, 4), 2, (4, 1, 5, 2))
        for i in range(3):
            x = self.convolution(f"depthwise{i}", x, (CHANNELS, 1, 3, 3), groups=CHANNELS)
            x = self.convolution(f"pointwise{i}", x, (CHANNELS, CHANNELS, 1, 1), 1, (0, 0, 0, 0))
        values = x[1].mean(axis=(2, 3), keepdims=True)
        y = self.node("GlobalAveragePool", [x[0]], "pool")
        y, scale = self.conversions("pool", y, values)
        y = self.node("Flatten", [y], "flat")
        y, scale = self.conversions("flat", y, values)
        w, b, w_values, b_values = self.weights("logits", (CLASSES, CHANNELS), scale)
        y = self.node("Gemm", [y, w, b], "logits", transB=1)
        values = values[:, :, 0, 0] @ w_values.T + b_values
        y, self.output_scale = self.conversions("scores", y, values)
        graph = helper.make_graph(
            self.nodes, "qdq_dscnn",
            [helper.make_tensor_value_info("features_in", TensorProto.FLOAT, INPUT_SHAPE)],
            [helper.make_tensor_value_info(y, TensorProto.FLOAT, (1, CLASSES))], self.constants)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)],
                                  producer_name="edgerack tests")
        model.ir_version = 8
        onnx.checker.check_model(model)
        return model


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("out")
    parser.add_argument("--activations", choices=("int8", "uint8"), default="int8")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    writer = QdqWriter(arguments.activations, arguments.seed)
    onnx.save(writer.write(), arguments.out)
    print(f"output scale {writer.output_scale}")


if __name__ == "__main__":
    main()
