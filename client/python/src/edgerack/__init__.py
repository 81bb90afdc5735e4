"""What a neural network does on a real microcontroller, asked from Python.

import edgerack as er

client = er.Client("127.0.0.1:7700")
results = client.run("model.tflite", boards=["virtual-f746"], dataset=(x, y))
print(results[0].latency_ms, results[0].top1)
"""

from edgerack._core.retry import Retry
from edgerack.aio import AsyncClient, AsyncJobHandle
from edgerack.benchmark import EpochBenchmark, EpochMeasurement
from edgerack.client import Client, JobHandle
from edgerack.errors import (
    BoardError,
    BugError,
    Cancelled,
    EdgerackError,
    InfrastructureError,
    JobError,
    MissingPackage,
    NotReachable,
    Timeout,
    UserError,
)
from edgerack.records import Board, Inference, Job, Model, Outputs, Result, Results

__version__ = "0.1.0"

__all__ = [
    "AsyncClient",
    "AsyncJobHandle",
    "Board",
    "BoardError",
    "BugError",
    "Cancelled",
    "Client",
    "EdgerackError",
    "EpochBenchmark",
    "EpochMeasurement",
    "Inference",
    "InfrastructureError",
    "Job",
    "JobError",
    "JobHandle",
    "MissingPackage",
    "Model",
    "NotReachable",
    "Outputs",
    "Result",
    "Results",
    "Retry",
    "Timeout",
    "UserError",
    "__version__",
]
