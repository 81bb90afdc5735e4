"""Instruction counts of every model on the virtual board, beside the best open engine's: `./dev bench`.

The counts come from a farm of its own (server, agent, virtual board), so they are those of the resident
firmware as it is flashed. Models: the digits example, and every .tflite under EDGERACK_SHARED_MODELS.
Writes build/bench/kernels.json. A model the compiler refuses is named with its reason.
"""

import json
import os
import pathlib
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "deploy" / "local"))

import demo  # noqa: E402
import farm as local_farm  # noqa: E402

BASELINE = json.loads((pathlib.Path(__file__).parent / "baseline.json").read_text())
BOARD = "virtual-f746"  # of which baseline.json speaks
# One SMLAD does two multiply-accumulates: no Armv7E-M int8 kernel can need less than this per MAC.
INT8_FLOOR_PER_MAC = 0.5
FLOAT_FLOOR_PER_MAC = 1.0  # one VFMA.F32 each


def models():
    folders = [ROOT / "client" / "examples" / "digits"]
    shared = os.environ.get("EDGERACK_SHARED_MODELS", str(ROOT.parent / "shared" / "models"))
    folders.append(pathlib.Path(shared))
    return [path for folder in folders for path in sorted(folder.glob("*.tflite"))]


def measure(farm, path):
    code, document = farm.edgerack("run", path, "--board", BOARD, "--option", "samples=1",
                                   "--option", "warmup=0", timeout_s=600)
    if code != 0:
        error = (document or {}).get("error") or (document or {}).get("job", {}).get("error", {})
        print(f"{path.stem:24} refused: {error.get('message', 'no answer')[:150]}", flush=True)
        return None
    result = document["results"][0]
    baseline = BASELINE["m7"].get(path.stem)
    floor = INT8_FLOOR_PER_MAC if "int8" in path.stem else FLOAT_FLOOR_PER_MAC
    count, macs = result["instructions"], result["macs"]
    print(f"{path.stem:24}{macs:>12,}{count:>14,}{baseline or 0:>14,}"
          f"{count / baseline if baseline else 0:>8.2f}{count / macs:>8.2f}{floor:>7.1f}"
          f"{result['memory']['arena_bytes']:>10,}", flush=True)
    return {
        "model": path.stem, "core": "m7", "instructions": count, "baseline_instructions": baseline,
        "arena_bytes": result["memory"]["arena_bytes"],
        "weights_bytes": result["memory"]["weights_bytes"],
        "layers": [{"op": layer["op"], "instructions": layer.get("instructions")}
                   for layer in result["layers"]],
    }


def main():
    out = ROOT / "build" / "bench"
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="edgerack-bench-") as directory:
        farm = local_farm.Farm(directory, demo.free_port_base(), [BOARD])
        try:
            farm.up()
            print(f"{'model':24}{'MAC':>12}{'instructions':>14}{'baseline':>14}{'ratio':>8}"
                  f"{'per MAC':>8}{'floor':>7}{'arena B':>10}")
            rows = [row for path in models() if (row := measure(farm, path))]
        finally:
            farm.down()
    (out / "kernels.json").write_text(json.dumps(rows, indent=1) + "\n")
    print(f"baseline: {BASELINE['source']}\nwritten: {out / 'kernels.json'}")
    return 0 if rows else 1


if __name__ == "__main__":
    sys.exit(main())
