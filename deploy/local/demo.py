"""The main job from file to result, on a farm of its own: `./dev demo`.

Starts server, agent and virtual boards in a temporary folder, sends the digits models through
compiler, OpenOCD, board and database, prints what came out and stops everything. Exits 0 only when
every result is valid, agrees with the host bit for bit, and stands in the database.
"""

import fcntl
import pathlib
import socket
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import farm as local_farm  # noqa: E402

DIGITS = local_farm.ROOT / "client" / "examples" / "digits"
MODELS = ("digits_int8.tflite", "digits_float.tflite")
LEAST_TOP1 = 0.95  # the models reach 0.9967 on all images; far below means a wrong pipeline


_claimed = []  # lock files of the port ranges this process uses; released when it ends


def _claim(base):
    """Locks the range, so that two farms that start at the same moment take different ones."""
    lock = open(pathlib.Path(tempfile.gettempdir()) / f"edgerack-ports-{base}.lock", "w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        return False
    _claimed.append(lock)
    return True


def _all_free(ports):
    sockets = []
    try:
        for port in ports:
            sockets.append(socket.socket())
            sockets[-1].bind(("127.0.0.1", port))
        return True
    except OSError:
        return False
    finally:
        for sock in sockets:
            sock.close()


def free_port_base():
    """A port base no other farm of this machine uses: all ports that a farm takes are free."""
    for base in range(17700, 27700, 100):
        if _all_free([*range(base, base + 3), *range(base + 10, base + 14),
                      *range(base + 50, base + 54)]) and _claim(base):
            return base
    raise local_farm.FarmError("no free ports between 17700 and 27700 on this machine")


def require(condition, what):
    if not condition:
        raise local_farm.FarmError(what)


def show(farm, *arguments):
    """Runs `edgerack …` for a person: what it prints goes to the screen."""
    print(f"\n$ edgerack {' '.join(arguments)}", flush=True)
    return subprocess.run(
        [str(local_farm.BIN / "edgerack"), "--server", f"127.0.0.1:{farm.port}", *arguments],
        cwd=local_farm.ROOT, timeout=300).returncode


def show_flashing(farm):
    """What OpenOCD said when the agent found new boards without our firmware."""
    log = farm.log_file("agent").read_text().splitlines()
    print("The agent flashed each new board with the distribution's OpenOCD:")
    for board in farm.kinds:
        mark = f"board {board}: openocd: "
        lines = [line.split(mark, 1)[1] for line in log if mark in line]
        telling = [line for line in lines if any(word in line for word in (
            "Open On-Chip Debugger", "STLINK", "processor detected", "device id", "Device:",
            "wrote", "downloaded", "verified"))]
        require(any("verified" in line for line in telling),
                f"the agent's log shows no flashing of {board}")
        print(f"{board}:")
        for line in telling[:8]:
            print(f"  {line}")


def check(result):
    name = result["model_display_name"]
    require(result["verdict"] == "VALID", f"{name}: the verdict is {result['verdict']}: "
            f"{result['issues']}")
    agreement = result["agreement"]
    require(agreement["samples"] == 100 and agreement["bit_exact"] == 100,
            f"{name}: {agreement['bit_exact']} of {agreement['samples']} samples equal the host")
    require(result["accuracy"]["top1"] >= LEAST_TOP1,
            f"{name}: top-1 on the board is {result['accuracy']['top1']}")
    # A board that counts nothing but instructions has neither cycles nor times.
    require(result["instructions"] > 0 and result["memory"]["stack_bytes"] > 0,
            f"{name}: instructions or stack were not measured")


def run_jobs(farm):
    """Every model on every board, and one job once more; returns how many results there must be."""
    dataset = str((DIGITS / "digits.npz").relative_to(local_farm.ROOT))
    paths = [str((DIGITS / model).relative_to(local_farm.ROOT)) for model in MODELS]
    for board in farm.kinds:
        for path in paths:
            require(show(farm, "run", path, "--board", board, "--dataset", dataset) == 0,
                    f"the job for {path} on {board} failed; see above")
    started = time.monotonic()
    code, again = farm.edgerack("run", paths[-1], "--board", farm.kinds[0], "--dataset", dataset)
    require(code == 0, f"the second submission of {paths[-1]} failed: {again}")
    stages = {stage["name"]: stage for stage in again["results"][0]["stages"]}
    skipped = [name for name in ("compile", "flash", "load") if stages[name].get("skipped")]
    print(f"\nThe same model once more: {time.monotonic() - started:.2f} s in all; "
          f"skipped {', '.join(skipped)}")
    require(skipped == ["compile", "flash", "load"], "the second submission repeated work")
    return len(farm.kinds) * len(MODELS) + 1


def main():
    with tempfile.TemporaryDirectory(prefix="edgerack-demo-") as directory:
        farm = None
        try:
            farm = local_farm.Farm(directory, free_port_base())
            farm.up()
            show_flashing(farm)
            expected = run_jobs(farm)
            show(farm, "results", "list")
            code, document = farm.edgerack("results", "list")
            require(code == 0 and len(document["results"]) == expected,
                    "the results are not all stored")
            for result in document["results"]:
                check(result)
            print("\nEvery result is stored, valid, and equal to the host's bit for bit. The boards are "
                  "virtual: their times are estimates, or not there at all.")
            return 0
        except local_farm.FarmError as error:
            print(f"./dev demo: {error}", file=sys.stderr)
            if farm:
                for log in sorted((farm.dir / "log").glob("*.log")):
                    tail = log.read_text(errors="replace").splitlines()[-15:]
                    print(f"--- {log.name}", *tail, sep="\n", file=sys.stderr)
            return 1
        finally:
            if farm:
                farm.down()


if __name__ == "__main__":
    sys.exit(main())
