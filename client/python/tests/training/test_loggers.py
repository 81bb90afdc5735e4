"""Real trackers, where they are installed, given the measurements of two epochs."""

import sys

import pytest

import edgerack as er
from edgerack import loggers

FIGURES = {"edgerack/latency_ms": 1.5, "edgerack/top1": 0.75}


def test_mlflow(tmp_path, monkeypatch):
    mlflow = pytest.importorskip("mlflow", reason="MLflow is absent: its logger is NOT tested")
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")  # files instead of a database
    mlflow.set_tracking_uri((tmp_path / "runs").as_uri())
    logger = loggers.MLflow()
    logger.log(0, FIGURES)
    logger.log(1, {**FIGURES, "edgerack/top1": 0.8})
    history = mlflow.tracking.MlflowClient().get_metric_history(logger.run_id, "edgerack/top1")
    assert [(metric.step, metric.value) for metric in history] == [(0, 0.75), (1, 0.8)]
    mlflow.end_run()


def test_tensorboard(tmp_path):
    pytest.importorskip("tensorboardX", reason="tensorboardX is absent: the logger is NOT tested")
    logger = loggers.TensorBoard(tmp_path)
    logger.log(0, FIGURES)
    logger.log(3, FIGURES)
    logger.writer.close()
    (events,) = tmp_path.glob("events*")
    from tensorboardX.proto.event_pb2 import Event

    found, data = [], events.read_bytes()
    while data:  # length, its CRC, event, its CRC
        size = int.from_bytes(data[:8], "little")
        event = Event.FromString(data[12 : 12 + size])
        found += [(event.step, value.tag, value.simple_value) for value in event.summary.value]
        data = data[16 + size :]
    assert (0, "edgerack/latency_ms", 1.5) in found
    assert (3, "edgerack/top1", 0.75) in found


def test_tensorboard_takes_a_writer_of_any_make():
    class Writer:
        def __init__(self):
            self.scalars = []

        def add_scalar(self, *arguments):
            self.scalars.append(arguments)

        def flush(self):
            pass

    writer = Writer()
    loggers.TensorBoard(writer).log(2, {"edgerack/top1": 0.5})
    assert writer.scalars == [("edgerack/top1", 0.5, 2)]


def test_wandb(tmp_path, monkeypatch):
    wandb = pytest.importorskip("wandb", reason="wandb is absent: its logger is NOT tested")
    monkeypatch.setenv("WANDB_SILENT", "true")
    run = wandb.init(mode="offline", dir=str(tmp_path), project="digits")
    try:
        run.log({"loss": 1.0})  # training is further than the measurement
        run.log({"loss": 0.5})
        loggers.WandB().log(0, FIGURES)
        assert run.summary["edgerack/latency_ms"] == 1.5
        assert run.summary["edgerack/epoch"] == 0
        assert run.step == 3
    finally:
        run.finish()
    assert list(tmp_path.rglob("*.wandb"))


@pytest.mark.parametrize(
    ("make", "package", "extra"),
    [
        (lambda: loggers.MLflow(), "mlflow", "mlflow"),
        (lambda: loggers.WandB(), "wandb", "wandb"),
        (lambda: loggers.TensorBoard("folder"), "tensorboardX", "tensorboard"),
    ],
)
def test_a_tracker_that_is_not_installed(monkeypatch, make, package, extra):
    monkeypatch.setitem(sys.modules, package, None)
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", None)
    with pytest.raises(er.MissingPackage, match=rf"pip install 'edgerack\[{extra}\]'"):
        make()
