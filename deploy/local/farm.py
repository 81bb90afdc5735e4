"""A whole farm on this machine: server, agent and one virtual board of each kind.

    farm.py up --dir D --port-base P     start in the background, return when all boards are idle
    farm.py down --dir D                 stop what stands in D

Everything the farm writes lies under D: server/ (database, artifacts), agent/ (config, cache),
boards/<kind>/ (UART, flash), log/ and run/ (process ids). Ports on loopback: P gRPC, P+1 HTTP,
P+2 metrics, P+10 and up the virtual boards' ST-LINK servers, P+50 and up their TCP consoles where
the agent is told to use these. `./dev up` and the end-to-end tests
use this file; it starts only the product's own programs and only standard Python.
"""

import argparse
import hashlib
import json
import os
import pathlib
import signal
import subprocess
import sys
import time
import tomllib

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ.get("EDGERACK_BIN", ROOT / "build" / "bin"))
SHARE = pathlib.Path(os.environ.get("EDGERACK_SHARE", BIN.parent / "share" / "edgerack"))
START_TIMEOUT_S = 60
STOP_TIMEOUT_S = 10


class FarmError(Exception):
    """Why the farm does not stand; the text names the log to look at."""


def virtual_kinds():
    """The kinds in the share directory that `edgerack-vboard` is: virtual, and with a debug probe."""
    kinds = []
    for path in sorted(SHARE.glob("boards/*/board.toml")):
        board = tomllib.loads(path.read_text())
        if board.get("virtual") and "openocd" in board.get("probe", {}):
            kinds.append(board["id"])
    return kinds


def _alive(pid):
    """True while the process exists and is not a zombie."""
    try:
        stat = pathlib.Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return stat.rsplit(")", 1)[1].split()[0] != "Z"


class Farm:
    """The processes of one farm; `names` are server, agent and the ids of the virtual boards.

    There is one board of each of `kinds`, or of each virtual kind there is, with the kind as its id
    and a terminal as its console.
    `tcp_boards` (id -> kind) are further boards, which the agent reaches over TCP.
    """

    def __init__(self, directory, port_base=7700, kinds=None, tcp_boards=None, cycle_model=True):
        self.dir = pathlib.Path(directory).resolve()
        self.port = port_base
        self.kinds = list(virtual_kinds() if kinds is None else kinds)
        self.tcp_boards = dict(tcp_boards or {})
        self.cycle_model = cycle_model  # False: a cycle per instruction, and boards that compute faster
        self.board_kinds = {**{kind: kind for kind in self.kinds}, **self.tcp_boards}
        for part in ("server", "agent", "log", "run"):
            (self.dir / part).mkdir(parents=True, exist_ok=True)
        for board in self.board_kinds:
            (self.dir / "boards" / board).mkdir(parents=True, exist_ok=True)

    # One process each -------------------------------------------------------------------------

    def log_file(self, name):
        return self.dir / "log" / f"{name}.log"

    def _pid_file(self, name):
        return self.dir / "run" / f"{name}.pid"

    def pid(self, name):
        """The process id, or None when it does not run."""
        try:
            pid = int(self._pid_file(name).read_text())
        except (OSError, ValueError):
            return None
        return pid if _alive(pid) else None

    def _start(self, name, arguments):
        if self.pid(name):
            raise FarmError(f"{name} already runs in {self.dir}; `./dev down --dir {self.dir}` stops it")
        if not pathlib.Path(arguments[0]).exists():
            raise FarmError(f"{arguments[0]} does not exist; `./dev build` makes it")
        with open(self.log_file(name), "ab") as log:
            log_start = log.tell()
            process = subprocess.Popen(
                arguments, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        self._pid_file(name).write_text(str(process.pid))
        deadline = time.monotonic() + START_TIMEOUT_S
        while True:
            with open(self.log_file(name), "rb") as log:
                log.seek(log_start)
                said = log.read()
            if any(line.strip() == b"ready" for line in said.splitlines()):
                return
            if process.poll() is not None or time.monotonic() > deadline:
                tail = said.decode(errors="replace").strip().splitlines()[-5:]
                raise FarmError(f"{name} did not start; the end of {self.log_file(name)}:\n  " +
                                "\n  ".join(tail))
            time.sleep(0.02)

    def start_server(self):
        self._start("server", [
            str(BIN / "edgerack-server"), "--dir", str(self.dir / "server"),
            "--listen", f"127.0.0.1:{self.port}", "--http", f"127.0.0.1:{self.port + 1}",
            "--metrics", f"127.0.0.1:{self.port + 2}", *self.server_options()])

    def server_options(self):
        """More options of `edgerack-server`; for tests."""
        return []

    def stlink_port(self, board):
        return self.port + 10 + list(self.board_kinds).index(board)

    def uart_port(self, board):
        return self.port + 50 + list(self.tcp_boards).index(board)

    def start_board(self, board):
        folder = self.dir / "boards" / board
        arguments = [
            str(BIN / "edgerack-vboard"), "--board", self.board_kinds[board],
            "--stlink-port", str(self.stlink_port(board)),
            "--uart-pty", str(folder / "uart"), "--state", str(folder / "flash.bin")]
        if board in self.tcp_boards:
            arguments += ["--uart-tcp", str(self.uart_port(board)),
                          "--uid", hashlib.sha256(board.encode()).hexdigest()[:24]]
        self._start(board, arguments + self.board_options(board))

    def board_options(self, board):
        """More options of `edgerack-vboard`; for tests."""
        return [] if self.cycle_model else ["--cycle-model", "off"]

    def _console(self, board):
        if board in self.tcp_boards:
            return f'{{ tcp = "127.0.0.1:{self.uart_port(board)}" }}'
        return f'{{ device = "{self.dir / "boards" / board / "uart"}" }}'

    def board_entry(self, board, kind):
        """The board in the agent's configuration: key to value, in TOML."""
        return {"id": f'"{board}"', "kind": f'"{kind}"',
                "probe": f"{{ tcp_port = {self.stlink_port(board)} }}",
                "console": self._console(board)}

    def start_agent(self):
        config = ['[agent]', 'id = "local"', f'server = "127.0.0.1:{self.port}"',
                  f'state_dir = "{self.dir / "agent"}"']
        for board, kind in self.board_kinds.items():
            config += ['', '[[board]]']
            config += [f"{key} = {value}" for key, value in self.board_entry(board, kind).items()]
        path = self.dir / "agent" / "boards.toml"
        path.write_text("\n".join(config) + "\n")
        self._start("agent", [str(BIN / "edgerack-agent"), "--config", str(path)])

    def kill(self, name, sig=signal.SIGKILL):
        """Ends one process and waits until it is gone. False when it was not there."""
        pid = self.pid(name)
        if pid is None:
            self._pid_file(name).unlink(missing_ok=True)
            return False
        os.kill(pid, sig)
        deadline = time.monotonic() + STOP_TIMEOUT_S
        while _alive(pid):
            if time.monotonic() > deadline:
                os.kill(pid, signal.SIGKILL)
            try:
                os.waitpid(pid, os.WNOHANG)  # ours when we started it
            except ChildProcessError:
                pass
            time.sleep(0.02)
        self._pid_file(name).unlink(missing_ok=True)
        if name in self.board_kinds:
            # As a device's node goes with the device: the terminal's number may become another program's.
            (self.dir / "boards" / name / "uart").unlink(missing_ok=True)
        return True

    # The whole farm ---------------------------------------------------------------------------

    def running(self):
        """The names that have a living process under D."""
        return [path.stem for path in (self.dir / "run").glob("*.pid") if self.pid(path.stem)]

    def up(self):
        self.start_server()
        for board in self.board_kinds:
            self.start_board(board)
        self.start_agent()
        self.wait_until_idle()

    def down(self):
        """Stops everything that has a process id under D; True when something ran."""
        names = [path.stem for path in (self.dir / "run").glob("*.pid")]
        order = ["agent"] + sorted(set(names) - {"agent", "server"}) + ["server"]
        return any([self.kill(name, signal.SIGTERM) for name in order if name in names])

    def wait_until_idle(self, timeout_s=START_TIMEOUT_S):
        deadline = time.monotonic() + timeout_s
        boards = {}
        while time.monotonic() < deadline:
            boards = {b["id"]: b for b in self.boards()}
            if all(boards.get(board, {}).get("state") == "IDLE" for board in self.board_kinds):
                return
            time.sleep(0.05)
        seen = ", ".join(f"{b['id']} is {b.get('state')} ({b.get('reason', '')})"
                         for b in boards.values()) or "no board reported"
        raise FarmError(f"not every board became idle in {timeout_s} s: {seen}; "
                        f"see {self.log_file('agent')}")

    # The command line -------------------------------------------------------------------------

    def edgerack(self, *arguments, timeout_s=300):
        """Runs `edgerack --json …`; (exit code, document or None)."""
        done = subprocess.run(
            [str(BIN / "edgerack"), "--server", f"127.0.0.1:{self.port}", "--json",
             *map(str, arguments)], capture_output=True, text=True, timeout=timeout_s)
        try:
            return done.returncode, json.loads(done.stdout)
        except ValueError:
            return done.returncode, None

    def boards(self):
        code, document = self.edgerack("boards", "list")
        return document["boards"] if code == 0 and document else []


def main():
    parser = argparse.ArgumentParser(prog="./dev")
    commands = parser.add_subparsers(dest="command", required=True)
    up = commands.add_parser("up", help="start server, agent and virtual boards")
    up.add_argument("--dir", default=".run")
    up.add_argument("--port-base", type=int, default=7700)
    down = commands.add_parser("down", help="stop them")
    down.add_argument("--dir", default=".run")
    arguments = parser.parse_args()
    try:
        if arguments.command == "down":
            farm = Farm(arguments.dir)
            print("stopped" if farm.down() else "nothing ran", farm.dir)
            return 0
        farm = Farm(arguments.dir, arguments.port_base)
        if farm.running():  # before the clean-up below, which would stop them
            raise FarmError(f"{', '.join(farm.running())} already run in {farm.dir}; "
                            f"`./dev down --dir {farm.dir}` stops them")
        try:
            farm.up()
        except FarmError:
            farm.down()
            raise
        print(f"server 127.0.0.1:{farm.port}, boards: {', '.join(farm.kinds)}; all under {farm.dir}")
        print(f"try: EDGERACK_SERVER=127.0.0.1:{farm.port} build/bin/edgerack boards")
        return 0
    except FarmError as error:
        print(f"./dev {arguments.command}: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
