"""The committed notebooks ran, in order and without complaint; and the check that says so can fail."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import jupytext
import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from simkit.reporting.plan import CALIBRATION, NOTEBOOKS
from tests.project.executed import PAIRING, problems

ROOT = Path(__file__).parents[2]
COMMITTED = sorted((ROOT / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("path", COMMITTED, ids=lambda path: path.stem)
def test_committed_notebook_was_executed(path: Path) -> None:
    assert problems(path) == []


@pytest.mark.parametrize("path", COMMITTED, ids=lambda path: path.stem)
def test_committed_notebook_names_no_folder_of_its_author(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert str(ROOT) not in text
    assert str(Path.home() / ".") not in text


@pytest.mark.parametrize("name", [path.stem for path in (*NOTEBOOKS, CALIBRATION)])
def test_notebook_is_committed(name: str) -> None:
    assert ROOT / "notebooks" / f"{name}.ipynb" in COMMITTED


def test_every_text_half_has_its_notebook() -> None:
    halves = {path.stem for path in (ROOT / "notebooks").glob("*.py")}
    assert halves <= {path.stem for path in COMMITTED}


@pytest.fixture
def notebook() -> Any:
    """A notebook in order: two code cells that ran."""
    cells = [
        new_markdown_cell("# Who are our customers?"),
        new_code_cell("count = 2", execution_count=1, metadata={"tags": ["parameters"]}),
        new_code_cell(
            "count", execution_count=2, outputs=[new_output("execute_result", {"text/plain": "2"})]
        ),
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return new_notebook(cells=cells, metadata={"kernelspec": kernel, "jupytext": {"formats": PAIRING}})


def saved(notebook: Any, folder: Path) -> Path:
    """Write both halves of ``notebook``."""
    path = folder / "01_example.ipynb"
    nbformat.write(notebook, path)
    jupytext.write(notebook, path.with_suffix(".py"), fmt="py:percent")
    return path


def test_executed_notebook_passes(notebook: Any, tmp_path: Path) -> None:
    assert problems(saved(notebook, tmp_path)) == []


def never_run(notebook: Any) -> None:
    notebook.cells[1].execution_count = None


def out_of_order(notebook: Any) -> None:
    notebook.cells[1].execution_count, notebook.cells[2].execution_count = 2, 1


def run_twice(notebook: Any) -> None:
    notebook.cells[2].execution_count = 3


def failed(notebook: Any) -> None:
    notebook.cells[2].outputs = [new_output("error", ename="KeyError", evalue="'region'", traceback=[])]


def warned(notebook: Any) -> None:
    notebook.cells[2].outputs = [new_output("stream", name="stderr", text="FutureWarning: soon\n")]


def emptied(notebook: Any) -> None:
    notebook.cells[1].source = "  "


def without_code(notebook: Any) -> None:
    notebook.cells = notebook.cells[:1]


def with_a_function(notebook: Any) -> None:
    notebook.cells[1].source = "def double(x):\n    return 2 * x"


def unpaired(notebook: Any) -> None:
    del notebook.metadata["jupytext"]


def without_kernel(notebook: Any) -> None:
    del notebook.metadata["kernelspec"]


@pytest.mark.parametrize(
    ("spoil", "found"),
    [
        (never_run, ["cell 2 was never executed"]),
        (out_of_order, ["cell 2 ran as number 2, not 1", "cell 3 ran as number 1, not 2"]),
        (run_twice, ["cell 3 ran as number 3, not 2"]),
        (failed, ["cell 3 failed: KeyError: 'region'"]),
        (warned, ["cell 3 wrote to stderr: FutureWarning: soon"]),
        (emptied, ["cell 2 is empty"]),
        (without_code, ["has no code cell"]),
        (with_a_function, ["cell 2 defines double"]),
        (unpaired, ["its metadata do not pair it as ipynb,py:percent"]),
        (without_kernel, ["its metadata do not name the kernel python3"]),
    ],
)
def test_broken_notebook_is_found(
    notebook: Any, tmp_path: Path, spoil: Callable[[Any], None], found: list[str]
) -> None:
    spoil(notebook)
    path = saved(notebook, tmp_path)
    assert [problem for problem in problems(path) if "text half" not in problem] == found


def test_missing_text_half_is_found(notebook: Any, tmp_path: Path) -> None:
    path = saved(notebook, tmp_path)
    path.with_suffix(".py").unlink()
    assert problems(path) == ["its text half 01_example.py is missing"]


@pytest.mark.parametrize(
    ("old", "new"), [("count = 2", "count = 3"), ("Who", "Where"), ('"parameters"', '"other"')]
)
def test_text_half_that_says_something_else_is_found(
    notebook: Any, tmp_path: Path, old: str, new: str
) -> None:
    path = saved(notebook, tmp_path)
    half = path.with_suffix(".py")
    text = half.read_text(encoding="utf-8")
    assert old in text
    half.write_text(text.replace(old, new), encoding="utf-8")
    assert problems(path) == ["its text half 01_example.py has other cells"]
