"""Farms for the end-to-end tests: real programs, real OpenOCD, real database."""

import pathlib
import sys
import time

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "deploy" / "local"))
sys.path.insert(0, str(ROOT / "tests" / "oracle"))

import demo  # noqa: E402
import farm as local_farm  # noqa: E402

DIGITS = ROOT / "client" / "examples" / "digits"
BOARD = "virtual-f746"
ENDED = ("SUCCEEDED", "FAILED", "CANCELLED")


class TestFarm(local_farm.Farm):
    """A farm with the questions that tests ask; of one board unless a test wants more, and without
    the cycle model unless the test is about cycles: boards then compute three times as fast."""

    __test__ = False

    def __init__(self, directory, port_base, kinds=(BOARD,), cycle_model=False, **options):
        super().__init__(directory, port_base, kinds, cycle_model=cycle_model, **options)

    def submit(self, model, *arguments):
        """Submits without waiting; the job's id."""
        code, document = self.edgerack("run", model, "--board", BOARD, "--detach", *arguments)
        assert code == 0, document
        return document["job"]["id"]

    def job(self, job_id):
        """The job and its results; None while the server is away."""
        code, document = self.edgerack("jobs", "show", job_id)
        return document if code == 0 else None

    def wait_for_stage(self, job_id, stage, timeout_s=60, attempt=1):
        """Returns once a run of the job is in that stage, of this attempt or a later one."""
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline:
            document = self.job(job_id)
            if document:
                job = document["job"]
                assert job["state"] not in ENDED, f"ended before stage {stage}: {job}"
                if any(run.get("stage") == stage and run.get("attempt", 1) >= attempt
                       for run in job["runs"]):
                    return
            time.sleep(0.02)
        raise AssertionError(f"job {job_id} never came to stage {stage}: {self.job(job_id)}")

    @staticmethod
    def wait_for(question, what, timeout_s=60, explain=lambda: ""):
        """Asks until the answer is true; returns it."""
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline:
            answer = question()
            if answer:
                return answer
            time.sleep(0.05)
        raise AssertionError(f"waited {timeout_s} s in vain for {what}: {explain()}")

    def wait_for_end(self, job_id, timeout_s=120):
        deadline = time.monotonic() + timeout_s
        document = None
        while time.monotonic() < deadline:
            document = self.job(job_id) or document
            if document and document["job"]["state"] in ENDED:
                return document
            time.sleep(0.05)
        raise AssertionError(f"job {job_id} did not end in {timeout_s} s: {document}")

    def assert_usable(self):
        """The board takes a job and measures something true."""
        self.wait_until_idle(90)
        code, document = self.edgerack("run", DIGITS / "digits_int8.tflite", "--board", BOARD,
                                       "--dataset", DIGITS / "digits.npz",
                                       "--option", "board_samples=10")
        assert code == 0, document
        assert document["results"][0]["agreement"]["bit_exact"] == 10


def start_farm(directory, kinds=(BOARD,), **options):
    """One board is enough for most tests."""
    started = TestFarm(directory, demo.free_port_base(), kinds=kinds, **options)
    try:
        started.up()
    except local_farm.FarmError:
        started.down()
        raise
    return started


@pytest.fixture(scope="module")
def farm(tmp_path_factory, request):
    """One farm for a module's tests that leave it as it was; with the cycle model where the module
    says CYCLE_MODEL = True."""
    started = start_farm(tmp_path_factory.mktemp("farm"),
                         cycle_model=getattr(request.module, "CYCLE_MODEL", False))
    yield started
    started.down()


@pytest.fixture
def own_farm(tmp_path):
    """A farm of its own for a test that breaks it."""
    started = start_farm(tmp_path)
    yield started
    started.down()


@pytest.fixture(scope="module")
def host_outputs(tmp_path_factory):
    """A function: the outputs of a pack (graph_pack.Pack) on the host, each pack run once."""
    folder = tmp_path_factory.mktemp("packs")
    results = {}

    def outputs(pack):
        if pack.name not in results:
            results[pack.name] = pack.run_on_host(folder, BOARD)
        return results[pack.name]

    return outputs
