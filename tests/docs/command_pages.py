"""The pages of docs/commands: each shows what `edgerack COMMAND --help` prints, and of its sub-commands.

    python3 command_pages.py --write     writes that into the pages
"""

import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ.get("EDGERACK_BIN", ROOT / "build" / "bin"))
FOLDER = ROOT / "docs" / "commands"
HELP = re.compile(r"^```text\n(.*?)^```$", re.MULTILINE | re.DOTALL)
EXAMPLES = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def help_of(*names):
    printed = subprocess.run([BIN / "edgerack", *names, "--help"], capture_output=True, text=True,
                             check=True).stdout
    return "".join(line.rstrip() + "\n" for line in printed.splitlines())


def commands_in(help_text):
    """Names under "Subcommands:"."""
    _, _, rest = help_text.partition("Subcommands:\n")
    return re.findall(r"^  (\S+)", rest.partition("\n\n")[0], re.MULTILINE)


def help_with_subcommands(name):
    text = help_of(name)
    for sub in commands_in(text):
        text += f"\n$ edgerack {name} {sub} --help\n" + help_of(name, sub).lstrip("\n")
    return f"$ edgerack {name} --help\n" + text.lstrip("\n")


def examples_in(page):
    return [line for block in EXAMPLES.findall(page.read_text()) for line in block.splitlines()]


if __name__ == "__main__":
    assert sys.argv[1:] == ["--write"], __doc__
    for page in sorted(FOLDER.glob("*.md")):
        block = "```text\n" + help_with_subcommands(page.stem) + "```"
        page.write_text(HELP.sub(lambda _, block=block: block, page.read_text()))
