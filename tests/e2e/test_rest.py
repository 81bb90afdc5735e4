"""The REST API of a real server with a virtual board: a model's way from upload to result, and what
HTTP clients may rely on."""

import base64
import contextlib
import gzip
import hashlib
import http.client
import json
import pathlib
import re
import signal
import socket
import subprocess
import urllib.request

import numpy as np
import pytest
from conftest import BOARD, DIGITS, ENDED, local_farm
from rest_client import Rest

INT8 = DIGITS / "digits_int8.tflite"
DATASET = DIGITS / "digits.npz"
FORMS = {"GET", "POST", "PATCH", "PUT", "DELETE"}


@pytest.fixture
def rest(farm):
    return Rest(farm.port + 1)


@pytest.fixture(scope="module")
def document():
    printed = subprocess.run([str(local_farm.BIN / "edgerack-server"), "--print-openapi"],
                             capture_output=True, check=True).stdout
    return json.loads(printed)


@pytest.fixture(scope="module")
def run(farm):
    """A finished job by REST alone: (job, its events, the result's id)."""
    rest = Rest(farm.port + 1)
    model = rest.upload("models", INT8.read_bytes(), INT8.name).json
    dataset = rest.upload("datasets", DATASET.read_bytes(), "x", display_name=DATASET.name).json
    spec = {"model": model["name"], "dataset": dataset["name"], "board_selector": BOARD,
            "options": {"board_samples": "10"}}
    job = rest("POST", "/v1/jobs?request_id=rest-1", spec).json
    events = list(rest.events(f"/v1/{job['name']}:watch"))
    return job, events, events[-2][2]["results"][0]["id"]


def test_a_models_way_by_rest_alone(farm, rest, run):
    job, events, result_id = run
    assert events[-1] == ("end", None, {})
    assert [int(event[1]) for event in events[:-1]] == list(range(1, len(events)))
    last = events[-2][2]
    assert last["job"]["state"] == "SUCCEEDED" and last["job"]["id"] == job["id"]
    assert last["results"][0]["agreement"]["bit_exact"] == 10
    assert rest("GET", f"/v1/results/{result_id}").json == last["results"][0]
    # The same request id is the same job.
    again = rest("POST", "/v1/jobs?request_id=rest-1", last["job"]["spec"]).json
    assert again["id"] == job["id"]


def test_results_are_what_the_command_line_prints(farm, rest, run):
    code, document = farm.edgerack("results", "show", run[2])
    assert code == 0
    answer = rest("GET", f"/v1/results/{run[2]}")
    assert answer.json == document
    assert list(answer.json) == list(document)  # also in this order
    assert isinstance(answer.json["instructions"], int)


def test_kept_outputs_are_base64(rest, run):
    answer = rest("GET", f"/v1/results/{run[2]}/outputs?origin=BOARD").json
    assert answer["samples"] == 10
    (tensor,) = answer["outputs"]
    values = base64.b64decode(tensor["data"])
    assert len(values) == 10 * np.prod(tensor["tensor"]["shape"])
    host = rest("GET", f"/v1/results/{run[2]}/outputs?origin=HOST").json
    assert host["outputs"][0]["data"] == tensor["data"]


def test_what_was_uploaded_can_be_downloaded(rest, run):
    models = rest("GET", "/v1/models").json["models"]
    (model,) = [m for m in models if m["display_name"] == INT8.name]
    answer = rest("GET", f"/v1/{model['name']}:download")
    assert answer.body == INT8.read_bytes()
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Transfer-Encoding"] == "chunked"
    assert answer.headers["ETag"] == f'"{model["id"]}"'
    again = rest("GET", f"/v1/{model['name']}:download",
                 headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status == 304 and again.body == b""
    missing = rest("GET", "/v1/models/" + "0" * 64 + ":download")
    assert missing.status == 404 and missing.code == "MODEL_NOT_FOUND"


def rpcs():
    """The methods of the public API as its proto files have them."""
    found = set()
    for path in (local_farm.ROOT / "proto" / "edgerack" / "v1").glob("*.proto"):
        found |= set(re.findall(r"^  rpc (\w+)\(", path.read_text(), re.MULTILINE))
    assert len(found) >= 20
    return found


def test_every_rpc_is_reachable_and_described(rest, document):
    assert rest("GET", "/openapi.json").json == document
    operations = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if method.upper() in FORMS:
                operations[operation["operationId"]] = (method.upper(), path)
    assert rpcs() <= set(operations), rpcs() - set(operations)
    for name in rpcs():
        method, path = operations[name]
        answer = rest(method, path.replace("{", "no-").replace("}", ""))
        # Whatever it says, it is not that there is no such path or method.
        assert answer.status == 200 or answer.code not in ("NO_SUCH_PATH", "METHOD_NOT_ALLOWED"), name


@pytest.mark.parametrize("method, path, body, status, code", [
    ("GET", "/v1/nothing", None, 404, "NO_SUCH_PATH"),
    ("GET", "/v1/jobs/a:fly", None, 404, "NO_SUCH_PATH"),
    ("DELETE", "/v1/jobs", None, 405, "METHOD_NOT_ALLOWED"),
    ("BREW", "/healthz", None, 405, "METHOD_NOT_ALLOWED"),
    ("GET", "/v1/jobs/%zz", None, 400, "BAD_URL"),
    ("GET", "/v1/jobs/no-such-job", None, 404, "JOB_NOT_FOUND"),
    ("GET", "/v1/jobs/no-such-job:watch", None, 404, "JOB_NOT_FOUND"),
    ("GET", "/v1/jobs?page_size=-1", None, 400, "BAD_PAGE_SIZE"),
    ("GET", "/v1/jobs?page_size=many", None, 400, "BAD_PARAMETER"),
    ("GET", "/v1/jobs?size=1", None, 400, "UNKNOWN_PARAMETER"),
    ("GET", "/v1/jobs", b"{}", 400, "UNEXPECTED_BODY"),
    ("POST", "/v1/jobs", {"modell": "x"}, 400, "BAD_JSON"),
    ("POST", "/v1/jobs", {"model": "models/x", "board_selector": BOARD}, 400, "BAD_MODEL_NAME"),
    ("POST", "/v1/jobs", b"model=x", 415, "UNSUPPORTED_MEDIA_TYPE"),
    ("POST", "/v1/models", b"model", 415, "UNSUPPORTED_MEDIA_TYPE"),
    ("POST", "/v1/models", {"display_name": "x"}, 400, "BAD_JSON"),
    ("PATCH", "/v1/uploads/none", b"x", 400, "BAD_UPLOAD_OFFSET"),
    ("GET", "/v1/uploads/none", None, 404, "UPLOAD_NOT_FOUND"),
])
def test_errors_have_status_code_and_shape(rest, method, path, body, status, code):
    answer = rest(method, path, body)
    assert (answer.status, answer.code) == (status, code), answer.body
    if status == 405:
        assert "GET" in answer.headers["Allow"]


def test_bodies_and_heads_have_limits(rest):
    answer = rest("POST", "/v1/jobs", b"[" * (2 << 20), {"Content-Type": "application/json"})
    assert answer.status == 413 and answer.code == "BODY_TOO_LARGE"
    answer = rest("GET", "/v1/jobs?x=" + "y" * 40_000)
    assert answer.status == 431 and answer.code == "HEADER_TOO_LARGE"
    with socket.create_connection(("127.0.0.1", rest.port), timeout=30) as client:
        client.sendall(b"HELLO\r\n\r\n")
        assert client.recv(1000).startswith(b"HTTP/1.1 400 ")
    assert rest("GET", "/healthz").json == {"status": "ok"}


def test_validators(rest, run):
    path = f"/v1/results/{run[2]}"
    first = rest("GET", path)
    etag = first.headers["ETag"]
    assert etag.startswith('"') and rest("GET", path).headers["ETag"] == etag
    known = rest("GET", path, headers={"If-None-Match": f'"x", {etag}'})
    assert known.status == 304 and known.body == b"" and known.headers["ETag"] == etag
    assert rest("GET", path, headers={"If-None-Match": '"x"'}).body == first.body
    head = rest("HEAD", path)
    assert head.status == 200 and head.body == b"" and head.headers["ETag"] == etag
    assert int(head.headers["Content-Length"]) == len(first.body)


def test_gzip_where_it_is_accepted(rest, run):
    path = f"/v1/results/{run[2]}"
    plain = rest("GET", path)
    packed = rest("GET", path, headers={"Accept-Encoding": "gzip"})
    assert plain.headers["Content-Encoding"] is None
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    assert len(packed.body) < len(plain.body) / 2
    # Other bytes, another validator.
    assert packed.headers["ETag"] != plain.headers["ETag"]
    again = rest("GET", path, headers={"Accept-Encoding": "gzip",
                                       "If-None-Match": packed.headers["ETag"]})
    assert again.status == 304


def test_pages_of_other_origins_get_nothing(rest):
    foreign = {"Origin": "https://elsewhere.example"}
    answer = rest("GET", "/v1/jobs", headers=foreign)
    assert answer.headers["Access-Control-Allow-Origin"] is None
    preflight = rest("OPTIONS", "/v1/jobs",
                     headers={**foreign, "Access-Control-Request-Method": "POST"})
    assert preflight.status == 204 and preflight.headers["Allow"] == "GET, HEAD, POST, OPTIONS"
    assert preflight.headers["Access-Control-Allow-Methods"] is None
    answer = rest("POST", "/v1/jobs/x:cancel", headers=foreign)
    assert answer.status == 403 and answer.code == "CROSS_ORIGIN"
    own = {"Origin": f"http://127.0.0.1:{rest.port}"}
    assert rest("POST", "/v1/jobs/x:cancel", headers=own).code == "JOB_NOT_FOUND"


def test_one_connection_serves_many_requests(rest):
    connection = rest.connect()
    for _ in range(20):
        assert rest("GET", "/healthz", connection=connection).status == 200
        assert rest("GET", "/v1/nothing", connection=connection).status == 404
        assert rest("POST", "/v1/jobs", {"x": 1}, connection=connection).status == 400
    used = connection.sock
    assert used is not None
    connection.close()


def test_uploads_as_the_body(rest):
    data = b"not a model, but bytes" * 10_000
    answer = rest("POST", "/v1/models?display_name=raw.bin", data,
                  {"Content-Type": "application/octet-stream"})
    assert answer.status == 200, answer.body
    assert answer.json["id"] == hashlib.sha256(data).hexdigest()
    assert answer.json["display_name"] == "raw.bin" and answer.json["size_bytes"] == len(data)


def test_a_form_without_a_file_and_one_cut_off(rest):
    kind = {"Content-Type": "multipart/form-data; boundary=B"}
    part = b'--B\r\nContent-Disposition: form-data; name="%s"\r\n\r\nx\r\n'
    assert rest("POST", "/v1/models", part % b"display_name" + b"--B--", kind).code == "BAD_MULTIPART"
    assert rest("POST", "/v1/models", part % b"file", kind).code == "BAD_MULTIPART"
    assert rest("POST", "/v1/models", part % b"colour" + part % b"file" + b"--B--",
                kind).code == "UNKNOWN_PARAMETER"
    assert rest("POST", "/v1/models", part % b"file" + part % b"display_name" + b"--B--",
                kind).code == "BAD_MULTIPART"


# Uploads in several requests --------------------------------------------------------------------


def begin(rest, size, name="big.bin"):
    answer = rest("POST", "/v1/datasets", {"display_name": name, "size_bytes": size})
    assert answer.status == 201, answer.body
    assert answer.json["offset"] == 0 and answer.json["size_bytes"] == size
    return answer.headers["Location"]


def offset_of(rest, session):
    answer = rest("HEAD", session)
    assert answer.status == 200
    return int(answer.headers["Upload-Offset"])


def test_an_upload_that_is_cut_goes_on(farm, rest):
    data = np.random.default_rng(5).bytes(3 << 20)
    session = begin(rest, len(data))
    with socket.create_connection(("127.0.0.1", rest.port), timeout=30) as client:
        client.sendall(f"PATCH {session} HTTP/1.1\r\nHost: x\r\nUpload-Offset: 0\r\n"
                       f"Content-Length: {len(data)}\r\n\r\n".encode() + data[:1 << 20])
        farm.wait_for(lambda: offset_of(rest, session) == 1 << 20, "the first MiB")
        busy = rest("PATCH", session, b"x", {"Upload-Offset": str(1 << 20)})
        assert busy.status == 409 and busy.code == "UPLOAD_BUSY"
    # The server notices that the client is gone; what came is kept.
    at = offset_of(rest, session)
    assert at == 1 << 20
    wrong = farm.wait_for(
        lambda: (lambda a: a if a.code != "UPLOAD_BUSY" else None)(
            rest("PATCH", session, data[:10], {"Upload-Offset": "0"})), "the end of the dead client")
    assert wrong.status == 409 and wrong.code == "WRONG_UPLOAD_OFFSET"
    assert wrong.headers["Upload-Offset"] == str(at)
    half = rest("PATCH", session, data[at:2 << 20],
                {"Content-Range": f"bytes {at}-{(2 << 20) - 1}/{len(data)}"})
    assert half.status == 204 and half.headers["Upload-Offset"] == str(2 << 20)
    assert half.headers["Upload-Complete"] == "?0"
    last = rest("PATCH", session, data[2 << 20:], {"Upload-Offset": str(2 << 20)})
    assert last.status == 200 and last.headers["Upload-Complete"] == "?1"
    assert last.json["id"] == hashlib.sha256(data).hexdigest()
    # A client that lost the answer asks for it.
    described = rest("GET", session).json
    assert described["done"] and described["result"] == last.json
    assert rest("PATCH", session, b"x", {"Upload-Offset": "0"}).code == "UPLOAD_DONE"


def test_an_upload_longer_than_was_said_is_refused(rest):
    session = begin(rest, 10)
    answer = rest("PATCH", session, b"x" * 11, {"Upload-Offset": "0"})
    assert answer.status == 409 and answer.code == "WRONG_UPLOAD_OFFSET"
    assert rest("DELETE", session).status == 204
    assert rest("HEAD", session).status == 404


def test_there_are_only_so_many_unfinished_uploads(farm, rest):
    sessions = []
    while (answer := rest("POST", "/v1/models", {"size_bytes": 5})).status == 201:
        sessions.append(answer.headers["Location"])
        assert len(sessions) <= 32
    assert answer.status == 429 and answer.code == "TOO_MANY_UPLOADS"
    for session in sessions:
        assert rest("DELETE", session).status == 204
    temporaries = farm.dir / "server" / "artifacts" / "tmp"
    farm.wait_for(lambda: not list(temporaries.iterdir()), "the temporary files to go")


def test_an_upload_that_is_too_large_is_refused_with_its_reason(rest):
    session = begin(rest, 1 << 40)
    answer = rest("PATCH", session, b"x" * 1000, {"Upload-Offset": "0"})
    while answer.status == 204:  # the service's refusal is still on its way
        answer = rest("PATCH", session, b"x" * 1000,
                      {"Upload-Offset": answer.headers["Upload-Offset"]})
    assert answer.status == 413 and answer.code == "UPLOAD_TOO_LARGE"
    assert rest("GET", session).json["error"]["code"] == 413


# Clients and servers that go ---------------------------------------------------------------------


def server_connections(farm):
    text = pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]
    port = f"{farm.port + 1:04X}"
    return sum(line.split()[1].endswith(port) and line.split()[3] == "01" for line in text)


def test_a_client_that_leaves_ends_its_watch(farm, rest):
    job = farm.submit(DIGITS / "digits_float.tflite", "--option", "samples=1024", "--option",
                      "warmup=1000")
    before = server_connections(farm)
    streams = [rest.events(f"/v1/jobs/{job}:watch") for _ in range(5)]
    for stream in streams:
        assert next(stream)[2]["job"]["id"] == job
    assert server_connections(farm) >= before + 5
    for stream in streams:
        stream.close()
    farm.wait_for(lambda: server_connections(farm) <= before, "the connections to close")
    assert rest("POST", f"/v1/jobs/{job}:cancel").json["id"] == job
    assert farm.wait_for_end(job)["job"]["state"] in ENDED


def test_requests_are_counted_by_route(farm, rest, run):
    rest("GET", f"/v1/results/{run[2]}")
    text = urllib.request.urlopen(f"http://127.0.0.1:{farm.port + 2}/metrics").read().decode()
    assert ('edgerack_http_requests_total{method="GET",route="/v1/results/{result}",status="200"}'
            in text)
    assert 'edgerack_http_request_seconds_count{method="GET",route="/v1/results/{result}"}' in text
    assert "no-such-job" not in text


def test_a_restarted_server_refuses_old_sessions_and_goes_on(own_farm):
    rest = Rest(own_farm.port + 1)
    session = begin(rest, 100)
    assert rest("PATCH", session, b"x" * 50, {"Upload-Offset": "0"}).status == 204
    model = rest.upload("models", INT8.read_bytes(), INT8.name).json
    job = rest("POST", "/v1/jobs", {"model": model["name"], "board_selector": BOARD}).json
    stream = rest.events(f"/v1/{job['name']}:watch")
    next(stream)
    own_farm.kill("server")
    seen = []
    with contextlib.suppress(http.client.HTTPException, ConnectionError):
        for event, _, _ in stream:
            seen.append(event)
    assert "end" not in seen  # it broke off
    own_farm.start_server()
    gone = rest("PATCH", session, b"x" * 50, {"Upload-Offset": "50"})
    assert gone.status == 404 and gone.code == "UPLOAD_NOT_FOUND"
    own_farm.wait_for_end(job["id"])
    events = list(rest.events(f"/v1/{job['name']}:watch"))
    assert events[-1][0] == "end" and events[-2][2]["job"]["state"] == "SUCCEEDED"


def test_a_server_stops_while_clients_watch(own_farm):
    rest = Rest(own_farm.port + 1)
    job = own_farm.submit(INT8, "--option", "samples=1024", "--option", "warmup=1000")
    stream = rest.events(f"/v1/jobs/{job}:watch")
    next(stream)
    assert own_farm.kill("server", signal.SIGTERM)
    stream.close()
    own_farm.start_server()
    assert rest("POST", f"/v1/jobs/{job}:cancel").json["id"] == job
