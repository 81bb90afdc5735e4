"""What the documents say is what the programs do."""

import os
import pathlib
import re
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))

import command_pages  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ.get("EDGERACK_BIN", ROOT / "build" / "bin"))
DOCUMENTS = [ROOT / "README.md", ROOT / "ARCHITECTURE.md", *sorted((ROOT / "docs").rglob("*.md")),
             *sorted(path for folder in ("server", "agent", "firmware", "client", "deploy")
                     for path in (ROOT / folder).rglob("README.md")
                     if "node_modules" not in path.parts)]


def test_wire_md_is_generated_from_the_message_table():
    generated = subprocess.run([str(BIN / "edgerack-wire-docs")], capture_output=True, text=True,
                               check=True).stdout
    assert (ROOT / "docs" / "wire.md").read_text() == generated, \
        "run build/bin/edgerack-wire-docs > docs/wire.md"


def test_operators_md_is_generated_from_the_registries():
    generated = subprocess.run([str(BIN / "edgerack-compile"), "ops", "--markdown"],
                               capture_output=True, text=True, check=True).stdout
    assert (ROOT / "docs" / "operators.md").read_text() == generated, \
        "run build/bin/edgerack-compile ops --markdown > docs/operators.md"


def test_boards_md_has_the_table_of_the_board_files():
    generated = subprocess.run([sys.executable, str(ROOT / "firmware" / "boards" / "table.py")],
                               capture_output=True, text=True, check=True).stdout
    assert generated in (ROOT / "docs" / "boards.md").read_text(), \
        "put what firmware/boards/table.py prints into docs/boards.md"


def test_every_command_has_a_page_with_its_help():
    commands = command_pages.commands_in(command_pages.help_of())
    pages = {page.stem: page for page in command_pages.FOLDER.glob("*.md")}
    assert set(commands) == set(pages), "a page of docs/commands for each command"
    for name, page in pages.items():
        shown = command_pages.HELP.findall(page.read_text())
        assert shown == [command_pages.help_with_subcommands(name)], \
            f"{page}: run tests/docs/command_pages.py --write"
        assert command_pages.examples_in(page), f"{page} has no examples"
        assert "Example" in shown[0] or name == "completion", f"{name} --help has no examples"
def test_rest_md_has_the_table_of_the_description():
    document = subprocess.run([str(BIN / "edgerack-server"), "--print-openapi"],
                              capture_output=True, check=True).stdout
    generated = subprocess.run([sys.executable, str(ROOT / "tests" / "rest" / "route_table.py")],
                               input=document, capture_output=True, check=True).stdout.decode()
    assert generated in (ROOT / "docs" / "rest.md").read_text(), (
        "put what `edgerack-server --print-openapi | python3 tests/rest/route_table.py` prints into "
        "docs/rest.md")


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


# Upper-case words in the sources that are no codes: other programs' words, names of settings and of C.
NOT_CODES = re.compile(r"EDGERACK_\w+|LIBUSB_ERROR_\w+|SAME_(LOWER|UPPER)|ER_\w+|FLASH_ITCM|NO_COLOR")


def codes_in_sources():
    """Each quoted UPPER_CASE word of the C++ sources and the Python package with one place where it
    stands. Operator names of other formats have files of their own."""
    found = {}
    for folder in ("base", "server", "agent", "client"):
        for path in sorted((ROOT / folder).rglob("*")):
            name = str(path.relative_to(ROOT))
            python = path.suffix == ".py" and name.startswith("client/python/src/")
            if not (python or path.suffix in (".cc", ".h")) or re.search(
                    r"_test\.cc$|/testing/|/fake_|_fake|test_package|_names\.(cc|h)$|/not_taken\.cc$|/vboard/", name):
                continue
            for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1):
                for code in re.findall(r'"([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)\\?"', line):
                    if not NOT_CODES.fullmatch(code):
                        found.setdefault(code, f"{name}:{number}")
    return found


def test_every_error_code_is_explained():
    page = (ROOT / "docs" / "errors.md").read_text()
    explained = set(re.findall(r"`([A-Z][A-Z0-9_]+)`", page))
    used = codes_in_sources()
    assert len(used) > 100, "the search for codes finds too little"
    missing = [f"{code} ({place})" for code, place in sorted(used.items()) if code not in explained]
    assert not missing, (
        "docs/errors.md lacks " + ", ".join(missing) + ". Add a row with class, meaning and next step "
        "(a finding goes into the last table); if a word is no code, add it to NOT_CODES in "
        "tests/docs/test_docs.py")
    gone = explained - set(used) - {"INTERNAL"}
    assert not gone, f"docs/errors.md explains {sorted(gone)}, which no source uses; delete them"


def test_every_error_row_has_a_class_and_a_next_step():
    page = (ROOT / "docs" / "errors.md").read_text().split("## Findings")[0]
    for line in page.splitlines():
        if not line.startswith("| `"):
            continue
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        assert len(cells) == 4 and all(cells), line
        assert re.fullmatch(r"(USER|JOB|INFRASTRUCTURE|BOARD|BUG)(,? (or )?[A-Z]+)*", cells[1]), line
