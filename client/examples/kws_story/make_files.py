"""Inputs of the walkthrough docs/kws_story.md: what was meant, and what four programs with a mistake
each would feed to the board instead.

    python3 make_files.py kws.onnx FOLDER"""

import pathlib
import sys

import numpy as np
import onnx
from onnx import numpy_helper

SAMPLES = 12
MELS, FRAMES = 40, 49
CACHE_LINE = 32


def log_mels(random):
    """Standardized log-mel pictures as speech gives them: bands that come and go."""
    mel, frame = np.mgrid[0:MELS, 0:FRAMES]
    pictures = []
    for _ in range(SAMPLES):
        picture = random.normal(0, 0.4, (MELS, FRAMES))
        for _ in range(4):
            center, width = random.uniform(0, MELS), random.uniform(2, 6)
            begin, length = random.uniform(0, FRAMES), random.uniform(8, 25)
            band = np.exp(-((mel - center) / width) ** 2)
            picture += 2.5 * band * ((frame > begin) & (frame < begin + length))
        pictures.append((picture - picture.mean()) / picture.std())
    return np.stack(pictures)[:, None].astype(np.float32)


def input_grid(model):
    """Scale and zero point of the QuantizeLinear that the model's input meets."""
    values = {i.name: numpy_helper.to_array(i) for i in model.graph.initializer}
    node = next(n for n in model.graph.node
                if n.op_type == "QuantizeLinear" and n.input[0] == model.graph.input[0].name)
    return float(values[node.input[1]]), int(values[node.input[2]])


def main():
    model, folder = onnx.load(sys.argv[1]), pathlib.Path(sys.argv[2])
    scale, zero_point = input_grid(model)
    meant = log_mels(np.random.default_rng(4))

    swapped = meant.transpose(0, 1, 3, 2).reshape(meant.shape)
    quantized = np.clip(np.round(meant / scale) + zero_point, -128, 127)
    unscaled = 0.5 * meant + 0.5
    # The preprocessing wrote through the cache, and its last twelve lines never reached the memory.
    stale = meant.reshape(SAMPLES, -1).copy()
    floats = CACHE_LINE // 4 * 12
    stale[1:, -floats:] = meant.reshape(SAMPLES, -1)[:-1, -floats:]
    stale[0, -floats:] = 0

    name = model.graph.input[0].name
    for file, values in [("meant", meant), ("swapped", swapped), ("quantized", quantized),
                         ("unscaled", unscaled), ("stale", stale.reshape(meant.shape))]:
        np.savez(folder / f"{file}.npz", **{name: values.astype(np.float32)})


if __name__ == "__main__":
    main()
