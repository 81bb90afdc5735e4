"""python run_onnx.py MODEL.onnx IN.npz OUT.npz [OUTPUT=INPUT …]: ONNX Runtime, without rewriting the
model. Each input holds the samples in front; they are fed one by one. OUTPUT=INPUT by name: the
input is that output of the sample before, zeros at first, and is not in IN."""

import sys

import numpy as np
import onnxruntime


def main(model, given, got, *pairs):
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    with np.load(given) as archive:
        inputs = [archive[f"input_{i}"] for i in range(len(archive.files))]
    fed_back = {to: source for source, to in (pair.split("=") for pair in pairs)}
    kept = {i.name: np.zeros(i.shape, np.float32) for i in session.get_inputs()
            if i.name in fed_back}
    names = [i.name for i in session.get_inputs() if i.name not in fed_back]
    outputs = [o.name for o in session.get_outputs()]
    runs = []
    for n in range(len(inputs[0])):
        given_now = {name: array[n] for name, array in zip(names, inputs)}
        runs.append(session.run(None, given_now | kept))
        kept = {to: runs[-1][outputs.index(source)] for to, source in fed_back.items()}
    np.savez(got, **{f"output_{i}": np.stack([run[i] for run in runs])
                     for i in range(len(runs[0]))})


main(*sys.argv[1:])
