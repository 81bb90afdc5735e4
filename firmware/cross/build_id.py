#!/usr/bin/env python3
"""Writes the GNU build id of an ELF file as hexadecimal text: build_id.py IN.elf OUT."""
import struct
import sys

NT_GNU_BUILD_ID = 3
SHT_NOTE = 7


def build_id(elf):
    if elf[:6] != b"\x7fELF\x01\x01":
        sys.exit("build_id: not a 32-bit little-endian ELF file")
    section_offset, = struct.unpack_from("<I", elf, 32)
    entry_bytes, count = struct.unpack_from("<HH", elf, 46)
    for i in range(count):
        _, kind, _, _, offset, size = struct.unpack_from("<6I", elf, section_offset + i * entry_bytes)
        end = offset + size
        while kind == SHT_NOTE and offset + 12 <= end:
            name_bytes, value_bytes, note = struct.unpack_from("<3I", elf, offset)
            value = offset + 12 + (name_bytes + 3) // 4 * 4
            if note == NT_GNU_BUILD_ID and elf[offset + 12:offset + 16] == b"GNU\0":
                return elf[value:value + value_bytes].hex()
            offset = value + (value_bytes + 3) // 4 * 4
    sys.exit("build_id: the file has no build id; link it with --build-id")


with open(sys.argv[1], "rb") as file:
    text = build_id(file.read())
with open(sys.argv[2], "w", encoding="ascii") as file:
    file.write(text)
