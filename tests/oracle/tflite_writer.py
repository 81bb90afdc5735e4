"""Small .tflite files for tests, through flatc and the importer's own schema."""

import json
import pathlib
import re
import subprocess

import numpy as np

IMPORTER = pathlib.Path(__file__).resolve().parents[2] / "server/compiler/importers/tflite"
SCHEMA = IMPORTER / "tflite_subset.fbs"
NAMES = re.findall(r'^    "(\w+)",$', (IMPORTER / "builtin_names.cc").read_text(), re.MULTILINE)
CODES = {name: code for code, name in enumerate(NAMES)}
TYPES = {"float32": "FLOAT32", "int8": "INT8", "uint8": "UINT8", "int16": "INT16",
         "int32": "INT32", "int64": "INT64", "bool": "BOOL", "float16": "FLOAT16",
         "string": "STRING"}


class TfliteWriter:
    """One operator after another; tensors are numbered in the order they are added."""

    def __init__(self):
        self._tensors, self._operators, self._codes = [], [], []
        self._buffers = [{}]

    def tensor(self, name, shape, dtype="float32", data=None, scales=None, axis=0,
               zero_points=None, **fields):
        """Adds an activation, or a constant where `data` is given; symmetric unless zero points
        are given with the scales. `fields`: others of the table, as the schema has them."""
        tensor = {"name": name, "shape": list(shape), "type": TYPES[dtype], "buffer": 0, **fields}
        if data is not None:
            tensor["buffer"] = len(self._buffers)
            raw = np.ascontiguousarray(data, dtype=dtype).tobytes()
            self._buffers.append({"data": list(raw)})
        if scales is not None:
            tensor["quantization"] = {"scale": [float(np.float32(s)) for s in scales],
                                      "zero_point": [0] * len(scales) if zero_points is None
                                      else zero_points,
                                      "quantized_dimension": axis}
        self._tensors.append(tensor)
        return len(self._tensors) - 1

    def operator(self, kind, version, inputs, outputs, options_type=None, **options):
        self._operator({"deprecated_builtin_code": min(CODES[kind], 127),
                        "builtin_code": CODES[kind], "version": version}, inputs, outputs,
                       options_type, options)

    def custom(self, name, inputs, outputs):
        """An operator that is none of TensorFlow Lite's own."""
        self._operator({"deprecated_builtin_code": CODES["CUSTOM"],
                        "builtin_code": CODES["CUSTOM"], "custom_code": name, "version": 1},
                       inputs, outputs, None, {})

    def _operator(self, code, inputs, outputs, options_type, options):
        if code not in self._codes:
            self._codes.append(code)
        operator = {"opcode_index": self._codes.index(code), "inputs": inputs, "outputs": outputs}
        if options_type:
            operator |= {"options_type": options_type, "options": options}
        self._operators.append(operator)

    def write(self, path, inputs, outputs):
        """Writes `path` (NAME.tflite); `inputs` and `outputs` are numbers of tensors."""
        graph = {"tensors": self._tensors, "inputs": inputs, "outputs": outputs,
                 "operators": self._operators, "name": "main"}
        model = {"version": 3, "operator_codes": self._codes, "subgraphs": [graph],
                 "description": "", "buffers": self._buffers}
        source = pathlib.Path(path).with_suffix(".json")
        source.write_text(json.dumps(model))
        subprocess.run(["flatc", "--binary", "--strict-json", "-o", str(source.parent),
                        str(SCHEMA), str(source)], check=True, capture_output=True)
        pathlib.Path(source.with_suffix(".bin")).rename(path)
