"""What the listing claims, a board executes: every pair of operator and element type, and every kernel
of the board's core, is in a pack that another test of this folder runs on the virtual board with
numpy's results on the host and the host's bits on the board.

A pack belongs here by standing in the list PACKS of a `test_*_operators.py`. TensorFlow Lite's builtins
are in packs of another form, a dict of names that the module's `write_pack` makes models of; their
cases are held against TensorFlow Lite itself.
"""

import importlib
import inspect
import json
import pathlib
import re
import subprocess

import pytest
import test_tflite_operators
from conftest import BOARD, ROOT, local_farm
from graph_pack import Pack

HERE = pathlib.Path(__file__).resolve().parent
KERNELS = ROOT / "firmware" / "kernels" / "kernels.inc"
# Where an operator's elements are: the first operand, but for these.
DATA_OPERAND = {"where": 1, "one_hot": 1}
CONVERSIONS = {"cast", "quantize", "dequantize", "requantize"}  # both types are theirs
# The compiler prefers their successors with packed weights; packages of earlier compilers name them.
# firmware/kernels/native_test.cc holds them against the reference kernels.
SUPERSEDED = {"conv2d_s8_armv7em", "conv2d_s8_armv7em_pairs", "fully_connected_s8_armv7em"}
OPERATORS_AT_LEAST = {"onnx": 90, "tflite": 60, "keras": 60}


def listing(*arguments):
    done = subprocess.run([str(local_farm.BIN / "edgerack-compile"), "ops", "--json", *arguments],
                          capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def board_packs():
    """Every pack that some test runs on the board."""
    packs = []
    for path in sorted(HERE.glob("test_*_operators.py")):
        module = importlib.import_module(path.stem)
        own = [pack for pack in getattr(module, "PACKS", []) if isinstance(pack, Pack)]
        if own:
            tests = [value for name, value in vars(module).items() if name.startswith("test_")]
            assert any("pack.check_on_board(" in inspect.getsource(test) for test in tests), \
                f"{path.name} has packs that no test runs on the board"
        packs += own
    assert len({pack.name for pack in packs}) == len(packs)
    return packs


def board_models(folder):
    """(model file, options, pairs that cost nothing and so have no layer) of everything that runs."""
    for pack in board_packs():
        model, _ = pack.write(folder)
        yield model, pack.options, {(op, dtype) for op, dtype in pack.typed_nodes if op == "reshape"}
    for name in test_tflite_operators.PACKS:
        yield test_tflite_operators.write_pack(name, folder)[0], (), set()
    run = inspect.getsource(test_tflite_operators.test_the_board_gives_the_hosts_bits)
    assert "write_pack(" in run and "bit_exact" in run


@pytest.fixture(scope="module")
def executed(tmp_path_factory):
    """(pairs of operator and type, kernels) of all packs as compiled for the board."""
    folder = tmp_path_factory.mktemp("claims")
    pairs, kernels = set(), set()
    for model, options, free in board_models(folder):
        report = folder / "claims.json"
        Pack.compile(model, folder / "claims.erp", BOARD, "--report", str(report), *options)
        layers = json.loads(report.read_text())["layers"]
        assert layers, model
        pairs |= free
        for layer in layers:
            kernels.add(layer["kernel"])
            pairs.add((layer["op"], layer["input_dtypes"][DATA_OPERAND.get(layer["op"], 0)]))
            if layer["op"] in CONVERSIONS:
                pairs.add((layer["op"], layer["output_dtype"]))
    return pairs, kernels


def test_every_operator_passes_in_every_type_it_claims(executed):
    claimed = {(op["op"], dtype) for op in listing("--board", BOARD)["operators"]
               for dtype in op["types"]}
    missing = sorted(claimed - executed[0])
    print(f"{len(claimed)} pairs of operator and type are claimed, {len(missing)} have no case")
    assert not missing, f"no board executes {missing}: add a case to a pack, or take the claim back"
    unclaimed = sorted(executed[0] - claimed)
    assert not unclaimed, f"a board executes {unclaimed}, which the listing does not claim"


def test_every_kernel_of_the_board_is_executed(executed):
    lines = re.findall(r"^ER_KERNEL\(\w+, (\w+), (\w+), ER_ISA_(\w+), er_(\w+)\)$", KERNELS.read_text(),
                       re.MULTILINE)
    assert len(lines) == KERNELS.read_text().count("\nER_KERNEL("), "a line has another form"
    listed = {kernel["name"] for op in listing("--board", BOARD)["operators"]
              for kernel in op["kernels"]}
    ours = {run for _, _, isa, run in lines if isa in ("SCALAR", "ARMV7EM")}
    assert listed == ours
    missing = sorted(ours - SUPERSEDED - executed[1])
    assert not SUPERSEDED & executed[1], "these have no successor then"
    print(f"{len(ours)} kernels, {len(missing)} of them in no case: {missing}")
    assert not missing, f"no case makes the board execute {missing}"


def test_each_format_has_as_many_operators_as_are_promised():
    whole = listing()
    for format_name, least in OPERATORS_AT_LEAST.items():
        names = {name for op in whole["operators"] for name in op["from"].get(format_name, [])}
        names |= set(whole["computed_while_reading"].get(format_name, []))
        refused = {item["operator"] for item in whole["not_supported"][format_name]}
        print(f"{format_name}: {len(names)} operators are taken, {len(refused)} are not")
        assert len(names) >= least
        assert not names & refused


def test_each_operator_of_the_standard_is_taken_or_refused_by_name():
    onnx = pytest.importorskip("onnx")
    whole = listing()
    known = {name for op in whole["operators"] for name in op["from"].get("onnx", [])}
    known |= set(whole["computed_while_reading"]["onnx"])
    known |= {item["operator"] for item in whole["not_supported"]["onnx"]}
    newest = 20  # opset
    standard = {schema.name for schema in onnx.defs.get_all_schemas_with_history()
                if schema.domain == "" and schema.since_version <= newest}
    assert standard - known == set()
