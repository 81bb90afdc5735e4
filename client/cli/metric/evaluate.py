"""Calls a user's metric: evaluate.py FILE FUNCTION OUTPUTS.npz DATASET.npz.

The function gets what the model answered, samples first (an array; a dict of arrays by output name where
there are several), and the labels `y` of the same samples (None where the dataset has none). It returns
a number, or a dict of them. Prints one JSON object: {"values": {name: number}} or {"error": "..."}.
"""

import importlib.util
import json
import math
import pathlib
import sys
import traceback


def load(file, function):
    sys.path.insert(0, str(pathlib.Path(file).resolve().parent))
    spec = importlib.util.spec_from_file_location("edgerack_user_metric", file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return getattr(module, function)


def numbers(value, function):
    named = value if isinstance(value, dict) else {function: value}
    values = {str(key): float(number) for key, number in named.items()}
    # JSON has no word for these.
    return {key: number if math.isfinite(number) else None for key, number in values.items()}


def main():
    import numpy as np

    file, function, outputs_file, dataset_file = sys.argv[1:5]
    with np.load(outputs_file) as arrays:
        outputs = {name: arrays[name] for name in arrays.files}
    indices = outputs.pop("sample_index").astype(int)
    dataset = np.load(dataset_file)
    labels = None
    if not isinstance(dataset, np.ndarray) and "y" in dataset.files:
        labels = dataset["y"][indices]
    answer = next(iter(outputs.values())) if len(outputs) == 1 else outputs
    return numbers(load(file, function)(answer, labels), function)


if __name__ == "__main__":
    try:
        document = {"values": main()}
    except Exception as error:  # whatever the user's code raises is shown as its own
        last = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{pathlib.Path(last.filename).name} line {last.lineno}"
        document = {"error": f"{type(error).__name__}: {error} ({where})"}
    print(json.dumps(document))
