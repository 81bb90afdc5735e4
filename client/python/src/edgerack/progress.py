"""Progress of jobs: a bar in a terminal or notebook, nothing elsewhere."""

from __future__ import annotations

import sys
import threading
from typing import Any

from edgerack.records import Job, Run

STAGES = ("queue", "compile", "acquire", "flash", "handshake", "load", "run", "validate")
ENDED = ("SUCCEEDED", "FAILED", "CANCELLED")


def wanted() -> bool:
    """True where a person watches: standard error is a terminal, or this is a notebook.

    Not in threads beside the main one: their bars would tear what that one prints.
    """
    if threading.current_thread() is not threading.main_thread():
        return False
    if sys.stderr.isatty():
        return True
    shell = sys.modules.get("IPython")
    instance = shell.get_ipython() if shell and hasattr(shell, "get_ipython") else None
    return type(instance).__name__ == "ZMQInteractiveShell"


def share_done(job: Job) -> float:
    """0..1, by the stages that its runs are through; a stage counts the same however long."""
    if job.state in ENDED:
        return 1.0
    if not job.runs:
        return 0.0
    return sum(_share_of(run) for run in job.runs) / len(job.runs)


def _share_of(run: Run) -> float:
    if run.state in ENDED:
        return 1.0
    if run.stage not in STAGES:
        return 0.0
    return (STAGES.index(run.stage) + (run.progress or 0.0)) / len(STAGES)


class Progress:
    """One bar for each job; `with` closes them."""

    def __init__(self, shown: bool | None = None) -> None:
        self._shown = wanted() if shown is None else shown
        self._bars: dict[str, Any] = {}

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_: object) -> None:
        for bar in self._bars.values():
            bar.close()

    def show(self, job: Job) -> None:
        """Moves the job's bar to where the job is."""
        if not self._shown:
            return
        bar = self._bars.get(job.id)
        if bar is None:
            bar = self._bars[job.id] = _bar()
        boards = ", ".join(dict.fromkeys(run.board for run in job.runs if run.board))
        stages = "/".join(dict.fromkeys(run.stage for run in job.runs if run.stage))
        now = job.state.lower() if job.state in ENDED else stages or job.state.lower()
        bar.set_description_str(f"{job.model_display_name} on {boards or 'a board'}")
        bar.set_postfix_str(now, refresh=False)
        bar.n = max(bar.n, round(100 * share_done(job)))
        bar.refresh()


def _bar() -> Any:
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a notebook without ipywidgets gets the bar of a terminal
        from tqdm.auto import tqdm
    return tqdm(total=100, bar_format="{desc}: {percentage:3.0f} %|{bar}| {elapsed}{postfix}")
