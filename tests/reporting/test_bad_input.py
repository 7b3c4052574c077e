"""Wrong input for a report: one clear message, and nothing is written."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
import yaml
from nbformat.v4 import new_code_cell, new_notebook

from simkit.errors import UserError
from simkit.reporting.receipt import FILE
from simkit.reporting.report import build_report
from tests.reporting.conftest import write_scenario

Case = dict[str, Any]


def notebook(path: Path, code: str, tags: tuple[str, ...] = ()) -> Path:
    """Write a notebook that takes the scenarios and runs a line of code."""
    cells = [new_code_cell("scenarios = []", metadata={"tags": ["parameters"]}), new_code_cell(code)]
    nbformat.write(new_notebook(cells=cells), path)
    return path


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


def good(folder: Path, **more: Any) -> Case:
    """Return arguments with nothing wrong but what is put in; the notebook fails if it ever runs."""
    today = write_scenario(folder / "today.yaml", "Status quo")
    other = write_scenario(folder / "other.yaml", "Other", "policies/dual_wheel")
    stop = notebook(folder / "stop.ipynb", "raise SystemError('nothing was wrong')")
    return {"scenarios": [today, other], "out": folder / "out", "notebooks": [stop]} | more


def text_file(folder: Path, content: str | bytes, name: str = "file.yaml") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def extended(folder: Path, **tree: Any) -> Path:
    base = {"schema": 1, "name": "Changed", "extends": "today.yaml"}
    return text_file(folder, yaml.safe_dump(base | tree), "changed.yaml")


def with_scenario(make: Callable[[Path], Path]) -> Callable[[Path], Case]:
    def case(folder: Path) -> Case:
        arguments = good(folder)
        return arguments | {"scenarios": [arguments["scenarios"][0], make(folder)]}

    return case


def taken(folder: Path) -> Case:
    out = folder / "out"
    out.mkdir()
    (out / "index.html").write_text("my own page")
    return good(folder)


def forged(folder: Path) -> Case:
    arguments = taken(folder)
    (folder / "out" / FILE).write_text('{"files": {"index.html": ""}}')
    return arguments


CASES: dict[str, tuple[Callable[[Path], Case], str]] = {
    "no such scenario": (with_scenario(lambda folder: folder / "absent.yaml"), r"absent\.yaml"),
    "a folder for a scenario": (with_scenario(lambda folder: folder), r"is not a file"),
    "no YAML": (with_scenario(lambda folder: text_file(folder, "a: [1")), r"file\.yaml:\d+"),
    "a list for a scenario": (with_scenario(lambda folder: text_file(folder, "- 1")), r"file\.yaml"),
    "not text": (with_scenario(lambda folder: text_file(folder, b"\xff\xfe\x00\x81")), r"file\.yaml"),
    "an unknown parameter": (
        with_scenario(lambda folder: extended(folder, policy={"credit": {"resore_months": 2}})),
        r"rescore_months",
    ),
    "a value out of bounds": (
        with_scenario(lambda folder: extended(folder, policy={"contract": {"prepayment_share": 3}})),
        r"changed\.yaml:\d+: policy\.contract\.prepayment_share",
    ),
    "another seed": (
        with_scenario(lambda folder: extended(folder, run={"seed": 7})),
        r"changed\.yaml: differs from .*today\.yaml in run\.seed",
    ),
    "another size": (
        with_scenario(lambda folder: extended(folder, run={"customers": 7})),
        r"in run\.customers",
    ),
    "the same file twice": (
        with_scenario(lambda folder: folder / "today.yaml"),
        r"reads like that of .*today\.yaml",
    ),
    "names alike but for case and spaces": (
        with_scenario(lambda folder: extended(folder, name="status   QUO")),
        r"'status   QUO' reads like that of",
    ),
    "a name that reads like a shipped one in Chinese": (
        lambda folder: with_scenario(lambda place: extended(place, name="现状"))(folder) | {"language": "zh"},
        r"'现状' reads like that of",
    ),
    "one scenario": (
        lambda folder: good(folder, scenarios=[good(folder)["scenarios"][0]]),
        r"1 scenario given",
    ),
    "too many scenarios": (
        lambda folder: good(folder, scenarios=good(folder)["scenarios"] * 5),
        r"10 scenarios given",
    ),
    "an unknown language": (
        lambda folder: good(folder, language="fr"),
        r"language 'fr' is not known; allowed are en, zh",
    ),
    "no such ledger": (
        lambda folder: good(folder, ledger=folder / "absent.csv"),
        r"absent\.csv: no such ledger file",
    ),
    "a folder for a ledger": (lambda folder: good(folder, ledger=folder), r"no such ledger file"),
    "no such mapping": (
        lambda folder: good(folder, ledger=text_file(folder, "a", "a.csv"), mapping=folder / "absent.yaml"),
        r"absent\.yaml: no such mapping file",
    ),
    "a mapping of no ledger": (
        lambda folder: good(folder, mapping=text_file(folder, "columns: {}")),
        r"no ledger is given",
    ),
    "no such customer master": (
        lambda folder: good(folder, ledger=text_file(folder, "a", "a.csv"), customers=folder / "absent.csv"),
        r"absent\.csv: no such customer master file",
    ),
    "a customer master of no ledger": (
        lambda folder: good(folder, customers=text_file(folder, "a", "a.csv")),
        r"a\.csv: a customer master goes with a ledger, and no ledger is given",
    ),
    "a mapping of no customer master": (
        lambda folder: good(
            folder,
            ledger=text_file(folder, "a", "a.csv"),
            customers_mapping=text_file(folder, "columns: {}"),
        ),
        r"a mapping names the columns of a customer master, and none is given",
    ),
    "a file for a folder": (
        lambda folder: good(folder, out=text_file(folder, "x", "out")),
        r"out: .* is a file; the report needs a folder",
    ),
    "a folder below a file": (
        lambda folder: good(folder, out=text_file(folder, "x", "file") / "deep" / "out"),
        r"is a file; the report needs a folder",
    ),
    "a place nobody can write to": (
        lambda folder: good(folder, out="/proc/simkit/report"),
        r"cannot be written",
    ),
    "a page of one's own in the way": (taken, r"index\.html: exists and belongs to no report"),
    "a receipt that is none": (forged, r"exists and belongs to no report"),
    "no such notebook": (
        lambda folder: good(folder, notebooks=["absent.ipynb"]),
        r"absent\.ipynb: no such notebook",
    ),
    "a notebook that is none": (
        lambda folder: good(folder, notebooks=[text_file(folder, "x", "bad.ipynb")]),
        r"bad\.ipynb: is not a Jupyter notebook",
    ),
    "a notebook of another make": (
        lambda folder: good(folder, notebooks=[text_file(folder, '{"cells": 3}', "bad.ipynb")]),
        r"bad\.ipynb: is not a Jupyter notebook",
    ),
    "two notebooks of one name": (
        lambda folder: good(folder, notebooks=good(folder)["notebooks"] * 2),
        r"another page of the report is named 'stop' too",
    ),
    "a notebook named like the first page": (
        lambda folder: good(folder, notebooks=[notebook(folder / "index.ipynb", "1")]),
        r"another page of the report is named 'index' too",
    ),
    "no worker": (
        lambda folder: good(folder, workers=0),
        r"workers: Input should be greater than or equal to 1",
    ),
    "no replication": (lambda folder: good(folder, replications=0), r"replications: Input should be greater"),
}


@pytest.mark.parametrize("name", CASES)
def test_wrong_input_is_told_and_nothing_is_written(name: str, tmp_path: Path) -> None:
    make, message = CASES[name]
    arguments = make(tmp_path)
    before = files(tmp_path)
    with pytest.raises(UserError, match=message) as caught:
        build_report(**arguments)
    assert "Traceback" not in str(caught.value)
    assert "nothing was wrong" not in str(caught.value)
    assert files(tmp_path) == before


RUNNING = {
    "a cell fails": ("1/0", r"stop\.ipynb: cell 3 failed with ZeroDivisionError: division by zero"),
    "the kernel dies": ("import os; os._exit(9)", r"stop\.ipynb: the kernel died"),
    "the time is over": (
        "import time; time.sleep(60)",
        r"stop\.ipynb: stopped after 2 seconds; raise run\.time_limit",
    ),
    "a user error inside": (
        "from simkit.scenario import ScenarioError; raise ScenarioError(['x.yaml:3: bad'])",
        r"^x\.yaml:3: bad$",
    ),
}


@pytest.mark.parametrize("name", RUNNING)
def test_a_notebook_that_does_not_finish_leaves_the_earlier_report_as_it_was(
    name: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    code, message = RUNNING[name]
    arguments = good(tmp_path)
    for file in arguments["scenarios"]:
        tree = yaml.safe_load(file.read_text())
        tree["run"]["time_limit_seconds"] = 2 if "time" in name else 60
        file.write_text(yaml.safe_dump(tree))
    notebook(tmp_path / "stop.ipynb", code)
    before = files(tmp_path)
    with pytest.raises(UserError, match=message):
        build_report(**arguments)
    assert files(tmp_path) == before
    assert capfd.readouterr().err == ""


def test_a_ledger_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    arguments = good(tmp_path, ledger=text_file(tmp_path, "a,b\n1,2\n", "ledger.csv"))
    before = files(tmp_path)
    with pytest.raises(UserError, match=r"ledger\.csv"):
        build_report(**arguments)
    assert files(tmp_path) == before


def test_two_files_are_told_about_at_once(tmp_path: Path) -> None:
    arguments = good(tmp_path)
    first = extended(tmp_path, policy={"contract": {"prepayment_share": 3}})
    second = text_file(tmp_path, "schema: 1\nname: x\nextends: today.yaml\nworl: 3\n", "second.yaml")
    with pytest.raises(UserError, match=r"(?s)changed\.yaml.*second\.yaml"):
        build_report(**arguments | {"scenarios": [*arguments["scenarios"], first, second]})


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_permission_is_told(tmp_path: Path) -> None:
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o500)
    with pytest.raises(UserError, match="cannot be written"):
        build_report(**good(tmp_path, out=locked / "out"))
