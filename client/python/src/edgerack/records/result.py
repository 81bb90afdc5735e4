"""What a board measured."""

from __future__ import annotations

import dataclasses
import datetime
from typing import TYPE_CHECKING, Any

from edgerack.records._record import Record
from edgerack.records.tensors import TensorDescription

if TYPE_CHECKING:
    import os


@dataclasses.dataclass(frozen=True)
class Provenance(Record):
    """All that must agree before two results may be compared.

    Attributes:
        timer_overhead_cycles: Cycles of an empty measurement, already subtracted.
        profiler_overhead_cycles: Cycles the profiler costs per layer, already subtracted from the
            layers.
        profiled_total_cycles: The profiled run as a whole.
        link_requests: The serial link over the whole attempt: requests, those sent again, and
            frames that arrived with a wrong CRC or length at the agent and at the board. Damage is
            repaired by repetition.
        firmware_sha256: Of the ELF file that ran in place of the resident firmware; empty = that
            one ran.
        protocol: edgerack-link, mlperf-tiny, log-regex; empty = edgerack-link.
        firmware_says: What the image said of itself: its answers to name and profile, or the first
            lines of its log.
    """

    model_sha256: str = ""
    package_sha256: str = ""
    dataset_sha256: str = ""
    firmware_build_id: str = ""
    firmware_image: str = ""
    compiler_version: str = ""
    server_version: str = ""
    agent_version: str = ""
    board_uid: str = ""
    options: dict[str, str] = dataclasses.field(default_factory=dict)
    icache: bool | None = None
    dcache: bool | None = None
    art: bool | None = None
    fpu: bool | None = None
    warmup_runs: int | None = None
    timed_runs: int | None = None
    timer_overhead_cycles: int | None = None
    profiler_overhead_cycles: int | None = None
    profiled_total_cycles: int | None = None
    link_requests: int | None = None
    link_repeated_requests: int | None = None
    link_damaged_replies: int | None = None
    link_damaged_requests: int | None = None
    firmware_sha256: str = ""
    protocol: str = ""
    firmware_says: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True)
class Stage(Record):
    """One step of a run's way.

    Attributes:
        name: queue, compile, acquire, flash, handshake, load, run, validate.
        skipped: True when there was nothing to do, e.g. the right firmware was already there.
    """

    name: str = ""
    start_time: datetime.datetime | None = None
    duration_ms: float | None = None
    skipped: bool | None = None


@dataclasses.dataclass(frozen=True)
class Agreement(Record):
    """How many outputs of the board equal the host's.

    Attributes:
        samples: Samples compared between board and host.
        bit_exact: Of these, how many agree bit for bit in every output.
        first_divergent_layer: Index of the first layer that differs; absent when none does or it
            was not looked for.
        max_abs_error: Largest absolute difference of any output element.
        traced_samples: Samples whose layers were compared one by one (job option `trace`).
    """

    samples: int | None = None
    bit_exact: int | None = None
    first_divergent_layer: int | None = None
    max_abs_error: float | None = None
    traced_samples: int | None = None


@dataclasses.dataclass(frozen=True)
class Accuracy(Record):
    """How right the model is, on the board and on the host.

    Attributes:
        samples: Samples that were run on the board.
        top1: 0..1.
        host_samples: The same model on the host over the whole dataset.
    """

    samples: int | None = None
    top1: float | None = None
    rmse: float | None = None
    mae: float | None = None
    cos: float | None = None
    host_samples: int | None = None
    host_top1: float | None = None


@dataclasses.dataclass(frozen=True)
class AccuracyFigures(Record):
    """Of the first output: top1 against labels, the others against targets.

    Attributes:
        top1: 0..1.
    """

    top1: float | None = None
    rmse: float | None = None
    mae: float | None = None
    cos: float | None = None


@dataclasses.dataclass(frozen=True)
class QuantizationAccuracy(Record):
    """What quantization costs on the dataset, by the compiler's host executions of both models.

    Attributes:
        against: "labels" or "targets" of the dataset; "original": the outputs of the model before,
            for a dataset without y.
        before: The model as it was uploaded; absent where `against` is "original".
        after: The quantized model.
    """

    samples: int | None = None
    against: str = ""
    before: AccuracyFigures | None = None
    after: AccuracyFigures | None = None


@dataclasses.dataclass(frozen=True)
class Layer(Record):
    """One layer of the compiled model, as it was profiled.

    Attributes:
        kernel_reason: Why the layer has this kernel.
        weights_dtype: Of a layer with multiply-accumulates.
        weights_bytes: Constants that it reads.
        input_bytes: Activations that it reads and writes.
    """

    index: int | None = None
    name: str = ""
    op: str = ""
    kernel: str = ""
    macs: int | None = None
    cycles: int | None = None
    instructions: int | None = None
    output_shape: tuple[int, ...] = ()
    findings: tuple[str, ...] = ()
    kernel_reason: str = ""
    weights_dtype: str = ""
    output_dtype: str = ""
    weights_bytes: int | None = None
    input_bytes: int | None = None
    output_bytes: int | None = None


@dataclasses.dataclass(frozen=True)
class FunctionShare(Record):
    """What a function of the firmware had of the time, by samples of the program counter.

    Attributes:
        name: Empty: what fell into no function that is known.
        file: Under firmware/; empty: of the C library.
    """

    name: str = ""
    file: str = ""
    samples: int | None = None
    percent: float | None = None


@dataclasses.dataclass(frozen=True)
class MemoryRegion(Record):
    """One memory of the chip and what the model takes of it."""

    name: str = ""
    used_bytes: int | None = None
    size_bytes: int | None = None


@dataclasses.dataclass(frozen=True)
class Memory(Record):
    """What the model needs, byte by byte.

    Attributes:
        weights_bytes: Constants of the model.
        arena_bytes: Activations, inputs, outputs, scratch and state.
        arena_lower_bound_bytes: The largest sum of live tensors in execution order without
            aliasing.
        code_bytes: Of the firmware image.
        stack_bytes: High-water mark while the model ran.
        package_bytes: The whole package in the package store.
        weights_region: Names of regions.
    """

    weights_bytes: int | None = None
    arena_bytes: int | None = None
    arena_lower_bound_bytes: int | None = None
    code_bytes: int | None = None
    stack_bytes: int | None = None
    regions: tuple[MemoryRegion, ...] = ()
    package_bytes: int | None = None
    weights_region: str = ""
    arena_region: str = ""
    code_region: str = ""
    stack_region: str = ""


@dataclasses.dataclass(frozen=True)
class Cycles(Record):
    """Cycles of one inference over the timed runs."""

    estimated: bool | None = None
    median: int | None = None
    min: int | None = None
    max: int | None = None


@dataclasses.dataclass(frozen=True)
class Latency(Record):
    """Time of one inference over the timed runs.

    Attributes:
        estimated: True where the time is modelled, not measured.
    """

    estimated: bool | None = None
    median_ms: float | None = None
    min_ms: float | None = None
    max_ms: float | None = None
    p90_ms: float | None = None
    samples_ms: tuple[float, ...] = ()


@dataclasses.dataclass(frozen=True)
class Issue(Record):
    """What a reader of the result must know."""

    code: str = ""
    message: str = ""


@dataclasses.dataclass(frozen=True)
class ResultBoard(Record):
    """The board that measured."""

    id: str = ""
    kind: str = ""
    chip: str = ""
    uid: str = ""
    virtual: bool | None = None


@dataclasses.dataclass(frozen=True)
class ThroughputWindow(Record):
    """Many inferences in a row.

    Attributes:
        seconds: By the device's clock.
    """

    inferences: int | None = None
    seconds: float | None = None
    per_s: float | None = None


@dataclasses.dataclass(frozen=True)
class Throughput(Record):
    """MLPerf Tiny's performance mode.

    By its rules the median of five windows, each of at least ten seconds and ten inferences,
    warm-ups not counted.

    Attributes:
        results: What the device said the last inference gave.
    """

    median_per_s: float | None = None
    windows: tuple[ThroughputWindow, ...] = ()
    results: tuple[float, ...] = ()


@dataclasses.dataclass(frozen=True)
class OutputsSummary(Record):
    """The kept outputs of the samples that ran on the board.

    Whole samples from the first on are kept, at most 32 MiB of them.

    Attributes:
        samples: Kept.
        run_samples: Run on the board. Without a seed sample i of them is sample floor(i *
            dataset_samples / run_samples) of the dataset; `Client.outputs` names them.
        dataset_samples: In the dataset; 1 when a random sample was run.
        size_bytes: Of the kept samples, all outputs together.
    """

    samples: int | None = None
    run_samples: int | None = None
    dataset_samples: int | None = None
    size_bytes: int | None = None
    tensors: tuple[TensorDescription, ...] = ()


@dataclasses.dataclass(frozen=True)
class Result(Record):
    """What one board measured for one job.

    A field that is unknown or does not apply is absent; a known 0 or false is present,

    Attributes:
        name: "results/{id}".
        job: "jobs/{id}".
        verdict: One of VALID, DEGRADED, INVALID.
        instructions: Executed instructions of one inference.
        macs: Multiply-accumulates of convolutions and matrix products in one inference.
        model_display_name: The model's name, for people.
        outputs: What `Client.outputs` gives; absent when nothing was kept.
        quantization_accuracy: Of a job that quantizes its model and has a dataset.
        throughput: Of jobs with protocol mlperf-tiny.
    """

    name: str = ""
    id: str = ""
    job: str = ""
    board: ResultBoard | None = None
    verdict: str = ""
    issues: tuple[Issue, ...] = ()
    clock_hz: int | None = None
    latency: Latency | None = None
    cycles: Cycles | None = None
    instructions: int | None = None
    macs: int | None = None
    cycles_per_mac: float | None = None
    memory: Memory | None = None
    layers: tuple[Layer, ...] = ()
    functions: tuple[FunctionShare, ...] = ()
    accuracy: Accuracy | None = None
    agreement: Agreement | None = None
    stages: tuple[Stage, ...] = ()
    provenance: Provenance | None = None
    create_time: datetime.datetime | None = None
    model_display_name: str = ""
    outputs: OutputsSummary | None = None
    quantization_accuracy: QuantizationAccuracy | None = None
    throughput: Throughput | None = None

    @property
    def latency_ms(self) -> float | None:
        """The median time of one inference in milliseconds; None where the board has no time."""
        return self.latency.median_ms if self.latency else None

    @property
    def top1(self) -> float | None:
        """Accuracy on the board, 0..1; None without a dataset with labels."""
        return self.accuracy.top1 if self.accuracy else None

    def to_pandas(self) -> Any:
        """A pandas.DataFrame of one row: every figure, as "latency.median_ms"."""
        from edgerack import tables

        return tables.results_frame([self])

    def layers_to_pandas(self) -> Any:
        """A pandas.DataFrame with a row for each layer, and `ms` and `share` of the cycles."""
        from edgerack import tables

        return tables.layers_frame(self)

    def to_parquet(self, path: str | os.PathLike[str]) -> None:
        """Writes what `to_pandas` gives; needs pyarrow."""
        from edgerack import tables

        tables.write_parquet([self], path)

    def plot_layers(self, ax: Any = None) -> Any:
        """Draws the layer profile; returns the matplotlib Axes, the given one where there is one.

        Bars are milliseconds where the board has a clock, else cycles, else instructions.
        """
        from edgerack import plots

        return plots.layers(self, ax)

    def plot_memory(self, ax: Any = None) -> Any:
        """Draws what the model takes of each memory of the chip; returns the matplotlib Axes."""
        from edgerack import plots

        return plots.memory(self, ax)

    def _repr_html_(self) -> str:
        from edgerack import html

        return html.result(self)
