"""Writes `src/edgerack/aio.py` from `client.py`, so that the two clients cannot come apart.

    python make_async.py            after a change of client.py

Both are only the outer face; what they do is in `edgerack/_core`, once. A test runs this and
compares.
"""

import pathlib
import re
import subprocess
import sys

SOURCE = pathlib.Path(__file__).resolve().parent / "src" / "edgerack"
# Where the two differ; applied in this order.
CHANGES = (
    (r'^"""The client whose calls block\."""',
     '"""The client for asyncio; make_async.py wrote it from client.py."""'),
    (r"from edgerack\._core\.blocking import [^\n]+",
     "from edgerack._core.asynchronous import AsyncTransport"),
    (r"BlockingTransport\(", "AsyncTransport("),
    (r"One server\. Calls block, each until its `timeout` at most; threads may share a client\.",
     "One server, for one event loop. Each call ends after its `timeout` at most."),
    (r"\b(Client|JobHandle)\b(?=[:(,\]])", r"Async\1"),
    (r"<JobHandle", "<AsyncJobHandle"),
    (r"`Client\.", "`AsyncClient."),
    (r"def __enter__", "async def __aenter__"),
    (r"def __exit__", "async def __aexit__"),
    (r"self\.close\(\)", "await self.close()"),
    (r"^    def (?!__|_until|id\b|job\(self\) -> Job:)(?=\w+\()", "    async def "),
    (r"for job, _ in iterate\((.*)\):$", r"async for job, _ in \1:"),
    (r"\bIterator\b", "AsyncIterator"),
    (r"\bfinish\(", "await ("),
    (r"(= |return )self\.(run|validation|_wait)\(", r"\1await self.\2("),
    (r"self\.outputs\(results", "await self.outputs(results"),
    (r"^(        )self\._wait\(", r"\1await self._wait("),
)  # fmt: skip


def asynchronous(text: str) -> str:
    """The text of client.py as that of aio.py."""
    for pattern, replacement in CHANGES:
        text, count = re.subn(pattern, replacement, text, flags=re.MULTILINE)
        if not count:
            raise ValueError(f"client.py has nothing like {pattern!r} any more")
    # The formatter also settles what the changes did to the lengths of lines.
    for command in (["check", "--fix", "--select", "I"], ["format"]):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *command, "--quiet", "--stdin-filename",
             str(SOURCE / "aio.py"), "-"],
            input=text, capture_output=True, text=True, check=True,
        )  # fmt: skip
        text = done.stdout
    return text


if __name__ == "__main__":
    (SOURCE / "aio.py").write_text(asynchronous((SOURCE / "client.py").read_text()))
