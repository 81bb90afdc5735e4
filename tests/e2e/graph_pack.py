"""Many small graphs as one model in text form, with the outputs that numpy expects of it."""

import json
import pathlib
import subprocess

import numpy as np
from conftest import local_farm


def _shape(array):
    return "[" + ",".join(str(dim) for dim in array.shape) + "]"


def _value(value):
    """An attribute as the text form writes it."""
    if isinstance(value, str):
        return json.dumps(value)
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(str(int(item)) for item in value) + "]"
    return repr(value)


class Tensor:
    """An operand: a numpy array, its quantization (scale, zero point), constant or not."""

    def __init__(self, array, q=None, constant=False):
        self.array = np.asarray(array)
        self.q = q
        self.constant = constant

    def type(self):
        q = f" q({self.q[0]!r}, {self.q[1]})" if self.q else ""
        return f"{self.array.dtype}{_shape(self.array)}{q}"


def const(array, q=None):
    return Tensor(array, q, constant=True)


class Pack:
    """One model of many cases. A case is one node, its operands and its expected outputs.

    A test module that runs packs on the board has them in its list PACKS: test_every_claim.py reads
    there which operators, types and kernels a board executes.
    """

    def __init__(self, name, options=()):
        """`options`: KEY=VALUE that it is compiled with, e.g. kernels=ref."""
        self.name = name
        self.options = [word for option in options for word in ("--option", option)]
        self.typed_nodes = []  # (operator, type of its first operand)
        self.definitions = []
        self.nodes = []
        self.inputs = {}
        self.expected = {}  # output name -> (array, tolerance)

    def _operand(self, tensor, name):
        if tensor is None:
            return "none"
        if not isinstance(tensor, Tensor):
            tensor = Tensor(tensor)
        if tensor.constant:
            values = ", ".join(str(v.item() if v.dtype != bool else int(v))
                               for v in tensor.array.ravel())
            self.definitions.append(f"const %{name}: {tensor.type()} = [{values}]")
        else:
            self.definitions.append(f"input %{name}: {tensor.type()}")
            self.inputs[name] = tensor.array
        return f"%{name}"

    def case(self, name, op, operands, expected, tolerance=0.0, **attributes):
        """`expected`: what the node's output must hold; exactly, unless a tolerance is given. A tuple
        for a node of several outputs, which are named NAME, NAME.1, ..."""
        several = expected if isinstance(expected, tuple) else (expected,)
        outputs = {name if i == 0 else f"{name}.{i}": t if isinstance(t, Tensor) else Tensor(t)
                   for i, t in enumerate(several)}
        assert name not in self.expected, name
        texts = [self._operand(t, f"{name}.in{i}") for i, t in enumerate(operands)]
        listed = ", ".join(f"{key} = {_value(value)}" for key, value in attributes.items())
        results = ", ".join(f"%{output}: {t.type()}" for output, t in outputs.items())
        self.nodes.append(f"{results} = {op}({', '.join(texts)}) {{{listed}}} \"{name}\"")
        self._note(op, operands)
        for output, t in outputs.items():
            self.expected[output] = (t.array, tolerance)

    def case_of_many(self, name, op, operands, expected, tolerance=0.0, **attributes):
        """A node with several outputs, `expected` of each; None: the node leaves it out."""
        texts = [self._operand(t, f"{name}.{i}") for i, t in enumerate(operands)]
        outputs = []
        for i, array in enumerate(expected):
            if array is None:
                outputs.append("none")
                continue
            array = array if isinstance(array, Tensor) else Tensor(array)
            outputs.append(f"%{name}.out{i}: {array.type()}")
            self.expected[f"{name}.out{i}"] = (array.array, tolerance)
        listed = ", ".join(f"{key} = {_value(value)}" for key, value in attributes.items())
        self.nodes.append(f"{', '.join(outputs)} = {op}({', '.join(texts)}) "
                          f"{{{listed}}} \"{name}\"")
        self._note(op, operands)

    def _note(self, op, operands):
        first = operands[0] if isinstance(operands, list) else next(iter(operands))
        array = first.array if isinstance(first, Tensor) else np.asarray(first)
        self.typed_nodes.append((op, str(array.dtype)))

    def text(self):
        lines = [f'graph "{self.name}" {{', *self.definitions, *self.nodes,
                 *(f"output %{name}" for name in self.expected), "}"]
        return "\n".join(lines) + "\n"

    def write(self, folder):
        """The model and a dataset of one sample; their paths."""
        folder = pathlib.Path(folder)
        model = folder / f"{self.name}.graph"
        model.write_text(self.text())
        dataset = folder / f"{self.name}.npz"
        np.savez(dataset, **{name: array[None] for name, array in self.inputs.items()})
        return model, dataset

    def run_on_host(self, folder, board, kernels="reference"):
        """Outputs by name, from compile, package and the host's executor."""
        model, _ = self.write(folder)
        package = model.with_suffix(".erp")
        self.compile(model, package, board, *self.options)
        outputs = self.run_package(package, self.inputs, folder, "--kernels", kernels)
        return {name: outputs[name] for name in self.expected}

    def check_on_board(self, farm, folder, board):
        """The board's outputs are the host's, bit for bit."""
        model, dataset = self.write(folder)
        code, document = farm.edgerack("run", model, "--board", board, "--dataset", dataset,
                                       "--option", "samples=1", "--option", "warmup=0",
                                       *self.options, timeout_s=280)
        assert code == 0, document
        assert document["results"][0]["agreement"]["bit_exact"] == 1

    @staticmethod
    def compile(model, package, board, *options):
        done = subprocess.run([str(local_farm.BIN / "edgerack-compile"), str(model), "--board", board,
                               "--out", str(package), *options], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr

    @staticmethod
    def run_package(package, arrays, folder, *options):
        """Outputs by name; in a model without names, output_0, output_1, …"""
        inputs, outputs = (pathlib.Path(folder, package.stem + end) for end in (".in.npz", ".out.npz"))
        np.savez(inputs, **arrays)
        done = subprocess.run([str(local_farm.BIN / "edgerack-compile"), "run", str(package),
                               "--input", str(inputs), "--output", str(outputs), *options],
                              capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        with np.load(outputs) as archive:
            return {name: archive[name] for name in archive.files}

    def check(self, name, got):
        expected, tolerance = self.expected[name]
        assert got.dtype == expected.dtype
        assert got.size == expected.size
        got = got.reshape(expected.shape)
        if tolerance == 0.0:
            np.testing.assert_array_equal(got, expected)
        elif expected.dtype.kind in "iu":  # steps of the output's scale
            assert np.abs(got.astype(np.int64) - expected).max() <= tolerance
        else:
            np.testing.assert_allclose(got, expected, rtol=tolerance, atol=tolerance)
