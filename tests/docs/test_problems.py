"""docs/problems.md counts right and names codes and tests that exist."""

import collections
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "problems.md").read_text()
KINDS = ("detects", "prevents", "explains", "out of reach")


def rows():
    """number -> (kind, codes, tests)."""
    found = {}
    for line in PAGE.splitlines():
        # A bar within a cell is written \\|.
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        if not cells or not cells[0].isdigit():
            continue
        assert len(cells) == 6 and all(cells), line
        number, _, _, what, codes, tests = cells
        kinds = re.findall(r"\*\*([a-z ]+)\*\*", what)
        assert len(kinds) == 1 and kinds[0] in KINDS, line
        assert int(number) not in found, f"row {number} is there twice"
        found[int(number)] = (kinds[0], re.findall(r"`([A-Z0-9_]+)`", codes),
                              re.findall(r"`([^`]+)`", tests))
    return found


def test_every_problem_has_its_row():
    assert list(rows()) == list(range(1, 56))


def test_the_summary_counts_the_rows():
    counted = collections.Counter(kind for kind, _, _ in rows().values())
    said = {kind: int(count) for kind, count in
            re.findall(r"^\| \*\*([a-z ]+)\*\* .*\| (\d+) \|$", PAGE, re.MULTILINE)}
    assert said == {kind: counted[kind] for kind in KINDS}
    assert sum(said.values()) == 55 and said["detects"] >= 28


def test_what_is_detected_has_a_code_and_a_test():
    explained = set(re.findall(r"`([A-Z][A-Z0-9_]+)`", (ROOT / "docs/errors.md").read_text() +
                               (ROOT / "docs/doctor.md").read_text()))
    for number, (kind, codes, tests) in rows().items():
        assert set(codes) <= explained, f"row {number}: {set(codes) - explained} is explained nowhere"
        assert bool(tests) == (kind != "out of reach"), number
        assert codes or kind != "detects", number


def body_of(test):
    """The lines of the test FILE::NAME, of Python or C++; None where there is none."""
    file, _, name = test.partition("::")
    if file.endswith(".py"):
        head = rf"def {re.escape(name)}\("
    else:
        suite, case = name.split(".")
        head = rf"TEST(?:_F|_P)?\({suite}, {case}\)"
    text = (ROOT / file).read_text()
    # With the decorators before it, up to the next line that starts a definition.
    found = re.search(rf"^((?:@.*\n(?:[ (].*\n)*)?{head}.*\n(?:[ }}\n].*\n?|\n)*)", text, re.MULTILINE)
    return found and found[1]


def test_every_test_named_exists():
    for number, (_, _, tests) in rows().items():
        for test in tests:
            assert body_of(test), f"row {number}: {test} is not there"


def test_what_is_detected_is_shown_by_its_code():
    for number, (kind, codes, tests) in rows().items():
        if kind == "detects":
            bodies = "".join(body_of(test) for test in tests)
            assert any(f'"{code}"' in bodies or f" {code}" in bodies for code in codes), \
                f"row {number}: none of its tests names {codes}"
