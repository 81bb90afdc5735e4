"""The dashboard in headless Chromium against a farm of two virtual boards, and its own unit tests.

The walk itself is client/web/e2e, in TypeScript with Playwright; each of its cases is reported by itself.
"""

import os
import pathlib
import shutil
import subprocess

import pytest
from conftest import ROOT, local_farm, start_farm

WEB = ROOT / "client" / "web"
VITEST = WEB / "node_modules" / ".bin" / "vitest"
SITE = local_farm.SHARE / "web" / "index.html"
CHROMIUM = os.environ.get("EDGERACK_CHROMIUM", "/usr/bin/chromium")
KINDS = ("virtual-f746", "virtual-h743")

pytestmark = pytest.mark.skipif(
    not VITEST.exists() or not shutil.which("node") or not SITE.exists(),
    reason="the dashboard was not built: `./dev build` says why")


def vitest(name, *arguments, **environment):
    """Runs vitest in client/web; a report of its cases where the test runner asks for one."""
    reports = os.environ.get("EDGERACK_TEST_REPORTS")
    report = ["--reporter=default", "--reporter=junit",
              f"--outputFile.junit={pathlib.Path(reports) / name}.xml"] if reports else []
    done = subprocess.run([str(VITEST), "run", *arguments, *report], cwd=WEB, text=True,
                          capture_output=True, env={**os.environ, "NO_COLOR": "1", **environment})
    print(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr


def test_types_follow_the_api():
    """src/api/schema.ts comes from the server's description, by the build."""
    done = subprocess.run([str(WEB / "node_modules/.bin/tsc"), "--noEmit"], cwd=WEB, text=True,
                          capture_output=True)
    assert done.returncode == 0, done.stdout


def test_units():
    vitest("web_units")


@pytest.mark.skipif(not os.path.exists(CHROMIUM),
                    reason=f"there is no {CHROMIUM}; Debian's package is chromium")
def test_walk_through_every_page(tmp_path):
    farm = start_farm(tmp_path, kinds=KINDS)
    try:
        vitest("web_walk", "--config", "vitest.e2e.config.ts", EDGERACK_CHROMIUM=CHROMIUM,
               EDGERACK_E2E_HTTP=f"http://127.0.0.1:{farm.port + 1}", EDGERACK_E2E_FARM=str(farm.dir),
               EDGERACK_E2E_BIN=str(local_farm.BIN))
    finally:
        farm.down()
