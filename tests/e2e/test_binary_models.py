"""Binary networks (larq): numpy's results bit for bit on the host, the host's on the board, and the
report says how much of a network is 1-bit."""

import json
import subprocess
import sys

import numpy as np
import pytest
from conftest import BOARD, ROOT, local_farm

sys.path.insert(0, str(ROOT / "tests" / "models"))

from binary_networks import BinaryNetwork, documented, mixed  # noqa: E402

BOARDS = ("virtual-f746", "virtual-h743", "virtual-n6")


def compiled(model, folder, *options, board=BOARD, quantize=()):
    path, package, report = folder / "model.h5", folder / "model.erp", folder / "report.json"
    path.write_bytes(model)
    done = subprocess.run([str(local_farm.BIN / "edgerack-compile"), str(path), "--board", board,
                           "--out", str(package), "--report", str(report), *map(str, quantize),
                           *(word for option in options for word in ("--option", option))],
                          capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return package, json.loads(report.read_text()), done.stdout


def computed(package, x, folder, kernels="reference"):
    np.save(folder / "x.npy", x)
    subprocess.run([str(local_farm.BIN / "edgerack-compile"), "run", str(package), "--input",
                    str(folder / "x.npy"), "--output", str(folder / "y.npy"), "--kernels", kernels],
                   check=True)
    return np.load(folder / "y.npy")


def op_types(report):
    return {item["type"]: item["ops"] for item in report["op_types"]}


def assert_equal(network, package, folder, count=3):
    x = network.samples(count)
    expected = network.outputs(x)
    for kernels in ("reference", "native"):
        np.testing.assert_array_equal(computed(package, x, folder, kernels).reshape(expected.shape),
                                      expected)


@pytest.mark.parametrize("board", BOARDS)
@pytest.mark.parametrize("pad", [-1.0, 0.0, 1.0])
def test_the_documented_network_is_1_bit(pad, board, tmp_path):
    network = documented(pad)
    package, report, text = compiled(network.h5(), tmp_path, board=board)
    types = op_types(report)
    print(f"pad {pad:g} on {board}: {types}")
    assert types["sxor_s1_s1"] == 2_506_752
    assert types.get("smul_f32_f32", 0) == 0
    assert "sxor_s1_s1" in text and "2,506,752" in text
    padded = [f for f in report["findings"] if f["code"] == "BINARY_ZERO_PADDING"]
    assert len(padded) == (2 if pad == 0 else 0)
    assert not [f for f in report["findings"] if f["severity"] == "warning"]
    assert_equal(network, package, tmp_path)


def bodies():
    def new(seed, shape=(9, 11, 5)):
        return BinaryNetwork(np.random.default_rng(seed), shape)

    return {
        "thresholds": new(1).convolution(40, pad=1.0).normalize().convolution(33, pad=-1.0)
        .normalize(ties=True).convolution(7),
        "ties_and_zero_factors": new(2).convolution(36, kernel=1).normalize(ties=True)
        .convolution(8, kernel=1),
        "pool_behind_the_sums": new(3, (12, 12, 3)).convolution(34).max_pool().normalize()
        .convolution(35, pad=1.0).normalize().max_pool().convolution(6),
        "dense": new(4, (8, 8, 2)).convolution(5).max_pool().normalize().flatten().dense(37)
        .normalize().dense(10, bias=True),
        "strides": new(5, (13, 10, 33)).convolution(3, kernel=5, stride=2, pad=-1.0)
        .convolution(4, kernel=2, stride=3, padding="valid"),
        "biases": new(6).convolution(16, bias=True).activation("relu").normalize()
        .convolution(4, bias=True),
        "zeros_and_ones": new(7).convolution(20, x="ste_heaviside").normalize(ties=True)
        .convolution(18, x="ste_heaviside", pad=1.0).normalize().dense(9, x="ste_heaviside"),
        "kin": new(8).convolution(16, x="approx_sign", w="swish_sign").normalize()
        .convolution(16, x="swish_sign", w="approx_sign", pad=1.0),
        "depthwise": new(9, (7, 8, 37)).depthwise(pad=1.0).normalize().depthwise(stride=2)
        .normalize(ties=True).depthwise(kernel=5, pad=-1.0),
        "sign_as_an_activation": new(10).convolution(16).normalize().activation("ste_sign")
        .max_pool().convolution(8, x=None, padding="valid"),
    }


@pytest.mark.parametrize("name", bodies())
def test_numpys_bits(name, tmp_path):
    network = bodies()[name]
    package, report, _ = compiled(network.h5(), tmp_path)
    types = op_types(report)
    assert not [t for t in types if t.startswith("smul")], types
    assert_equal(network, package, tmp_path)


@pytest.mark.parametrize("name", bodies())
def test_thresholds_and_bits_change_nothing(name, tmp_path):
    """What the passes make of it equals the float32 network that the file describes."""
    network = bodies()[name]
    package, report, _ = compiled(network.h5(), tmp_path, "passes.binary-layers=off",
                                  "passes.binary-thresholds=off", "passes.fold-scale=off",
                                  "kernels=ref")
    assert not [t for t in op_types(report) if t.startswith("sxor")]
    assert_equal(network, package, tmp_path, count=1)


def test_no_numbers_lie_between_binary_layers(tmp_path):
    network = bodies()["pool_behind_the_sums"]
    _, report, _ = compiled(network.h5(), tmp_path)
    assert [layer["op"] for layer in report["layers"]] == [
        "binarize", "binary_conv2d", "binary_pool2d", "binary_conv2d", "binary_pool2d",
        "binary_conv2d"]
    assert [layer["output_dtype"] for layer in report["layers"]] == ["int1"] * 5 + ["float32"]


def test_a_kernel_of_magnitudes_is_1_bit_and_scaled_behind(tmp_path):
    network = (BinaryNetwork(np.random.default_rng(11), (8, 8, 4))
               .convolution(12, w="magnitude_aware_sign", pad=1.0).normalize()
               .convolution(6, w="magnitude_aware_sign", pad=1.0))
    package, report, _ = compiled(network.h5(), tmp_path)
    assert not [t for t in op_types(report) if t.startswith("smul")]
    x = network.samples(2)
    np.testing.assert_allclose(computed(package, x, tmp_path), network.outputs(x), rtol=1e-5)


def test_the_archive_of_keras_says_the_same(tmp_path):
    network = (BinaryNetwork(np.random.default_rng(12), (8, 8, 4)).convolution(12, pad=-1.0)
               .normalize().depthwise(pad=1.0).flatten().dense(5))
    h5, keras = tmp_path / "h5", tmp_path / "keras"
    h5.mkdir(), keras.mkdir()
    assert_equal(network, compiled(network.h5(), h5)[0], h5)
    assert_equal(network, compiled(network.keras(), keras)[0], keras)


def test_what_is_not_1_bit_is_told_with_its_share(tmp_path):
    network = mixed()
    package, report, _ = compiled(network.h5(), tmp_path)
    types = op_types(report)
    assert types["sxor_s1_s1"] == 16 * 16 * 9 * 16 * 32 + 8 * 8 * 9 * 32 * 32
    assert types["smul_f32_f32"] > 0
    told = [f for f in report["findings"] if f["code"] == "NOT_BINARY"]
    assert [f["layer"] for f in told] == ["quant_conv2d_0", "quant_dense_10"]
    assert all("smul_f32_f32" in f["message"] and f["severity"] == "info" for f in told)
    assert all("--quantize int8" in f["remedy"] for f in told)
    x = network.samples(2)
    np.testing.assert_allclose(computed(package, x, tmp_path), network.outputs(x), rtol=1e-4,
                               atol=1e-4)


def test_float_islands_become_int8(tmp_path):
    network = mixed()
    x = network.samples(32)
    np.savez(tmp_path / "calibration.npz", x=x)
    package, report, _ = compiled(network.h5(), tmp_path, quantize=(
        "--quantize", "int8", "--calibration", tmp_path / "calibration.npz"))
    types = op_types(report)
    assert types["smul_s8_s8"] > 0 and types.get("smul_f32_f32", 0) == 0, types
    assert types["sxor_s1_s1"] == 16 * 16 * 9 * 16 * 32 + 8 * 8 * 9 * 32 * 32
    told = [f for f in report["findings"] if f["code"] == "NOT_BINARY"]
    assert all("smul_s8_s8" in f["message"] for f in told) and len(told) == 2
    assert computed(package, x, tmp_path).size == 320


@pytest.mark.parametrize("half", ["input", "kernel", "separable"])
def test_half_binary_layers_are_named_for_what_they_are(half, tmp_path):
    network = BinaryNetwork(np.random.default_rng(14), (8, 8, 4))
    if half == "separable":
        network.separable(6)
    else:
        network.convolution(6, **{"x" if half == "kernel" else "w": None})
    package, report, _ = compiled(network.h5(), tmp_path)
    [told] = [f for f in report["findings"] if f["code"] == "NOT_BINARY"]
    assert told["severity"] == "warning"
    assert "smul_f32_f32" in told["message"] and "%" in told["message"]
    assert {"input": "its kernel is not", "kernel": "its input is not",
            "separable": "sums of its depthwise step"}[half] in told["message"]
    assert op_types(report)["smul_f32_f32"] > 0
    x = network.samples(2)
    np.testing.assert_allclose(computed(package, x, tmp_path), network.outputs(x), atol=1e-4)


def test_a_value_around_an_input_that_is_not_binary_is_padded_in_float32(tmp_path):
    network = BinaryNetwork(np.random.default_rng(15), (6, 6, 3)).convolution(4, x=None, w=None,
                                                                              pad=0.5)
    package, report, _ = compiled(network.h5(), tmp_path)
    assert not [f for f in report["findings"] if f["code"] == "NOT_BINARY"]
    x = network.samples(2)
    np.testing.assert_allclose(computed(package, x, tmp_path), network.outputs(x), atol=1e-5)


def test_the_view_of_a_model_has_the_table(tmp_path):
    model = tmp_path / "model.h5"
    model.write_bytes(documented(0.0).h5())
    done = subprocess.run([str(local_farm.BIN / "edgerack-compile"), "show", str(model)], check=True,
                          capture_output=True, text=True)
    assert "sxor_s1_s1" in done.stdout and "2,506,752" in done.stdout


@pytest.mark.parametrize("name", ["documented", "thresholds", "pool_behind_the_sums", "dense",
                                  "zeros_and_ones", "depthwise", "mixed"])
def test_the_board_gives_the_hosts_bits(name, farm, tmp_path):
    network = {"documented": documented(0.0), "mixed": mixed(), **bodies()}[name]
    model, dataset = tmp_path / "model.h5", tmp_path / "data.npz"
    model.write_bytes(network.h5())
    np.savez(dataset, x=network.samples(2))
    code, document = farm.edgerack("run", model, "--board", BOARD, "--dataset", dataset, "--option",
                                   "samples=2", "--option", "warmup=0", timeout_s=280)
    assert code == 0, document
    assert document["results"][0]["agreement"]["bit_exact"] == 2
