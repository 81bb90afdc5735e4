"""Every refusal in the compiler's sources says what is supported instead, and then what to do: the
corpus beside this file reaches many of them, this looks at the words of all."""

import pathlib
import re

import pytest

COMPILER = pathlib.Path(__file__).resolve().parents[2] / "server" / "compiler"
CALL = re.compile(r'\b(?:Refuse|Fail)\(\s*"(UNSUPPORTED_\w+|HYBRID_MODEL|SHAPE_MISMATCH|BINARY_LAYER|'
                  r'OPEN_SHAPE|EXTERNAL_DATA|DOES_NOT_FIT)"')


def call_at(text, start):
    """The call's source, up to the parenthesis that closes it."""
    depth, quoted = 0, False
    for at in range(text.index("(", start), len(text)):
        if text[at] == '"' and text[at - 1] != "\\":
            quoted = not quoted
        depth += not quoted and (text[at] == "(") - (text[at] == ")")
        if depth == 0:
            return text[start:at + 1]
    raise AssertionError("the call does not end")


def refusals():
    for path in sorted(COMPILER.rglob("*.cc")):
        if path.name.endswith("_test.cc"):
            continue
        text = path.read_text()
        for match in CALL.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            call = call_at(text, match.start()).replace(f'"{match[1]}"', "", 1)
            yield pytest.param(call, id=f"{path.relative_to(COMPILER)}:{line}")


@pytest.mark.parametrize("call", refusals())
def test_a_refusal_says_what_is_supported_and_what_to_do(call):
    words = "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', call))
    assert "upported" in call, words
    # A sentence of its own, or the function that has it.
    assert re.search(r"[.;:] [A-Z][a-z]+|\. $", words) or "InsteadOf" in call, words


def test_the_search_finds_them():
    assert len(list(refusals())) > 200
