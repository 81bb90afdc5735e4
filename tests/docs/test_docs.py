"""What the documents say is what the programs do."""

import os
import pathlib
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ.get("EDGERACK_BIN", ROOT / "build" / "bin"))
DOCUMENTS = [ROOT / "README.md", ROOT / "ARCHITECTURE.md", *sorted((ROOT / "docs").rglob("*.md")),
             *sorted(path for folder in ("server", "agent", "firmware", "client", "deploy")
                     for path in (ROOT / folder).rglob("README.md"))]


def test_wire_md_is_generated_from_the_message_table():
    generated = subprocess.run([str(BIN / "edgerack-wire-docs")], capture_output=True, text=True,
                               check=True).stdout
    assert (ROOT / "docs" / "wire.md").read_text() == generated, \
        "run build/bin/edgerack-wire-docs > docs/wire.md"


def test_links_lead_somewhere():
    for document in DOCUMENTS:
        for target in re.findall(r"\]\(([^)#]+)\)", document.read_text()):
            if not target.startswith("http"):
                assert (document.parent / target).exists(), f"{document.name}: {target}"


def test_architecture_is_short_and_names_only_folders_that_exist():
    text = (ROOT / "ARCHITECTURE.md").read_text()
    assert len(text.splitlines()) <= 300
    rows = re.findall(r"^\| `([a-z_/]+)`(?:, `([a-z_/]+)`)* \|", text, re.MULTILINE)
    assert len(rows) > 15
    for row in rows:
        for folder in filter(None, row):
            assert (ROOT / folder).is_dir(), f"ARCHITECTURE.md names {folder}"


def test_every_command_of_the_cli_page_exists():
    page = (ROOT / "docs" / "cli.md").read_text()
    for command in re.findall(r"`edgerack ([a-z]+)", page):
        done = subprocess.run([str(BIN / "edgerack"), command, "--help"], capture_output=True)
        assert done.returncode == 0, command
    tables = re.split(r"^\| option of `([a-z ]+)` \|", page, flags=re.MULTILINE)[1:]
    assert "run" in tables[::2]
    for command, rest in zip(tables[::2], tables[1::2]):
        done = subprocess.run([str(BIN / "edgerack"), *command.split(), "--help"],
                              capture_output=True, text=True)
        for option in re.findall(r"`(--[a-z-]+)", rest.split("\n\n")[0]):
            assert option in done.stdout, f"{command} {option}"
