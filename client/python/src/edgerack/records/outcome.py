"""What calls return that more than one message of the server is in."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, overload

from edgerack.records.jobs import Job
from edgerack.records.outputs import Outputs
from edgerack.records.result import Result

if TYPE_CHECKING:
    import os


@dataclasses.dataclass(frozen=True)
class Results(Sequence[Result]):
    """Results in the order of the boards that were asked; a sequence.

    Attributes:
        items: The results.
        jobs: The jobs they are of; empty where no job was asked for, as in `Client.results`.
    """

    items: tuple[Result, ...] = ()
    jobs: tuple[Job, ...] = ()

    @overload
    def __getitem__(self, index: int) -> Result: ...
    @overload
    def __getitem__(self, index: slice) -> Results: ...
    def __getitem__(self, index: int | slice) -> Result | Results:
        if isinstance(index, slice):
            return Results(self.items[index], self.jobs)
        return self.items[index]

    def __len__(self) -> int:
        return len(self.items)

    def to_dict(self) -> dict[str, Any]:
        """As `edgerack run --json`: `results`, and `job`, or `jobs` where there are several."""
        made: dict[str, Any] = {}
        if len(self.jobs) == 1:
            made["job"] = self.jobs[0].to_dict()
        elif self.jobs:
            made["jobs"] = [job.to_dict() for job in self.jobs]
        return {**made, "results": [result.to_dict() for result in self.items]}

    def to_pandas(self) -> Any:
        """A pandas.DataFrame with a row for each result: every figure, as "latency.median_ms"."""
        from edgerack import tables

        return tables.results_frame(self.items)

    def to_parquet(self, path: str | os.PathLike[str]) -> None:
        """Writes what `to_pandas` gives; needs pyarrow."""
        from edgerack import tables

        tables.write_parquet(self.items, path)

    def _repr_html_(self) -> str:
        from edgerack import html

        return html.results(self.items)


@dataclasses.dataclass(frozen=True, eq=False)
class Inference:
    """One or more samples through a model on a board.

    Attributes:
        result: What was measured meanwhile.
        outputs: What the board answered, in the model's own types.
    """

    result: Result
    outputs: Outputs
