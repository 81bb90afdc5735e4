"""Layers, file sizes and format: what a review would say twice, said by a program.

    check.py          all checks; exit 1 when one found something
"""

import pathlib
import re
import shutil
import subprocess
import sys
import tomllib

ROOT = pathlib.Path(__file__).resolve().parents[2]
SOURCE = {".h", ".c", ".cc", ".inc"}
LARGE_LINES = 600
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def tracked(*patterns):
    """Files of the repository, new ones that are not ignored included."""
    out = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", *patterns], cwd=ROOT,
                         capture_output=True, text=True, check=True).stdout
    return [path for line in out.splitlines() if (path := ROOT / line).is_file()]


def sources():
    return [path for path in tracked() if path.suffix in SOURCE]


def component_of(path, components):
    fits = [c for c in components if path == c["path"] or path.startswith(c["path"] + "/")]
    return max(fits, key=lambda c: len(c["path"]), default=None)


def is_test(path):
    return re.search(r"_test\.cc$|_fuzz\.cc$|/testing/|_fake", path) is not None


def check_layers():
    """Includes against tests/check/layers.toml."""
    rules = tomllib.loads((ROOT / "tests/check/layers.toml").read_text())
    components = rules["component"]
    borders = [(re.compile(b["header"]), b) for b in rules["border"]]
    found = []
    for file in sources():
        path = str(file.relative_to(ROOT))
        own = component_of(path, components)
        if own is None:
            continue
        for number, line in enumerate(file.read_text(errors="replace").splitlines(), 1):
            match = INCLUDE.match(line)
            if not match:
                continue
            header = match.group(2)
            for pattern, border in borders:
                inside = any(path.startswith(only + "/") for only in border["only"])
                if pattern.search(header) and not inside:
                    found.append(f"{path}:{number}: {header} stays in {', '.join(border['only'])}")
            other = component_of(header, components)
            if match.group(1) == "<" or other is None or other is own or is_test(path):
                continue
            if other["path"] not in own["may"]:
                found.append(f"{path}:{number}: {own['path']} may not include {header}")
    return found


def check_sizes():
    """No source over 600 lines."""
    found = []
    for file in tracked():
        if file.suffix not in SOURCE | {".py", ".sh", ".cmake", ".ts", ".tsx", ".css"} and file.name != "dev":
            continue
        lines = len(file.read_text(errors="replace").splitlines())
        if lines > LARGE_LINES:
            found.append(f"{file.relative_to(ROOT)}: {lines} lines; split it by reason to change")
    return found


def check_format():
    """clang-format changes nothing."""
    if not shutil.which("clang-format"):
        return ["clang-format is not installed; `./dev setup` installs it"]
    files = [str(path) for path in sources() if path.suffix != ".inc"]
    done = subprocess.run(["clang-format", "--dry-run", "-Werror", *files], cwd=ROOT,
                          capture_output=True, text=True)
    wrong = sorted({line.split(":")[0] for line in done.stderr.splitlines() if "error:" in line})
    return [f"{pathlib.Path(path).relative_to(ROOT)}: `./dev format` changes it" for path in wrong]


def check_python():
    """Ruff finds nothing in the Python package."""
    ruff = ROOT / "build/python/bin/ruff"
    if not ruff.exists():
        print("       no ruff: `./dev python` installs it; the package's own test asks it too")
        return []
    done = subprocess.run([ruff, "check", "--no-cache", "--output-format", "concise", "."],
                          cwd=ROOT / "client/python", capture_output=True, text=True)
    return done.stdout.splitlines() if done.returncode else []


def check_agent_is_blind():
    """The agent must not know whether a board is virtual, but for the record's one field."""
    field = re.compile(r"is_virtual|set_virtual|\.virtual_?\b|record's field")
    keyword = re.compile(r"\bvirtual\s+(~|[A-Za-z0-9_:<>]+[\s&*])|\bvirtual ~")
    found = []
    for file in sources():
        path = str(file.relative_to(ROOT))
        if not path.startswith("agent/") or path.startswith(("agent/vboard/", "agent/estimate/")):
            continue
        for number, line in enumerate(file.read_text(errors="replace").splitlines(), 1):
            rest = keyword.sub("", field.sub("", line))
            if "virtual" in rest.lower() and not is_test(path):
                found.append(f"{path}:{number}: the agent must not know of virtual boards")
    return found


def check_promises():
    """Nothing is promised in the code; it is done, or it is an issue."""
    promise = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
    found = []
    for file in sources():
        for number, line in enumerate(file.read_text(errors="replace").splitlines(), 1):
            if promise.search(line):
                found.append(f"{file.relative_to(ROOT)}:{number}: {line.strip()[:80]}")
    return found


CHECKS = (check_layers, check_sizes, check_format, check_python, check_agent_is_blind, check_promises)


def main():
    failed = False
    for check in CHECKS:
        found = check()
        failed |= bool(found)
        print(f"{'failed' if found else 'ok':7}{check.__doc__.splitlines()[0]}")
        for line in found:
            print(f"       {line}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
