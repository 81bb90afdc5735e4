"""How long the dashboard takes with very many results.

    ./dev up --dir D … some runs … ; ./dev down --dir D
    many_results.py D [--results N]

multiplies the results that the stopped farm D has, with their jobs and runs, in a copy of its database; serves it,
and prints how long the dashboard's pages take in headless Chromium until they can be used.
"""

import argparse
import os
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "deploy" / "local"))

import demo  # noqa: E402
import farm as local_farm  # noqa: E402

VITE_NODE = ROOT / "client/web/node_modules/.bin/vite-node"
LOAD_TIME = ROOT / "client/web/scripts/load_time.ts"


def columns(database, table, *without):
    names = [row[1] for row in database.execute(f"PRAGMA table_info({table})")]
    return [name for name in names if name not in ("seq", *without)]


def copy_rows(database, table, changes):
    """Every row of the templates once more for each number of `copies`; `changes` are SQL for columns."""
    names = columns(database, table)
    values = [changes.get(name, f"t.{name}") for name in names]
    database.execute(
        f"INSERT INTO {table} ({', '.join(names)}) SELECT {', '.join(values)} "
        f"FROM copies JOIN template_{table} t ON t.rank = copies.n % (SELECT count(*) FROM template_{table})")


def multiply(file, wanted):
    """Until there are `wanted` results. Ids get the number of the copy behind them."""
    database = sqlite3.connect(file)
    database.execute("PRAGMA foreign_keys = OFF")
    database.execute("PRAGMA synchronous = OFF")
    have = database.execute("SELECT count(*) FROM results").fetchone()[0]
    if have == 0:
        sys.exit(f"{file} has no results to multiply; run some models in that farm first")
    database.execute("CREATE TEMP TABLE copies AS WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL "
                     "SELECT n + 1 FROM c WHERE n < ?) SELECT n FROM c", (max(1, wanted - have),))
    for table, order in (("results", "t.seq"), ("runs", "r.seq"), ("jobs", "r.seq")):
        join = {"results": "", "runs": "JOIN results r ON r.run_id = t.id",
                "jobs": "JOIN results r ON r.job_id = t.id"}[table]
        database.execute(f"CREATE TEMP TABLE template_{table} AS SELECT t.*, "
                         f"row_number() OVER (ORDER BY {order}) - 1 AS rank FROM {table} t {join}")
    suffix = "|| '-' || copies.n"
    copy_rows(database, "jobs", {"id": f"t.id {suffix}", "request_id": "NULL"})
    copy_rows(database, "runs", {"id": f"t.id {suffix}", "job_id": f"t.job_id {suffix}",
                                 "result_id": f"t.result_id {suffix}"})
    copy_rows(database, "results", {
        "id": f"t.id {suffix}", "job_id": f"t.job_id {suffix}", "run_id": f"t.run_id {suffix}",
        "create_time_ms": "t.create_time_ms + copies.n * 60000"})
    database.commit()
    count, size = database.execute("SELECT count(*), avg(length(body)) FROM results").fetchone()
    database.close()
    print(f"{count:,} results of {size:,.0f} bytes on average, "
          f"{os.path.getsize(file) / 1e6:,.0f} MB of database")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("farm", help="folder of a stopped farm with results")
    parser.add_argument("--results", type=int, default=100_000)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        farm = local_farm.Farm(folder, demo.free_port_base(), kinds=[])
        shutil.copytree(pathlib.Path(arguments.farm) / "server", farm.dir / "server", dirs_exist_ok=True)
        multiply(farm.dir / "server" / "edgerack.sqlite", arguments.results)
        began = time.monotonic()
        farm.start_server()
        print(f"the server was ready after {time.monotonic() - began:.2f} s")
        try:
            return subprocess.run(
                [str(VITE_NODE), str(LOAD_TIME)], cwd=LOAD_TIME.parents[1],
                env={**os.environ, "EDGERACK_E2E_HTTP": f"http://127.0.0.1:{farm.port + 1}"}).returncode
        finally:
            farm.down()


if __name__ == "__main__":
    sys.exit(main())
