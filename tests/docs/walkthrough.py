"""Documents whose commands are run: blocks marked `console`, commands behind "$ ", below them what they
print on standard output.

    python3 walkthrough.py DOCUMENT --write     runs the commands here and writes their output into it

The environment needs what the document says, e.g. REPO and EDGERACK_SERVER."""

import pathlib
import re
import subprocess
import sys

BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def parts(block):
    """(command, lines expected) of a block's text."""
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        command, _, expected = part.partition("\n")
        yield command, expected


def run(command, folder=None, environment=None):
    done = subprocess.run(["bash", "-c", command], cwd=folder, env=environment,
                          capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, f"{command}: exit {done.returncode}\n{done.stderr}"
    lines = [line.rstrip() for line in done.stdout.splitlines()]
    return "".join(line + "\n" for line in lines)


def check(document, folder, environment):
    """Runs every command; a list of (command, expected, printed) that differ."""
    differing = []
    for block in BLOCK.findall(document.read_text()):
        for command, expected in parts(block):
            printed = run(command, folder, environment)
            if printed != expected:
                differing.append((command, expected, printed))
    return differing


def write(document):
    def rewrite(match):
        return "```console\n" + "".join(
            f"$ {command}\n{run(command)}" for command, _ in parts(match[1])) + "```"
    document.write_text(BLOCK.sub(rewrite, document.read_text()))


if __name__ == "__main__":
    assert sys.argv[2:] == ["--write"], __doc__
    write(pathlib.Path(sys.argv[1]))
