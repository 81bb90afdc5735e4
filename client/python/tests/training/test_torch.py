"""PyTorch modules, a loop of one's own, and the callback for Lightning, with a real board."""

import numpy as np
import pytest
from conftest import BOARD

import edgerack as er

torch = pytest.importorskip(
    "torch", reason="PyTorch is absent (`./dev python` installs it): modules are NOT tested"
)

OPTIONS = {"samples": 2, "warmup": 0, "board_samples": 10}
EXAMPLE = torch.zeros(1, 1, 8, 8)


def network():
    torch.manual_seed(3)
    return torch.nn.Sequential(
        torch.nn.Conv2d(1, 6, 3),
        torch.nn.BatchNorm2d(6),
        torch.nn.ReLU(),
        torch.nn.MaxPool2d(2),
        torch.nn.Flatten(),
        torch.nn.Linear(54, 10),
    )


@pytest.fixture(scope="module")
def images(digits):
    x, y = digits
    return torch.tensor(x.transpose(0, 3, 1, 2).copy()), torch.tensor(y)


def train(model, x, y, steps=20):
    model.train()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    for _ in range(steps):
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(model(x[:256]), y[:256]).backward()
        optimizer.step()


def answers(model, x):
    modes = [part.training for part in model.modules()]
    model.eval()
    with torch.no_grad():
        given = model(x).numpy()
    for part, mode in zip(model.modules(), modes):
        part.training = mode
    return given


def test_a_module_is_exported_as_it_is_in_use(client, images):
    x, y = images
    model = network()
    train(model, x, y)
    model[1].eval()  # a frozen part
    given = client.infer(model, BOARD, x[:4], example_input=EXAMPLE)
    (got,) = given.outputs.arrays.values()
    np.testing.assert_allclose(got, answers(model, x[:4]), atol=1e-4)
    assert model.training, "exporting leaves the mode as it was"
    assert not model[1].training
    assert model[0].training


def test_a_module_needs_an_example_input(client):
    with pytest.raises(er.UserError, match="NO_EXAMPLE_INPUT"):
        client.upload_model(network())


def test_an_exporter_s_refusal_is_told(client):
    with pytest.raises(er.UserError, match="EXPORT_FAILED"):
        client.upload_model(network(), example_input=torch.zeros(1, 3, 8, 8))


def test_a_loop_of_one_s_own_measures_each_epoch_s_weights(client, images):
    x, y = images
    model, right = network(), []
    with er.EpochBenchmark(
        client, BOARD, dataset=(x, y), options=OPTIONS, example_input=EXAMPLE
    ) as benchmark:
        for epoch in range(3):
            train(model, x, y, steps=5)
            benchmark.submit(epoch, model)
            right.append(int((answers(model, x).argmax(axis=1) == y.numpy()).sum()))
            train(model, x, y, steps=1)  # goes on at once, with other weights
    for measured, expected in zip(benchmark.measurements, right):
        assert abs(measured.results[0].accuracy.host_top1 * len(x) - expected) <= 3
    assert len(set(right)) == 3


@pytest.fixture(scope="module")
def lightning():
    # Debian's PyTorch 1.13 cannot import its distributed parts under Python 3.11 (a dataclass with
    # a mutable default); Lightning leaves them alone where there are none.
    if torch.__version__.startswith("1.13"):
        torch.distributed.is_available = lambda: False
    return pytest.importorskip(
        "pytorch_lightning",
        reason="Lightning is absent (`./dev python` installs it): its callback is NOT tested",
    )


@pytest.mark.filterwarnings("ignore")
def test_lightning_logs_the_board_s_figures(lightning, client, images, tmp_path):
    from edgerack.callbacks.lightning import Benchmark

    x, y = images

    class Module(lightning.LightningModule):
        example_input_array = EXAMPLE

        def __init__(self):
            super().__init__()
            self.network = network()

        def forward(self, batch):
            return self.network(batch)

        def training_step(self, batch, index):
            return torch.nn.functional.cross_entropy(self(batch[0]), batch[1])

        def configure_optimizers(self):
            return torch.optim.Adam(self.parameters(), lr=1e-2)

    data = torch.utils.data.TensorDataset(x[:256], y[:256])
    benchmark = Benchmark(client, [BOARD], dataset=(x, y), options=OPTIONS)
    logger = lightning.loggers.CSVLogger(tmp_path)
    trainer = lightning.Trainer(
        max_epochs=2, callbacks=[benchmark], logger=logger, accelerator="cpu",
        enable_progress_bar=False, enable_model_summary=False, enable_checkpointing=False,
        default_root_dir=tmp_path,
    )  # fmt: skip
    trainer.fit(Module(), torch.utils.data.DataLoader(data, batch_size=64))
    assert [m.epoch for m in benchmark.measurements] == [0, 1]
    assert all(m.results[0].latency_ms > 0 for m in benchmark.measurements)
    logger.save()
    logged = next(tmp_path.rglob("metrics.csv")).read_text()
    assert "edgerack/latency_ms" in logged
    assert trainer.callback_metrics["edgerack/host_top1"] == pytest.approx(
        benchmark.measurements[-1].results[0].accuracy.host_top1
    )
