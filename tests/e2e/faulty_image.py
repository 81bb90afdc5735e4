"""A firmware image with an error in one layer, in a copy of the share directory."""

import os
import pathlib
import shutil
import struct

SHARE = pathlib.Path(os.environ["EDGERACK_SHARE"])
IMAGE = "stm32f746g-disco"  # of virtual-f746 too
FAULTY = pathlib.Path(os.environ["EDGERACK_BIN"]).parent / "tests" / "faulty_firmware" / IMAGE
BUILD_ID_BYTES = 20


def _sections(elf):
    """Type, address, file offset, size and link of each section."""
    offset, = struct.unpack_from("<I", elf, 32)
    entry_bytes, count = struct.unpack_from("<HH", elf, 46)
    for i in range(count):
        _, kind, _, address, at, size, link = struct.unpack_from("<7I", elf, offset + i * entry_bytes)
        yield kind, address, at, size, link


def _file_offset(elf, symbol):
    """Where the bytes of a variable stand in the file."""
    sections = list(_sections(elf))
    for kind, _, at, size, link in sections:
        if kind != 2:  # SHT_SYMTAB
            continue
        strings = sections[link][2]
        for entry in range(at, at + size, 16):
            name, value, _, _, _, index = struct.unpack_from("<IIIBBH", elf, entry)
            end = elf.index(b"\0", strings + name)
            if elf[strings + name:end] == symbol:
                _, address, start, _, _ = sections[index]
                return start + value - address
    raise AssertionError(f"the image has no {symbol}")


class FaultyShare:
    """A copy of the share directory whose image computes one layer wrong."""

    def __init__(self, directory):
        self.path = pathlib.Path(directory) / "share"
        shutil.copytree(SHARE, self.path)
        self.elf = bytearray((FAULTY / "firmware.elf").read_bytes())
        self.word = _file_offset(self.elf, b"er_faulty_layer")
        self.build_id = bytes.fromhex((FAULTY / "build_id").read_text().strip())
        self.note = self.elf.index(self.build_id)

    def plant(self, layer):
        """From the next run on; 0xFFFF plants nothing."""
        elf = bytearray(self.elf)
        struct.pack_into("<I", elf, self.word, layer)
        # Another build: the agent flashes what the board does not run already.
        build_id = struct.pack("<H", layer) + self.build_id[2:]
        elf[self.note:self.note + BUILD_ID_BYTES] = build_id
        image = self.path / "firmware" / IMAGE
        (image / "firmware.elf").write_bytes(elf)
        (image / "build_id").write_text(build_id.hex() + "\n")
