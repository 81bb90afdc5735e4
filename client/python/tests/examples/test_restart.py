"""Calls of both clients over a server that is killed and started again on the same folder."""

import asyncio
import threading

import pytest
from conftest import BOARD, DIGITS, start_farm, url

import edgerack as er

INT8 = DIGITS / "digits_int8.tflite"


@pytest.fixture(scope="module")
def killed_farm(tmp_path_factory):
    """One for all tests here; each leaves the server running."""
    started = start_farm(tmp_path_factory.mktemp("killed"))
    yield started
    started.down()


def restart(farm):
    farm.kill("server")
    farm.start_server()


def test_a_job_is_watched_over_two_restarts(killed_farm):
    with er.Client(url(killed_farm)) as client:
        handle = client.submit(INT8, BOARD, dataset=DIGITS / "digits.npz")
        restarts = 0
        for job in handle.watch():
            if restarts < 2 and job.state in ("COMPILING", "RUNNING"):
                restarts += 1
                restart(killed_farm)
        assert restarts == 2
        results = handle.result()
        assert results[0].verdict == "VALID"
        assert len(client.results(job=handle.id)) == 1


def test_a_call_waits_for_a_server_that_is_away(killed_farm):
    with er.Client(url(killed_farm)) as client:
        before = len(client.jobs(limit=None))
        killed_farm.kill("server")
        back = threading.Thread(target=killed_farm.start_server)
        back.start()
        handle = client.submit(INT8, BOARD, options={"samples": 3})
        back.join()
        assert handle.result()[0].verdict == "VALID"
        assert len(client.jobs(limit=None)) == before + 1, "one request id, one job"


def test_the_same_request_id_is_the_same_job_after_a_restart(killed_farm):
    with er.Client(url(killed_farm)) as client:
        first = client.submit(INT8, BOARD, request_id="mine")
        restart(killed_farm)
        assert client.submit(INT8, BOARD, request_id="mine").id == first.id
        assert first.result()[0].verdict == "VALID"


def test_the_asyncio_client_too(killed_farm):
    async def work():
        async with er.AsyncClient(url(killed_farm)) as client:
            handle = await client.submit(INT8, BOARD)
            restarted = False
            async for job in handle.watch():
                if not restarted and job.state == "RUNNING":
                    restarted = True
                    await asyncio.to_thread(restart, killed_farm)
            assert restarted
            return await handle.result()

    assert asyncio.run(work())[0].verdict == "VALID"


def test_a_server_that_stays_away_is_given_up(killed_farm):
    with er.Client(url(killed_farm), retry=er.Retry(away_s=0.5)) as client:
        handle = client.submit(INT8, BOARD, options={"samples": 100})
        killed_farm.kill("server")
        with pytest.raises(er.NotReachable) as caught:
            handle.wait()
        assert [job.id for job in caught.value.jobs] == [handle.id]
    killed_farm.start_server()
