"""Quantized here against ONNX Runtime's static quantization: the same models, methods and samples.

What counts is how far the int8 model's outputs are from the float model's, on samples that neither
calibrated with. The models are not part of the product, see test_quantization.py.
"""

import subprocess

import numpy as np
import oracle
import pytest
from test_quantization import MODELS, compile_quantized, host_outputs, images, with_models

pytestmark = [oracle.needed, with_models]
CALIBRATION, JUDGED = 64, 192
# Shape, and what the values of the model's training data span.
NETWORKS = {"resnet8_float": ((32, 32, 3), 0, 255), "vww_float": ((96, 96, 3), 0, 1),
            "kws_float": ((49, 10, 1), -60, 80)}


def sqnr_db(reference, values):
    error = reference.astype(np.float64).ravel() - values.astype(np.float64).ravel()
    return 10 * np.log10(np.sum(reference.astype(np.float64) ** 2) / np.sum(error ** 2))


@pytest.mark.parametrize("method", ["minmax", "percentile", "kl"])
@pytest.mark.parametrize("name", sorted(NETWORKS))
def test_the_output_is_at_least_as_close_as_onnx_runtimes(name, method, tmp_path):
    shape, low, high = NETWORKS[name]
    samples = images(CALIBRATION + JUDGED, *shape) * np.float32(high - low) + np.float32(low)
    calibration, judged = samples[:CALIBRATION], samples[CALIBRATION:]
    np.savez(tmp_path / "data.npz", calibration=calibration[:, None], x=judged[:, None])
    done = subprocess.run(
        [str(oracle.PYTHON), str(oracle.HERE / "quantize_onnx.py"), str(MODELS / f"{name}.tflite"),
         method, str(tmp_path / "data.npz"), str(tmp_path / "theirs.npz")],
        capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    with np.load(tmp_path / "theirs.npz") as archive:
        original, theirs = archive["original"], archive["quantized"]
    # 99.999 is ONNX Runtime's percentile.
    package, _ = compile_quantized(MODELS / f"{name}.tflite", calibration, tmp_path,
                                   f"calibration={method}", "percentile=99.999")
    ours = host_outputs(package, judged, tmp_path)
    print(f"{name} {method}: {sqnr_db(original, ours):.1f} dB, ONNX Runtime "
          f"{sqnr_db(original, theirs):.1f} dB")
    assert sqnr_db(original, ours) >= sqnr_db(original, theirs)
