"""`./dev up` and `./dev down`, and what a person sees in between."""

import os
import subprocess
import urllib.request

from conftest import BOARD, DIGITS, ROOT, demo, local_farm


def dev(*arguments):
    return subprocess.run([str(ROOT / "dev"), *map(str, arguments)], capture_output=True, text=True,
                          timeout=120, cwd="/")


def test_up_serves_on_its_ports_and_down_leaves_nothing(tmp_path):
    base = demo.free_port_base()
    up = dev("up", "--dir", tmp_path, "--port-base", base)
    try:
        assert up.returncode == 0, up.stderr
        environment = dict(os.environ, EDGERACK_SERVER=f"127.0.0.1:{base}")
        boards = subprocess.run([str(local_farm.BIN / "edgerack"), "boards"], capture_output=True,
                                text=True, env=environment)
        assert boards.returncode == 0
        kinds = local_farm.virtual_kinds()
        rows = {line.split()[0]: line for line in boards.stdout.splitlines() if line.strip()}
        assert BOARD in kinds and all("IDLE" in rows[kind] for kind in kinds), boards.stdout
        assert "stm32f746" in rows[BOARD]
        run = subprocess.run(
            [str(local_farm.BIN / "edgerack"), "run", str(DIGITS / "digits_int8.tflite"), "--board",
             "kind=virtual-f746,family=stm32f7"], capture_output=True, text=True, env=environment)
        assert run.returncode == 0, run.stderr
        assert "an estimate" in run.stdout and "VALID" in run.stdout
        with urllib.request.urlopen(f"http://127.0.0.1:{base + 1}/healthz", timeout=5) as answer:
            assert answer.status == 200
        with urllib.request.urlopen(f"http://127.0.0.1:{base + 2}/metrics", timeout=5) as answer:
            metrics = answer.read().decode()
        assert "edgerack_jobs" in metrics
        assert dev("up", "--dir", tmp_path, "--port-base", base).returncode == 1
    finally:
        processes = [int(path.read_text()) for path in (tmp_path / "run").glob("*.pid")]
        down = dev("down", "--dir", tmp_path)
    assert down.returncode == 0 and len(processes) == 2 + len(kinds)
    assert not any(local_farm._alive(pid) for pid in processes)
