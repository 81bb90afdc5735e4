"""docs/findings/: a page for each finding of the compiler, with an example that runs as it stands."""

import os
import pathlib
import re
import shlex
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ.get("EDGERACK_BIN", ROOT / "build" / "bin"))
COMPILE = BIN / "edgerack-compile"
FOLDER = ROOT / "docs" / "findings"
PAGES = sorted(page for page in FOLDER.glob("*.md") if page.stem != "README")
# A code where a finding is made: before its severity, or in the JSON of a dataset's findings.
MADE = re.compile(r'"([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)"(?: : "([A-Z0-9_]+)")?,\s*(?:\w+ \? )?Severity::'
                  r'|\{"code", "([A-Z_]+)"\}')
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def registered():
    """Code -> (severities, meaning)."""
    table = subprocess.run([COMPILE, "findings"], capture_output=True, text=True, check=True).stdout
    return {code: (severities, meaning) for code, severities, meaning in
            re.findall(r"^(\w+) \(([a-z, ]+)\): ([^;]+);", table, re.MULTILINE)}


def codes_in_sources():
    codes = set()
    for path in (ROOT / "server" / "compiler").rglob("*.cc"):
        if path.name.endswith("_test.cc") or path.parent.name == "doctor":
            continue
        for groups in MADE.findall(path.read_text()):
            codes.update(filter(None, groups))
    return codes


def test_every_finding_of_the_sources_is_registered_and_has_a_page():
    known = registered()
    assert codes_in_sources() == set(known), "app/findings.inc lists what the sources make"
    assert {page.stem for page in PAGES} == set(known), "a page of docs/findings for each finding"


def test_the_index_is_generated():
    table = subprocess.run([COMPILE, "findings", "--markdown"], capture_output=True, text=True,
                           check=True).stdout
    assert (FOLDER / "README.md").read_text() == table, \
        "run build/bin/edgerack-compile findings --markdown > docs/findings/README.md"


def test_one_finding_is_explained_and_another_word_refused():
    one = subprocess.run([COMPILE, "findings", "FLOAT_ISLAND"], capture_output=True, text=True)
    assert one.returncode == 0 and one.stdout.count("\n") == 1
    other = subprocess.run([COMPILE, "findings", "NO_SUCH"], capture_output=True, text=True)
    assert other.returncode == 2 and "NO_SUCH" in other.stderr


@pytest.mark.parametrize("page", PAGES, ids=[page.stem for page in PAGES])
def test_the_example_prints_what_the_page_shows(page, tmp_path, monkeypatch):
    text = page.read_text()
    severities, meaning = registered()[page.stem]
    assert text.startswith(f"# {page.stem}\n\n{severities}: {meaning}.\n")
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == ["How it is found", "Example", "Remedy"]
    monkeypatch.chdir(tmp_path)
    told = False
    for kind, content in BLOCK.findall(text):
        if kind == "graph":
            (tmp_path / "model.txt").write_text(content)
        elif kind == "python":
            exec(content, {})  # noqa: S102
        for part in content.split("$ ")[1:] if not kind else []:
            command, *shown = part.rstrip("\n").split("\n")
            program, *arguments = shlex.split(command)
            if program == "edgerack-compile":
                program = COMPILE
            done = subprocess.run([program, *arguments], capture_output=True, text=True)
            printed = {line.strip() for line in (done.stdout + done.stderr).splitlines()}
            for line in shown:
                assert line == "…" or line in printed, (command, line, printed)
                told = told or page.stem in line
    assert told, f"no line of the example names {page.stem}"
