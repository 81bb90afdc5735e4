"""Every example of the documents runs and prints what is said; pages are as the code is."""

import contextlib
import io
import re
import subprocess
import sys

import pytest
from conftest import CLIENT, ROOT, url

import edgerack as er
import make_docs
from edgerack import records

DOCUMENTS = [ROOT / "docs" / "python.md", CLIENT / "README.md", ROOT / "README.md"]
BLOCK = re.compile(r"```(python)?\n(.*?)```", re.DOTALL)
FIGURE = re.compile(r"\d+(\.\d+)?")


def examples(document):
    """(code, what it prints or None) in order."""
    found = []
    for match in BLOCK.finditer(document.read_text()):
        if match[1]:
            found.append([match[2], None, match.end()])
        elif found and not document.read_text()[found[-1][2] : match.start()].strip():
            found[-1][1] = match[2]
    return [(code, said) for code, said, _ in found]


def without_figures(text):
    """Figures change with the compiler; words, shapes of lines and how many there are do not."""
    return [re.sub(r"\s+", " ", FIGURE.sub("N", line)).strip() for line in text.splitlines()]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_examples_run_and_print_what_the_document_says(document, farm, tmp_path, monkeypatch):
    found = examples(document)
    assert found, f"{document} has no example"
    for module in ("keras", "torch"):
        if any(f"import {module}" in code for code, _ in found):
            pytest.importorskip(module, reason=f"{module} is absent: {document.name} is NOT tried")
    monkeypatch.setenv("EDGERACK_SERVER", url(farm))
    # Paths in examples are the repository's; what they write goes elsewhere.
    (tmp_path / "client").symlink_to(ROOT / "client")
    monkeypatch.chdir(tmp_path)
    scope = {"__name__": "__main__"}
    for number, (code, said) in enumerate(found, 1):
        code = code.replace("127.0.0.1:7700", url(farm))
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(code, f"{document.name} example {number}", "exec"), scope)
        assert without_figures(printed.getvalue()) == without_figures(said or ""), code


def test_pages_are_as_the_docstrings_are():
    done = subprocess.run(
        [sys.executable, str(CLIENT / "make_docs.py"), "--check"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_public_class_is_on_a_page():
    shown = {getattr(t, "__name__", str(t)) for things in make_docs.PAGES.values() for t in things}
    public = {n for n in (*er.__all__, *records.__all__) if n[0].isupper() and n != "Record"}
    assert public <= shown, f"make_docs.py: PAGES lacks {sorted(public - shown)}"
