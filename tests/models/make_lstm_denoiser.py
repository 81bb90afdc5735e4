#!/usr/bin/python3
"""Writes an LSTM denoiser of speech: 257 magnitudes of a spectrum in, a mask of 257 out, two LSTM layers, and their h and
c as explicit inputs and outputs. Random small weights with a fixed seed: made to be computed, not to denoise.

    make_lstm_denoiser.py OUT.onnx [--bins 257] [--hidden 256] [--layers 2]

Needs numpy and onnx (Debian: python3-numpy, python3-onnx).
"""

import argparse

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper


def build(bins, hidden, layers, seed=7):
    random = np.random.default_rng(seed)
    constants, nodes, states_in, states_out = [], [], [], []

    def constant(name, shape, size):
        values = (random.uniform(-size, size, shape)).astype(np.float32)
        constants.append(numpy_helper.from_array(values, name))
        return name

    value = lambda name, shape: helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
    x, inputs = "magnitude", bins
    for layer in range(layers):
        h, c, hn, cn = (f"{s}{layer}" for s in ("h", "c", "h_next", "c_next"))
        states_in += [value(h, [1, 1, hidden]), value(c, [1, 1, hidden])]
        states_out += [value(hn, [1, 1, hidden]), value(cn, [1, 1, hidden])]
        size = 1.0 / np.sqrt(hidden)
        w = constant(f"w{layer}", (1, 4 * hidden, inputs), size)
        r = constant(f"r{layer}", (1, 4 * hidden, hidden), size)
        b = constant(f"b{layer}", (1, 8 * hidden), size)
        nodes.append(helper.make_node("LSTM", [x, w, r, b, "", h, c], [f"y{layer}", hn, cn],
                                      name=f"lstm{layer}", hidden_size=hidden))
        constants.append(numpy_helper.from_array(np.array([1], np.int64), f"axes{layer}"))
        nodes.append(helper.make_node("Squeeze", [f"y{layer}", f"axes{layer}"], [f"z{layer}"],
                                      name=f"squeeze{layer}"))
        x, inputs = f"z{layer}", hidden
    dense = constant("dense", (hidden, bins), 1.0 / np.sqrt(hidden))
    offset = constant("offset", (bins,), 0.1)
    nodes += [helper.make_node("MatMul", [x, dense], ["product"], name="dense"),
              helper.make_node("Add", ["product", offset], ["logits"], name="bias"),
              helper.make_node("Sigmoid", ["logits"], ["mask"], name="mask")]
    graph = helper.make_graph(nodes, "lstm_denoiser",
                              [value("magnitude", [1, 1, bins])] + states_in,
                              [value("mask", [1, 1, bins])] + states_out, constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 8
    onnx.checker.check_model(model)
    return model


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out")
    parser.add_argument("--bins", type=int, default=257)
    parser.add_argument("--hidden", type=int, default=256)
    parser.add_argument("--layers", type=int, default=2)
    a = parser.parse_args()
    onnx.save(build(a.bins, a.hidden, a.layers), a.out)


if __name__ == "__main__":
    main()
