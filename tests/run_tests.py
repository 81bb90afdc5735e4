"""Runs every test program and says in one line how many single tests passed.

The line at the end, `tests: P passed, F failed, S skipped`, counts GoogleTest cases and Python test
methods, not programs; a program that dies without a report counts as one failure.
"""

import argparse
import os
import pathlib
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET

ROOT = pathlib.Path(__file__).resolve().parents[1]


def count_reports(folder):
    """(passed, failed, skipped, names of failed cases) over all JUnit-like reports in a folder."""
    passed = failed = skipped = 0
    names = []
    for report in sorted(folder.glob("*.xml")):
        for case in ET.parse(report).getroot().iter("testcase"):
            label = f"{case.get('classname')}.{case.get('name')}"
            if case.find("failure") is not None or case.find("error") is not None:
                failed += 1
                names.append(label)
            elif case.find("skipped") is not None or case.get("result") in ("skipped", "suppressed"):
                skipped += 1
                print(f"skipped: {label}")
            else:
                passed += 1
    return passed, failed, skipped, names


def run(build, label_arguments):
    reports = build / "test-reports"
    shutil.rmtree(reports, ignore_errors=True)
    reports.mkdir(parents=True)
    environment = dict(os.environ, GTEST_OUTPUT=f"xml:{reports}/", EDGERACK_TEST_REPORTS=str(reports))
    shared = ROOT.parent / "shared" / "models"
    if shared.is_dir():
        environment.setdefault("EDGERACK_SHARED_MODELS", str(shared))
    done = subprocess.run(
        ["ctest", "--test-dir", str(build), "--output-on-failure", "-j2", "--no-tests=error",
         "--repeat", "after-timeout:2",  # a program that hangs gets one more try, and ctest says so
         *label_arguments], env=environment)
    passed, failed, skipped, names = count_reports(reports)
    if done.returncode != 0 and failed == 0:
        failed = 1
        names = ["a test program that ended without a report (see above)"]
    for name in names:
        print(f"failed: {name}")
    return passed, failed, skipped


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", default="build")
    parser.add_argument("--long", action="store_true")
    arguments = parser.parse_args()
    check = subprocess.run([sys.executable, str(ROOT / "tests/check/check.py")], cwd=ROOT)
    totals = [0, 0, 0]
    totals[0 if check.returncode == 0 else 1] += 1
    jobs = [(ROOT / arguments.build, [] if arguments.long else ["-LE", "long"])]
    if arguments.long:
        for preset in ("asan", "tsan"):
            subprocess.run([str(ROOT / "dev"), "build", preset], cwd=ROOT, check=True)
            jobs.append((ROOT / "build" / preset, ["-L", "unit", "-LE", "long"]))
    for build, label_arguments in jobs:
        totals = [a + b for a, b in zip(totals, run(build, label_arguments))]
    print(f"tests: {totals[0]} passed, {totals[1]} failed, {totals[2]} skipped")
    return 1 if totals[1] else 0


if __name__ == "__main__":
    sys.exit(main())
