"""C sources of a model in somebody's own build: on this machine and in an own firmware on a board."""

import os
import shutil
import socket
import subprocess

import numpy as np
import pytest
from conftest import BOARD, DIGITS, ROOT, local_farm

MODEL = DIGITS / "digits_int8.tflite"
EXAMPLE = ROOT / "client" / "examples" / "own_firmware"
SAMPLES = 20


@pytest.fixture(scope="module")
def emitted(tmp_path_factory):
    """The folder of C sources, the samples' bytes, and what the package gives for them here."""
    folder = tmp_path_factory.mktemp("emit")
    subprocess.run([str(local_farm.BIN / "edgerack-compile"), str(MODEL), "--board", BOARD, "--out",
                    str(folder / "digits.erp"), "--emit-c", str(folder / "digits_c")], check=True)
    with np.load(DIGITS / "digits.npz") as data:
        np.save(folder / "x.npy", data["x"][:SAMPLES])
    subprocess.run([str(local_farm.BIN / "edgerack-compile"), "prepare", str(folder / "digits.erp"),
                    "--dataset", str(folder / "x.npy"), "--inputs", str(folder / "x.bin"),
                    "--reference", str(folder / "y.bin"), "--manifest", str(folder / "m.json")],
                   check=True)
    return folder


def test_the_sources_build_here_and_give_the_packages_bits(emitted):
    build = emitted / "digits_c" / "build"
    subprocess.run(["cmake", "-S", str(emitted / "digits_c"), "-B", str(build),
                    "-DCMAKE_C_FLAGS=-Wall -Wextra -Werror"], check=True, capture_output=True)
    subprocess.run(["cmake", "--build", str(build), "-j2"], check=True, capture_output=True)
    done = subprocess.run([str(build / "digits_int8_example")], check=True, capture_output=True,
                          input=(emitted / "x.bin").read_bytes())
    assert done.stdout == (emitted / "y.bin").read_bytes()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def read_line(connection):
    line = b""
    while not line.endswith(b"\n"):
        byte = connection.recv(1)
        assert byte, f"the console closed after {line!r}"
        line += byte
    return line.decode().strip()


def test_an_own_firmware_links_them_and_runs_on_the_board(emitted):
    folder = emitted / "own"
    shutil.copytree(EXAMPLE, folder)
    built = subprocess.run(["make", "-C", str(folder), f"MODEL_C={emitted / 'digits_c'}",
                            "CFLAGS_EXTRA=-Werror"], capture_output=True, text=True)
    assert built.returncode == 0, built.stderr
    uart, stlink = free_port(), free_port()
    board = subprocess.Popen(
        [str(local_farm.BIN / "edgerack-vboard"), "--board", BOARD, "--stlink-port", str(stlink),
         "--uart-pty", str(folder / "uart"), "--uart-tcp", str(uart), "--elf",
         str(folder / "own_firmware.elf")], stdout=subprocess.PIPE, text=True, env=os.environ)
    try:
        assert board.stdout.readline().strip() == "ready"
        inputs = np.frombuffer((emitted / "x.bin").read_bytes(), np.int8).reshape(SAMPLES, -1)
        expected = np.frombuffer((emitted / "y.bin").read_bytes(), np.int8).reshape(SAMPLES, -1)
        with socket.create_connection(("127.0.0.1", uart), timeout=30) as console:
            for pixels, scores in zip(inputs, expected):
                console.sendall(pixels.tobytes())
                words = read_line(console).split()
                assert [int(word) for word in words[:10]] == scores.tolist()
                assert words[10] == "cycles" and int(words[11]) > 89_344  # more than a MAC a cycle
    finally:
        board.terminate()
        board.wait(10)
