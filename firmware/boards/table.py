#!/usr/bin/env python3
"""Prints the table of docs/boards.md from the board and chip files: table.py."""
import pathlib
import tomllib

FIRMWARE = pathlib.Path(__file__).resolve().parents[1]


def read(path):
    return tomllib.loads(path.read_text())


def kib(size_bytes):
    return f"{size_bytes // 1024:,} KiB"


def row(board, chip):
    layout = chip["layout"]
    clock = board.get("clock", {}).get("core_hz")
    uart = board["uart"]
    pins = f" {uart['tx']}/{uart['rx']}" if "tx" in uart else ""
    image = "its own" if board["image"] == board["id"] else f"`{board['image']}`"
    return [f"`{board['id']}`", f"`{board['chip']}`",
            f"{clock // 1_000_000} MHz" if clock else "—", f"{uart['instance']}{pins}",
            f"{kib(layout['package_bytes'])}",
            f"{kib(layout['arena_bytes'])} {layout['arena_region']}",
            f"{kib(layout['stack_bytes'])} {layout['stack_region']}", image]


def table():
    chips = {path.stem: read(path) for path in FIRMWARE.glob("family/*/chips/*.toml")}
    boards = [read(path) for path in sorted(FIRMWARE.glob("boards/*/board.toml"))]
    boards = [board for board in boards if "openocd" in board["probe"]]
    lines = ["| board | chip | core | UART | packages | arena | stack | image |",
             "|---|---|---|---|---|---|---|---|"]
    for board in sorted(boards, key=lambda board: board.get("virtual", False)):
        lines.append("| " + " | ".join(row(board, chips[board["chip"]])) + " |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(table(), end="")
