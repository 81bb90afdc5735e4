"""Trains on handwritten digits; a board measures every epoch's model while training goes on.

    pip install ./client/python keras jax
    ./dev up
    KERAS_BACKEND=jax python client/python/examples/train_and_measure.py

prints the loss of each epoch as it ends and the board's latency and accuracy as they arrive, and a
table of both at the end. The server may be restarted meanwhile: nothing is lost.
"""

import argparse
import pathlib

import keras
import numpy as np

import edgerack as er

DIGITS = pathlib.Path(__file__).resolve().parents[2] / "examples" / "digits" / "digits.npz"


def network():
    model = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            keras.layers.Conv2D(16, 3, activation="relu", name="features"),
            keras.layers.MaxPooling2D(2, name="pool"),
            keras.layers.Flatten(name="flatten"),
            keras.layers.Dense(10, activation="softmax", name="classes"),
        ],
        name="digits",
    )
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def with_shifts(images):
    """The images, and each moved by a pixel in four directions."""
    moved = [np.roll(images, step, axis) for axis in (1, 2) for step in (-1, 1)]
    return np.concatenate([images, *moved])


class Printer:
    """A logger: is called as soon as a measurement is there."""

    def log(self, epoch, metrics):
        print(
            f"board: epoch {epoch}  {metrics['edgerack/latency_ms']:.3f} ms"
            f"  top-1 {metrics['edgerack/top1']:.4f}",
            flush=True,
        )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--board", default="virtual-f746")
    parser.add_argument("--epochs", type=int, default=8)
    arguments = parser.parse_args()

    keras.utils.set_random_seed(1)
    with np.load(DIGITS) as digits:
        x, y = digits["x"], digits["y"]
    train, test = slice(0, 1348), slice(1348, None)
    images, labels = with_shifts(x[train]), np.tile(y[train], 5)

    model, losses = network(), []
    with (
        er.Client() as client,
        er.EpochBenchmark(
            client, [arguments.board], dataset=(x[test], y[test]), loggers=[Printer()]
        ) as benchmark,
    ):
        for epoch in range(arguments.epochs):
            history = model.fit(images, labels, batch_size=2, verbose=0).history
            losses.append(history["loss"][0])
            print(f"epoch {epoch}  loss {losses[-1]:.4f}", flush=True)
            benchmark.submit(epoch, model)

    print("\nepoch    loss  latency ms   top-1")
    for measured in benchmark.measurements:
        result = measured.results[0]
        print(
            f"{measured.epoch:5}  {losses[measured.epoch]:.4f}  {result.latency_ms:10.3f}"
            f"  {result.top1:.4f}"
        )


if __name__ == "__main__":
    main()
