"""python quantize_onnx.py MODEL.tflite|MODEL.onnx METHOD DATA.npz OUT.npz

Quantizes the model with ONNX Runtime (static, int8 activations and weights, per channel) over
`calibration` of DATA, samples in front, and runs float and int8 form on its `x`. OUT has both
outputs: `original` and `quantized`. METHOD: minmax, percentile or kl.
"""

import pathlib
import sys
import tempfile

import numpy as np
import onnx
import onnxruntime
import tflite_to_onnx
from onnxruntime import quantization
from onnxruntime.quantization import shape_inference

METHODS = {"minmax": quantization.CalibrationMethod.MinMax,
           "percentile": quantization.CalibrationMethod.Percentile,
           "kl": quantization.CalibrationMethod.Entropy}


class Samples(quantization.CalibrationDataReader):
    def __init__(self, name, samples):
        self.feeds = iter([{name: sample} for sample in samples])

    def get_next(self):
        return next(self.feeds, None)


def outputs(path, samples):
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    return np.stack([session.run(None, {name: sample})[0] for sample in samples])


def main(model, method, data, out):
    with tempfile.TemporaryDirectory() as folder:
        original, ready, quantized = (pathlib.Path(folder, f"{n}.onnx") for n in "abc")
        onnx.save(tflite_to_onnx.converted(model) if model.endswith(".tflite") else onnx.load(model),
                  original)
        shape_inference.quant_pre_process(str(original), str(ready), skip_symbolic_shape=True)
        name = onnx.load(ready).graph.input[0].name
        with np.load(data) as archive:
            quantization.quantize_static(
                str(ready), str(quantized), Samples(name, archive["calibration"]), per_channel=True,
                quant_format=quantization.QuantFormat.QDQ,
                activation_type=quantization.QuantType.QInt8,
                weight_type=quantization.QuantType.QInt8, calibrate_method=METHODS[method])
            np.savez(out, original=outputs(original, archive["x"]),
                     quantized=outputs(quantized, archive["x"]))


main(*sys.argv[1:])
