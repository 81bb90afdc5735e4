"""Requests made up from the OpenAPI description against a real server with a virtual board: no answer
is a 500, none contradicts the description, and what the description forbids is refused."""

import os
import pathlib
import re
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "e2e"))

from conftest import BOARD, DIGITS, start_farm  # noqa: E402
from rest_client import Rest  # noqa: E402

FUZZER = pathlib.Path(os.environ.get("EDGERACK_SCHEMATHESIS", ROOT / "build" / "schemathesis")) / \
    "bin" / "st"
SECONDS = 75
# Not among them: that every request which fits the schema is accepted. Names, page tokens and selectors
# are texts of which the server knows only some.
CHECKS = ("not_a_server_error", "status_code_conformance", "content_type_conformance",
          "response_headers_conformance", "response_schema_conformance", "negative_data_rejection",
          "unsupported_method", "allow_header_conformance", "use_after_free")


@pytest.fixture
def farm(tmp_path):
    """With something of every kind, so that requests reach more than "not found"."""
    farm = start_farm(tmp_path / "farm")
    code, _ = farm.edgerack("run", DIGITS / "digits_int8.tflite", "--board", BOARD, "--dataset",
                            DIGITS / "digits.npz", "--option", "board_samples=5", "--option", "trace=1")
    assert code == 0
    yield farm
    farm.down()


@pytest.mark.skipif(not FUZZER.exists(), reason=f"{FUZZER} is absent (`./dev oracle` makes it from PyPI): "
                                                "the REST API is NOT fuzzed")
def test_the_server_keeps_to_its_description(farm, tmp_path):
    server = farm.pid("server")
    done = subprocess.run(
        [str(FUZZER), "run", f"http://127.0.0.1:{farm.port + 1}/openapi.json", "--seed", "1",
         "--max-time", str(SECONDS), "--max-examples", "20", "--continue-on-failure", "--checks",
         ",".join(CHECKS), "--request-timeout", "30", "--no-color"],
        cwd=tmp_path, capture_output=True, text=True, timeout=SECONDS + 120)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    paths = Rest(farm.port + 1)("GET", "/openapi.json").json["paths"].values()
    operations = sum(key != "parameters" for path in paths for key in path)
    # All but the description's own address, which it leaves out.
    assert int(re.search(r"Tested: (\d+)", done.stdout)[1]) == operations - 1 > 25
    assert farm.pid("server") == server, "the server died"
    metrics = Rest(farm.port + 2)("GET", "/metrics").body.decode()
    statuses = {line.split('status="')[1][:3] for line in metrics.splitlines()
                if line.startswith("edgerack_http_requests_total{")}
    assert {"200", "400", "404", "405"} <= statuses and "500" not in statuses
    farm.assert_usable()
