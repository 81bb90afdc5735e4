"""A model's view and one inference from a file, over a serial terminal and over TCP."""

import gzip
import json
import os
import pathlib
import re
import struct
import subprocess
import urllib.request
import zlib

import numpy as np
import pytest
from conftest import BOARD, DIGITS, local_farm, start_farm

INT8 = DIGITS / "digits_int8.tflite"
FLOAT = DIGITS / "digits_float.tflite"
TCP_BOARD = "f746-over-tcp"
SHARED = pathlib.Path(os.environ.get("EDGERACK_SHARED_MODELS", "/nonexistent"))
QUICK = ("--option", "samples=3", "--option", "warmup=0")


@pytest.fixture(scope="module")
def farm(tmp_path_factory):
    """One board whose console is a terminal, and one whose console is a TCP port."""
    started = start_farm(tmp_path_factory.mktemp("farm"), tcp_boards={TCP_BOARD: BOARD})
    yield started
    started.down()


def write_png(path, pixels):
    """A gray [H, W] or RGB [H, W, 3] uint8 array as PNG, by the format's own rules."""
    height, width = pixels.shape[:2]
    colour = 0 if pixels.ndim == 2 else 2
    rows = b"".join(b"\0" + row.tobytes() for row in pixels)

    def chunk(kind, data):
        return (struct.pack(">I", len(data)) + kind + data +
                struct.pack(">I", zlib.crc32(kind + data)))

    path.write_bytes(b"\x89PNG\r\n\x1a\n" +
                     chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, colour, 0, 0, 0)) +
                     chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))
    return path


@pytest.fixture(scope="module")
def digit(tmp_path_factory):
    """One sample of the digits in all three formats, with the same values, and its label."""
    folder = tmp_path_factory.mktemp("digit")
    with np.load(DIGITS / "digits.npz") as data:
        image, label = data["x"][42, :, :, 0], int(data["y"][42])
    pixels = np.round(image * 255).astype(np.uint8)
    values = (pixels / 255).astype(np.float32)
    write_png(folder / "digit.png", pixels)
    np.save(folder / "digit.npy", values.reshape(1, 8, 8, 1))
    np.savetxt(folder / "digit.csv", values, delimiter=",", fmt="%.9g")
    return folder, values, label


def infer(farm, model, board, path, *arguments):
    code, document = farm.edgerack("infer", model, "--board", board, "--input", path, *QUICK,
                                   *arguments)
    assert code == 0, document
    return document


def host_output(model, values, folder):
    """What this machine computes for the sample: the model's own type."""
    compiler = str(local_farm.BIN / "edgerack-compile")
    package = folder / f"{model.stem}.erp"
    subprocess.run([compiler, str(model), "--board", BOARD, "--out", str(package)], check=True,
                   capture_output=True)
    np.savez(folder / "in.npz", input_0=values.reshape(1, 8, 8, 1))
    subprocess.run([compiler, "run", str(package), "--input", str(folder / "in.npz"),
                    "--output", str(folder / "out.npz"), "--quantize-io"], check=True)
    with np.load(folder / "out.npz") as written:
        return written[written.files[0]].ravel()


@pytest.mark.parametrize("model", [INT8, FLOAT], ids=["int8", "float"])
def test_one_digit_gives_the_same_on_both_consoles_and_in_all_formats(farm, digit, model, tmp_path):
    folder, values, label = digit
    expected = host_output(model, values, tmp_path)
    seen = []
    for board in (BOARD, TCP_BOARD):
        for name in ("digit.png", "digit.npy", "digit.csv"):
            document = infer(farm, model, board, folder / name)
            inference, result = document["inference"], document["results"][0]
            assert result["board"]["id"] == board
            assert result["agreement"] == {"samples": 1, "bit_exact": 1, "max_abs_error": 0}
            assert inference["equals_host"] is True
            assert inference["latency_ms"] == result["latency"]["median_ms"] > 0
            assert inference["top"][0]["index"] == label
            assert len(inference["top"]) == 5
            assert sum(layer["cycles"] for layer in result["layers"]) > 0
            seen.append(inference["outputs"][0]["values"])
    assert all(one == seen[0] for one in seen)
    assert np.array_equal(np.float32(seen[0]), expected)
    assert len({board["uid"] for board in farm.boards()}) == 2


def test_the_way_from_file_to_input_is_told(farm, digit):
    folder, _, _ = digit
    told = {name: infer(farm, INT8, BOARD, folder / name)["inference"]["input"]["description"]
            for name in ("digit.png", "digit.npy", "digit.csv")}
    quantized = "quantized by scale 0.00392157, zero point -128"
    assert told == {
        "digit.png": f"8x8 grayscale png → 1x8x8x1 int8, x/255, {quantized}",
        "digit.npy": f"1x8x8x1 float32 npy → 1x8x8x1 int8, values as they are, {quantized}",
        "digit.csv": f"csv of 8 rows of 8 numbers → 1x8x8x1 int8, values as they are, {quantized}"}


def test_a_person_reads_class_label_latency_and_layers(farm, digit, tmp_path):
    folder, _, label = digit
    labels = tmp_path / "labels.txt"
    labels.write_text("".join(f"digit-{i}\n" for i in range(10)))
    done = subprocess.run(
        [str(local_farm.BIN / "edgerack"), "--server", f"127.0.0.1:{farm.port}", "infer", str(INT8),
         "--board", BOARD, "--input", str(folder / "digit.png"), "--labels", str(labels)],
        capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    table = done.stdout.split("value\n")[1]
    assert table.splitlines()[1].split()[:2] == [str(label), f"digit-{label}"]
    for words in ("8x8 grayscale png → 1x8x8x1 int8", "= host  yes, bit for bit", "an estimate",
                  "pointwise_1", "  ms  "):
        assert words in done.stdout, words
    labels.write_text("one\n")
    code, document = farm.edgerack("infer", INT8, "--board", BOARD, "--input",
                                   folder / "digit.png", "--labels", labels)
    assert code == 1 and "1 lines" in document["error"]["message"], document


def test_pictures_of_other_sizes_and_colours(farm, digit, tmp_path):
    folder, values, label = digit
    pixels = np.round(values * 255).astype(np.uint8)
    large = write_png(tmp_path / "large.png", np.kron(pixels, np.ones((10, 10), np.uint8)))
    code, document = farm.edgerack("infer", FLOAT, "--board", BOARD, "--input", large)
    assert code == 1
    assert "80x80" in document["error"]["message"] and "8x8" in document["error"]["message"]
    resized = infer(farm, FLOAT, BOARD, large, "--resize")["inference"]
    assert resized["top"][0]["index"] == label
    assert "resized to 8x8 by a triangle filter" in resized["input"]["description"]
    rgb = write_png(tmp_path / "rgb.png", np.stack([pixels] * 3, axis=-1))
    gray = infer(farm, FLOAT, BOARD, folder / "digit.png")["inference"]["outputs"]
    assert infer(farm, FLOAT, BOARD, rgb)["inference"]["outputs"] == gray


def test_the_range_of_the_values_is_the_users(farm, digit, tmp_path):
    folder, values, _ = digit
    np.save(tmp_path / "signed.npy", (values.astype(np.float64) * 2 - 1).astype(np.float32))
    signed = infer(farm, FLOAT, BOARD, folder / "digit.png", "--range", "-1..1")["inference"]
    assert "x/127.5 - 1" in signed["input"]["description"]
    ours = np.array(signed["outputs"][0]["values"])
    direct = infer(farm, FLOAT, BOARD, tmp_path / "signed.npy")["inference"]
    assert np.allclose(ours, direct["outputs"][0]["values"], atol=1e-6)
    by_mean = infer(farm, FLOAT, BOARD, folder / "digit.png", "--mean", "0.5", "--std", "0.5")
    assert np.allclose(ours, by_mean["inference"]["outputs"][0]["values"], atol=1e-6)
    outside = infer(farm, INT8, BOARD, folder / "digit.png", "--range", "0..255")["results"][0]
    assert "SATURATED_INPUT" in [issue["code"] for issue in outside["issues"]]


@pytest.mark.parametrize("name, content, words", [
    ("a.png", b"\xff\xd8\xff\xe0 no png", "not a png"),
    ("a.png", b"", "not a png: it is empty"),
    ("a.npy", b"no array", "NumPy"),
    ("a.csv", b"1,2,3\n4,5\n", "line 2 has 2 numbers"),
    ("a.csv", b"1,2,3\n4,5,6\n", "2 rows of 3 numbers"),
    ("a.csv", b"1,nan\n", "not a finite number"),
    ("a.bmp", b"BM", ".png, .npy or .csv")])
def test_what_is_no_input_is_refused(farm, tmp_path, name, content, words):
    path = tmp_path / name
    path.write_bytes(content)
    code, document = farm.edgerack("infer", INT8, "--board", BOARD, "--input", path)
    assert code == 1
    assert document["error"]["class"] == "USER"
    assert document["error"]["message"].startswith(f"{name}: "), document
    assert words in document["error"]["message"]


def test_nan_and_wrong_shapes_are_refused(farm, digit, tmp_path):
    _, values, _ = digit
    broken = values.copy()
    broken[3, 4] = np.nan
    for array, words in ((broken, "value 28 is NaN"), (values[:7], "64 values and not 56"),
                         (values.reshape(4, 16), "reshape")):
        np.save(tmp_path / "a.npy", array)
        code, document = farm.edgerack("infer", INT8, "--board", BOARD, "--input",
                                       tmp_path / "a.npy")
        assert code == 1 and words in document["error"]["message"], document


def test_wrong_usage_has_its_own_status(farm, digit):
    folder, _, _ = digit
    for arguments in (["--range", "1..0"], ["--mean", "0.5"], ["--option", "samples"]):
        code, document = farm.edgerack("infer", INT8, "--board", BOARD, "--input",
                                       folder / "digit.png", *arguments)
        assert code == 2, document


def test_the_view_is_the_same_with_and_without_a_server(farm, tmp_path):
    compiler = str(local_farm.BIN / "edgerack-compile")
    offline = json.loads(subprocess.run([compiler, "show", str(INT8), "--json"], check=True,
                                        capture_output=True, text=True).stdout)
    code, view = farm.edgerack("models", "show", INT8)
    assert code == 0, view
    for key in ("inputs", "outputs", "layers", "totals", "format"):
        assert view[key] == offline[key], key
    assert view["id"] == offline["model_sha256"]
    assert farm.edgerack("models", "show", view["id"][:12])[1] == view
    assert [layer["op"] for layer in view["layers"]][:2] == ["conv2d", "depthwise_conv2d"]
    assert view["inputs"][0]["shape"] == [1, 8, 8, 1] and view["inputs"][0]["zero_point"] == -128
    assert view["totals"]["macs"] == sum(layer["macs"] for layer in view["layers"]) == 89344
    assert view["totals"]["weights_bytes"] == sum(
        layer["parameters_bytes"] for layer in view["layers"])
    code, document = farm.edgerack("models", "show", "0123456789abcdef")
    assert code == 1 and document["error"]["code"] == "MODEL_NOT_FOUND"
    (tmp_path / "bad.tflite").write_bytes(INT8.read_bytes()[:3000])
    code, document = farm.edgerack("models", "show", tmp_path / "bad.tflite")
    assert code == 1 and document["error"]["class"] == "USER", document


def view_lookups(farm):
    """How often a view was asked for since the server's start: (from the cache, made anew)."""
    with urllib.request.urlopen(f"http://127.0.0.1:{farm.port + 2}/metrics", timeout=5) as answer:
        text = answer.read().decode()
    found = dict(re.findall(r'cache_lookups_total\{cache="model_view",outcome="(\w+)"\} (\d+)', text))
    return int(found.get("hit", 0)), int(found.get("miss", 0))


def test_the_view_is_kept_over_a_restart(farm):
    first = farm.edgerack("models", "show", FLOAT)[1]
    farm.kill("server")
    farm.start_server()
    assert farm.edgerack("models", "show", FLOAT)[1] == first
    assert view_lookups(farm) == (1, 0)
    farm.wait_until_idle()


def test_outputs_of_a_dataset_are_kept_and_exported(farm, tmp_path):
    code, document = farm.edgerack("run", INT8, "--board", TCP_BOARD, "--dataset",
                                   DIGITS / "digits.npz", "--option", "board_samples=10", *QUICK)
    assert code == 0, document
    result = document["results"][0]
    kept = result["outputs"]
    assert (kept["samples"], kept["run_samples"], kept["dataset_samples"]) == (10, 10, 1797)
    assert kept["size_bytes"] == 100
    arrays = {}
    for origin in ("board", "host"):
        out = tmp_path / f"{origin}.npz"
        code, told = farm.edgerack("results", "outputs", result["id"], "--out", out,
                                   *(["--host"] if origin == "host" else []))
        assert code == 0 and told["samples"] == 10, told
        with np.load(out) as written:
            arrays[origin] = {name: written[name] for name in written.files}
    name = kept["tensors"][0]["name"]
    indices = arrays["board"]["sample_index"]
    assert list(indices) == [i * 1797 // 10 for i in range(10)]
    reference = np.load(DIGITS / "digits_int8_tflite.npy").reshape(1797, 10)
    assert arrays["board"][name].dtype == np.int8
    assert np.array_equal(arrays["board"][name], reference[indices])
    assert np.array_equal(arrays["host"][name], reference[indices])
    farm.edgerack("results", "outputs", result["id"], "--out", tmp_path / "real.npz", "--real")
    with np.load(tmp_path / "real.npz") as written:
        tensor = kept["tensors"][0]
        real = (arrays["board"][name].astype(np.float32) - tensor["zero_point"]) * np.float32(
            tensor["scale"])
        assert np.array_equal(written[name], real)
    assert farm.edgerack("results", "outputs", "nothing", "--out", tmp_path / "x.npz")[0] == 1


needs_shared_data = pytest.mark.skipif(
    not (SHARED.parent / "data" / "digit.npy").is_file(),
    reason="EDGERACK_SHARED_MODELS has no ../data/digit.npy beside it")


@needs_shared_data
@pytest.mark.parametrize("board", [BOARD, TCP_BOARD])
def test_the_hand_drawn_digit_is_recognized(farm, board):
    """Somebody drew it with a mouse: a 2, as a look at the picture shows."""
    inference = infer(farm, SHARED / "mnist_cnn_float.tflite", board,
                      SHARED.parent / "data" / "digit.npy")["inference"]
    assert inference["input"]["description"] == (
        "1x28x28x1 float32 npy → 1x28x28x1 float32, values as they are")
    assert inference["top"][0]["index"] == 2
    assert inference["top"][0]["value"] > 0.9
    assert inference["equals_host"] is True


@needs_shared_data
@pytest.mark.parametrize("label", [5, 7])
def test_pictures_of_the_mnist_test_set_are_recognized(farm, label, tmp_path):
    """The first picture of that label, as a png: label and picture are the test set's own."""
    data = SHARED.parent / "data"
    images = np.frombuffer(gzip.decompress((data / "t10k-images-idx3-ubyte.gz").read_bytes()),
                           np.uint8, offset=16).reshape(-1, 28, 28)
    labels = np.frombuffer(gzip.decompress((data / "t10k-labels-idx1-ubyte.gz").read_bytes()),
                           np.uint8, offset=8)
    # Some are hard even for people; the first two are not.
    for index in np.flatnonzero(labels == label)[:2]:
        picture = write_png(tmp_path / f"{index}.png", images[index])
        top = infer(farm, SHARED / "mnist_cnn_float.tflite", BOARD, picture)["inference"]["top"]
        assert top[0]["index"] == label, (index, top)
