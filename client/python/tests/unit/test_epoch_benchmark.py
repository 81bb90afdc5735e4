"""Queue, order and end of an epoch benchmark; whoever measures is held by the test."""

import threading

import pytest

import edgerack as er
from edgerack.benchmark import metrics_of
from edgerack.records import (
    Accuracy,
    Agreement,
    Latency,
    Result,
    ResultBoard,
    Results,
)


def measured(*boards, top1=0.5):
    return Results(
        tuple(
            Result(
                board=ResultBoard(id=board),
                latency=Latency(median_ms=2.0),
                accuracy=Accuracy(top1=top1),
                agreement=Agreement(samples=4, bit_exact=3),
            )
            for board in boards
        )
    )


class HeldClient:
    """Measures when it is let; remembers what it was given."""

    def __init__(self, *failures):
        self.let = threading.Semaphore(0)
        self.started = threading.Semaphore(0)
        self.names, self.data, self.arguments = [], [], None
        self._failures = dict(failures)

    def run(self, model, boards, **arguments):
        self.names.append(model.display_name)
        self.data.append(model.data)
        self.arguments = arguments
        self.started.release()
        assert self.let.acquire(timeout=30)
        if len(self.names) - 1 in self._failures:
            raise self._failures[len(self.names) - 1]
        return measured(*boards)


class Recorder:
    def __init__(self):
        self.logged = []

    def log(self, epoch, metrics):
        self.logged.append((epoch, metrics))


def benchmark(client, **options):
    return er.EpochBenchmark(client, ["b"], **options)


def test_every_epoch_is_measured_and_training_does_not_wait():
    client, recorder = HeldClient(), Recorder()
    with benchmark(client, loggers=[recorder]) as made:
        for epoch in range(5):
            assert made.submit(epoch, b"TFL3 model %d" % epoch)
        assert made.arrived() == [], "all were submitted before one was measured"
        client.let.release(5)
    assert [m.epoch for m in made.measurements] == list(range(5))
    assert client.data == [b"TFL3 model %d" % epoch for epoch in range(5)]
    assert client.names[3] == "model-epoch-3.onnx"
    assert made.measurements[0].metrics() == {
        "edgerack/latency_ms": 2.0, "edgerack/top1": 0.5, "edgerack/bit_exact": 0.75,
    }  # fmt: skip
    assert [epoch for epoch, _ in recorder.logged] == list(range(5))
    assert [m.epoch for m in made.arrived()] == list(range(5))
    assert made.arrived() == []


def test_every_nth_epoch():
    client = HeldClient()
    client.let.release(10)
    with benchmark(client, every=3) as made:
        assert [made.submit(epoch, b"m") for epoch in range(5)] == [True, False, False, True, False]
    assert [m.epoch for m in made.measurements] == [0, 3]


def test_newest_wins_without_blocking():
    client = HeldClient()
    with benchmark(client, queue_size=1, when_full="newest") as made:
        made.submit(0, b"m")
        assert client.started.acquire(timeout=30)  # 0 is being measured, nothing waits
        for epoch in (1, 2, 3):
            made.submit(epoch, b"m")
        assert made.dropped == (1, 2)
        client.let.release(2)
    assert [m.epoch for m in made.measurements] == [0, 3]


def test_waiting_loses_nothing():
    client = HeldClient()
    with benchmark(client, queue_size=1, when_full="wait") as made:
        made.submit(0, b"m")
        assert client.started.acquire(timeout=30)
        made.submit(1, b"m")
        late = threading.Thread(target=made.submit, args=(2, b"m"))
        late.start()
        client.let.release(3)
        late.join(30)
        assert not late.is_alive()
    assert [m.epoch for m in made.measurements] == [0, 1, 2]


def test_a_failed_epoch_is_reported_and_the_others_are_measured():
    error = er.BoardError("BOARD_HUNG", "silent")
    client = HeldClient((1, error))
    client.let.release(3)
    made = benchmark(client)
    for epoch in range(3):
        made.submit(epoch, b"m")
    with pytest.warns(UserWarning, match=r"1 of 3 epochs .* epoch 1: silent \[BOARD BOARD_HUNG\]"):
        made.close()
    assert [m.error for m in made.measurements] == [None, error, None]
    assert made.measurements[1].metrics() == {}


def test_a_logger_that_fails_loses_no_measurement(caplog):
    class Broken:
        def log(self, epoch, metrics):
            raise OSError("disk full")

    client, recorder = HeldClient(), Recorder()
    client.let.release(1)
    with benchmark(client, loggers=[Broken(), recorder]) as made:
        made.submit(0, b"m")
    assert made.measurements[0].error is None
    assert len(recorder.logged) == 1
    assert "Broken did not take epoch 0" in caplog.text


def test_closing_has_a_time_limit_and_can_be_tried_again():
    client = HeldClient()
    made = benchmark(client)
    made.submit(0, b"m")
    with pytest.raises(er.Timeout):
        made.close(timeout=0.01)
    client.let.release(1)
    assert len(made.close()) == 1
    with pytest.raises(er.UserError, match="closed"):
        made.submit(1, b"m")


def test_training_that_fails_does_not_wait_for_the_board():
    client = HeldClient()
    with pytest.raises(ZeroDivisionError), benchmark(client) as made:  # noqa: PT012
        made.submit(0, b"m")
        made.submit(1, b"m")
        raise ZeroDivisionError
    assert made.measurements == ()
    client.let.release(1)  # the thread ends


def test_several_boards_have_names_of_their_own():
    made = er.EpochMeasurement(0, measured("one", "two")).metrics()
    assert made["edgerack/one/latency_ms"] == made["edgerack/two/latency_ms"] == 2.0


def test_figures_that_are_not_known_are_not_there():
    assert metrics_of(Result(id="r", instructions=5)) == {"instructions": 5.0}


@pytest.mark.parametrize("options", [{"every": 0}, {"queue_size": 0}, {"when_full": "never"}])
def test_wrong_settings_are_refused(options):
    with pytest.raises(er.UserError, match="BAD_USAGE"):
        benchmark(HeldClient(), **options)


def test_samples_are_packed_once(digits):
    client = HeldClient()
    client.let.release(2)
    with benchmark(client, dataset=digits) as made:
        made.submit(0, b"m")
        made.submit(1, b"m")
    assert client.arguments["dataset"].data.startswith(b"PK")
