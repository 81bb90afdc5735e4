"""Writes docs/python/ and the table of its pages in docs/python.md, from the docstrings.

    python make_docs.py             after a change of a public class

A test runs this and compares. No framework is needed: their callbacks are documented without them.
"""

import dataclasses
import importlib
import inspect
import pathlib
import re
import sys
import textwrap
import types

HERE = pathlib.Path(__file__).resolve().parent
DOCS = HERE.parents[1] / "docs"
sys.path.insert(0, str(HERE / "src"))

import edgerack as er  # noqa: E402
from edgerack import records  # noqa: E402

# What each page is about; a class that is public and on no page fails the test.
PAGES = {
    "Client": [er.Client],
    "AsyncClient": [er.AsyncClient],
    "JobHandle": [er.JobHandle],
    "AsyncJobHandle": [er.AsyncJobHandle],
    "Results": [er.Results],
    "Result": [
        er.Result, records.ResultBoard, records.Issue, records.Latency, records.Cycles,
        records.Memory, records.MemoryRegion, records.Layer, records.FunctionShare,
        records.Accuracy, records.QuantizationAccuracy, records.AccuracyFigures, records.Agreement,
        records.Stage, records.Provenance,
        records.OutputsSummary, records.TensorDescription, records.Throughput,
        records.ThroughputWindow,
    ],
    "Inference": [er.Inference, er.Outputs],
    "Job": [er.Job, records.JobSpec, records.Run, records.Failure],
    "Board": [er.Board, records.ChipFacts, records.ChipMemory],
    "Model": [
        er.Model, records.Dataset, records.Firmware, records.ModelView, records.ModelLayer,
        records.ModelTotals,
    ],
    "ResultValidation": [
        records.ResultValidation, records.ValidatedExecution, records.ValidatedLayer,
        records.ErrorFigures, records.OriginalComparison, records.LayerCheck,
        records.ExactComparison, records.LayerDivergence, records.ValidationAccuracy,
        records.ClassifierComparison, records.ClassifierScore, records.ClassifierAgreement,
        records.ConfusionRow, records.RegressionComparison, records.RegressionScore,
    ],
    "Diagnosis": [
        records.Diagnosis, records.DiagnosedCause, records.OutputMatch, records.CauseSet,
    ],
    "Explanation": [records.Explanation, records.SlowCause, records.LayerExplanation],
    "Comparison": [
        records.Comparison, records.Difference, records.MetricChange, records.LayerChange,
        records.Change,
    ],
    "Suite": [
        records.Suite, records.SuiteModel, records.SuiteVariant, records.SuiteThresholds,
        records.SuiteSchedule, records.SuiteNotifications, records.SuiteRun, records.SuiteCase,
        records.SuiteNoise, records.SuiteFinding, records.SuiteBaseline, records.SuiteRunReport,
    ],
    "Retry": [er.Retry],
    "errors": [
        er.EdgerackError, er.UserError, er.JobError, er.InfrastructureError, er.BoardError,
        er.BugError, er.NotReachable, er.Timeout, er.Cancelled, er.MissingPackage,
    ],
    "EpochBenchmark": [er.EpochBenchmark, er.EpochMeasurement],
    "callbacks": ["edgerack.callbacks.keras.Benchmark", "edgerack.callbacks.lightning.Benchmark"],
    "loggers": [
        "edgerack.loggers.MLflow", "edgerack.loggers.TensorBoard", "edgerack.loggers.WandB",
        "edgerack.loggers.Logger",
    ],
}  # fmt: skip
SECTION = re.compile(r"^(Args|Attributes|Returns|Raises):$", re.MULTILINE)


def without_frameworks():
    """Puts base classes of the callbacks where their modules look for them."""
    keras, lightning, pytorch = (
        types.ModuleType(name) for name in ("keras", "lightning", "lightning.pytorch")
    )
    keras.callbacks = types.SimpleNamespace(Callback=object)
    lightning.pytorch, pytorch.Callback = pytorch, object
    sys.modules.update({"keras": keras, "lightning": lightning, "lightning.pytorch": pytorch})


def found(thing):
    """A class, or the class of a dotted name whose module may need a framework."""
    if not isinstance(thing, str):
        return thing
    module, name = thing.rsplit(".", 1)
    return getattr(importlib.import_module(module), name)


def entries(text):
    """`name: what it is` items of a section, with lines joined."""
    items = []
    for line in inspect.cleandoc(text).splitlines():
        if line.startswith(" ") and items:
            items[-1] += " " + line.strip()
        elif line:
            items.append(line.strip())
    for item in items:
        name, colon, rest = item.partition(": ")
        yield f"- `{name}`: {rest}" if colon else f"- {item}"


def markdown(doc):
    """A docstring's text, and its sections as lists."""
    parts = SECTION.split(doc or "")
    lines = [paragraph(block) for block in re.split(r"\n\n", parts[0].strip())]
    for title, body in zip(parts[1::2], parts[2::2]):
        lines.append({"Args": "Takes", "Attributes": "Has"}.get(title, title) + ":")
        if title == "Returns":
            lines[-1] += " " + " ".join(body.split())
        else:
            lines.append("\n".join(entries(body)))
    return "\n\n".join(lines)


def paragraph(block):
    """Indented blocks are code."""
    if block.startswith("    "):
        return "```\n" + textwrap.dedent(block) + "\n```"
    return " ".join(block.split())


def signature(function):
    """Without `self`, and without module names."""
    text = str(inspect.signature(function)).replace("(self, ", "(").replace("(self)", "()")
    text = re.sub(r"""(: |-> )(['"])(.*?)\2""", r"\1\3", text)  # annotations, not defaults
    return re.sub(r"\b(edgerack(\.\w+)*|records|os|datetime)\.(?=[A-Z])", "", text)


def own_members(cls):
    """Public methods and properties that the class itself defines, in the order of the source."""
    for name, member in vars(cls).items():
        if name.startswith("_") or not (inspect.isfunction(member) or isinstance(member, property)):
            continue
        yield name, member


def section(cls, name):
    """One class."""
    lines = [f"## {name}", markdown(inspect.getdoc(cls))]
    if dataclasses.is_dataclass(cls):
        types_of = {f.name: str(f.type).replace("|", r"\|") for f in dataclasses.fields(cls)}
        fields = [f"| `{name}` | `{kind}` |" for name, kind in types_of.items()]
        lines.append("\n".join(["| field | type |", "|---|---|", *fields]))
    for member_name, member in own_members(cls):
        if isinstance(member, property):
            lines += [f"### {member_name}", markdown(inspect.getdoc(member))]
        else:
            kind = "await " if inspect.iscoroutinefunction(member) else ""
            lines += [
                f"### {member_name}",
                f"```\n{kind}{member_name}{signature(member)}\n```",
                markdown(inspect.getdoc(member)),
            ]
    return "\n\n".join(line for line in lines if line)


def page(name):
    """The text of docs/python/NAME.md."""
    parts = [f"# {name}", "Generated from the docstrings by `client/python/make_docs.py`."]
    for thing in PAGES[name]:
        cls = found(thing)
        parts.append(section(cls, thing if isinstance(thing, str) else cls.__name__))
    return "\n\n".join(parts) + "\n"


def table():
    """The last section of docs/python.md."""
    rows = ["| page | first of it |", "|---|---|"]
    for name, things in PAGES.items():
        summary = (inspect.getdoc(found(things[0])) or "").split("\n\n")[0]
        rows.append(f"| [{name}](python/{name}.md) | {' '.join(summary.split())} |")
    return "\n".join(rows) + "\n"


def pages():
    """All files that this writes: path to text."""
    without_frameworks()
    made = {DOCS / "python" / f"{name}.md": page(name) for name in PAGES}
    guide = (DOCS / "python.md").read_text()
    head = guide.split("## Every class\n")[0]
    made[DOCS / "python.md"] = f"{head}## Every class\n{table()}"
    return made


def main():
    """Writes; with --check only says what differs."""
    wrong = [
        path for path, text in pages().items() if not path.exists() or path.read_text() != text
    ]
    if "--check" not in sys.argv:
        for path in wrong:
            path.write_text(pages()[path])
        return 0
    known = set(pages()) | {DOCS / "python.md"}
    wrong += [path for path in (DOCS / "python").glob("*.md") if path not in known]
    for path in wrong:
        print(
            f"{path.relative_to(DOCS)} is not as the docstrings are; run client/python/make_docs.py"
        )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
