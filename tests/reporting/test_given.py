"""What a notebook is given is checked before anything is simulated, in plain papermill as well."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
import yaml

from simkit.errors import UserError
from simkit.reporting.given import NotebookParameters, given
from simkit.reporting.notebook import Parameters
from simkit.scenario.loading import load
from tests.reporting.conftest import ROOT, RUN

CHECK = "globals().update(given(globals()))"
OWN = {
    "scenarios": ["../params/baseline.yaml", "../params/policies/dual_wheel.yaml"],
    "world": None,
    "language": "en",
    "replications": None,
}
SWEEP = {"cutoffs": "../params/sweeps/credit_cutoffs.yaml", "scenario": None, "world": None, "language": "en"}
STRICT = yaml.safe_load((ROOT / "params/policies/strict_cutoffs.yaml").read_text("utf-8"))
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def pasted(values: dict[str, object]) -> str:
    return "# Parameters\n" + "".join(f"{name} = {value!r}\n" for name, value in values.items())


def names(told: dict[str, object], own: dict[str, object] = OWN) -> dict[str, object]:
    """Return the globals of a notebook that was told something, as they are when its first cell runs."""
    cell = "".join(f"{name} = {value!r}\n" for name, value in own.items())
    return own | told | {"In": ["", cell, pasted(told), "import simkit"], "simkit": None}


def own_parameters(path: Path) -> dict[str, object]:
    cells = nbformat.read(path, 4).cells
    source = next(cell.source for cell in cells if "parameters" in cell.metadata.get("tags", []))
    return {line.targets[0].id: ast.literal_eval(line.value) for line in ast.parse(source).body}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_the_parameters_of_a_notebook_are_known(path: Path) -> None:
    own = own_parameters(path)
    assert set(own) <= set(NotebookParameters.model_fields)
    NotebookParameters.model_validate(own)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_checks_before_it_calls_anything(path: Path) -> None:
    code = [cell.source for cell in nbformat.read(path, 4).cells if cell.cell_type == "code"]
    first = next(
        node for node in ast.parse(code[1]).body if not isinstance(node, ast.Import | ast.ImportFrom)
    )
    assert ast.unparse(first) == CHECK


def test_every_known_parameter_is_one_of_a_notebook() -> None:
    assert {name for path in NOTEBOOKS for name in own_parameters(path)} == set(
        NotebookParameters.model_fields
    )
    assert set(Parameters.model_fields) <= set(NotebookParameters.model_fields)


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ({"replcations": 3}, r'replcations: no parameter of this .*world; did you mean "replications"\?$'),
        (
            {"workers": 2, "ledgr": 1},
            r"ledgr: no parameter.*; workers: no parameter of this notebook; allowed",
        ),
        ({"replications": "1e-3"}, r"replications: Input should be a valid integer"),
        ({"replications": 0}, r"replications: Input should be greater than or equal to 1"),
        (
            {"scenarios": "a.yaml", "language": "fr"},
            r"language: Input should be 'en' or 'zh'; scenarios: .* valid list",
        ),
        (
            {"scenarios": ["no.yaml", "such.yaml"]},
            r"no such file: no\.yaml; scenarios: no such file: such\.yaml",
        ),
        ({"world": "no.yaml"}, r"world: no such file: no\.yaml"),
        ({"scenarios": ["../params/baseline.yaml"] * 2}, r"reads like that of"),
        (
            {"policy": {"credit": {"gradse": {}}}, "schema": 1, "name": "x"},
            r"^given\.yaml:\d: policy\.credit\.gradse: unknown name.*did you mean",
        ),
        ({"policy": {}, "name": "x"}, r"^given\.yaml:1: schema: is missing"),
        ({"schema": 1, "name": "x", "extends": "no.yaml"}, r"extends: no such file"),
    ],
)
def test_what_is_wrong_is_refused_with_its_name(told: dict[str, object], message: str) -> None:
    with pytest.raises(UserError, match=message):
        given(names(told))


def test_a_name_with_code_in_it_is_refused() -> None:
    cells = ["", "language = 'en'", "# Parameters\nprint(1); x = 2"]
    with pytest.raises(UserError, match="a name must be a plain name"):
        given({"In": cells, "language": "en", "x": 2})


def test_a_notebook_without_scenarios_takes_none() -> None:
    with pytest.raises(UserError, match="extends, name is of a scenario, which this notebook takes none of"):
        given(
            names(
                {"name": "x", "extends": "y"},
                {"sweep": "../params/sweeps/cutoffs_terms.yaml", "language": "en"},
            )
        )


def test_what_is_right_comes_back_with_files_that_are_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    found = given(names({"replications": 3}))
    files = [str(ROOT / "params" / name) for name in ("baseline.yaml", "policies/dual_wheel.yaml")]
    assert found == OWN | {"replications": 3, "scenarios": files}
    (tmp_path / "mine.yaml").write_text("schema: 1\nname: Mine\n")
    assert (
        given(names({"cutoffs": SWEEP["cutoffs"], "scenario": "mine.yaml"}, SWEEP))["scenario"] == "mine.yaml"
    )


def test_names_of_a_notebook_at_work_are_not_parameters() -> None:
    working = names({"replications": 3}) | {"compared": 1, "judged": 2}
    working["In"] += ["compared = 1", "judged = 2", CHECK]
    assert given(working)["replications"] == 3


def test_a_given_scenario_is_compared_with_its_own_status_quo() -> None:
    tree = STRICT | {
        "run": {"seed": 7, "start_date": "2023-01-02"},
        "world": {"market": {"growth_per_year": 0.01}},
    }
    found = given(names(tree))
    assert found["world"] is None
    today, strict = map(load, found["scenarios"])
    assert (today.name, strict.name) == ("Status quo", STRICT["name"])
    assert today.policy == today.status_quo == strict.status_quo != strict.policy
    assert today.run == strict.run
    assert strict.run.seed == 7
    assert today.world == strict.world


def test_a_given_status_quo_takes_the_first_place() -> None:
    tree = yaml.safe_load((ROOT / "params/baseline.yaml").read_text("utf-8"))
    found = given(names(tree | {"description": "ours"}))
    first, second = found["scenarios"]
    assert load(first).description == "ours"
    assert Path(second).name == "dual_wheel.yaml"


def test_a_sweep_starts_from_a_given_scenario() -> None:
    found = given(names(STRICT, SWEEP))
    assert load(found["scenario"]).policy == load(ROOT / "params/policies/strict_cutoffs.yaml").policy


def papermill(tmp_path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    notebook = str(ROOT / "notebooks" / "01_portfolio.ipynb")
    command = [sys.executable, "-m", "papermill", notebook, "out.ipynb", "--no-progress-bar", *arguments]
    quiet = os.environ | {"PYTHONWARNINGS": "ignore", "PYDEVD_DISABLE_FILE_VALIDATION": "1"}
    return subprocess.run(
        command, cwd=tmp_path, env=quiet, capture_output=True, text=True, timeout=300, check=False
    )


def test_plain_papermill_runs_a_scenario_file(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(yaml.safe_dump(STRICT | {"run": RUN}), encoding="utf-8")
    done = papermill(tmp_path, "-f", "mine.yaml", "-p", "language", "zh")
    assert done.returncode == 0, done.stderr
    recorded = nbformat.read(tmp_path / "out.ipynb", 4)
    assert not [cell for cell in recorded.cells if cell.cell_type == "code" and cell.execution_count is None]
    assert "24" in str(recorded)


def test_plain_papermill_is_refused_in_a_line(tmp_path: Path) -> None:
    done = papermill(tmp_path, "-p", "replcations", "3")
    assert done.returncode != 0
    assert "UserError: notebook parameters: replcations: no parameter of this notebook" in done.stderr
    assert "simkit/reporting/given.py" not in done.stderr
    ran = [
        cell.execution_count
        for cell in nbformat.read(tmp_path / "out.ipynb", 4).cells
        if cell.cell_type == "code"
    ]
    assert [count for count in ran if count] == [1, 2, 3]
