"""Trains the digits CNN and writes everything the demo needs.

Data: the UCI "Optical Recognition of Handwritten Digits" test set, 1,797 real images of 8x8 pixels
with values 0..16 (E. Alpaydin, C. Kaynak, 1998; CC BY 4.0), as scikit-learn ships it.

    python3 -m venv .venv && .venv/bin/pip install -r requirements.txt
    .venv/bin/python train.py

writes beside this file
    digits.npz             x float32 [1797,8,8,1] in 0..1, y int64 [1797]: all images
    digits_float.tflite    float32 in and out
    digits_int8.tflite     full-integer: int8 in and out
    digits_int8_tflite.npy what TFLite's reference kernels answer for all images, int8 [1797,10]

and prints the accuracy on the 449 images that were not trained on. The committed files were made
once with the versions in requirements.txt; training again gives other weights of like quality.
"""

import pathlib

import numpy as np
import tensorflow as tf
from sklearn.datasets import load_digits

HERE = pathlib.Path(__file__).parent
SEED = 8


def model(batch=None):
    """With a fixed batch the converter writes a plain RESHAPE, else one whose shape is computed."""
    layers = tf.keras.layers
    return tf.keras.Sequential([
        tf.keras.Input(batch_shape=(batch, 8, 8, 1), name="image"),
        layers.Conv2D(16, 3, padding="same", activation="relu", name="stem"),
        layers.DepthwiseConv2D(3, padding="same", activation="relu", name="depthwise"),
        layers.Conv2D(32, 1, activation="relu", name="pointwise"),
        layers.MaxPooling2D(2, name="pool"),
        layers.Conv2D(32, 3, activation="relu", name="features"),
        layers.Flatten(name="flatten"),
        layers.Dense(10, name="logits"),
        layers.Softmax(name="probabilities"),
    ])


def to_int8(keras_model, calibration):
    converter = tf.lite.TFLiteConverter.from_keras_model(keras_model)
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = lambda: ([row[None]] for row in calibration)
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    converter.inference_input_type = tf.int8
    converter.inference_output_type = tf.int8
    return converter.convert()


def tflite_outputs(model_bytes, x):
    """The reference kernels' answer, one sample at a time."""
    interpreter = tf.lite.Interpreter(
        model_content=model_bytes,
        experimental_op_resolver_type=tf.lite.experimental.OpResolverType.BUILTIN_REF)
    interpreter.allocate_tensors()
    source = interpreter.get_input_details()[0]
    target = interpreter.get_output_details()[0]
    if source["dtype"] == np.int8:
        # Round half away from zero, as the compiler quantizes a dataset.
        scale, zero_point = source["quantization"]
        steps = x.astype(np.float32) / np.float32(scale)
        x = np.clip(np.sign(steps) * np.floor(np.abs(steps) + 0.5) + zero_point, -128, 127)
        x = x.astype(np.int8)
    outputs = []
    for row in x:
        interpreter.set_tensor(source["index"], row[None])
        interpreter.invoke()
        outputs.append(interpreter.get_tensor(target["index"])[0].copy())
    return np.stack(outputs)


def main():
    tf.keras.utils.set_random_seed(SEED)
    digits = load_digits()
    x = digits.images.astype(np.uint8)[..., None]
    y = digits.target.astype(np.int64)
    x_float = x.astype(np.float32) / 16

    order = np.random.default_rng(SEED).permutation(len(x))
    train, held_out = order[:1348], order[1348:]
    net = model()
    net.compile(tf.keras.optimizers.Adam(2e-3), "sparse_categorical_crossentropy",
                metrics=["accuracy"])
    net.fit(x_float[train], y[train], epochs=40, batch_size=32, verbose=2)

    np.savez_compressed(HERE / "digits.npz", x=x_float, y=y)
    single = model(batch=1)
    single.set_weights(net.get_weights())
    as_float = tf.lite.TFLiteConverter.from_keras_model(single).convert()
    as_int8 = to_int8(single, x_float[train][:200])
    (HERE / "digits_float.tflite").write_bytes(as_float)
    (HERE / "digits_int8.tflite").write_bytes(as_int8)
    int8_outputs = tflite_outputs(as_int8, x_float)
    np.save(HERE / "digits_int8_tflite.npy", int8_outputs)

    for name, outputs in (("float", tflite_outputs(as_float, x_float)), ("int8", int8_outputs)):
        right = outputs.argmax(axis=1) == y
        print(f"{name}: top-1 {right[held_out].mean():.4f} on {len(held_out)} held-out images, "
              f"{right.mean():.4f} on all {len(x)}")


if __name__ == "__main__":
    main()
