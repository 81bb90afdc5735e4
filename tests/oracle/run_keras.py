"""What Keras computes: MODEL and an .npy or .npz of inputs in, outputs as .npz. Used by tests only."""

import json
import os
import sys

os.environ["KERAS_BACKEND"] = "jax"

import h5py  # noqa: E402
import keras  # noqa: E402
import numpy as np  # noqa: E402


def legacy_sequential(path):
    """Keras 3 does not read every Sequential model of Keras 2: the layers are built, then filled."""
    with h5py.File(path) as file:
        config = json.loads(file.attrs["model_config"])
        layers = config["config"]["layers"]
        shape = layers[0]["config"].pop("batch_input_shape")
        model = keras.Sequential([keras.Input(shape[1:])])
        for layer in layers:
            kind = getattr(keras.layers, layer["class_name"])
            model.add(kind.from_config(layer["config"]))
        for layer in model.layers:
            group = file["model_weights"][layer.name]
            layer.set_weights([group[name][()] for name in group.attrs["weight_names"]])
    return model


def load(path):
    if path.endswith(".h5"):
        with h5py.File(path) as file:
            if json.loads(file.attrs["model_config"])["class_name"] == "Sequential":
                return legacy_sequential(path)
    return keras.models.load_model(path, compile=False)


def main(model_path, inputs_path, outputs_path):
    model = load(model_path)
    loaded = np.load(inputs_path)
    inputs = [loaded] if isinstance(loaded, np.ndarray) else [loaded[name] for name in loaded.files]
    outputs = model(inputs[0] if len(inputs) == 1 else inputs)
    outputs = outputs if isinstance(outputs, (list, tuple)) else [outputs]
    np.savez(outputs_path, **{f"output_{i}": np.asarray(y) for i, y in enumerate(outputs)})


if __name__ == "__main__":
    main(*sys.argv[1:])
