"""What people met on real boards, told again (docs/problems.md): outputs as such a board gave them, and
samples as they were used, each with the cause that has to be named."""

import json
import subprocess

import doctor_models
import doctor_plants
import numpy as np
import pytest
from doctor_models import BIN, DIGITS, Subject, doctor

BOARD = "virtual-f746"
COMPILE = BIN / "edgerack-compile"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("problems")


@pytest.fixture(scope="module")
def subjects(folder):
    return {subject.name: subject for subject in doctor_models.own_subjects(folder)}


def fed(subject, x):
    """What the board gives for a buffer of these values."""
    return subject.run(np.ascontiguousarray(subject.encode(x)).tobytes())


def causes(subject, meant, outputs, folder, *options):
    assert not np.array_equal(outputs, fed(subject, meant)), "this mistake changes nothing here"
    return [cause["code"] for cause in doctor(subject, meant, outputs, folder, *options)["causes"]]


def with_weights(subject, byte, first=0, last=None):
    """The package with these layers' weights all of one byte, as memory that was never written."""
    def change(data):
        for _, tensors in subject.weights()[first:last]:
            for t in (t for t in tensors if len(t["shape"]) >= 2):
                data[t["offset"]:t["offset"] + t["bytes"]] = bytes([byte]) * t["bytes"]
    return subject.changed_package(change)


# Inputs --------------------------------------------------------------------------------------------


def test_a_ds_cnn_whose_spectrogram_is_fed_in_another_order(subjects, folder):
    """1. The model's file says 1x1x40x49, the device's buffer held time before frequency."""
    subject = subjects["dscnn_qdq"]
    x = subject.real_inputs(np.random.default_rng(1), 4)
    assert causes(subject, x, fed(subject, x.transpose(0, 1, 3, 2)), folder) == ["TRANSPOSED_HW"]


def test_channels_first_is_fed_as_channels_last(subjects, folder):
    """2. Both buffers have as many bytes, so nothing fails."""
    subject = subjects["colour"]
    x = subject.real_inputs(np.random.default_rng(2), 4)
    outputs = fed(subject, x.transpose(0, 2, 3, 1))
    assert causes(subject, x, outputs, folder) == ["LAYOUT_NCHW_NHWC"]


def test_the_application_quantizes_what_the_model_quantizes_itself(subjects, folder):
    """3. The model's first node is QuantizeLinear."""
    subject = subjects["dscnn_qdq"]
    x = subject.real_inputs(np.random.default_rng(3), 4)
    outputs = fed(subject, subject.quantize(x).astype(np.float32))
    assert "DOUBLE_QUANTIZATION" in causes(subject, x, outputs, folder)


def test_floats_are_copied_into_an_int8_buffer(subjects, folder):
    """3. The other half: the buffer takes the first quarter of the floats' bytes."""
    subject = subjects["digits_int8"]
    x = subject.real_inputs(np.random.default_rng(4), 4)
    plant = doctor_plants.float_bytes(subject, None, x, None)
    assert "FLOAT_BYTES_AS_INT8" in causes(subject, x, plant.outputs, folder)


def test_the_model_card_names_another_range(subjects, folder):
    """4. The card says -1..1, the model was trained with 0..1."""
    subject = subjects["colour"]
    x = subject.real_inputs(np.random.default_rng(5), 5)
    assert "NORMALIZATION_RANGE" in causes(subject, x, fed(subject, 2 * x - 1), folder)


def test_cifar_pictures_without_the_mean_taken_off(subjects, folder):
    """18. The reference subtracts the training set's mean and scales; the board did not."""
    subject = subjects["colour"]
    pictures = subject.real_inputs(np.random.default_rng(7), 5)
    meant = (pictures - np.float32(0.4734)) / np.float32(0.2516)
    assert "NORMALIZATION_RANGE" in causes(subject, meant, fed(subject, pictures), folder)


def write_1d_cnn(path):
    import onnx
    from onnx import TensorProto, helper, numpy_helper
    random = np.random.default_rng(8)
    weights = {"w1": (8, 3, 5), "w2": (8, 8, 5), "w3": (4, 8 * 12)}
    constants = [numpy_helper.from_array(random.normal(0, 0.3, shape).astype(np.float32), name)
                 for name, shape in weights.items()]
    nodes = [helper.make_node("Conv", ["x", "w1"], ["a"], kernel_shape=[5], strides=[2], pads=[2, 2]),
             helper.make_node("Relu", ["a"], ["b"]),
             helper.make_node("Conv", ["b", "w2"], ["c"], kernel_shape=[5], strides=[2], pads=[2, 2]),
             helper.make_node("Relu", ["c"], ["d"]),
             helper.make_node("Flatten", ["d"], ["e"]),
             helper.make_node("Gemm", ["e", "w3"], ["y"], transB=1)]
    graph = helper.make_graph(
        nodes, "movement", [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 3, 48])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 4])], constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)])
    model.ir_version = 7
    onnx.save(model, str(path))


@pytest.fixture(scope="module")
def movement(folder):
    """A 1D network over windows of an accelerometer."""
    def windows(random, count):
        t = np.arange(48, dtype=np.float32)
        speeds, phases = random.uniform(0.1, 0.5, (count, 3, 1)), random.uniform(0, 6, (count, 3, 1))
        return np.sin(speeds * t + phases).astype(np.float32)
    path = folder / "movement.onnx"
    write_1d_cnn(path)
    return Subject("movement", path, folder, windows)


def test_the_constants_of_the_normalization_are_lost(movement, folder):
    """5. Mean and deviation stayed with the training; the board fed raw measurements."""
    meant = movement.real_inputs(np.random.default_rng(6), 6)
    raw = np.float32(2.31) * meant + np.float32(1.7)
    assert "NORMALIZATION_RANGE" in causes(movement, meant, fed(movement, raw), folder)


def test_a_1d_cnn_predicts_otherwise_on_the_board(movement, folder):
    """17. A laptop and a board disagree over the same windows."""
    subject = movement
    x = subject.real_inputs(np.random.default_rng(9), 6)
    # The driver of the sensor gives x, y, z of one moment after another.
    interleaved = x.transpose(0, 2, 1).reshape(x.shape)
    found = causes(subject, x, fed(subject, interleaved), folder)
    assert found and found[0] in ("LAYOUT_NCHW_NHWC", "TRANSPOSED_HW"), found
    # And where laptop and board agree up to rounding, nothing is blamed.
    right = fed(subject, x) * np.float32(1 + 1e-6)
    diagnosis = doctor(subject, x, right, folder)
    assert [c["code"] for c in diagnosis["causes"]] == ["NONE"]


def test_samples_answered_in_another_order(subjects, folder):
    """17. The outputs are right and belong to other inputs."""
    subject = subjects["digits_int8"]
    x = subject.real_inputs(np.random.default_rng(10), 6)
    outputs = np.roll(fed(subject, x), 1, axis=0)
    assert "SAMPLE_ORDER" in causes(subject, x, outputs, folder)


def test_the_cache_is_not_cleaned_behind_the_preprocessing(subjects, folder):
    """15. Lines of 32 bytes at the end of the buffer still held the picture before."""
    subject = subjects["colour"]
    x = subject.real_inputs(np.random.default_rng(11), 5)
    raw = subject.encode(x).reshape(len(x), -1).view(np.uint8).copy()
    before = np.vstack([np.zeros_like(raw[:1]), raw[:-1]])
    raw[:, -10 * 32:] = before[:, -10 * 32:]
    assert "STALE_CACHE_LINES" in causes(subject, x, subject.run(raw.tobytes()), folder)


# Weights -------------------------------------------------------------------------------------------


def test_one_weight_scale_where_each_channel_has_its_own(subjects, folder):
    """9. The target rounded the weights to one scale, the PC did not."""
    subject = subjects["dscnn_qdq"]
    x = subject.real_inputs(np.random.default_rng(12), 6)
    plant = doctor_plants.per_tensor_weights(subject, None, x, None)
    assert "PER_TENSOR_WEIGHTS" in causes(subject, x, plant.outputs, folder)


def test_a_block_of_weights_was_never_loaded(subjects, folder):
    """12. The memory of the later layers' weights held zeros."""
    subject = subjects["colour"]
    x = subject.real_inputs(np.random.default_rng(13), 4)
    outputs = subject.run(subject.encode(x).tobytes(), with_weights(subject, 0x00, first=1, last=2))
    assert causes(subject, x, outputs, folder) == ["STALE_WEIGHTS"]


def test_the_flash_with_the_weights_was_never_programmed(subjects, folder):
    """16. Erased flash reads as 0xff."""
    subject = subjects["digits_int8"]
    x = subject.real_inputs(np.random.default_rng(14), 4)
    outputs = subject.run(subject.encode(x).tobytes(), with_weights(subject, 0xFF))
    diagnosis = doctor(subject, x, outputs, folder)
    assert "STALE_WEIGHTS" in [cause["code"] for cause in diagnosis["causes"]]


# Samples -------------------------------------------------------------------------------------------


def prepared(subject, folder, **arrays):
    """Codes of the findings about a dataset."""
    np.savez(folder / "data.npz", **arrays)
    manifest = folder / "manifest.json"
    done = subprocess.run(
        [COMPILE, "prepare", subject.package, "--dataset", folder / "data.npz", "--inputs",
         folder / "x.bin", "--reference", folder / "r.bin", "--manifest", manifest],
        capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    findings = json.loads(manifest.read_text())["findings"]
    assert all(f["severity"] and f["message"] and f["remedy"] for f in findings)
    return [f["code"] for f in findings]


def test_zeros_and_noise_as_inputs_are_told(subjects, folder):
    """20. Outputs of zeros and of noise hide most mistakes."""
    subject = subjects["digits_int8"]
    digits = np.load(DIGITS / "digits.npz")["x"][:60].reshape(60, 8, 8, 1)
    assert prepared(subject, folder, x=digits) == []
    assert prepared(subject, folder, x=np.zeros_like(digits)) == ["EQUAL_SAMPLES", "CONSTANT_INPUT"]
    noise = np.random.default_rng(15).uniform(0, 1, digits.shape).astype(np.float32)
    assert prepared(subject, folder, x=noise) == ["RANDOM_INPUT"]
    assert prepared(subject, folder, x=np.repeat(digits[:1], 60, axis=0)) == ["EQUAL_SAMPLES"]


def test_the_range_of_the_data_is_not_the_models(subjects, folder):
    """4, 5. Far too small, and far too large."""
    subject = subjects["digits_int8"]
    digits = np.load(DIGITS / "digits.npz")["x"][:60].reshape(60, 8, 8, 1)
    assert prepared(subject, folder, x=digits / 255) == ["NARROW_INPUT"]
    assert "SATURATED_INPUT" in prepared(subject, folder, x=digits * 255)


def test_a_calibration_of_one_sample_and_of_noise(subjects, folder):
    """6. One random sample: its ranges clamp what the next one holds."""
    report = folder / "report.json"
    for samples, told in ((1, {"SINGLE_SAMPLE"}), (2, {"RANDOM_INPUT"})):
        noise = np.random.default_rng(16).uniform(0, 1, (samples, 1, 40, 49)).astype(np.float32)
        np.savez(folder / "calibration.npz", x=noise)
        subprocess.run([COMPILE, subjects["dscnn_qdq"].path, "--board", BOARD, "--calibration",
                        folder / "calibration.npz", "--report", report], check=True,
                       capture_output=True)
        assert told <= {f["code"] for f in json.loads(report.read_text())["findings"]}
