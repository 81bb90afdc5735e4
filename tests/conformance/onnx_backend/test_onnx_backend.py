"""The ONNX backend suite (Debian: libonnx-testdata): no wrong result, no crash, every refusal names
what it refuses, and the number of cases that pass only grows (passed_at_least.txt).

Run by hand for the whole table:  python3 test_onnx_backend.py [part of a name]"""
import os
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import cases  # noqa: E402

GOAL = Path(__file__).with_name("passed_at_least.txt")


def run_all(part=""):
    def one(case):
        with tempfile.TemporaryDirectory(prefix="edgerack-onnx-") as work:
            return cases.run_case(*case, Path(work))

    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        return list(pool.map(one, [c for c in cases.find_cases() if part in c[0]]))


def table(results):
    lines = []
    for folder in cases.FOLDERS:
        counts = Counter(r.verdict for r in results if r.name.startswith(folder + "/"))
        lines.append(f"{folder:18} " + "  ".join(f"{verdict} {count}" for verdict, count
                                                 in sorted(counts.items())))
    frozen = sum(1 for r in results if r.verdict == "passed" and r.frozen)
    lines.append(f"passed with parameters as constants: {frozen}")
    return "\n".join(lines)


def test_backend_suite():
    results = run_all()
    print("\n" + table(results))
    bad = [f"{r.verdict} {r.name}: {r.detail}" for r in results
           if r.verdict not in ("passed", "refused")]
    assert not bad, "\n".join(bad)
    for line in GOAL.read_text().splitlines():
        folder, least = line.split()
        passed = sum(1 for r in results
                     if r.verdict == "passed" and r.name.startswith(folder + "/"))
        assert passed >= int(least), f"{folder}: {passed} cases pass, {least} did before"


if __name__ == "__main__":
    found = run_all(sys.argv[1] if len(sys.argv) > 1 else "")
    for result in found:
        print(f"{result.verdict:8} {result.name}: {result.detail}"[:400])
    print(table(found))
