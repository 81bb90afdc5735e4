"""What stands between agent and board when it goes wrong: bad serial lines, bad probes, debuggers.

Test code only: small relays in front of a virtual board's doors, and a second OpenOCD.
"""

import os
import pathlib
import pty
import random
import select
import socket
import subprocess
import threading
import tty

SRAM2 = 0x2004C000  # the resident firmware uses none of it
UDF = 0xDE00        # an undefined instruction
LOAD = 0x6800        # ldr r0, [r0]
WFI = 0xBF30
BRANCH_BACK = 0xE7FD  # to the instruction before
SDIV = 0xF0F1FB90   # sdiv r0, r0, r1, as a little-endian word
SDIVS = 256
BRANCH_TO_START = 0xE5FE  # back over the divisions


class Noise:
    """Flips, drops and inserts bytes: `rate` of them, one kind as often as another."""

    def __init__(self, rate, seed):
        self._rate = rate
        self._random = random.Random(seed)
        self.damaged = 0
        self._left = self._gap()

    def _gap(self):
        return int(self._random.expovariate(self._rate)) if self._rate else 1 << 62

    def __call__(self, data):
        if self._left >= len(data):
            self._left -= len(data)
            return data
        out = bytearray()
        for byte in data:
            if self._left > 0:
                self._left -= 1
                out.append(byte)
                continue
            self._left = self._gap()
            self.damaged += 1
            kind = self._random.randrange(3)
            if kind == 0:
                out.append(byte ^ (1 << self._random.randrange(8)))
            elif kind == 1:
                out += bytes((byte, self._random.randrange(256)))
        return bytes(out)


class SerialLine:
    """A pseudo-terminal or TCP port for the agent, wired to a board's UART socket.

    It can be unplugged and plugged in again under the same name; the board notices nothing of that.
    """

    def __init__(self, uart_port, link=None, tcp_port=None, to_board=None, to_agent=None):
        self._board = socket.create_connection(("127.0.0.1", uart_port))
        self._link = pathlib.Path(link) if link else None
        self._tcp_port = tcp_port
        self._to_board = to_board or (lambda data: data)
        self._to_agent = to_agent or (lambda data: data)
        self._lock = threading.Lock()
        self._agent = None     # descriptor
        self._others = []      # kept open beside it: the slave, the listener and its socket
        self._wake, self._woken = os.pipe()
        self._stopped = False
        self.plug()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def plug(self):
        with self._lock:
            if self._link:
                master, slave = pty.openpty()
                tty.setraw(slave)
                self._link.unlink(missing_ok=True)
                self._link.symlink_to(os.ttyname(slave))
                self._agent, self._others = master, [os.fdopen(slave, "rb", 0)]
            else:
                listener = socket.create_server(("127.0.0.1", self._tcp_port))
                self._others = [listener]
        os.write(self._woken, b"x")

    def unplug(self):
        with self._lock:
            if self._link:
                self._link.unlink(missing_ok=True)
                os.close(self._agent)
            for other in self._others:
                other.close()
            self._agent, self._others = None, []
        os.write(self._woken, b"x")

    def close(self):
        self._stopped = True
        os.write(self._woken, b"x")
        self._thread.join()
        self.unplug()
        self._board.close()

    def _run(self):
        while not self._stopped:
            with self._lock:
                agent = self._agent
                listener = self._others[0] if self._others and not self._link else None
            wanted = [self._wake, self._board.fileno()]
            wanted += [fd for fd in (agent, listener and listener.fileno()) if fd is not None]
            try:
                ready = select.select(wanted, [], [])[0]
            except OSError:
                continue  # unplugged meanwhile
            if self._wake in ready:
                os.read(self._wake, 100)
                continue
            with self._lock:
                if agent is not self._agent:
                    continue
                if listener and listener.fileno() in ready:
                    self._accept(listener)
                if agent in ready:
                    self._from_agent(agent)
                if self._board.fileno() in ready:
                    self._from_board()

    def _accept(self, listener):
        client, _ = listener.accept()
        self._others = [listener, client]
        self._agent = client.fileno()

    def _from_agent(self, agent):
        try:
            data = os.read(agent, 4096)
        except OSError:
            data = b""
        if data:
            self._board.sendall(self._to_board(data))
        elif not self._link:
            self._others.pop().close()
            self._agent = None

    def _from_board(self):
        data = self._board.recv(4096)
        if not data:
            self._stopped = True
        if self._agent is not None and data:
            try:
                os.write(self._agent, self._to_agent(data))
            except OSError:
                pass  # the agent has just closed it


class ProbeRelay:
    """A TCP port in front of a board's debug port: `mode` is good, closed, garbage or mute."""

    def __init__(self, port, stlink_port):
        self._port = port
        self._stlink_port = stlink_port
        self._open = []
        self.mode = "good"
        self._listener = None
        self.set("good")

    def set(self, mode):
        self.mode = mode
        if self._listener:
            self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
            self._listener = None
        for sock in self._open:
            sock.close()
        self._open = []
        if mode != "closed":
            self._listener = socket.create_server(("127.0.0.1", self._port))
            threading.Thread(target=self._serve, args=(self._listener,), daemon=True).start()

    def close(self):
        self.set("closed")

    def _serve(self, listener):
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            self._open.append(client)
            if self.mode == "garbage":
                threading.Thread(target=self._babble, args=(client,), daemon=True).start()
            elif self.mode == "good":
                board = socket.create_connection(("127.0.0.1", self._stlink_port))
                for pair in ((client, board), (board, client)):
                    threading.Thread(target=self._pump, args=pair, daemon=True).start()

    @staticmethod
    def _babble(client):
        noise = random.Random(5)
        try:
            while client.recv(4096):
                client.sendall(noise.randbytes(4096))
        except OSError:
            pass

    @staticmethod
    def _pump(source, sink):
        try:
            while data := source.recv(65536):
                sink.sendall(data)
        except OSError:
            pass
        for sock in (source, sink):
            try:
                sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


def debug(stlink_port, *commands):
    """A second debugger: stock OpenOCD attaches, does the commands, and leaves the core running."""
    script = ["gdb_port disabled; telnet_port disabled; tcl_port disabled",
              f"hla_stlink_backend tcp {stlink_port}", "init", *commands, "shutdown"]
    arguments = ["openocd", "-f", "board/st_nucleo_f7.cfg"]
    for command in script:
        arguments += ["-c", command]
    done = subprocess.run(arguments, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stderr


# Inferences run with interrupts off, and the tick runs only while the firmware sleeps.
HALT_IN_A_RUN = (
    "set found 0; for {set i 0} {$i < 2000 && !$found} {incr i} {"
    " halt;"
    " set masked [dict get [get_reg {primask}] primask];"
    " set tick [expr {[lindex [read_memory 0xe000e010 32 1] 0] & 1}];"
    " if {$masked == 1 && $tick == 0} {set found 1} else {resume; sleep 2}"
    "}; if {!$found} {error {the board never ran a model}}")


GO_ON_THERE = (f"reg pc {SRAM2:#x}", "reg xPSR 0x01000000", "resume")


def crash(stlink_port):
    """The board, in mid-inference, executes an undefined instruction."""
    debug(stlink_port, HALT_IN_A_RUN, f"mwh {SRAM2:#x} {UDF:#x}", *GO_ON_THERE)


def hang(stlink_port):
    """The board, in mid-inference and with interrupts off, falls into an endless loop.

    Of divisions, because a virtual board's time passes faster the longer its instructions take.
    """
    debug(stlink_port, HALT_IN_A_RUN, f"for {{set i 0}} {{$i < {SDIVS}}} {{incr i}} {{"
          f" mww [expr {{{SRAM2:#x} + 4 * $i}}] {SDIV:#x}}}",
          f"mwh {SRAM2 + 4 * SDIVS:#x} {BRANCH_TO_START:#x}", "reg r1 1", *GO_ON_THERE)


def bad_load(stlink_port, address):
    """The board, in mid-inference, loads from an address where nothing is."""
    debug(stlink_port, HALT_IN_A_RUN, f"mwh {SRAM2:#x} {LOAD:#x}", f"reg r0 {address:#x}",
          *GO_ON_THERE)


def sleep_for_ever(stlink_port):
    """The board, in mid-inference and with interrupts off, waits for what never comes."""
    debug(stlink_port, HALT_IN_A_RUN, f"mwh {SRAM2:#x} {WFI:#x}",
          f"mwh {SRAM2 + 2:#x} {BRANCH_BACK:#x}", *GO_ON_THERE)


def reset(stlink_port):
    """Someone presses the button in mid-inference."""
    debug(stlink_port, HALT_IN_A_RUN, "reset run")


def hold(stlink_port, seconds):
    """A debugger stops the core in mid-inference for twice the watchdog's period, and lets go."""
    period = int(seconds / 2 * 32_000 / 256)
    shorten = [f"mww {address:#x} {value:#x}" for address, value in (
        (0x40003000, 0x5555), (0x40003004, 6), (0x40003008, period - 1), (0x40003000, 0xAAAA))]
    debug(stlink_port, HALT_IN_A_RUN, *shorten, f"sleep {seconds * 1000}", "resume")
