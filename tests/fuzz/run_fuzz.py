"""Builds every fuzz target with clang and runs each for a while: `./dev fuzz [SECONDS] [TARGET…]`.

A crash leaves its input in build/fuzz/crashes/ and makes the exit status 1. New inputs that reach new
code are kept in build/fuzz/corpus/<target>/ and start the next run.
"""

import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "fuzz"
MODELS = BUILD / "models"  # written from tests/refusals
# A word in the target's name -> folders with seeds.
SEEDS = {"tflite": [ROOT / "client/examples/digits", MODELS / "tflite"],
         "onnx": [pathlib.Path("/usr/share/libonnx-testdata/data/node"), MODELS / "onnx"],
         "keras": [ROOT / "server/compiler/importers/keras/testdata", MODELS / "keras"],
         "text": [MODELS / "text"]}


def main():
    seconds = int(sys.argv[1]) if len(sys.argv) > 1 else 30
    text = (ROOT / "build/fuzz/build.ninja")
    if not text.exists():
        subprocess.run(["cmake", "--preset", "fuzz"], cwd=ROOT, check=True,
                       stdout=subprocess.DEVNULL)
    listed = subprocess.run(["ninja", "-C", str(BUILD), "-t", "targets", "all"], check=True,
                            capture_output=True, text=True).stdout
    named = set(sys.argv[2:])
    targets = sorted({line.split(":")[0] for line in listed.splitlines()
                      if line.startswith("fuzz_") and "phony" in line})
    if unknown := named - set(targets):
        sys.exit(f"no fuzz target {', '.join(sorted(unknown))}; there are {', '.join(targets)}")
    targets = sorted(named) or targets
    subprocess.run(["ninja", "-C", str(BUILD), *targets], check=True)
    subprocess.run([sys.executable, str(ROOT / "tests/refusals/write_models.py"), str(MODELS)],
                   check=True)
    crashes = BUILD / "crashes"
    crashes.mkdir(exist_ok=True)
    failed = []
    for target in targets:
        corpus = BUILD / "corpus" / target
        corpus.mkdir(parents=True, exist_ok=True)
        seeds = [str(folder) for word, folders in SEEDS.items() if word in target
                 for folder in folders]
        done = subprocess.run(
            [str(BUILD / "fuzz" / target), f"-max_total_time={seconds}", "-timeout=5",
             "-rss_limit_mb=1024", "-max_len=65536", f"-artifact_prefix={crashes}/{target}-",
             "-print_final_stats=1", str(corpus), *seeds], capture_output=True, text=True)
        stats = [line.split()[-1] for line in done.stderr.splitlines()
                 if "number_of_executed_units" in line]
        print(f"{'ok' if done.returncode == 0 else 'CRASH':7}{target}: "
              f"{stats[0] if stats else '?'} inputs in {seconds} s", flush=True)
        if done.returncode != 0:
            failed.append(target)
            print(done.stderr[-3000:])
    print(f"fuzz: {len(targets) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
