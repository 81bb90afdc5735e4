"""The notebook runs from its first cell to its last and shows what it promises."""

import re

import pytest
from conftest import CLIENT, url

nbclient = pytest.importorskip("nbclient", reason="nbclient is absent: the notebook is NOT run")
pytest.importorskip(
    "keras", reason="Keras is absent (`./dev oracle` installs it): the notebook is NOT run"
)
import nbformat  # noqa: E402

NOTEBOOK = CLIENT / "examples" / "digits.ipynb"


def test_the_notebook_trains_and_asks_the_board(farm, monkeypatch):
    monkeypatch.setenv("EDGERACK_SERVER", url(farm))
    monkeypatch.setenv("PYTHONPATH", str(CLIENT / "src"))
    monkeypatch.delenv("MPLBACKEND", raising=False)
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    nbclient.NotebookClient(
        notebook, timeout=400, resources={"metadata": {"path": NOTEBOOK.parent}}
    ).execute()
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    data = [output.get("data", {}) for output in outputs]
    assert sum("image/png" in shown for shown in data) == 4, "digits, curves, layers, memory"
    assert any("virtual-f746" in shown.get("text/html", "") for shown in data)
    said = "".join(output.get("text", "") for output in outputs)
    answer, label = re.search(r"the board says (\d), the label says (\d)", said).groups()
    assert answer == label


def test_the_notebook_is_kept_without_outputs():
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    nbformat.validate(notebook)
    assert not any(cell.get("outputs") for cell in notebook.cells)
