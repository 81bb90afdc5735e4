"""What people's models met in other tools (docs/problems.md): each is taken with numpy's numbers, or the
report says what is costly about it; and what the firmware's image promises by how it is built."""

import io
import json
import os
import pathlib
import re
import subprocess
import zipfile

import numpy as np
import onnx
import pytest
from conftest import BOARD, DIGITS, ROOT, local_farm
from onnx import TensorProto, helper, numpy_helper

COMPILE = local_farm.BIN / "edgerack-compile"
F = np.float32
RANDOM = np.random.default_rng(21)
X = RANDOM.normal(size=(2, 6)).astype(F)
M = RANDOM.normal(size=(6, 6)).astype(F)
IMAGE = RANDOM.normal(size=(1, 2, 4, 5)).astype(F)


def node(operator, inputs, output="y", **attributes):
    return helper.make_node(operator, inputs, [output], name=output, **attributes)


def model(nodes, inputs, constants=(), output=(TensorProto.FLOAT, None), ir=8):
    """`inputs`: name -> an array of the input's shape and type; the one output is `y`."""
    def info(name, array):
        element = {"float32": TensorProto.FLOAT, "int8": TensorProto.INT8}[array.dtype.name]
        return helper.make_tensor_value_info(name, element, array.shape)
    graph = helper.make_graph(
        nodes, "g", [info(name, array) for name, array in inputs.items()],
        [helper.make_tensor_value_info("y", *output)],
        [numpy_helper.from_array(np.asarray(value), name) for name, value in dict(constants).items()])
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    made.ir_version = ir
    return made.SerializeToString()


def compiled(content, folder, *options, name="model.onnx"):
    """(package, report)."""
    path, package, report = folder / name, folder / "model.erp", folder / "report.json"
    path.write_bytes(content)
    done = subprocess.run([COMPILE, path, "--board", BOARD, "--out", package, "--report", report,
                           *options], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return package, json.loads(report.read_text())


def computed(package, folder, **inputs):
    np.savez(folder / "in.npz", **inputs)
    subprocess.run([COMPILE, "run", package, "--input", folder / "in.npz", "--output",
                    folder / "out.npz"], check=True)
    with np.load(folder / "out.npz") as archive:
        return archive[archive.files[0]]


def findings(report):
    return {(f["code"], f["layer"]): f for f in report["findings"]}


def refused(content, folder, name="model.onnx"):
    path = folder / name
    path.write_bytes(content)
    done = subprocess.run([COMPILE, path, "--board", BOARD], capture_output=True, text=True)
    assert done.returncode == 1, done.stderr
    return done.stderr.strip()


# Taken ---------------------------------------------------------------------------------------------

EMPTY = np.zeros(0, F)
VOLUME = RANDOM.normal(size=(1, 2, 3, 4, 5)).astype(F)
TAKEN = {
    # 36
    "reshape_allowzero": (model([node("Reshape", ["x", "s"], allowzero=1)], {"x": X},
                                {"s": np.int64([3, 4])}), X, X.reshape(3, 4)),
    "reshape_to_rank_1": (model([node("Reshape", ["x", "s"])], {"x": X}, {"s": np.int64([-1])}), X,
                          X.ravel()),
    "shape_of_the_input": (
        model([node("Shape", ["x"], "shape"), node("Gather", ["shape", "first"], "n"),
               node("Concat", ["n", "rest"], "target", axis=0), node("Reshape", ["x", "target"])],
              {"x": IMAGE}, {"first": np.int64([0]), "rest": np.int64([-1])}),
        IMAGE, IMAGE.reshape(1, -1)),
    "slice_to_the_end": (
        model([node("Slice", ["x", "b", "e", "a"])], {"x": X},
              {"b": np.int64([1]), "e": np.int64([2**63 - 1]), "a": np.int64([1])}), X, X[:, 1:]),
    "einsum": (model([node("Einsum", ["x", "m"], equation="ij,kj->ki")], {"x": X}, {"m": M}), X,
               M @ X.T),
    # 37
    "pad_with_an_empty_value": (
        model([node("Pad", ["x", "p", "v"])], {"x": X}, {"p": np.int64([0, 1, 0, 2]), "v": EMPTY}),
        X, np.pad(X, ((0, 0), (1, 2)))),
    "pad_of_rank_5": (
        model([node("Pad", ["x", "p"])], {"x": VOLUME}, {"p": np.int64([0, 0, 1, 0, 2] + [0] * 5)}),
        VOLUME, np.pad(VOLUME, ((0, 0), (0, 0), (1, 0), (0, 0), (2, 0)))),
    # 38
    "gemm_with_an_activation_as_c": (
        model([node("Mul", ["x", "w"], "c"), node("Gemm", ["x", "m", "c"])], {"x": X},
              {"w": X[0], "m": M}), X, X @ M + X * X[0]),
    "clip_bounds_through_dequantize": (
        model([node("DequantizeLinear", ["lo", "s", "z"], "low"),
               node("DequantizeLinear", ["hi", "s", "z"], "high"), node("Clip", ["x", "low", "high"])],
              {"x": X}, {"lo": np.int8(-20), "hi": np.int8(10), "s": F(0.02), "z": np.int8(0)}),
        X, np.clip(X, F(-0.4), F(0.2))),
    # 34
    "ir_version_10": (model([node("Relu", ["x"])], {"x": X}, ir=10), X, np.maximum(X, 0)),
    # 40
    "bool_output": (model([node("Greater", ["x", "zero"])], {"x": X}, {"zero": F(0)},
                          (TensorProto.BOOL, None)), X, X > 0),
}


@pytest.mark.parametrize("name", TAKEN)
def test_what_other_tools_stumble_over_is_taken(tmp_path, name):
    content, x, expected = TAKEN[name]
    package, _ = compiled(content, tmp_path)
    y = computed(package, tmp_path, x=x[None] if x.shape[0] != 1 else x)
    np.testing.assert_allclose(y.reshape(expected.shape), expected, rtol=1e-6, atol=1e-6)


def test_a_newer_ir_version_is_refused_with_what_to_do(tmp_path):
    line = refused(model([node("Relu", ["x"])], {"x": X}, ir=11), tmp_path)
    assert "IR version 11" in line and line.endswith("[USER UNSUPPORTED_MODEL_VERSION]")


def quantized(values, scale, zero):
    return np.clip(np.rint(values / F(scale)) + zero, -128, 127).astype(np.int8)


@pytest.mark.parametrize("way", ["sub", "add_of_neg"])
def test_one_minus_x_in_int8_is_no_constant(tmp_path, way):
    """8. Sub(1, x) and Add(1, Neg(x)), as a quantizer writes them."""
    q = ["s", "z"]
    nodes = [node("DequantizeLinear", ["x", *q], "real"), node("DequantizeLinear", ["one", *q], "1")]
    if way == "sub":
        nodes.append(node("Sub", ["1", "real"], "r"))
    else:
        nodes += [node("Neg", ["real"], "n"), node("QuantizeLinear", ["n", *q], "nq"),
                  node("DequantizeLinear", ["nq", *q], "nr"), node("Add", ["1", "nr"], "r")]
    nodes.append(node("QuantizeLinear", ["r", "s2", "z2"]))
    x = np.arange(-127, 128, dtype=np.int8).reshape(1, -1)
    content = model(nodes, {"x": x}, {"s": F(0.01), "z": np.int8(0), "one": np.int8(100),
                                      "s2": F(0.01), "z2": np.int8(-100)}, (TensorProto.INT8, None))
    package, _ = compiled(content, tmp_path)
    expected = quantized(1 - F(0.01) * x.astype(F), 0.01, -100)
    assert len(np.unique(expected)) == 255
    assert np.abs(computed(package, tmp_path, x=x).astype(int) - expected).max() <= 1


@pytest.mark.parametrize("module", ["keras.layers", "larq.layers"])
def test_keras_files_of_other_versions_and_packages(tmp_path, module):
    """35: `quantization_config` in a layer of Keras 3.3 and later is nothing to us. 33: a quantizer of larq's
    of more than one bit is refused by name."""
    source = ROOT / "server/compiler/importers/keras/testdata/shared.keras"

    def rewritten(change):
        out = io.BytesIO()
        with zipfile.ZipFile(source) as old, zipfile.ZipFile(out, "w") as new:
            for name in old.namelist():
                content = old.read(name)
                if name == "config.json":
                    config = json.loads(content)
                    for layer in config["config"]["layers"]:
                        if layer["class_name"] == "Dense":
                            change(layer)
                    content = json.dumps(config)
                new.writestr(name, content)
        return out.getvalue()

    def other_version(layer):
        layer["config"]["quantization_config"] = None

    def other_package(layer):
        layer.update(module=module, class_name="QuantDense", registered_name="Larq>QuantDense")
        layer["config"].update(input_quantizer="ste_sign", kernel_quantizer="ste_tern")

    if module == "keras.layers":
        x = RANDOM.normal(size=(3, 5)).astype(F)
        name = compiled(source.read_bytes(), tmp_path, name="m.keras")[1]["inputs"][0]["name"]
        expected = computed(tmp_path / "model.erp", tmp_path, **{name: x})
        package, _ = compiled(rewritten(other_version), tmp_path, name="m.keras")
        assert np.array_equal(computed(package, tmp_path, **{name: x}), expected)
        return
    line = refused(rewritten(other_package), tmp_path, "m.keras")
    assert "QuantDense" in line and "kernel_quantizer is ste_tern" in line
    assert re.search(r"\[USER (\w+)\]$", line)[1] == "BINARY_LAYER"


# Told by the report --------------------------------------------------------------------------------


def convolution(channels, kernel, scales, x_shape=(1, 4, 9, 9)):
    """QDQ convolution of int8; `scales`: one, or one for each channel."""
    w = RANDOM.integers(-127, 128, (channels, x_shape[1], kernel, kernel)).astype(np.int8)
    w[0, 0, 0, 0] = 127
    if channels > 1:
        w[1] = w[1] // 30
    per_channel = {"axis": 0} if len(scales) > 1 else {}
    zero = np.zeros(len(scales), np.int8)
    constants = {"w": w, "ws": F(scales) if per_channel else F(scales[0]),
                 "wz": zero if per_channel else np.int8(0), "s": F(0.05), "z": np.int8(3)}
    nodes = [node("DequantizeLinear", ["x", "s", "z"], "xr"),
             node("DequantizeLinear", ["w", "ws", "wz"], "wr", **per_channel),
             node("Conv", ["xr", "wr"], "conv"), node("QuantizeLinear", ["conv", "s", "z"])]
    return model(nodes, {"x": np.zeros(x_shape, np.int8)}, constants, (TensorProto.INT8, None))


def test_one_weight_scale_for_all_channels_is_told(tmp_path):
    """9. Channel 1 has a thirtieth of the range the others have."""
    _, report = compiled(convolution(8, 3, [0.01]), tmp_path)
    finding = findings(report)["PER_TENSOR_WEIGHTS", "conv"]
    assert finding["severity"] == "warning" and "channel 1 reach" in finding["message"]
    assert "per channel" in finding["remedy"]
    assert "PER_TENSOR_WEIGHTS" in [c for layer in report["layers"] for c in layer["findings"]]
    _, report = compiled(convolution(8, 3, [0.01] * 8), tmp_path)
    assert not any(code == "PER_TENSOR_WEIGHTS" for code, _ in findings(report))


def test_a_prime_number_of_channels_is_told(tmp_path):
    """30. 257 channels."""
    _, report = compiled(convolution(257, 1, [0.01] * 257), tmp_path)
    assert "256 or 272" in findings(report)["PRIME_CHANNELS", "conv"]["remedy"]
    _, report = compiled(convolution(256, 1, [0.01] * 256), tmp_path)
    assert not any(code == "PRIME_CHANNELS" for code, _ in findings(report))


def test_large_windows_are_told(tmp_path):
    """1, 31. A pool over 50x11 and a convolution of 7x7."""
    x = RANDOM.normal(size=(1, 2, 50, 11)).astype(F)
    package, report = compiled(model([node("GlobalAveragePool", ["x"], "y")], {"x": x}), tmp_path)
    assert "50x11" in findings(report)["LARGE_WINDOW", "y"]["message"]
    # And it is computed rightly here.
    np.testing.assert_allclose(computed(package, tmp_path, x=x).ravel(), x.mean((2, 3)).ravel(),
                               atol=1e-6)
    _, report = compiled(convolution(4, 7, [0.01] * 4), tmp_path)
    assert ("LARGE_WINDOW", "conv") in findings(report)
    _, report = compiled(convolution(4, 5, [0.01] * 4), tmp_path)
    assert not any(code == "LARGE_WINDOW" for code, _ in findings(report))


@pytest.mark.parametrize("other, told", [(0.08, True), (0.015, False)])
def test_a_residual_sum_of_other_scales_is_told_and_unbiased(tmp_path, other, told):
    """7. The sum of a strong and a weak branch."""
    a, b = (RANDOM.integers(-128, 128, (1, 4096)).astype(np.int8) for _ in range(2))
    nodes = [node("DequantizeLinear", ["a", "sa", "z"], "ar"),
             node("DequantizeLinear", ["b", "sb", "z"], "br"), node("Add", ["ar", "br"], "sum"),
             node("QuantizeLinear", ["sum", "sy", "z"])]
    content = model(nodes, {"a": a, "b": b}, {"sa": F(0.01), "sb": F(other), "sy": F(0.09),
                                              "z": np.int8(4)}, (TensorProto.INT8, None))
    package, report = compiled(content, tmp_path)
    assert (any(code == "OPERAND_SCALES_DIFFER" for code, _ in findings(report))) == told
    real = 0.01 * (a.astype(float) - 4) + other * (b.astype(float) - 4)
    error = 0.09 * (computed(package, tmp_path, a=a, b=b).astype(float) - 4) - real
    inside = np.abs(real) < 0.09 * 120
    assert np.abs(error[inside]).max() < 0.52 * 0.09 and abs(error[inside].mean()) < 0.002


def test_a_float_layer_in_an_int8_model_is_told(tmp_path):
    """22. The quantizer left one convolution out without a word."""
    w = RANDOM.normal(size=(4, 4, 1, 1)).astype(F)
    q = np.clip(np.rint(w / 0.02), -127, 127).astype(np.int8)
    nodes = [node("DequantizeLinear", ["x", "s", "z"], "xr"),
             node("DequantizeLinear", ["w", "ws", "z"], "wr"), node("Conv", ["xr", "wr"], "first"),
             node("QuantizeLinear", ["first", "s", "z"], "fq"),
             node("DequantizeLinear", ["fq", "s", "z"], "fr"), node("Conv", ["fr", "v"], "second")]
    nodes.append(node("Relu", ["second"]))
    content = model(nodes, {"x": np.zeros((1, 4, 5, 5), np.int8)},
                    {"w": q, "v": w, "ws": F(0.02), "s": F(0.05), "z": np.int8(0)})
    _, report = compiled(content, tmp_path)
    islands = [layer for code, layer in findings(report) if code == "FLOAT_ISLAND"]
    assert len(islands) == 1, report["findings"]
    dtypes = {layer["name"]: layer["output_dtype"] for layer in report["layers"]}
    assert dtypes[islands[0]] == "float32"


STATEFUL = """graph "lstm" {{
  input %x: float32[1,1,2]
  state %h: float32[1,1,3]
  state %c: float32[1,1,3]
  const %w: float32[1,12,2] = [{w}]
  const %r: float32[1,12,3] = [{r}]
  %y: float32[1,1,1,3], %hn: float32[1,1,3], %cn: float32[1,1,3] = lstm(%x, %w, %r, none, none, %h, %c, none) {{layout = 1}} "lstm"
  output %y
  next %h = %hn
  next %c = %cn
}}
"""


def test_states_are_told_and_lie_in_the_arena(tmp_path):
    """53. They cost no heap, and what they do from sample to sample is said and chosen."""
    text = STATEFUL.format(w=", ".join(["0.25"] * 24), r=", ".join(["0.5"] * 36)).encode()
    x = np.ones((4, 1, 1, 2), F)
    outputs = {}
    for state, code in (("reset", "STATE_RESET"), ("carry", "STATE_CARRIED")):
        package, report = compiled(text, tmp_path, "--option", f"state={state}", name="lstm.graph")
        told = [c for c, _ in findings(report) if c.startswith("STATE_")]
        assert told == [code]
        assert 0 < report["memory"]["state_bytes"] <= report["memory"]["arena_bytes"]
        outputs[state] = computed(package, tmp_path, x=x).reshape(4, 3)
    assert np.all(outputs["reset"] == outputs["reset"][0])
    assert np.all(np.diff(outputs["carry"][:, 0]) > 0)


# By how the firmware is built ----------------------------------------------------------------------


def images():
    share = pathlib.Path(os.environ.get("EDGERACK_SHARE", ROOT / "build" / "share" / "edgerack"))
    found = sorted((share / "firmware").glob("*/firmware.elf"))
    if not found:
        pytest.skip(f"no firmware images in {share}: arm-none-eabi-gcc was not there")
    return found


def told_by(tool, *arguments):
    return subprocess.run([f"arm-none-eabi-{tool}", *map(str, arguments)], check=True,
                          capture_output=True, text=True).stdout


def test_the_firmware_has_no_heap_and_prints_no_numbers():
    """51, 55. What is not there cannot be too small."""
    for image in images():
        names = {line.split()[-1] for line in told_by("nm", image).splitlines() if line.split()}
        assert "er_board_init" in names
        assert not names & {"malloc", "calloc", "realloc", "free", "_sbrk", "sbrk", "_malloc_r",
                            "printf", "snprintf", "vsnprintf", "_printf_float"}


def test_the_firmware_is_one_build_with_one_float_abi_linked_behind_the_art():
    """25, 44. ART serves the ITCM bus only; the image lies in flash and runs at its alias there."""
    for image in images():
        assert "Tag_ABI_VFP_args: VFP registers" in told_by("readelf", "-A", image)
        if "f746" not in image.parent.name:  # the other families have no such alias
            continue
        loads = re.findall(r"LOAD +0x\w+ (0x\w+) (0x\w+) 0x(\w+) 0x\w+ R E",
                           told_by("readelf", "-lW", image))
        assert loads
        for virtual, physical, _ in loads:
            assert int(virtual, 16) - 0x00200000 == int(physical, 16) - 0x08000000


def test_the_firmware_leaves_dma_and_the_crc_unit_alone():
    """26, 42. Nothing competes for memory in a run, and no clock of a CRC unit can be forgotten."""
    sources = [path for folder in ("app", "common", "family/stm32f7", "kernels", "rt", "wire")
               for path in (ROOT / "firmware" / folder).rglob("*.[ch]")]
    assert len(sources) > 50
    for path in sources:
        text = path.read_text()
        assert not re.search(r"\b(DMA\d?|DMA2D|DCMI|LTDC|CRC)_[A-Z0-9]+\b(?!\w)", text), path


# In every result -----------------------------------------------------------------------------------


def test_a_result_says_how_the_core_ran(farm):
    """24, 28. Clock, caches, ART, FPU, build and options: what two benchmarks usually differ in."""
    code, document = farm.edgerack("run", DIGITS / "digits_int8.tflite", "--board", BOARD,
                                   "--dataset", DIGITS / "digits.npz", "--option", "board_samples=8",
                                   "--option", "objective=time")
    assert code == 0, document
    [result] = document["results"]
    provenance = result["provenance"]
    assert all(provenance[name] is True for name in ("icache", "dcache", "art", "fpu"))
    assert len(provenance["firmware_build_id"]) == 40
    assert provenance["options"]["objective"] == "time"
    assert result["clock_hz"] == 216_000_000
    codes = {issue["code"] for issue in result["issues"]}
    assert not codes & {"CACHES_OFF", "FPU_OFF", "DEBUG_BUILD", "CLOCK_FALLBACK", "CONSTANT_OUTPUTS"}


def test_noise_and_a_model_that_answers_always_alike_reach_the_result(farm, tmp_path):
    """10, 11, 20. All samples give one output: the dataset's findings and the result say so."""
    dead = model([node("Mul", ["x", "zero"], "m"), node("Add", ["m", "b"])],
                 {"x": np.zeros((1, 64), F)}, {"zero": np.zeros(64, F), "b": np.full(64, 7, F)})
    path, dataset = tmp_path / "dead.onnx", tmp_path / "noise.npz"
    path.write_bytes(dead)
    np.savez(dataset, x=RANDOM.normal(size=(40, 64)).astype(F))
    code, document = farm.edgerack("run", path, "--board", BOARD, "--dataset", dataset, "--option",
                                   "board_samples=8")
    assert code == 0, document
    codes = [issue["code"] for issue in document["results"][0]["issues"]]
    assert "RANDOM_INPUT" in codes and "CONSTANT_OUTPUTS" in codes
