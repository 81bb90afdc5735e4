"""The walkthroughs in docs/ print what they say: every command runs on a farm of its own."""

import os
import sys

import pytest

from conftest import ROOT, local_farm

sys.path.insert(0, str(ROOT / "tests" / "docs"))

import walkthrough  # noqa: E402


@pytest.mark.parametrize("name", ["estimate.md", "kws_story.md"])
def test_every_command_prints_what_the_document_says(farm, name, tmp_path):
    environment = dict(os.environ, REPO=str(ROOT), EDGERACK_SERVER=f"127.0.0.1:{farm.port}",
                       PATH=f"{local_farm.BIN}:/usr/bin:/bin")
    differing = walkthrough.check(ROOT / "docs" / name, tmp_path, environment)
    assert not differing, "\n\n".join(
        f"$ {command}\n--- the document\n{expected}--- printed\n{printed}"
        for command, expected, printed in differing)
