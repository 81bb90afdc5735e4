"""Both clients against a real server and a virtual board."""

import asyncio
import json

import numpy as np
import pytest
from conftest import BOARD, DIGITS, url

import edgerack as er

INT8 = DIGITS / "digits_int8.tflite"
FLOAT = DIGITS / "digits_float.tflite"


def command_line(farm, *arguments):
    code, document = farm.edgerack(*arguments)
    assert code == 0, document
    return document


def test_a_run_measures_latency_and_accuracy(results):
    result = results[0]
    assert result.verdict == "VALID"
    assert result.board.id == BOARD
    assert result.latency_ms > 0
    assert result.latency.estimated is True
    assert result.top1 == 1.0
    assert result.agreement.bit_exact == result.agreement.samples == 20
    assert [job.state for job in results.jobs] == ["SUCCEEDED"]


def test_json_is_the_command_line_s(farm, client, results):
    document = command_line(farm, "jobs", "show", results.jobs[0].id)
    again = er.Results(results.items, (client.job(results.jobs[0].id).job,))
    assert again.to_dict() == document
    assert json.loads(json.dumps(again.to_dict())) == document


def test_outputs_are_the_command_line_s(farm, client, results, tmp_path):
    for options, outputs in (
        ([], client.outputs(results[0])),
        (["--host"], client.outputs(results[0].id, host=True)),
    ):
        command_line(farm, "results", "outputs", results[0].id, "--out", tmp_path / "cli.npz",
                     *options)  # fmt: skip
        outputs.save(tmp_path / "own.npz")
        with np.load(tmp_path / "cli.npz") as theirs, np.load(tmp_path / "own.npz") as own:
            assert set(theirs.files) == set(own.files)
            for name in theirs.files:
                assert theirs[name].dtype == own[name].dtype
                np.testing.assert_array_equal(theirs[name], own[name])
    command_line(farm, "results", "outputs", results[0].id, "--out", tmp_path / "real.npz",
                 "--real")  # fmt: skip
    with np.load(tmp_path / "real.npz") as theirs:
        for name, array in client.outputs(results[0]).real().items():
            np.testing.assert_array_equal(theirs[name], array)


def test_one_sample_is_answered(client, digits):
    x, y = digits
    inference = client.infer(INT8, BOARD, x[:5])
    (probabilities,) = inference.outputs.real().values()
    assert probabilities.shape == (5, 10)
    assert probabilities.argmax(axis=1).tolist() == y[:5].tolist()
    assert inference.outputs.sample_indices.tolist() == [0, 1, 2, 3, 4]
    assert inference.result.board.id == BOARD


def test_several_selectors_are_several_results_in_their_order(client):
    results = client.run(FLOAT, [BOARD, "kind=virtual-f746"], options={"samples": 3})
    assert len(results) == len(results.jobs) == 2
    assert [job.spec.board_selector for job in results.jobs] == [BOARD, "kind=virtual-f746"]
    assert set(results.to_dict()) == {"jobs", "results"}
    assert len(results[0].latency.samples_ms) == 3
    assert results[:1][0] is results[0]


def test_a_model_is_uploaded_once(client):
    first = client.upload_model(INT8)
    again = client.upload_model(INT8.read_bytes(), name="another name")
    assert first == again
    assert client.model(first.id) == client.model(first.id[:8]) == first
    assert first in client.models()
    with pytest.raises(er.UserError, match="MODEL_NOT_FOUND"):
        client.model("0" * 12)


def test_a_dataset_is_uploaded_once(client, digits):
    first = client.upload_dataset(digits)
    assert client.upload_dataset(digits) == first
    assert first in client.datasets()


def test_a_model_s_view_is_the_command_line_s(farm, client):
    view = client.view(INT8)
    document = command_line(farm, "models", "show", view.model.split("/")[1])
    own = view.to_dict()
    for key in ("format", "inputs", "outputs", "layers", "totals"):
        assert own[key] == document[key]


def test_boards_and_results_are_listed(client, results):
    assert [board.id for board in client.boards()] == [BOARD]
    assert client.boards("family=stm32h7") == []
    assert client.board(BOARD).chip == "stm32f746"
    assert results[0].id in [result.id for result in client.results()]
    assert client.results(job=results.jobs[0].id).items == results.items
    assert client.result(results[0].id) == results[0]
    assert results.jobs[0].id in [job.id for job in client.jobs(limit=None)]


def test_a_job_s_handle(client):
    handle = client.submit(INT8, BOARD, options={"samples": 2}, request_id="a-name-of-mine")
    same = client.submit(INT8, BOARD, options={"samples": 2}, request_id="a-name-of-mine")
    assert same.id == handle.id
    states = [job.state for job in handle.watch()]
    assert states[-1] == "SUCCEEDED"
    assert handle.job.state == handle.wait().state == "SUCCEEDED"
    assert client.job(handle.id).result()[0].job == handle.job.name
    assert handle.cancel().state == "SUCCEEDED", "a job that has ended is left as it is"


def test_a_request_id_names_one_request(client):
    client.submit(INT8, BOARD, request_id="taken", options={"samples": 2}).wait()
    with pytest.raises(er.UserError, match="REQUEST_ID_REUSED"):
        client.submit(INT8, BOARD, request_id="taken", options={"samples": 3})


def test_cancelling(client):
    (handle,) = client.run(INT8, BOARD, options={"samples": 97}, detach=True)
    assert handle.cancel().state == "CANCELLED"
    with pytest.raises(er.Cancelled) as caught:
        handle.result()
    assert caught.value.jobs[0].id == handle.id


def test_waiting_ends_with_its_timeout_and_the_job_goes_on(client):
    handle = client.submit(FLOAT, BOARD, options={"samples": 100})
    with pytest.raises(er.Timeout) as caught:
        handle.wait(timeout=0.05)
    assert [job.id for job in caught.value.jobs] == [handle.id]
    assert handle.cancel().state == "CANCELLED"


def test_validation_finds_the_layers_equal(client, digits):
    x, y = digits
    validation = client.validate(INT8, BOARD, (x[:50], y[:50]), samples=2, accuracy="host")
    assert validation.divergences == ()
    assert {execution.name for execution in validation.executions} == {
        "original", "compiled", "package", "board",
    }  # fmt: skip
    assert all(layer.board.bit_exact for layer in validation.layers if layer.board)


def test_diagnosis_finds_a_wrong_range(client, digits):
    x, _ = digits
    wrong = client.infer(FLOAT, BOARD, x[:16] * 16).outputs
    diagnosis = client.diagnose(FLOAT, x[:16], wrong.arrays)
    assert not diagnosis.agrees
    assert "NORMALIZATION_RANGE" in [cause.code for cause in diagnosis.causes]
    document = diagnosis.to_dict()
    assert all(isinstance(codes, list) for codes in document["indistinguishable"])


def test_explanation_names_what_bounds_layers(client, results):
    explanation = client.explain(results[0])
    assert len(explanation.layers) == len(results[0].layers)
    assert explanation.clock_hz == results[0].clock_hz


@pytest.mark.parametrize(
    ("call", "kind", "code"),
    [
        (lambda c: c.run(b"no model", BOARD), er.UserError, "UNKNOWN_MODEL_FORMAT"),
        (lambda c: c.run(b"", BOARD), er.UserError, "EMPTY_UPLOAD"),
        (lambda c: c.run(INT8, "no-such-board"), er.UserError, "NO_MATCHING_BOARD"),
        (lambda c: c.run(INT8, BOARD, options={"no": 1}), er.JobError, "BAD_OPTION"),
        (lambda c: c.run(INT8, BOARD, quantize="int3"), er.JobError, None),
        (lambda c: c.run(INT8, BOARD, dataset=np.ones((3, 5))), er.UserError, "BAD_DATASET"),
        (lambda c: c.result("none"), er.UserError, "RESULT_NOT_FOUND"),
        (lambda c: c.job("none"), er.UserError, "JOB_NOT_FOUND"),
        (lambda c: c.board("none"), er.UserError, "BOARD_NOT_FOUND"),
        (lambda c: c.boards("no=thing"), er.UserError, "BAD_SELECTOR"),
    ],
)
def test_the_server_s_refusals_are_exceptions(client, call, kind, code):
    with pytest.raises(kind) as caught:
        call(client)
    assert code in (None, caught.value.code)
    assert len(caught.value.message) > 20


def test_a_server_that_is_not_there(farm):
    retry = er.Retry(first_contact_s=0.0)
    nobody = er.Client(f"127.0.0.1:{farm.port + 9}", retry=retry)
    with nobody, pytest.raises(er.NotReachable, match="SERVER_NOT_REACHED"):
        nobody.boards()


def test_the_asyncio_client(farm, digits):
    async def work():
        async with er.AsyncClient(url(farm)) as client:
            handles = await client.run(INT8, [BOARD, BOARD], options={"samples": 4}, detach=True)
            ended = await asyncio.gather(*(handle.result() for handle in handles))
            assert [results[0].verdict for results in ended] == ["VALID", "VALID"]
            handle = await client.submit(INT8, BOARD, options={"samples": 5})
            states = [job.state async for job in handle.watch()]
            assert states[-1] == "SUCCEEDED"
            inference = await client.infer(INT8, BOARD, digits[0][:2])
            assert inference.outputs.sample_indices.tolist() == [0, 1]
            with pytest.raises(er.UserError, match="JOB_NOT_FOUND"):
                await client.job("none")
            with pytest.raises(er.Timeout):
                await (await client.submit(FLOAT, BOARD, options={"samples": 99})).wait(
                    timeout=0.05
                )
            return await client.boards()

    assert [board.id for board in asyncio.run(work())] == [BOARD]


def test_a_task_that_is_cancelled_lets_go(farm):
    async def work():
        async with er.AsyncClient(url(farm)) as client:
            handle = await client.submit(FLOAT, BOARD, options={"samples": 98})
            task = asyncio.create_task(handle.wait())
            first = handle.watch()
            await first.__anext__()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            return (await handle.cancel()).state

    assert asyncio.run(work()) == "CANCELLED"


def test_progress_is_shown_to_people_only(client, capsys):
    client.run(INT8, BOARD, options={"samples": 6})
    assert capsys.readouterr().err == ""
    with er.Client(client._session.address, progress=True) as shown:
        shown.run(INT8, BOARD, options={"samples": 7})
    bar = capsys.readouterr().err
    assert "digits_int8.tflite on virtual-f746: 100 %" in bar
    assert "succeeded" in bar


def test_quantization_is_the_server_s_business(client, digits):
    x, y = digits
    results = client.run(FLOAT, BOARD, quantize="int8", calibration=x[:100], dataset=(x, y))
    assert results[0].top1 > 0.9
    accuracy = results[0].quantization_accuracy
    assert accuracy.against == "labels"
    assert accuracy.samples == len(x)
    assert accuracy.before.top1 > 0.98
    assert abs(accuracy.after.top1 - accuracy.before.top1) < 0.01
    assert results.jobs[0].spec.quantize == "int8"
