"""A farm whose board has the noise of a real one and can get slower, for tests of suites."""

import json
import subprocess
import tomllib

from conftest import BOARD, DIGITS, TestFarm, demo, local_farm

MODEL = DIGITS / "digits_int8.tflite"


def suite_text(name="nightly", variants=("default",), head="", tail="", model=MODEL, **options):
    """A suite's file: the digits model on the farm's board; `head` are top-level keys."""
    options = {"samples": 16, "board_samples": 1, **options}
    text = f'id = "{name}"\nboards = ["{BOARD}"]\n{head}\n[[model]]\nlabel = "digits"\n'
    text += f'file = "{model}"\n[model.options]\n'
    text += "".join(f"{key} = {json.dumps(value)}\n" for key, value in options.items())
    for index, label in enumerate(variants):
        # Different to the compiler and the same to the board, so that no case is another one's copy.
        text += f'[[variant]]\nlabel = "{label}"\noptions = {{ warmup = {2 + index} }}\n'
    return text + tail


class SuiteFarm(TestFarm):
    """`jitter` percent of noise; `slow_code` as edgerack-vboard takes it."""

    def __init__(self, directory, port_base, jitter=None, seed=1, server_arguments=(), **options):
        super().__init__(directory, port_base, **options)
        self.jitter = jitter
        self.seed = seed
        self.slow_code = []
        self.server_arguments = list(server_arguments)

    def board_options(self, board):
        noise = ["--jitter", str(self.jitter), "--seed", str(self.seed)] if self.jitter else []
        slow = [word for code in self.slow_code for word in ("--slow-code", code)]
        return super().board_options(board) + noise + slow

    def server_options(self):
        return self.server_arguments

    def restart_board(self, slow_code=()):
        """Another life of the same board: its flash is kept, its code may be slower."""
        self.kill(BOARD)
        self.slow_code = list(slow_code)
        self.start_board(BOARD)
        self.wait_until_idle(60)

    def apply(self, folder, text, name="suite.toml"):
        path = folder / name
        path.write_text(text)
        code, suite = self.edgerack("suites", "apply", path)
        assert code == 0, suite
        return suite

    def night(self, suite="nightly", *arguments):
        """One run to its end: the exit status and the run."""
        code, document = self.edgerack("suites", "run", suite, *arguments)
        assert "run" in document, document
        return code, document["run"]


def start_suite_farm(directory, **options):
    farm = SuiteFarm(directory, demo.free_port_base(), **options)
    try:
        farm.up()
    except local_farm.FarmError:
        farm.down()
        raise
    return farm


def range_of(function):
    """The addresses of a function in the board's firmware: (first, behind the last)."""
    board = tomllib.loads((local_farm.SHARE / "boards" / BOARD / "board.toml").read_text())
    image = local_farm.SHARE / "firmware" / board["image"] / "firmware.elf"
    listing = subprocess.run(["arm-none-eabi-nm", "--print-size", "--defined-only", image],
                             capture_output=True, text=True, check=True).stdout
    for line in listing.splitlines():
        words = line.split()
        if len(words) == 4 and words[3] == function:
            first = int(words[0], 16) & ~1
            return first, first + int(words[1], 16)
    raise AssertionError(f"{image} has no function {function}")
