"""Notebooks run with checked parameters and a time limit, and leave a result only when they finish."""

from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from simkit.errors import UserError
from simkit.reporting.notebook import execute, parameters, read_notebook


def notebook(path: Path, *code: str) -> Path:
    cells = [new_code_cell(line) for line in code]
    cells[0].metadata["tags"] = ["parameters"]
    nbformat.write(new_notebook(cells=cells), path)
    return path


def test_parameters_arrive_as_values_and_never_as_code(tmp_path: Path) -> None:
    names = ["a\"\n'; import os; os._exit(1) #", "雪 \\ {x} $HOME", "1e-3"]
    source = notebook(
        tmp_path / "n.ipynb",
        "scenarios = []\nlanguage = 'en'\nworld = 1",
        "print(ascii([scenarios, language, world]))",
    )
    told = parameters({"scenarios": names, "language": "zh"})
    done = execute(source, tmp_path / "done.ipynb", told, 60)
    assert done.cells[-1].outputs[0].text.strip() == ascii([names, "zh", None])
    assert nbformat.read(tmp_path / "done.ipynb", 4) == done
    assert {path.name for path in tmp_path.iterdir()} == {"n.ipynb", "done.ipynb"}


def test_a_notebook_is_told_only_what_it_asks_for(tmp_path: Path) -> None:
    source = notebook(tmp_path / "n.ipynb", "language = 'en'", "print(language, 'scenarios' in dir())")
    done = execute(source, tmp_path / "done.ipynb", parameters({"scenarios": ["x"], "language": "zh"}), 60)
    assert done.cells[-1].outputs[0].text == "zh False\n"


def test_the_time_limit_holds_for_the_whole_notebook(tmp_path: Path) -> None:
    source = notebook(tmp_path / "n.ipynb", "import time", *["time.sleep(1.5)"] * 4)
    with pytest.raises(UserError, match=r"n\.ipynb: stopped after 3 seconds"):
        execute(source, tmp_path / "done.ipynb", parameters({"scenarios": ["x"]}), 3)
    assert not (tmp_path / "done.ipynb").exists()


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"scenarios": []}, r"scenarios: List should have at least 1 item"),
        ({"scenarios": [1]}, r"scenarios\.0: Input should be a valid string"),
        ({"scenarios": ["x"], "language": "fr"}, r"language: Input should be 'en' or 'zh'"),
        ({"scenarios": ["x"], "replications": "1e-3"}, r"replications: Input should be a valid integer"),
        ({"scenarios": ["x"], "seed; import os": 1}, r"seed; import os: Extra inputs are not permitted"),
        ({}, r"scenarios: Field required"),
    ],
)
def test_wrong_parameters_are_refused_before_a_kernel_starts(values: dict[str, object], message: str) -> None:
    with pytest.raises(UserError, match=message):
        parameters(values)


def test_what_is_no_notebook_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no such notebook"):
        read_notebook(tmp_path / "absent.ipynb")
    for text in ("", "[]", "{}", '{"cells": 3, "nbformat": 3}'):
        (tmp_path / "bad.ipynb").write_text(text)
        with pytest.raises(UserError, match="is not a Jupyter notebook of format 4"):
            read_notebook(tmp_path / "bad.ipynb")
