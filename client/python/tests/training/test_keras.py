"""Keras models and the callback for `fit`, with a real board."""

import numpy as np
import pytest
from conftest import BOARD

import edgerack as er

keras = pytest.importorskip(
    "keras", reason="Keras is absent (`./dev oracle` installs it): the callback is NOT tested"
)

from edgerack.callbacks.keras import Benchmark  # noqa: E402

EPOCHS = 3
OPTIONS = {"samples": 2, "warmup": 0, "board_samples": 10}


def network():
    keras.utils.set_random_seed(7)
    model = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            keras.layers.Conv2D(8, 3, activation="relu"),
            keras.layers.MaxPooling2D(2),
            keras.layers.Flatten(),
            keras.layers.Dense(10, activation="softmax"),
        ],
        name="digits",
    )
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


class Witness(keras.callbacks.Callback):
    """What Keras itself says of each epoch's weights."""

    def __init__(self, x, y):
        super().__init__()
        self.x, self.y, self.right, self.logs = x, y, [], []

    def on_epoch_end(self, epoch, logs=None):
        answers = self.model.predict(self.x, verbose=0).argmax(axis=1)
        self.right.append(int((answers == self.y).sum()))
        self.logs.append(dict(logs))


def test_fit_logs_the_board_s_figures_of_each_epoch(client, digits):
    x, y = digits
    benchmark = Benchmark(client, [BOARD], dataset=(x, y), options=OPTIONS)
    witness = Witness(x, y)
    model = network()
    history = model.fit(
        x, y, batch_size=64, epochs=EPOCHS, verbose=0, callbacks=[benchmark, witness]
    )
    measured = benchmark.measurements
    assert [m.epoch for m in measured] == list(range(EPOCHS))
    for m, right in zip(measured, witness.right):
        # Rounding of another runtime may turn a sample or two.
        assert abs(m.results[0].accuracy.host_top1 * len(x) - right) <= 3, "the epoch's own weights"
        assert m.results[0].agreement.bit_exact == m.results[0].agreement.samples == 10
    assert len(set(witness.right)) > 1, "the epochs differ, so that they can be told apart"
    curve = history.history["edgerack/latency_ms"]
    assert curve == [m.results[0].latency_ms for m in measured]
    assert len(history.history["edgerack/host_top1"]) == EPOCHS
    for logs in witness.logs:  # what had arrived by then
        if "edgerack/latency_ms" in logs:
            of = measured[logs["edgerack/epoch"]]
            assert logs["edgerack/latency_ms"] == of.results[0].latency_ms


def test_figures_are_in_the_logs_of_the_epoch_in_which_they_arrive(client, digits):
    x, y = digits
    benchmark = Benchmark(client, BOARD, options=OPTIONS, every=2)
    seen = []

    class Wait(keras.callbacks.Callback):
        """Training that takes long: until the board has answered."""

        def on_epoch_begin(self, epoch, logs=None):
            if epoch == 1:
                with benchmark._benchmark._changed:
                    assert benchmark._benchmark._changed.wait_for(
                        lambda: benchmark._benchmark._measurements, 60
                    )

        def on_epoch_end(self, epoch, logs=None):
            seen.append(dict(logs))

    history = network().fit(x[:64], y[:64], epochs=2, verbose=0, callbacks=[benchmark, Wait()])
    assert "edgerack/latency_ms" not in seen[0]
    assert seen[1]["edgerack/epoch"] == 0
    assert seen[1]["edgerack/latency_ms"] == benchmark.measurements[0].results[0].latency_ms
    assert history.history["edgerack/latency_ms"] == [seen[1]["edgerack/latency_ms"], None]


def test_a_keras_model_is_saved_by_its_own_saver(client, digits):
    model = network()
    inference = client.infer(model, BOARD, digits[0][:4])
    (answers,) = inference.outputs.arrays.values()
    np.testing.assert_allclose(answers, model.predict(digits[0][:4], verbose=0), atol=1e-5)
    assert inference.result.model_display_name == "digits.keras"


def test_a_model_that_its_saver_refuses(client):
    model = network()
    model.save = lambda path: (_ for _ in ()).throw(TypeError("not serializable"))
    with pytest.raises(er.UserError, match="EXPORT_FAILED") as caught:
        client.upload_model(model)
    assert "not serializable" in caught.value.message
