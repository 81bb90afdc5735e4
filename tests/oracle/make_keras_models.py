"""Small Keras models with what Keras computes for them: NAME.keras, NAME.h5, NAME.in.npz, NAME.out.npz
for each case, in the folder given. Used by tests only."""

import os
import sys

os.environ["KERAS_BACKEND"] = "jax"

import keras  # noqa: E402
import numpy as np  # noqa: E402
from keras import Input, Model, layers as L  # noqa: E402

ACTIVATIONS = ("elu", "selu", "softplus", "softsign", "swish", "gelu", "hard_sigmoid",
               "exponential", "sigmoid", "mish", "log_softmax")


def sequence(shape, *layers):
    return keras.Sequential([Input(shape), *layers])


def of(shape, build, dtype="float32"):
    x = Input(shape, dtype=dtype)
    return Model(x, build(x))


def merged(x):
    a, b = L.Conv2D(4, 3, padding="same")(x), L.Conv2D(4, 1)(x)
    joined = L.Concatenate()([L.Add()([a, b]), L.Multiply()([a, b]), L.Maximum()([a, b]),
                              L.Minimum()([a, b]), L.Average()([a, b, a]), L.Subtract()([a, b])])
    return [L.GlobalMaxPooling2D()(joined), L.AveragePooling2D(2)(joined)]


def product():
    a, b = Input((4,)), Input((4,))
    return Model([a, b], L.Dot(axes=1)([a, b]))


def twice(x):
    layer = L.Dense(5, activation="relu")
    return layer(layer(x))


CASES = {
    "conv1d": lambda: sequence(
        (20, 3), L.Conv1D(4, 3, padding="causal", dilation_rate=2, activation="tanh"),
        L.MaxPooling1D(2), L.GlobalAveragePooling1D(), L.Dense(3, activation="softmax")),
    "separable": lambda: sequence(
        (12, 12, 3), L.SeparableConv2D(6, 3, strides=2, padding="same", depth_multiplier=2),
        L.BatchNormalization(), L.ReLU(6.0), L.DepthwiseConv2D(3), L.LeakyReLU(), L.Flatten(),
        L.Dense(4)),
    "transposed": lambda: sequence(
        (5, 6, 3), L.Conv2DTranspose(4, 3, strides=2, padding="same"),
        L.Conv2DTranspose(2, 2, strides=3, padding="valid"), L.PReLU(shared_axes=[1, 2])),
    "recurrent": lambda: sequence(
        (7, 5), L.LSTM(6, return_sequences=True), L.GRU(4, return_sequences=True),
        L.SimpleRNN(3)),
    "gru_reset_before": lambda: sequence((7, 5), L.GRU(4, reset_after=False)),
    "bidirectional": lambda: sequence(
        (7, 5), L.Bidirectional(L.LSTM(6, return_sequences=True)),
        L.TimeDistributed(L.Dense(3, activation="relu")), L.Bidirectional(L.GRU(2))),
    "backwards": lambda: sequence((7, 5), L.LSTM(3, go_backwards=True, return_sequences=True)),
    "states": lambda: of((6, 3), L.LSTM(4, return_state=True)),
    "normalized": lambda: sequence(
        (6, 6, 4), L.LayerNormalization(), L.BatchNormalization(scale=False),
        L.UnitNormalization(), L.Rescaling(0.5, offset=1.0)),
    "moved": lambda: sequence(
        (6, 8, 4), L.ZeroPadding2D(((1, 2), (0, 3))), L.Cropping2D(((1, 0), (2, 1))),
        L.UpSampling2D(2), L.UpSampling2D((1, 3), interpolation="bilinear"),
        L.Permute((3, 1, 2)), L.Reshape((4, -1))),
    "activations": lambda: sequence((9,), *(L.Activation(name) for name in ACTIVATIONS)),
    "merged": lambda: of((8, 8, 3), merged),
    "product": product,
    "repeated": lambda: of((4,), L.RepeatVector(3)),
    "shared": lambda: of((5,), twice),
    "grouped": lambda: sequence((6, 6, 4), L.Conv2D(8, 3, groups=2), L.Softmax(axis=1)),
    "embedded": lambda: of((5,), L.Embedding(10, 4), "int32"),
}


def fill(model, random):
    for weight in model.weights:
        if "seed" in weight.path:
            continue
        values = random.normal(size=weight.shape) * 0.5
        if "variance" in weight.path:
            values = np.abs(values) + 0.5
        weight.assign(values.astype("float32"))


def samples(tensor, random):
    shape = (2, *tensor.shape[1:])
    if tensor.dtype == "int32":
        return random.integers(0, 10, shape).astype("int32")
    return random.normal(size=shape).astype("float32")


def main(folder):
    keras.utils.set_random_seed(3)
    random = np.random.default_rng(0)
    for name, make in CASES.items():
        model = make()
        fill(model, random)
        inputs = [samples(tensor, random) for tensor in model.inputs]
        outputs = model(inputs if len(inputs) > 1 else inputs[0])
        outputs = outputs if isinstance(outputs, (list, tuple)) else [outputs]
        for extension in ("keras", "h5"):
            model.save(f"{folder}/{name}.{extension}")
        np.savez(f"{folder}/{name}.in.npz", **{f"input_{i}": x for i, x in enumerate(inputs)})
        np.savez(f"{folder}/{name}.out.npz",
                 **{f"output_{i}": np.asarray(y) for i, y in enumerate(outputs)})


if __name__ == "__main__":
    main(sys.argv[1])
