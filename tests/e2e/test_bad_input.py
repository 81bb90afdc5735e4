"""What a user can give wrongly: each is refused once, with cause, next step, class and code, and the
farm goes on. Most through `edgerack-compile`, which the service uses, and one of each through it."""

import io
import json
import os
import pathlib
import re
import struct
import subprocess
import zipfile
import zlib

import numpy as np
import pytest
import raw_rpc
import odd_tflite
from conftest import BOARD, DIGITS, ROOT, local_farm
from raw_rpc import JOBS, field, option, spec

INT8 = DIGITS / "digits_int8.tflite"
FLOAT = DIGITS / "digits_float.tflite"
MODELS = pathlib.Path(os.environ.get("EDGERACK_SHARED_MODELS", ROOT.parent / "shared" / "models"))
X = np.linspace(0, 1, 4 * 64, dtype=np.float32).reshape(4, 8, 8, 1)
Y = np.array([0, 1, 2, 3])


def compiler(*arguments, timeout=60):
    """Exit status and standard error of `edgerack-compile`; it must neither crash nor hang."""
    done = subprocess.run([str(local_farm.BIN / "edgerack-compile"), *map(str, arguments)],
                          capture_output=True, text=True, timeout=timeout, errors="replace")
    assert done.returncode in (0, 1, 2), done.stderr
    return done.returncode, done.stderr


def refused(*arguments):
    """The one line of a refusal in its parts: class, code, message."""
    code, said = compiler(*arguments)
    assert code in (1, 2), "it was taken"
    lines = said.splitlines()
    assert len(lines) == 1, said
    found = re.fullmatch(r"edgerack-compile: (.+) \[([A-Z]+) ([A-Z_]+)\]", lines[0])
    assert found, said
    assert len(found[1]) > 30, "too short to say cause and next step"
    return found[2], found[3], found[1]


def write(path, content):
    path.write_bytes(content)
    return path


def error_of(document):
    return document.get("error") or document["job"]["error"]


# No model ---------------------------------------------------------------------------------------

def zip_of(**entries):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in entries.items():
            archive.writestr(name.replace("__", "."), content)
    return out.getvalue()


PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + bytes(13 + 4)
NOT_MODELS = {
    "random.tflite": (np.random.default_rng(1).bytes(5000), "unknown kind"),
    "cat.tflite": (PNG, "PNG image"),
    "empty.tflite": (b"", "empty"),
    "model.zip": (zip_of(readme__txt="hello"), "zip archive"),
    "notes.txt": (b"lines\nof text\n" * 50, "is text"),
    "page.tflite": (b"<!DOCTYPE html><html><body>404</body></html>", "web page"),
    "pointer.tflite": (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "git lfs pull"),
    "zeros.tflite": (bytes(10_000), "zero bytes"),
    "data.npz": (zip_of(x__npy="x"), "NumPy arrays"),
    "net.pt": (zip_of(**{"archive/data__pkl": "x"}), "PyTorch"),
}


@pytest.mark.parametrize("name", NOT_MODELS)
def test_what_is_no_model_is_named(tmp_path, name):
    content, what = NOT_MODELS[name]
    path = write(tmp_path / name, content)
    error_class, code, message = refused(path, "--board", BOARD, "--report", tmp_path / "r.json")
    assert (error_class, code) == ("USER", "UNKNOWN_MODEL_FORMAT")
    assert what in message and "TensorFlow Lite (.tflite)" in message
    report = json.loads((tmp_path / "r.json").read_text())
    assert report["error"] == {"class": error_class, "code": code, "message": message}


def test_a_folder_and_a_missing_file(tmp_path):
    assert refused(tmp_path, "--board", BOARD)[:2] == ("USER", "NOT_A_FILE")
    code, _ = compiler(tmp_path / "gone.tflite", "--board", BOARD)
    assert code == 2
    assert refused(tmp_path / "gone.tflite", "--board", BOARD)[1] == "FILE_NOT_FOUND"


# A damaged model --------------------------------------------------------------------------------

def test_a_model_cut_anywhere_is_refused(tmp_path):
    whole = FLOAT.read_bytes()
    cuts = sorted({*range(0, 64, 7), *np.linspace(64, len(whole) - 1, 60).astype(int).tolist(),
                   len(whole) - 1})
    for cut in cuts:
        error_class, code, _ = refused(write(tmp_path / "cut.tflite", whole[:cut]), "--board", BOARD)
        assert error_class == "USER", cut
        assert code in ("BAD_MODEL_FILE", "UNKNOWN_MODEL_FORMAT"), cut


def test_a_model_with_flipped_bits_never_ends_badly(tmp_path):
    random = np.random.default_rng(7)
    whole = INT8.read_bytes()
    for _ in range(60):
        broken = bytearray(whole)
        for at in random.integers(0, len(whole), 8):
            broken[at] ^= 1 << int(random.integers(8))
        code, said = compiler(write(tmp_path / "m.tflite", bytes(broken)), "--board", BOARD)
        assert code == 0 or "[USER " in said or "[JOB " in said, said


# What the compiler does not know or the board does not hold --------------------------------------

@pytest.mark.parametrize("operator, name", [
    (15, "LSH_PROJECTION"), (9999, "builtin operator 9999"), ("MyFancyOp", "'MyFancyOp'")])
def test_an_unknown_operator_is_named_with_what_would_do(tmp_path, operator, name):
    model = odd_tflite.chain([1, 8, 8, 1], [odd_tflite.RELU, operator])
    error_class, code, message = refused(write(tmp_path / "m.tflite", model), "--board", BOARD)
    assert (error_class, code) == ("USER", "UNSUPPORTED_OPERATOR")
    assert "node 1" in message and "'t2'" in message and name in message
    assert "edgerack-compile ops lists" in message
    assert "Replace it" in message or "outside, and feed the model numbers" in message


def test_the_writer_of_these_models_writes_good_ones(tmp_path):
    model = odd_tflite.chain([1, 8, 8, 1], [odd_tflite.RELU] * 2)
    code, said = compiler(write(tmp_path / "m.tflite", model), "--board", BOARD)
    assert code == 0, said


def test_too_much_ram_is_refused_with_bytes(tmp_path):
    model = odd_tflite.chain([1, 512, 512, 4], [odd_tflite.RELU])
    error_class, code, message = refused(write(tmp_path / "m.tflite", model), "--board", BOARD)
    assert (error_class, code) == ("USER", "DOES_NOT_FIT")
    assert re.search(r"SRAM1 [48]\d{6} of 245760 bytes", message), message
    assert re.search(r"FLASH \d+ of 917504 bytes", message), message


@pytest.mark.parametrize("shape", [
    [1, 65535, 65535, 64], [2**31 - 1] * 4, [1, -1, 8, 1], [0, 8, 8, 1]])
def test_impossible_shapes_are_refused(tmp_path, shape):
    model = odd_tflite.chain(shape, [odd_tflite.RELU])
    error_class, _, message = refused(write(tmp_path / "m.tflite", model), "--board", BOARD)
    assert error_class == "USER" and "t0" in message


def test_too_much_flash_is_refused_with_bytes():
    if not (MODELS / "ad_float.tflite").exists():
        pytest.skip("ad_float.tflite is not here; set EDGERACK_SHARED_MODELS")
    error_class, code, message = refused(MODELS / "ad_float.tflite", "--board", BOARD)
    assert (error_class, code) == ("USER", "DOES_NOT_FIT")
    assert re.search(r"FLASH 1\d{6} of 917504 bytes", message), message
    assert re.search(r"SRAM1 \d+ of 245760 bytes", message), message


# Datasets and calibration -------------------------------------------------------------------------

def with_bad(value, where):
    bad = X.copy()
    bad[where] = value
    return bad


def raw_npy(descr, shape, data):
    header = f"{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}".encode()
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + data


def deflated_zeros(size, declared):
    """A zip with one deflated .npy of `size` zeros whose directory declares `declared` bytes."""
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -15)
    piece = bytes(1 << 20)
    data = b"".join(squeeze.compress(piece) for _ in range(size >> 20)) + squeeze.flush()
    name = b"x.npy"
    wide = declared > 0xFFFFFFFE
    size32 = 0xFFFFFFFF if wide else declared
    extra = struct.pack("<HHQQ", 1, 16, declared, len(data)) if wide else b""
    packed = 0xFFFFFFFF if wide else len(data)
    common = struct.pack("<HHHHHIIIHH", 45, 0, 8, 0, 0, 0, packed, size32, len(name), len(extra))
    local = b"PK\x03\x04" + common + name + extra + data
    central = (b"PK\x01\x02" + struct.pack("<H", 45) + common + struct.pack("<HHHII", 0, 0, 0, 0, 0)
               + name + extra)
    end = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(central), len(local), 0)
    return local + central + end


def npz(**arrays):
    out = io.BytesIO()
    np.savez(out, **arrays)
    return out.getvalue()


BROKEN_FILES = {
    "truncated zip": (npz(x=X)[:700], ["cut off"]),
    "text": (b"x,y\n1,2\n", ["not a NumPy array"]),
    "empty": (b"", ["not a NumPy array"]),
    "zip bomb": (deflated_zeros(1 << 20, 100 * 10**9), ["100000000000 bytes", "limit"]),
    "lying zip": (deflated_zeros(64 << 20, 500), ["larger than it says"]),
    "pickled objects": (npz(x=np.array([{}, None], dtype=object)), ["'x'", "'|O'", "astype"]),
    "texts": (npz(x=X, y=np.array(["cat", "dog"])), ["'y'", "<U3", "astype"]),
    "complex": (npz(x=X.astype(np.complex64)), ["'x'", "<c8"]),
    "half of an array": (raw_npy("<f4", (4, 64), bytes(100)), ["needs 1024 bytes", "holds 100"]),
    "huge shape": (raw_npy("<f4", (2**40, 2**40), b""), ["needs more than"]),
}
WRONG_SAMPLES = {
    "no arrays": (dict(), ["{x}"]),
    "other names": (dict(images=X), ["images", "'x'"]),
    "shape": (dict(x=np.zeros((4, 9, 8, 1), np.float32)), ["4x9x8x1", "1x8x8x1", "64"]),
    "no sample": (dict(x=X[:0]), ["no sample"]),
    "NaN": (dict(x=with_bad(np.nan, (2, 3, 4, 0))), ["'x'", "sample 2", "NaN", "[3,4,0]"]),
    "infinity": (dict(x=with_bad(-np.inf, (1, 7, 0, 0))), ["sample 1", "-infinity", "[7,0,0]"]),
    "too large": (dict(x=with_bad(0, 0).astype(np.float64) + 1e300), ["sample 0", "too large"]),
}


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    path = tmp_path_factory.mktemp("package") / "digits.erp"
    code, said = compiler(FLOAT, "--board", BOARD, "--out", path)
    assert code == 0, said
    return path


def prepare(package, tmp_path, dataset):
    return ("prepare", package, "--dataset", dataset, "--inputs", tmp_path / "x.bin", "--reference",
            tmp_path / "r.bin", "--manifest", tmp_path / "m.json")


@pytest.mark.parametrize("name", BROKEN_FILES)
def test_files_that_hold_no_arrays(tmp_path, package, name):
    content, words = BROKEN_FILES[name]
    path = write(tmp_path / "data.npz", content)
    for arguments in (prepare(package, tmp_path, path),
                      (FLOAT, "--board", BOARD, "--calibration", path)):
        error_class, code, message = refused(*arguments)
        assert (error_class, code) == ("USER", "BAD_ARRAY_FILE")
        assert "data.npz" in message
        assert all(word in message for word in words), message
    assert not (tmp_path / "x.bin").exists()


@pytest.mark.parametrize("name", WRONG_SAMPLES)
def test_samples_that_are_not_the_models(tmp_path, package, name):
    arrays, words = WRONG_SAMPLES[name]
    path = write(tmp_path / "data.npz", npz(**arrays))
    for arguments, expected in (
            (prepare(package, tmp_path, path), "BAD_DATASET"),
            ((FLOAT, "--board", BOARD, "--calibration", path), "BAD_CALIBRATION"),
            ((FLOAT, "--board", BOARD, "--calibration", path, "--quantize", "int8"),
             "BAD_CALIBRATION")):
        error_class, code, message = refused(*arguments)
        assert (error_class, code) == ("USER", expected)
        assert all(word.format(x="") in message for word in words), message


@pytest.mark.parametrize("y, words", [
    (Y[:3], ["'y'", "shape 3", "4 samples"]), (np.arange(9), ["'y'", "shape 9", "4 samples"]),
    (np.array(7), ["'y'", "scalar"]), (np.array([0, 1, 10, 3]), ["sample 2", "label 10", "0 to 9"]),
    (np.array([0, -1, 1, 1]), ["sample 1", "label -1"]),
    (np.array([[0.5], [np.nan], [1], [1]]), ["'y'", "sample 1", "NaN"])])
def test_labels_that_are_not_the_datasets(tmp_path, package, y, words):
    path = write(tmp_path / "data.npz", npz(x=X, y=y))
    error_class, code, message = refused(*prepare(package, tmp_path, path))
    assert (error_class, code) == ("USER", "BAD_DATASET")
    assert all(word in message for word in words), message


@pytest.mark.parametrize("x", [
    np.asfortranarray(X), X.astype(">f4"), X.astype(np.float64), X.astype(np.float16)])
def test_arrays_stored_otherwise_are_the_same_arrays(tmp_path, package, x):
    """Column-major, big-endian, wider: NumPy writes these, so they are taken."""
    inputs = []
    for array in (X.astype(x.dtype.newbyteorder("=")).astype(np.float32), x):
        path = write(tmp_path / "data.npz", npz(x=array))
        code, said = compiler(*prepare(package, tmp_path, path))
        assert code == 0, said
        inputs.append((tmp_path / "x.bin").read_bytes())
    assert inputs[0] == inputs[1]


def test_a_good_calibration_is_taken(tmp_path):
    path = write(tmp_path / "data.npz", npz(x=X))
    code, said = compiler(FLOAT, "--board", BOARD, "--calibration", path)
    assert code == 0, said


# The same through the service ----------------------------------------------------------------------

def run_refused(farm, model, *arguments):
    code, document = farm.edgerack("run", model, "--board", BOARD, *arguments)
    assert code == 1, document
    error = error_of(document)
    assert len(error["message"]) > 30
    assert "/tmp/" not in error["message"], "the server's folders are not the user's business"
    return error["class"], error["code"], error["message"]


def test_the_service_says_what_the_compiler_says(farm, tmp_path):
    cut = write(tmp_path / "cut.tflite", FLOAT.read_bytes()[:9000])
    custom = write(tmp_path / "custom.tflite", odd_tflite.chain([1, 8, 8, 1], ["MyFancyOp"]))
    large = write(tmp_path / "large.tflite", odd_tflite.chain([1, 512, 512, 4], [19]))
    image = write(tmp_path / "cat.png", PNG)
    nan = write(tmp_path / "nan.npz", npz(x=WRONG_SAMPLES["NaN"][0]["x"], y=Y))
    labels = write(tmp_path / "labels.npz", npz(x=X, y=Y[:2]))
    bomb = write(tmp_path / "bomb.npz", BROKEN_FILES["zip bomb"][0])
    cases = [
        ((image,), "UNKNOWN_MODEL_FORMAT", "PNG"),
        ((cut,), "BAD_MODEL_FILE", "cut off"),
        ((custom,), "UNSUPPORTED_OPERATOR", "MyFancyOp"),
        ((large,), "DOES_NOT_FIT", "of 245760 bytes"),
        ((FLOAT, "--dataset", nan), "BAD_DATASET", "sample 2 holds NaN at [3,4,0]"),
        ((FLOAT, "--dataset", labels), "BAD_DATASET", "'y'"),
        ((FLOAT, "--dataset", bomb), "BAD_ARRAY_FILE", "100000000000"),
        ((FLOAT, "--calibration", nan), "BAD_CALIBRATION", "sample 2 holds NaN at [3,4,0]"),
        ((FLOAT, "--calibration", nan, "--quantize", "int8"), "BAD_CALIBRATION", "NaN"),
        ((FLOAT, "--calibration", bomb), "BAD_ARRAY_FILE", "100000000000"),
    ]
    for arguments, code, words in cases:
        error_class, found, message = run_refused(farm, *arguments)
        assert (error_class, found) == ("USER", code), message
        assert words in message
    farm.assert_usable()


def test_uploads_without_and_with_too_many_bytes(farm, tmp_path):
    assert run_refused(farm, write(tmp_path / "empty", b""))[:2] == ("USER", "EMPTY_UPLOAD")
    huge = tmp_path / "huge.tflite"
    with open(huge, "wb") as file:
        file.truncate((256 << 20) + 1)
    error_class, code, message = run_refused(farm, huge)
    assert (error_class, code) == ("USER", "UPLOAD_TOO_LARGE")
    assert str((256 << 20) + 1) in message and str(256 << 20) in message
    code, document = farm.edgerack("run", tmp_path, "--board", BOARD)
    assert (code, error_of(document)["code"]) == (1, "NOT_A_FILE")
    assert not list((farm.dir / "server" / "artifacts" / "tmp").iterdir())


def test_a_name_cannot_write_on_other_peoples_terminals(farm, tmp_path):
    path = tmp_path / "a\x1b[2Jb\nc.tflite"
    path.write_bytes(INT8.read_bytes() + b"\0" * 8)
    code, document = farm.edgerack("models", "upload", path)
    assert code == 0
    assert document["display_name"] == "a?[2Jb?c.tflite"


def test_a_name_that_is_not_utf8(farm, tmp_path):
    path = os.path.join(os.fsencode(tmp_path), b"f\xff.tflite")
    with open(path, "wb") as file:
        file.write(INT8.read_bytes() + b"\0" * 16)
    code, document = farm.edgerack("models", "upload", os.fsdecode(path))
    assert code == 0 and document["display_name"] == "f?.tflite"
    code, document = farm.edgerack("models", "upload", os.fsdecode(path + b"gone"))
    assert code == 1 and document["error"]["code"] == "FILE_NOT_FOUND"
    code, document = farm.edgerack("run", INT8, "--board", os.fsdecode(b"b\xff"))
    assert code == 1 and error_of(document)["code"] == "BAD_REQUEST"


# The API itself -------------------------------------------------------------------------------------

@pytest.fixture(scope="module")
def rpc(farm):
    calls = raw_rpc.Calls(farm.port)
    yield calls
    calls.close()


@pytest.mark.parametrize("request_bytes, code", [
    (b"", "BAD_NAME"),
    (spec(model="models/"), "BAD_NAME"),
    (spec(model="models/../../etc/passwd"), "BAD_NAME"),
    (spec(model="models/xyz"), "BAD_MODEL_NAME"),
    (spec(field(2, "x" * 100_000)), "BAD_NAME"),
    (spec(selector=""), "BAD_SELECTOR"),
    (spec(selector="kind=a,,b"), "BAD_SELECTOR"),
    (spec(selector="'; DROP TABLE jobs; --"), "BAD_SELECTOR"),
    (spec(selector="a" * 1_000_000), "BAD_SELECTOR"),
    (spec(selector="serial=1"), "BAD_SELECTOR"),
    (spec(selector="a\0b"), "BAD_SELECTOR"),
    (spec(field(6, "int8; rm -rf /")), "BAD_OPTION"),
    (spec(option("samples", "-5")), "BAD_OPTION"),
    (spec(option("warmup", "99999999999999999999")), "BAD_OPTION"),
    (spec(option("board_samples", "0")), "BAD_OPTION"),
    (spec(option("timeout.run_ms", "-1")), "BAD_OPTION"),
    (spec(option("timeout._ms", "1")), "BAD_OPTION"),
    (spec(option("", "1")), "BAD_OPTION"),
    (spec(option("freeze.image", "/etc/passwd")), "BAD_OPTION"),
    (spec(option("--out", "/etc/passwd")), "BAD_OPTION"),
    (spec(option("kernels", "ref\0")), "BAD_OPTION"),
    (spec(option("k", "v" * 1_000_000)), "BAD_OPTION"),
    (spec(*[option(f"k{i}", "v") for i in range(10_000)]), "BAD_OPTION"),
    (spec() + field(2, "r" * 65), "BAD_REQUEST_ID"),
])
def test_absurd_jobs_are_refused(rpc, request_bytes, code):
    status, error_class, found, message = rpc(JOBS + "CreateJob", request_bytes)
    assert status == "INVALID_ARGUMENT", message
    assert found == code and error_class in ("USER", "JOB"), message
    assert len(message) < 3000


def test_a_model_that_is_not_there(rpc):
    assert rpc(JOBS + "CreateJob", spec())[:3] == ("NOT_FOUND", "USER", "MODEL_NOT_FOUND")


@pytest.mark.parametrize("method, stream_out", [
    ("JobService/GetJob", False), ("JobService/CancelJob", False), ("JobService/WatchJob", True),
    ("ModelService/GetModel", False), ("DatasetService/GetDataset", False),
    ("ResultService/GetResult", False), ("BoardService/GetBoard", False)])
@pytest.mark.parametrize("name", ["", "x", "jobs/", "jobs/a/b", "y" * 1_000_000, "\0"])
def test_absurd_names_are_refused(rpc, method, stream_out, name):
    status, error_class, code, message = rpc("/edgerack.v1." + method, field(1, name),
                                             stream_out=stream_out)
    assert (status, error_class, code) == ("INVALID_ARGUMENT", "USER", "BAD_NAME"), message


@pytest.mark.parametrize("method", ["JobService/ListJobs", "ModelService/ListModels",
                                    "DatasetService/ListDatasets", "ResultService/ListResults"])
def test_absurd_pages_are_refused(rpc, method):
    path = "/edgerack.v1." + method
    for request in (field(1, -1), field(2, "garbage"), field(2, "!" * 100_000)):
        status, error_class, code, message = rpc(path, request)
        assert (status, error_class) == ("INVALID_ARGUMENT", "USER"), (request[:40], message)
        assert code in ("BAD_PAGE_SIZE", "BAD_PAGE_TOKEN")
    assert rpc(path, field(1, 2**31 - 1))[0] == "OK"


@pytest.mark.parametrize("method, request_bytes", [
    ("JobService/CreateJob", spec(selector=b"\xff\xfe")),
    ("JobService/CreateJob", spec(option(b"\xc3", b"\x28"))),
    ("JobService/GetJob", field(1, b"jobs/\xff")),
    ("JobService/GetJob", b"\xff\xff\xff\xff\xff"),
    ("ModelService/ListModels", field(2, b"\x80")),
])
def test_text_that_is_no_text_is_the_callers_fault(rpc, method, request_bytes):
    status, error_class, code, message = rpc("/edgerack.v1." + method, request_bytes)
    assert (status, error_class, code) == ("INVALID_ARGUMENT", "USER", "BAD_REQUEST"), message


def test_absurd_uploads_are_refused(rpc):
    path = "/edgerack.v1.ModelService/UploadModel"
    name = field(1, "m")
    assert rpc(path, [], stream_in=True)[:3] == ("INVALID_ARGUMENT", "USER", "EMPTY_UPLOAD")
    for size, code, status in ((100, "UPLOAD_CUT_OFF", "INVALID_ARGUMENT"),
                               (2, "UPLOAD_CUT_OFF", "INVALID_ARGUMENT"),
                               (-1, "UPLOAD_CUT_OFF", "INVALID_ARGUMENT"),
                               (2**62, "UPLOAD_TOO_LARGE", "RESOURCE_EXHAUSTED")):
        pieces = [name + field(3, size) + field(2, b"abc")]
        assert rpc(path, pieces, stream_in=True)[:3] == (status, "USER", code)
    # gRPC ends a stream at a message that it cannot read.
    status, error_class, code, message = rpc(path, [field(1, b"\xff\xfe") + field(2, b"abc")],
                                             stream_in=True)
    assert (status, error_class, code) == ("INVALID_ARGUMENT", "USER", "EMPTY_UPLOAD")
    assert "UTF-8" in message
    half = [name + field(3, 6) + field(2, b"abc"), b"\xff\xff\xff"]
    assert rpc(path, half, stream_in=True)[:3] == ("INVALID_ARGUMENT", "USER", "UPLOAD_CUT_OFF")


def test_absurd_agents_are_turned_away(rpc):
    path = "/edgerack.agent.v1.AgentService/"
    assert rpc(path + "Synchronize", [b""], stream_in=True, stream_out=True)[0] == "INVALID_ARGUMENT"
    assert rpc(path + "DownloadArtifact", field(1, "../../lock"), stream_out=True)[0] in (
        "INVALID_ARGUMENT", "NOT_FOUND")


def test_the_farm_is_as_good_as_before(farm):
    farm.assert_usable()
