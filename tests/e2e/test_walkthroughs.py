"""The walkthroughs in docs/ print what they say: every command runs on a farm of its own."""

import os
import sys

import pytest

from conftest import ROOT, local_farm

sys.path.insert(0, str(ROOT / "tests" / "docs"))

import command_pages  # noqa: E402
import walkthrough  # noqa: E402


CYCLE_MODEL = True  # of the farm


@pytest.mark.parametrize("name", ["bnn.md", "kws_story.md", "rest.md", "suites.md"])
def test_every_command_prints_what_the_document_says(farm, name, tmp_path):
    environment = dict(os.environ, REPO=str(ROOT), EDGERACK_SERVER=f"127.0.0.1:{farm.port}",
                       HTTP=f"127.0.0.1:{farm.port + 1}",
                       PATH=f"{local_farm.BIN}:/usr/bin:/bin")
    differing = walkthrough.check(ROOT / "docs" / name, tmp_path, environment)
    assert not differing, "\n\n".join(
        f"$ {command}\n--- the document\n{expected}--- printed\n{printed}"
        for command, expected, printed in differing)


@pytest.mark.parametrize("page", sorted(command_pages.FOLDER.glob("*.md")), ids=lambda page: page.stem)
def test_every_example_of_a_command_works(farm, page, tmp_path):
    """From a folder of their own, with the repository's files where the page says they are."""
    for folder in ("client", "suites"):
        (tmp_path / folder).symlink_to(ROOT / folder)
    environment = dict(os.environ, EDGERACK_SERVER=f"127.0.0.1:{farm.port}",
                       PATH=f"{local_farm.BIN}:/usr/bin:/bin")
    for example in command_pages.examples_in(page):
        walkthrough.run(example, tmp_path, environment)


def test_completion_completes(farm, tmp_path):
    """In a real bash: commands, sub-commands, options."""
    script = """
        eval "$(edgerack completion bash)"
        complete_words() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _edgerack; echo "${COMPREPLY[*]}"; }
        complete_words edgerack swe
        complete_words edgerack results ou
        complete_words edgerack --json results export --c
        complete_words edgerack run --dat"""
    environment = dict(os.environ, PATH=f"{local_farm.BIN}:/usr/bin:/bin")
    assert walkthrough.run(script, tmp_path, environment).split() == \
        ["sweep", "outputs", "--csv", "--dataset"]


def test_every_command_of_the_estimates_works(tmp_path):
    """Without comparing: a request that a busy machine repeats moves the cycles by a few."""
    environment = dict(os.environ, REPO=str(ROOT), PATH=f"{local_farm.BIN}:/usr/bin:/bin")
    blocks = walkthrough.BLOCK.findall((ROOT / "docs" / "estimate.md").read_text())
    assert blocks
    for block in blocks:
        for command, _ in walkthrough.parts(block):
            walkthrough.run(command, tmp_path, environment)
