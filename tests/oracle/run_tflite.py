"""Runs a .tflite file with TensorFlow Lite's own reference kernels; run by build/oracle's Python.

    run_tflite.py MODEL IN.npz OUT.npz [MODEL IN.npz OUT.npz …]

IN holds input_0, input_1, …, each with the samples in front: shape [samples, *shape of the input].
OUT receives output_0, … in the same way. No delegate: XNNPACK has kernels of its own. A MODEL
written as optimized:PATH is run with the optimized kernels instead.
"""

import sys

import numpy as np
from tflite_runtime.interpreter import Interpreter, OpResolverType


def open_model(model):
    def interpreter(resolver):
        return Interpreter(model.removeprefix("optimized:"), num_threads=1,
                           experimental_op_resolver_type=resolver)
    if model.startswith("optimized:"):
        return interpreter(OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES)
    try:
        return interpreter(OpResolverType.BUILTIN_REF)
    except ValueError as error:
        # An operator with a single implementation (CEIL, CUMSUM, …) is only in the other list.
        if "Didn't find op" not in str(error):
            raise
        return interpreter(OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES)


def run(model, inputs_path, outputs_path):
    interpreter = open_model(model)
    interpreter.allocate_tensors()
    with np.load(inputs_path) as archive:
        inputs = [archive[f"input_{i}"] for i in range(len(interpreter.get_input_details()))]
    results = [[] for _ in interpreter.get_output_details()]
    for sample in zip(*inputs, strict=True):
        for detail, value in zip(interpreter.get_input_details(), sample, strict=True):
            interpreter.set_tensor(detail["index"], value)
        interpreter.invoke()
        for detail, rows in zip(interpreter.get_output_details(), results, strict=True):
            rows.append(interpreter.get_tensor(detail["index"]))
    np.savez(outputs_path, **{f"output_{i}": np.stack(rows) for i, rows in enumerate(results)})


def main():
    for i in range(1, len(sys.argv), 3):
        try:
            run(*sys.argv[i:i + 3])
        except (RuntimeError, ValueError) as error:
            sys.exit(f"{sys.argv[i]}: {error}")


if __name__ == "__main__":
    main()
