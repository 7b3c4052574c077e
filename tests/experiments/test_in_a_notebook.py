"""Workers start from a notebook as they do from a command."""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).parents[2]
CELL = """
import simkit
from tests.experiments.scenarios import HANDBOOK, STATUS_QUO
compared = simkit.compare([STATUS_QUO, HANDBOOK], 3, workers=2, scheduler={scheduler!r}, progress={progress})
print(compared.replications, round(compared.difference("Handbook", "sales_growth").mean, 6))
"""


def said(cell: nbformat.NotebookNode) -> dict[str, str]:
    """What a cell wrote to each stream."""
    return {output["name"]: output["text"] for output in cell["outputs"] if output["output_type"] == "stream"}


@pytest.mark.parametrize("scheduler", [None, "local"])
def test_comparison_in_a_notebook(scheduler: str | None) -> None:
    cells = [CELL.format(scheduler=scheduler, progress=progress) for progress in (False, True)]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    NotebookClient(notebook, timeout=250, resources={"metadata": {"path": str(ROOT)}}).execute()
    quiet, shown = map(said, notebook.cells)
    assert set(quiet) == {"stdout"}, "a quiet comparison writes nothing that nbval would trip over"
    assert quiet["stdout"].startswith("3 ")
    assert shown["stdout"] == quiet["stdout"]
