"""Instruction counts of every model on a virtual board of each core, beside the best open engine's: `./dev bench`.

The counts come from a farm of its own (server, agent, virtual boards), so they are those of the resident
firmware as it is flashed. Models: the digits example, and every .tflite under EDGERACK_SHARED_MODELS.
Writes build/bench/kernels.json. A model the compiler refuses is named with its reason.
"""

import json
import os
import pathlib
import sys
import tempfile
import tomllib

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "deploy" / "local"))

import demo  # noqa: E402
import farm as local_farm  # noqa: E402

BASELINE = json.loads((pathlib.Path(__file__).parent / "baseline.json").read_text())
# What no kernel can need less than per MAC. On the M7 one SMLAD does two int8 multiply-accumulates, one
# VFMA.F32 a float one; on the M55 one VMLADAVA does sixteen, one VFMA four.
FLOOR_PER_MAC = {"m7": {"int8": 1 / 2, "float": 1.0}, "m55": {"int8": 1 / 16, "float": 1 / 4}}
FIRMWARE = ROOT / "firmware"


def boards():
    """The first virtual board of each core: core -> kind."""
    found = {}
    for kind in local_farm.virtual_kinds():
        board = tomllib.loads((FIRMWARE / "boards" / kind / "board.toml").read_text())
        chip = next(FIRMWARE.glob(f"family/*/chips/{board['chip']}.toml"))
        core = tomllib.loads(chip.read_text())["core"].removeprefix("cortex-")
        found.setdefault(core, kind)
    return found


def models():
    folders = [ROOT / "client" / "examples" / "digits"]
    shared = os.environ.get("EDGERACK_SHARED_MODELS", str(ROOT.parent / "shared" / "models"))
    folders.append(pathlib.Path(shared))
    return [path for folder in folders for path in sorted(folder.glob("*.tflite"))]


def measure(farm, core, board, path):
    code, document = farm.edgerack("run", path, "--board", board, "--option", "samples=1",
                                   "--option", "warmup=0", timeout_s=600)
    if code != 0:
        error = (document or {}).get("error") or (document or {}).get("job", {}).get("error", {})
        print(f"{core:5}{path.stem:24} refused: {error.get('message', 'no answer')[:150]}", flush=True)
        return None
    result = document["results"][0]
    baseline = BASELINE[core].get(path.stem)
    floor = FLOOR_PER_MAC[core]["int8" if "int8" in path.stem else "float"]
    count, macs = result["instructions"], result["macs"]
    print(f"{core:5}{path.stem:24}{macs:>12,}{count:>14,}{baseline or 0:>14,}"
          f"{count / baseline if baseline else 0:>8.2f}{count / macs if macs else 0:>8.2f}{floor:>7.2f}"
          f"{result['memory']['arena_bytes']:>10,}", flush=True)
    return {
        "model": path.stem, "core": core, "instructions": count, "baseline_instructions": baseline,
        "arena_bytes": result["memory"]["arena_bytes"],
        "weights_bytes": result["memory"]["weights_bytes"],
        "layers": [{"op": layer["op"], "instructions": layer.get("instructions")}
                   for layer in result["layers"]],
    }


def main():
    out = ROOT / "build" / "bench"
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="edgerack-bench-") as directory:
        farm = local_farm.Farm(directory, demo.free_port_base(), kinds=boards().values())
        try:
            farm.up()
            print(f"{'core':5}{'model':24}{'MAC':>12}{'instructions':>14}{'baseline':>14}{'ratio':>8}"
                  f"{'per MAC':>8}{'floor':>7}{'arena B':>10}")
            rows = [row for core, board in boards().items() for path in models()
                    if (row := measure(farm, core, board, path))]
        finally:
            farm.down()
    (out / "kernels.json").write_text(json.dumps(rows, indent=1) + "\n")
    print(f"baseline: {BASELINE['source']}\nwritten: {out / 'kernels.json'}")
    return 0 if rows else 1


if __name__ == "__main__":
    sys.exit(main())
