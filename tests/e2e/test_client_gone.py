"""Clients that vanish: killed in mid-upload, right after the job is accepted, while they watch, or
standing still as if their machine had lost its power. The work goes on, nothing half is kept and the
server holds nothing for them."""

import os
import signal
import subprocess
import time

import numpy as np
import pytest
from conftest import BOARD, DIGITS, ENDED, local_farm

INT8 = DIGITS / "digits_int8.tflite"
FLOAT = DIGITS / "digits_float.tflite"  # takes several times as long
UPLOAD_BYTES = 150 << 20


def until(condition, what, timeout_s=30):
    deadline = time.monotonic() + timeout_s
    while not (found := condition()):
        assert time.monotonic() < deadline, what() if callable(what) else what
        time.sleep(0.005)
    return found


class Client(subprocess.Popen):
    """`edgerack …` that is going to be killed."""

    def __init__(self, farm, *arguments):
        super().__init__([str(local_farm.BIN / "edgerack"), "--server", f"127.0.0.1:{farm.port}",
                          *map(str, arguments)], stdin=subprocess.DEVNULL,
                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def die(self):
        assert self.poll() is None, f"it ended before: {self.stdout.read().decode()}"
        os.kill(self.pid, signal.SIGKILL)
        self.wait()
        self.stdout.close()


def descriptors(farm):
    names = []
    for entry in os.scandir(f"/proc/{farm.pid('server')}/fd"):
        try:
            names.append(os.readlink(entry.path))
        except FileNotFoundError:  # closed since
            pass
    return sorted(names)


def open_count(farm):
    """What clients hold: connections and files of uploads. gRPC makes event descriptors and SQLite
    opens its reader when they are first needed, and keeps them."""
    return sum(name.startswith("socket:") or "/artifacts/" in name for name in descriptors(farm))


def settled(farm):
    """open_count() when nothing has happened for half a second."""
    counts = []
    while len(counts) < 10 or len(set(counts[-10:])) > 1:
        counts.append(open_count(farm))
        assert len(counts) < 1000, counts[-20:]
        time.sleep(0.05)
    return counts[-1]


def temporaries(farm):
    return list((farm.dir / "server" / "artifacts" / "tmp").iterdir())


def artifacts(farm):
    return {path.name: path.stat().st_size
            for path in (farm.dir / "server" / "artifacts").rglob("*") if path.is_file()}


def models(farm):
    code, document = farm.edgerack("models", "list")
    assert code == 0
    return {model["id"] for model in document["models"]}


def job_ids(farm):
    code, document = farm.edgerack("jobs", "list", "--limit", "1000")
    assert code == 0
    return [job["id"] for job in document["jobs"]]


def new_job(farm, known):
    return until(lambda: [job for job in job_ids(farm) if job not in known],
                 "the client submitted no job")[0]


@pytest.fixture(scope="module")
def big_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("big") / "big.tflite"
    path.write_bytes(np.random.default_rng(3).bytes(1 << 20) * (UPLOAD_BYTES >> 20))
    return path


@pytest.fixture(scope="module")
def stopped(farm):
    """Watchers that stand still from the module's first test to its last: the server needs half a
    minute to be sure of them."""
    before = settled(farm)
    job = farm.submit(FLOAT, "--option", "samples=1024", "--option", "warmup=1000")
    clients = [Client(farm, "jobs", "watch", job) for _ in range(5)]
    until(lambda: open_count(farm) >= before + 5, "the watchers did not connect")
    for client in clients:
        os.kill(client.pid, signal.SIGSTOP)
    yield before, clients, time.monotonic()
    for client in clients:
        if client.poll() is None:
            client.kill()
        client.wait()
        client.stdout.close()


def test_clients_stand_still(stopped):
    assert all(client.poll() is None for client in stopped[1])


def cut_upload(farm, path, at_bytes):
    """Kills a client when the server has `at_bytes` of its upload."""
    client = Client(farm, "models", "upload", path)

    def size():
        try:
            return sum(part.stat().st_size for part in temporaries(farm)) >= at_bytes
        except FileNotFoundError:
            return False

    until(size, "the upload did not begin")
    client.die()


def test_half_an_upload_leaves_nothing(farm, big_file):
    known, stored = models(farm), artifacts(farm)
    for at in np.linspace(1, UPLOAD_BYTES * 0.6, 20).astype(int):
        cut_upload(farm, big_file, at)
    until(lambda: not temporaries(farm), lambda: f"left behind: {temporaries(farm)}")
    assert models(farm) == known
    assert {name for name in artifacts(farm) if name not in stored} == set()
    code, document = farm.edgerack("models", "upload", big_file)
    assert code == 0 and document["size_bytes"] == UPLOAD_BYTES


def test_a_client_killed_right_after_its_job_was_accepted(farm):
    for _ in range(5):
        known = job_ids(farm)
        client = Client(farm, "run", INT8, "--board", BOARD, "--option", "samples=200")
        job = new_job(farm, known)
        client.die()
        ended = farm.wait_for_end(job)
        assert ended["job"]["state"] == "SUCCEEDED"
        assert len(ended["results"]) == 1
        assert len(ended["results"][0]["latency"]["samples_ms"]) == 200


@pytest.mark.parametrize("when", ["at once", "while the board measures"])
def test_a_client_killed_while_it_watches(farm, when):
    job = farm.submit(INT8, "--option", "samples=500")
    client = Client(farm, "jobs", "watch", job)
    if when != "at once":
        farm.wait_for_stage(job, "run")
    assert farm.job(job)["job"]["state"] not in ENDED
    client.die()
    ended = farm.wait_for_end(job)
    assert ended["job"]["state"] == "SUCCEEDED" and len(ended["results"]) == 1


def test_fifty_dead_clients_hold_nothing(farm, big_file):
    job = farm.submit(FLOAT, "--option", "samples=1024", "--option", "warmup=1000")
    before = settled(farm)
    for _ in range(5):
        watchers = [Client(farm, "jobs", "watch", job) for _ in range(8)]
        until(lambda: open_count(farm) >= before + 8, "the watchers did not connect")
        for watcher in watchers:
            watcher.die()
        for _ in range(2):
            cut_upload(farm, big_file, UPLOAD_BYTES // 10)
    until(lambda: open_count(farm) <= before,
          lambda: f"{open_count(farm)} descriptors, {before} before: {descriptors(farm)}")
    assert not temporaries(farm)
    farm.edgerack("jobs", "cancel", job)
    farm.assert_usable()


def test_clients_that_stand_still_are_let_go(farm, stopped):
    """As when their machine lost its power: the server asks, and hangs up when nobody answers."""
    before, clients, since = stopped
    until(lambda: open_count(farm) <= before,
          lambda: f"{open_count(farm)} descriptors, {before} before: {descriptors(farm)}",
          timeout_s=max(1, 120 - (time.monotonic() - since)))
    # One that wakes up connects again and sees the end.
    os.kill(clients[0].pid, signal.SIGCONT)
    said, _ = clients[0].communicate(timeout=60)
    assert b"SUCCEEDED" in said
    farm.assert_usable()
