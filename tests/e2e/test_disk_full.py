"""Every disk that can be full: the server's data, its temporary folder, the agent's cache. What was
accepted ends; what cannot be accepted is refused with the reason; when there is room again, everything
goes on without a restart."""

import os
import subprocess
import time

import numpy as np
import pytest
import raw_rpc
from conftest import BOARD, DIGITS, TestFarm, demo, local_farm
from raw_rpc import JOBS, field, spec
from small_disk import SmallDisk, private_mounts

INT8 = DIGITS / "digits_int8.tflite"
FLOAT = DIGITS / "digits_float.tflite"


@pytest.fixture(scope="module", autouse=True)
def mounts():
    reason = private_mounts()
    if reason:
        pytest.skip(f"NOT TESTED: full disks need a mount namespace (root, or unprivileged user "
                    f"namespaces): {reason}")


@pytest.fixture
def farm_on(tmp_path, monkeypatch):
    """Starts a farm with one folder on a small disk: `server`, `agent` or `tmp` (the server's)."""
    started, disks = [], []

    def start(which, megabytes):
        farm = TestFarm(tmp_path, demo.free_port_base())
        started.append(farm)
        disks.append(SmallDisk(farm.dir / which, megabytes))
        if which == "tmp":
            monkeypatch.setenv("TMPDIR", str(farm.dir / "tmp"))
            farm.start_server()
            monkeypatch.delenv("TMPDIR")
            for kind in farm.kinds:
                farm.start_board(kind)
            farm.start_agent()
            farm.wait_until_idle()
        else:
            farm.up()
        return farm, disks[-1]

    yield start
    for farm in started:
        farm.down()
    for disk in disks:
        disk.close()


def upload(farm, model):
    code, document = farm.edgerack("models", "upload", model)
    assert code == 0, document
    return document["name"]


def jobs(farm):
    code, document = farm.edgerack("jobs", "list")
    assert code == 0, document
    return document["jobs"]


def wait_for_log(farm, name, words, timeout_s=30):
    deadline = time.monotonic() + timeout_s
    while words not in farm.log_file(name).read_text():
        assert time.monotonic() < deadline, f"{name} never logged \"{words}\""
        time.sleep(0.05)


def test_nothing_is_half_accepted_when_the_servers_disk_is_full(farm_on, tmp_path):
    farm, disk = farm_on("server", 16)
    model = upload(farm, INT8)
    pid = farm.pid("server")
    disk.fill()

    code, document = farm.edgerack("models", "upload", FLOAT)
    assert code == 1, document
    assert (document["error"]["class"], document["error"]["code"]) == ("INFRASTRUCTURE", "DISK_FULL")
    assert "make room" in document["error"]["message"]
    assert not list((farm.dir / "server" / "artifacts" / "tmp").iterdir())

    # SQLite may find room in its journal for a few small jobs; those it must then keep.
    rpc = raw_rpc.Calls(farm.port)
    accepted, refused = [], None
    for i in range(500):
        status, error_class, code, answer = rpc(JOBS + "CreateJob",
                                                spec(model=model) + field(2, f"request-{i}"))
        if status != "OK":
            refused = (status, error_class, code)
            assert "make room" in answer, answer
            break
        accepted.append(i)
        disk.fill()
    assert refused == ("RESOURCE_EXHAUSTED", "INFRASTRUCTURE", "DISK_FULL")
    assert len(jobs(farm)) == min(len(accepted), 20)

    disk.free()
    status, _, _, answer = rpc(JOBS + "CreateJob",
                               spec(model=model) + field(2, f"request-{len(accepted)}"))
    rpc.close()
    assert status == "OK", answer
    for job in jobs(farm):
        assert farm.wait_for_end(job["id"])["job"]["state"] == "SUCCEEDED"
    assert farm.pid("server") == pid
    farm.assert_usable()


def test_an_accepted_job_ends_although_the_disk_was_full_meanwhile(farm_on):
    farm, disk = farm_on("server", 16)
    pid = farm.pid("server")
    job = farm.submit(FLOAT)
    disk.fill()
    wait_for_log(farm, "server", "wait for the disk")
    time.sleep(2.5)  # the journal tries again each second, and fails
    assert farm.job(job)["job"]["state"] in ("QUEUED", "COMPILING", "RUNNING")
    disk.free()
    assert farm.wait_for_end(job)["job"]["state"] == "SUCCEEDED"
    assert farm.pid("server") == pid
    farm.assert_usable()


def test_a_server_that_is_killed_on_a_full_disk_loses_nothing(farm_on):
    farm, disk = farm_on("server", 16)
    job = farm.submit(FLOAT)
    disk.fill()
    farm.kill("server")
    disk.fill()
    try:
        farm.start_server()
    except local_farm.FarmError as error:
        # It may not serve on such a disk, but then it says why and ends.
        assert "DISK_FULL" in str(error) and "make room" in str(error), error
        assert farm.pid("server") is None
    disk.free()
    if farm.pid("server") is None:
        farm.start_server()
    assert farm.wait_for_end(job)["job"]["state"] == "SUCCEEDED"
    farm.assert_usable()


def test_a_full_temporary_folder_delays_compilation(farm_on):
    farm, disk = farm_on("tmp", 4)
    disk.fill()
    job = farm.submit(FLOAT)
    deadline = time.monotonic() + 30
    while "error" not in (run := farm.job(job)["job"]["runs"][0]):
        assert time.monotonic() < deadline, run
        time.sleep(0.05)
    assert farm.job(job)["job"]["state"] == "COMPILING"
    assert (run["error"]["class"], run["error"]["code"]) == ("INFRASTRUCTURE", "DISK_FULL"), run
    assert "make room" in run["error"]["message"]
    disk.free()
    ended = farm.wait_for_end(job)
    assert ended["job"]["state"] == "SUCCEEDED", ended
    assert "error" not in ended["job"]["runs"][0]
    assert not list((farm.dir / "tmp").iterdir())
    farm.assert_usable()


def test_a_full_agent_says_so_and_recovers(farm_on):
    farm, disk = farm_on("agent", 4)
    pid = farm.pid("agent")
    disk.fill()
    code, document = farm.edgerack("run", FLOAT, "--board", BOARD)
    assert code == 1, document
    error = document["job"]["error"]
    assert (error["class"], error["code"]) == ("INFRASTRUCTURE", "DISK_FULL"), error
    assert "agent" in error["message"] and "make room" in error["message"]
    disk.free()
    farm.assert_usable()
    assert farm.pid("agent") == pid


def test_a_full_agent_gives_up_old_artifacts_first(farm_on):
    farm, disk = farm_on("agent", 4)
    for model in (FLOAT, INT8):
        code, document = farm.edgerack("run", model, "--board", BOARD)
        assert code == 0, document
    disk.fill()
    # Smaller than what is cached, and not cached itself.
    code, document = farm.edgerack("run", INT8, "--board", BOARD, "--option", "kernels=ref")
    assert code == 0, document


def test_compiling_by_hand_onto_a_full_disk(tmp_path):
    disk = SmallDisk(tmp_path / "disk", 1)
    disk.fill()
    compiler = str(local_farm.BIN / "edgerack-compile")
    try:
        done = subprocess.run(
            [compiler, str(FLOAT), "--board", BOARD, "--out", str(tmp_path / "disk" / "d.erp"),
             "--report", str(tmp_path / "disk" / "r.json")], capture_output=True, text=True)
        assert done.returncode == 1
        assert done.stderr.rstrip().endswith("[INFRASTRUCTURE DISK_FULL]")
        assert len(done.stderr.splitlines()) == 1, done.stderr
        assert [path.name for path in (tmp_path / "disk").iterdir()] == ["ballast"]

        package = tmp_path / "d.erp"
        subprocess.run([compiler, str(FLOAT), "--board", BOARD, "--out", str(package)], check=True,
                       capture_output=True)
        np.savez(tmp_path / "in.npz", x=np.zeros((100, 8, 8, 1), np.float32))
        run = [compiler, "prepare", str(package), "--dataset", str(tmp_path / "in.npz"), "--inputs",
               str(tmp_path / "x"), "--reference", str(tmp_path / "r"), "--manifest",
               str(tmp_path / "m")]
        environment = dict(os.environ, TMPDIR=str(tmp_path / "disk"))
        for room in (0, 26_000):  # none at all; for the inputs, not for the outputs
            if room:
                os.truncate(tmp_path / "disk" / "ballast",
                            (tmp_path / "disk" / "ballast").stat().st_size - room)
            done = subprocess.run(run, capture_output=True, text=True, env=environment)
            assert done.returncode == 1
            assert done.stderr.rstrip().endswith("[INFRASTRUCTURE DISK_FULL]"), done.stderr
        environment["TMPDIR"] = str(tmp_path / "nowhere")
        done = subprocess.run(run, capture_output=True, text=True, env=environment)
        assert done.stderr.rstrip().endswith("[INFRASTRUCTURE NO_TEMP_DIR]"), done.stderr
    finally:
        disk.close()
