"""What a committed notebook has to show: it ran from top to bottom, and its text half says the same."""

import ast
from pathlib import Path
from typing import Any

import jupytext
import nbformat

PAIRING = "ipynb,py:percent"


def problems(path: Path) -> list[str]:
    """Everything that is wrong with the notebook at ``path``, one line each; none when it is in order."""
    notebook = nbformat.read(path, as_version=4)
    return [*_metadata(notebook), *_execution(notebook), *_thickness(notebook), *_pair(notebook, path)]


def _metadata(notebook: Any) -> list[str]:
    found = []
    if notebook.metadata.get("jupytext", {}).get("formats") != PAIRING:
        found.append(f"its metadata do not pair it as {PAIRING}")
    if notebook.metadata.get("kernelspec", {}).get("name") != "python3":
        found.append("its metadata do not name the kernel python3")
    return found


def _execution(notebook: Any) -> list[str]:
    found = []
    cells = [(place, cell) for place, cell in enumerate(notebook.cells, 1) if cell.cell_type == "code"]
    if not cells:
        found.append("has no code cell")
    for expected, (place, cell) in enumerate(cells, 1):
        if not cell.source.strip():
            found.append(f"cell {place} is empty")
        elif cell.execution_count is None:
            found.append(f"cell {place} was never executed")
        elif cell.execution_count != expected:
            found.append(f"cell {place} ran as number {cell.execution_count}, not {expected}")
        for output in cell.outputs:
            if output.output_type == "error":
                found.append(f"cell {place} failed: {output.ename}: {output.evalue}")
            elif output.output_type == "stream" and output.name == "stderr":
                found.append(f"cell {place} wrote to stderr: {output.text.strip()}")
    return found


def _thickness(notebook: Any) -> list[str]:
    """A notebook calls simkit, shows and says: what it defines belongs into the package."""
    return [
        f"cell {place} defines {node.name}"
        for place, cell in enumerate(notebook.cells, 1)
        if cell.cell_type == "code"
        for node in ast.walk(ast.parse(cell.source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    ]


def _pair(notebook: Any, path: Path) -> list[str]:
    text = path.with_suffix(".py")
    if not text.exists():
        return [f"its text half {text.name} is missing"]
    if _cells(jupytext.read(text, fmt="py:percent")) != _cells(notebook):
        return [f"its text half {text.name} has other cells"]
    return []


def _cells(notebook: Any) -> list[tuple[str, str, list[str]]]:
    return [(cell.cell_type, cell.source, cell.metadata.get("tags", [])) for cell in notebook.cells]
