"""python run_onnx.py MODEL.onnx IN.npz OUT.npz: ONNX Runtime, without rewriting the model. Each
input holds the samples in front; they are fed one by one."""

import sys

import numpy as np
import onnxruntime


def main(model, given, got):
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    with np.load(given) as archive:
        inputs = [archive[f"input_{i}"] for i in range(len(archive.files))]
    names = [i.name for i in session.get_inputs()]
    runs = [session.run(None, {name: array[n] for name, array in zip(names, inputs)})
            for n in range(len(inputs[0]))]
    np.savez(got, **{f"output_{i}": np.stack([run[i] for run in runs])
                     for i in range(len(runs[0]))})


main(*sys.argv[1:])
