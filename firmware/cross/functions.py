#!/usr/bin/env python3
"""Lists the functions of an ELF file: functions.py PREFIX IN.elf OUT.

One line each, by address: address (hex), size in bytes, name, source file under firmware/ or "-". PREFIX is that of
the tools, e.g. arm-none-eabi-. Many functions are called `run`; the file says whose.
"""
import pathlib
import subprocess
import sys


def functions(prefix, elf):
    table = subprocess.run([prefix + "readelf", "-sW", elf], check=True, capture_output=True, text=True)
    found = {}
    for line in table.stdout.splitlines():
        fields = line.split()
        if len(fields) < 8 or fields[3] != "FUNC" or fields[6] == "UND" or int(fields[2], 0) == 0:
            continue
        address = int(fields[1], 16) & ~1  # the lowest bit says Thumb
        # The compiler's copies of a function are that function.
        found.setdefault(address, (int(fields[2], 0), fields[7].partition(".")[0]))
    return dict(sorted(found.items()))


def files(prefix, elf, addresses):
    asked = "".join(f"{address:#x}\n" for address in addresses)
    answer = subprocess.run([prefix + "addr2line", "-e", elf], input=asked, check=True,
                            capture_output=True, text=True)
    for line in answer.stdout.splitlines():
        # The library's own files stand on no machine here; ours are told from firmware/ on.
        file = line.rpartition(":")[0].rpartition("firmware/")
        yield file[2] if file[1] else "-"


def main():
    prefix, elf, out = sys.argv[1:]
    found = functions(prefix, elf)
    lines = [f"{address:08x} {size} {name} {file}\n"
             for (address, (size, name)), file in zip(found.items(), files(prefix, elf, found))]
    pathlib.Path(out).write_text("".join(lines), encoding="ascii")


main()
