"""Binary networks as larq saves them, and what numpy says they compute.

larq needs TensorFlow, so the files are written here: its layers' names and configurations in .h5 and
.keras, with weights as they are trained (floats, whose signs count). The arithmetic is larq's in
float32: quantize the input, pad, convolve with the quantized kernel, add the bias.

    python3 binary_networks.py OUT.h5 [--pad -1|0|1] [--network documented|mixed] [--samples F.npz]

writes the network of docs/bnn.md, or one whose first and last layer are not binary, and on demand 32
samples for it.
"""

import argparse
import pathlib
import sys

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "refusals"))

from keras_files import archive, layer, legacy, sequential  # noqa: E402

F = np.float32


def sign(x):
    return np.where(x >= 0, F(1), F(-1))


def heaviside(x):
    return np.where(x > 0, F(1), F(0))


def magnitude_aware_sign(kernel):
    mean = np.abs(kernel.astype(np.float64)).mean(tuple(range(kernel.ndim - 1)))
    return (sign(kernel) * mean.astype(F)).astype(F)


QUANTIZERS = {None: lambda x: x, "ste_sign": sign, "approx_sign": sign, "swish_sign": sign,
              "ste_heaviside": heaviside, "magnitude_aware_sign": magnitude_aware_sign}


def same_padding(size, kernel, stride):
    total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
    return total // 2, total - total // 2


def windows(x, kernel, stride, padding, value):
    """[n, out_h, out_w, kernel_h, kernel_w, channels]"""
    pads = [same_padding(size, k, s) if padding == "same" else (0, 0)
            for size, k, s in zip(x.shape[1:3], kernel, stride)]
    x = np.pad(x, [(0, 0), *pads, (0, 0)], constant_values=value)
    view = np.lib.stride_tricks.sliding_window_view(x, kernel, (1, 2))
    return view[:, ::stride[0], ::stride[1]].transpose(0, 1, 2, 4, 5, 3)


def batch_norm(x, gamma, beta, mean, variance, epsilon=1e-3):
    """In single precision, in the order of firmware/kernels/batch_norm."""
    factor = gamma / np.sqrt(variance + F(epsilon))
    return ((x - mean) * factor + beta).astype(F)


class BinaryNetwork:
    """Layers in a row: `config` and `weights` of the file, and a function of each for numpy."""

    def __init__(self, rng, shape):
        self.rng = rng
        self.shape = shape  # of an input, without the batch
        self.layers, self.weights, self.steps = [], {}, []
        self.probe = np.zeros((1, *shape), F)

    def _add(self, config, arrays, compute):
        name = config["config"]["name"]
        self.layers.append(config)
        if arrays:
            self.weights[name] = arrays
        self.steps.append(compute)
        self.probe = compute(self.probe)
        return self

    def _name(self, kind):
        return f"{kind}_{len(self.layers)}"

    def _floats(self, *shape):
        return self.rng.normal(size=shape).astype(F)

    def convolution(self, filters, kernel=3, stride=1, padding="same", pad=0.0, x="ste_sign",
                    w="ste_sign", bias=False):
        name = self._name("quant_conv2d")
        weights = self._floats(kernel, kernel, self.probe.shape[3], filters)
        arrays = {"kernel:0": weights}
        if bias:
            arrays["bias:0"] = np.round(self._floats(filters) * 4).astype(F) / F(4)

        def compute(value):
            seen = windows(QUANTIZERS[x](value), (kernel, kernel), (stride, stride), padding, pad)
            sums = np.einsum("nhwijc,ijco->nhwo", seen.astype(np.float64),
                             QUANTIZERS[w](weights).astype(np.float64)).astype(F)
            return sums + arrays["bias:0"] if bias else sums

        return self._add(layer("Larq>QuantConv2D", name, filters=filters,
                               kernel_size=[kernel, kernel], strides=[stride, stride],
                               padding=padding, pad_values=pad, use_bias=bias, input_quantizer=x,
                               kernel_quantizer=w), arrays, compute)

    def depthwise(self, kernel=3, stride=1, pad=0.0, x="ste_sign", w="ste_sign"):
        weights = self._floats(kernel, kernel, self.probe.shape[3], 1)

        def compute(value):
            seen = windows(QUANTIZERS[x](value), (kernel, kernel), (stride, stride), "same", pad)
            return np.einsum("nhwijc,ijc->nhwc", seen, QUANTIZERS[w](weights)[..., 0]).astype(F)

        return self._add(layer("Larq>QuantDepthwiseConv2D", self._name("quant_depthwise"),
                               kernel_size=[kernel, kernel], strides=[stride, stride],
                               padding="same", pad_values=pad, use_bias=False, input_quantizer=x,
                               depthwise_quantizer=w), {"depthwise_kernel:0": weights}, compute)

    def separable(self, filters, pad=0.0):
        depth = self._floats(3, 3, self.probe.shape[3], 1)
        point = self._floats(1, 1, self.probe.shape[3], filters)

        def compute(value):
            seen = windows(sign(value), (3, 3), (1, 1), "same", pad)
            between = np.einsum("nhwijc,ijc->nhwc", seen, sign(depth)[..., 0])
            return (between @ sign(point)[0, 0]).astype(F)

        return self._add(layer("Larq>QuantSeparableConv2D", self._name("quant_separable"),
                               filters=filters, kernel_size=[3, 3], strides=[1, 1], padding="same",
                               pad_values=pad, use_bias=False, input_quantizer="ste_sign",
                               depthwise_quantizer="ste_sign", pointwise_quantizer="ste_sign"),
                         {"depthwise_kernel:0": depth, "pointwise_kernel:0": point}, compute)

    def dense(self, units, x="ste_sign", w="ste_sign", bias=False):
        weights = self._floats(self.probe.shape[-1], units)
        arrays = {"kernel:0": weights}
        if bias:
            arrays["bias:0"] = self._floats(units)

        def compute(value):
            sums = (QUANTIZERS[x](value).astype(np.float64) @ QUANTIZERS[w](weights)).astype(F)
            return sums + arrays["bias:0"] if bias else sums

        return self._add(layer("Larq>QuantDense", self._name("quant_dense"), units=units,
                               use_bias=bias, input_quantizer=x, kernel_quantizer=w), arrays,
                         compute)

    def normalize(self, ties=False):
        """Factors of both signs; with `ties` thresholds that lie on a sum, and a factor of zero."""
        count = self.probe.shape[-1]
        gamma, beta, mean = (self._floats(count) for _ in range(3))
        variance = np.abs(self._floats(count)) * 4 + F(0.5)
        if ties:
            beta[:] = 0
            mean = np.round(mean * 3).astype(F)
            gamma[0] = 0
        return self._add(layer("BatchNormalization", self._name("batch_normalization"), axis=-1,
                               epsilon=1e-3),
                         {"gamma:0": gamma, "beta:0": beta, "moving_mean:0": mean,
                          "moving_variance:0": variance},
                         lambda value: batch_norm(value, gamma, beta, mean, variance))

    def max_pool(self, size=2):
        return self._add(layer("MaxPooling2D", self._name("max_pooling2d"), pool_size=[size, size],
                               strides=[size, size], padding="valid"), None,
                         lambda value: windows(value, (size, size), (size, size), "valid", 0)
                         .max((3, 4)))

    def activation(self, name):
        compute = {"relu": lambda value: np.maximum(value, 0), **QUANTIZERS}[name]
        return self._add(layer("Activation", self._name("activation"), activation=name), None,
                         compute)

    def flatten(self):
        return self._add(layer("Flatten", self._name("flatten")), None,
                         lambda value: value.reshape(len(value), -1))

    def outputs(self, x):
        for compute in self.steps:
            x = compute(x)
        return x

    def samples(self, count):
        """Inputs with zeros of both signs among them."""
        x = self._floats(count, *self.shape)
        x.flat[::7] = 0
        x.flat[3::7] = F(-0.0)
        return x

    def h5(self):
        return legacy(sequential(*self.layers, shape=(None, *self.shape)), self.weights)

    def keras(self):
        """As tf.keras of TensorFlow 2.15 saves it: groups are the classes, numbered."""
        groups, seen = {}, {}
        names = {"QuantConv2D": "quant_conv2d", "QuantDepthwiseConv2D": "quant_depthwise_conv2d",
                 "QuantSeparableConv2D": "quant_separable_conv2d", "QuantDense": "quant_dense",
                 "BatchNormalization": "batch_normalization"}
        for config in self.layers:
            group = names.get(config["class_name"].split(">")[-1])
            if group is None:
                continue
            number = seen.get(group, 0)
            seen[group] = number + 1
            groups[f"{group}_{number}" if number else group] = list(
                self.weights[config["config"]["name"]].values())
        return archive(sequential(*self.layers, shape=(None, *self.shape)), groups)


def documented(pad, seed=3):
    """Two layers of 16 channels over 32x32x1: 1024 * (9 + 144) * 16 = 2,506,752 products."""
    return (BinaryNetwork(np.random.default_rng(seed), (32, 32, 1))
            .convolution(16, pad=pad).convolution(16, pad=pad))


def mixed(seed=13):
    """As small networks of larq's zoo: first and last layer in float32, a binary body."""
    return (BinaryNetwork(np.random.default_rng(seed), (16, 16, 3))
            .convolution(16, x=None, w=None).normalize()
            .convolution(32, pad=1.0).max_pool().normalize()
            .convolution(32, pad=1.0).normalize().max_pool().normalize()
            .flatten().dense(10, x=None, w=None, bias=True))


def main():
    parser = argparse.ArgumentParser(description="Writes a binary network as larq saves it.")
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--pad", type=float, default=0.0)
    parser.add_argument("--network", choices=("documented", "mixed"), default="documented")
    parser.add_argument("--samples", type=pathlib.Path)
    args = parser.parse_args()
    network = documented(args.pad) if args.network == "documented" else mixed()
    args.out.write_bytes(network.h5())
    if args.samples:
        x = network.samples(32)
        np.savez(args.samples, x=x, y=network.outputs(x))


if __name__ == "__main__":
    main()
