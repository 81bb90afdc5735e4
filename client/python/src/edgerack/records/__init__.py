"""What the server says, as frozen dataclasses with the names of the API's JSON."""

from edgerack.records._record import Record, from_message
from edgerack.records.boards import Board
from edgerack.records.diagnosis import CauseSet, DiagnosedCause, Diagnosis, OutputMatch
from edgerack.records.explanation import Explanation, LayerExplanation, SlowCause
from edgerack.records.failure import Failure
from edgerack.records.jobs import Job, JobSpec, Run
from edgerack.records.models import Dataset, Model, ModelLayer, ModelTotals, ModelView
from edgerack.records.outcome import Inference, Results
from edgerack.records.outputs import Outputs
from edgerack.records.result import (
    Accuracy,
    Agreement,
    Cycles,
    Issue,
    Latency,
    Layer,
    Memory,
    MemoryRegion,
    OutputsSummary,
    Provenance,
    Result,
    ResultBoard,
    Stage,
)
from edgerack.records.tensors import TensorDescription
from edgerack.records.validation import (
    ClassifierAgreement,
    ClassifierComparison,
    ClassifierScore,
    ConfusionRow,
    ErrorFigures,
    ExactComparison,
    LayerCheck,
    LayerDivergence,
    OriginalComparison,
    RegressionComparison,
    RegressionScore,
    ResultValidation,
    ValidatedExecution,
    ValidatedLayer,
    ValidationAccuracy,
)

__all__ = [
    "Accuracy",
    "Agreement",
    "Board",
    "CauseSet",
    "ClassifierAgreement",
    "ClassifierComparison",
    "ClassifierScore",
    "ConfusionRow",
    "Cycles",
    "Dataset",
    "DiagnosedCause",
    "Diagnosis",
    "ErrorFigures",
    "ExactComparison",
    "Explanation",
    "Failure",
    "Inference",
    "Issue",
    "Job",
    "JobSpec",
    "Latency",
    "Layer",
    "LayerCheck",
    "LayerDivergence",
    "LayerExplanation",
    "Memory",
    "MemoryRegion",
    "Model",
    "ModelLayer",
    "ModelTotals",
    "ModelView",
    "OriginalComparison",
    "OutputMatch",
    "Outputs",
    "OutputsSummary",
    "Provenance",
    "Record",
    "RegressionComparison",
    "RegressionScore",
    "Result",
    "ResultBoard",
    "ResultValidation",
    "Results",
    "Run",
    "SlowCause",
    "Stage",
    "TensorDescription",
    "ValidatedExecution",
    "ValidatedLayer",
    "ValidationAccuracy",
    "from_message",
]
