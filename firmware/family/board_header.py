#!/usr/bin/env python3
"""Writes a C header of a board's facts from its board.toml, its chip's and its family's toml.

Every key becomes one macro: ER_BOARD_<TABLE>_<KEY>, ER_CHIP_… or ER_FAMILY_…; numbers carry no
suffix, so that the linker script can use them too. On top of that
  a string      also defines <MACRO>_IS_<VALUE> as 1
  a pin "PB7"   also defines <MACRO>_PORT (A = 0) and <MACRO>_PIN
  [[memory]]    entries are named by their name: ER_CHIP_MEMORY_DTCM_ADDRESS
  *_region      also defines <MACRO>_ADDRESS and <MACRO>_SIZE_BYTES of the memory it names
  uart.instance also defines <MACRO>_<KEY> for every key of the family's [[uart]] that it names
  a list        becomes a brace-enclosed initializer, and <MACRO>_COUNT
ER_CHIP_RAM lists address and size of all memories that may hold what a program writes.
"""
import argparse
import re
import sys
import tomllib


def macro_name(*parts):
    return "_".join(re.sub(r"[^A-Z0-9]", "_", part.upper()) for part in parts)


def flatten(prefix, table, memories, out):
    for key, value in table.items():
        name = macro_name(prefix, key)
        if isinstance(value, dict):
            flatten(name, value, memories, out)
        elif isinstance(value, bool):
            out.append((name, str(int(value))))
        elif isinstance(value, int):
            out.append((name, hex(value) if value >= 0x10000 else str(value)))
        elif isinstance(value, str):
            out.append((name, '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'))
            out.append((macro_name(name, "is", value), "1"))
            pin = re.fullmatch(r"P([A-K])(\d{1,2})", value)
            if pin:
                out.append((name + "_PORT", str(ord(pin[1]) - ord("A"))))
                out.append((name + "_PIN", pin[2]))
            if key.endswith("_region"):
                memory = memories[value]
                out.append((name + "_ADDRESS", hex(memory["address"])))
                out.append((name + "_SIZE_BYTES", str(memory["size_bytes"])))
        elif isinstance(value, list) and all(isinstance(item, dict) for item in value):
            for item in value:
                flatten(macro_name(name, item["name"]), item, memories, out)
        elif isinstance(value, list):
            out.append((name, "{" + ", ".join(str(item) for item in value) + "}"))
            out.append((name + "_COUNT", str(len(value))))
        else:
            sys.exit(f"board_header: {name}: a {type(value).__name__} has no C form here")


def read(path):
    with open(path, "rb") as file:
        return tomllib.load(file)


def wired_uart(board, family):
    """The family's description of the UART that the board uses."""
    for uart in family["uart"]:
        if uart["name"] == board["uart"]["instance"]:
            return uart
    known = ", ".join(uart["name"] for uart in family["uart"])
    sys.exit(f"board_header: [uart] instance {board['uart']['instance']} is none of {known}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--board", required=True)
    parser.add_argument("--chip", required=True)
    parser.add_argument("--family")
    parser.add_argument("--variant", action="store_true",
                        help="[variant_layout] overrides [layout]: another, larger build")
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
    board, chip = read(args.board), read(args.chip)
    variant_layout = chip.pop("variant_layout", {})
    if args.variant:
        chip["layout"] |= variant_layout
    memories = {memory["name"]: memory for memory in chip["memory"]}
    macros = []
    flatten("ER_BOARD", board, memories, macros)
    flatten("ER_CHIP", chip, memories, macros)
    ram = [f"{{{memory['address']:#x}, {memory['size_bytes']}}}" for memory in chip["memory"]
           if memory["kind"] in ("itcm", "dtcm", "ram")]
    macros.append(("ER_CHIP_RAM", "{" + ", ".join(ram) + "}"))
    if args.family:
        family = read(args.family)
        flatten("ER_FAMILY", family, memories, macros)
        flatten("ER_BOARD_UART_INSTANCE", wired_uart(board, family), memories, macros)
    lines = ["// Written by firmware/family/board_header.py; edit the toml files instead.",
             "#ifndef ER_BOARD_CONFIG_H_", "#define ER_BOARD_CONFIG_H_"]
    lines += [f"#define {name} {value}" for name, value in macros]
    lines += ["#endif  // ER_BOARD_CONFIG_H_", ""]
    text = "\n".join(lines)
    try:
        with open(args.out, encoding="utf-8") as file:
            if file.read() == text:
                return
    except OSError:
        pass
    with open(args.out, "w", encoding="utf-8") as file:
        file.write(text)


main()
