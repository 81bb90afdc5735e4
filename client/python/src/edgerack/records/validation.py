"""Where the executions of a model part, layer by layer."""

from __future__ import annotations

import dataclasses

from edgerack.records._record import Record


@dataclasses.dataclass(frozen=True)
class RegressionScore(Record):
    """How near one execution comes to the targets."""

    name: str = ""
    samples: int | None = None
    rmse: float | None = None
    mae: float | None = None
    max: float | None = None
    r2: float | None = None


@dataclasses.dataclass(frozen=True)
class RegressionComparison(Record):
    """Executions of a model with target outputs."""

    executions: tuple[RegressionScore, ...] = ()


@dataclasses.dataclass(frozen=True)
class ConfusionRow(Record):
    """Counts of one row."""

    counts: tuple[int, ...] = ()


@dataclasses.dataclass(frozen=True)
class ClassifierAgreement(Record):
    """How often two executions give one class.

    Attributes:
        agree: Share of samples to which both give one class.
        confusion: A row for each class of a.
    """

    a: str = ""
    b: str = ""
    samples: int | None = None
    agree: float | None = None
    confusion: tuple[ConfusionRow, ...] = ()


@dataclasses.dataclass(frozen=True)
class ClassifierScore(Record):
    """How right one execution of a classifier is.

    Attributes:
        auc: One class against the rest, mean over the classes.
        confusion: A row for each label.
    """

    name: str = ""
    samples: int | None = None
    top1: float | None = None
    k: int | None = None
    topk: float | None = None
    auc: float | None = None
    confusion: tuple[ConfusionRow, ...] = ()


@dataclasses.dataclass(frozen=True)
class ClassifierComparison(Record):
    """Executions of a classifier."""

    classes: int | None = None
    executions: tuple[ClassifierScore, ...] = ()
    between: tuple[ClassifierAgreement, ...] = ()


@dataclasses.dataclass(frozen=True)
class ValidationAccuracy(Record):
    """How right each execution is."""

    labels: ClassifierComparison | None = None
    targets: RegressionComparison | None = None


@dataclasses.dataclass(frozen=True)
class LayerDivergence(Record):
    """A layer that gives something else than it should.

    Attributes:
        at: One of a layer's `divergences`.
    """

    layer: int | None = None
    name: str = ""
    op: str = ""
    output: str = ""
    at: str = ""
    message: str = ""


@dataclasses.dataclass(frozen=True)
class ExactComparison(Record):
    """Two executions that must agree bit for bit.

    Attributes:
        first_differing_samples: Of these, how many differ at this layer first.
        figures: Of the samples whose bytes are known.
    """

    not_compared: str = ""
    bit_exact: bool | None = None
    samples: int | None = None
    differing_samples: int | None = None
    first_differing_samples: int | None = None
    figures: ErrorFigures | None = None


@dataclasses.dataclass(frozen=True)
class LayerCheck(Record):
    """The element that is nearest to what quantization explains, or furthest beyond.

    Attributes:
        clamped: Elements whose value the output's type cannot hold.
    """

    not_judged: str = ""
    error: float | None = None
    allowed: float | None = None
    error_steps: float | None = None
    allowed_steps: float | None = None
    sample: int | None = None
    element: int | None = None
    clamped: int | None = None
    diverges: bool | None = None


@dataclasses.dataclass(frozen=True)
class OriginalComparison(Record):
    """Compiled graph against original model at one layer.

    Attributes:
        unmatched: Why there is no tensor to compare with.
    """

    tensor: str = ""
    transposed_by: tuple[int, ...] = ()
    unmatched: str = ""
    bit_exact: bool | None = None
    figures: ErrorFigures | None = None


@dataclasses.dataclass(frozen=True)
class ErrorFigures(Record):
    """Of x against r, e = x - r, in real values.

    Attributes:
        l2r: Relative L2 error.
        nse: Nash and Sutcliffe's efficiency.
    """

    elements: int | None = None
    max: float | None = None
    mae: float | None = None
    rmse: float | None = None
    mean: float | None = None
    std: float | None = None
    l2r: float | None = None
    nse: float | None = None
    cos: float | None = None
    sqnr_db: float | None = None
    not_finite: int | None = None


@dataclasses.dataclass(frozen=True)
class ValidatedLayer(Record):
    """One layer in all executions.

    Attributes:
        index: In the result's layers; -1 where the package has no such layer.
        output: The tensor that is compared.
        step: Scale of the output; absent where it is not quantized.
        original: Original and compiled graph at this layer, what both inherit from layers before it
            included.
        passes: The compiled layer, fed with the original model's values, against the original's
            output.
        arithmetic: The compiled layer against the same operator in float32 on the real values of
            its inputs.
        package: Compiled graph and package, package and board.
        divergences: "passes", "arithmetic", "package", "board".
    """

    index: int | None = None
    name: str = ""
    op: str = ""
    output: str = ""
    dtype: str = ""
    shape: tuple[int, ...] = ()
    step: float | None = None
    original: OriginalComparison | None = None
    passes: LayerCheck | None = None
    arithmetic: LayerCheck | None = None
    package: ExactComparison | None = None
    board: ExactComparison | None = None
    divergences: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True)
class ValidatedExecution(Record):
    """One of the four executions.

    Attributes:
        name: "original", "compiled", "package" or "board".
    """

    name: str = ""
    ran: bool | None = None
    why_not: str = ""


@dataclasses.dataclass(frozen=True)
class ResultValidation(Record):
    """Where the executions of one model part, layer by layer.

    the original model and the compiled graph on the host by reference kernels, the package on the
    host by the kernels it names, and the package on the board. docs/validate.md tells how layers
    are judged. A field that does not apply is absent.

    Attributes:
        name: "results/{id}/validation".
        board: Kind of board.
        samples: Samples that were compared layer by layer.
        note: Why there is less of the board than was asked for.
        divergences: In the order of the layers; empty where none diverges.
        accuracy: Where the dataset has labels or targets.
    """

    name: str = ""
    model_sha256: str = ""
    board: str = ""
    executions: tuple[ValidatedExecution, ...] = ()
    samples: int | None = None
    note: str = ""
    layers: tuple[ValidatedLayer, ...] = ()
    divergences: tuple[LayerDivergence, ...] = ()
    accuracy: ValidationAccuracy | None = None
