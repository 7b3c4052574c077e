"""Checking files and folders of parameters."""

import shutil
from pathlib import Path

import pytest

from simkit.scenario import ScenarioError, check_paths

PARAMS = Path(__file__).parents[2] / "params"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "params" / "sub").mkdir(parents=True)
    (tmp_path / "params" / "a.yaml").write_text("schema: 1\nname: A\n")
    (tmp_path / "params" / "sub" / "b.yml").write_text("schema: 1\nname: B\nextends: ../a.yaml\n")
    (tmp_path / "params" / "notes.txt").write_text("no YAML: [")
    return tmp_path


def test_the_shipped_files_are_valid() -> None:
    lines = check_paths([PARAMS])
    assert len(lines) == len(list(PARAMS.rglob("*.yaml"))) > 5


def test_folders_are_searched_and_files_taken(folder: Path) -> None:
    assert check_paths(["params", Path("params/a.yaml")]) == [
        "params/a.yaml: ok, scenario A",
        "params/sub/b.yml: ok, scenario B",
        "params/a.yaml: ok, scenario A",
    ]


def test_all_problems_of_all_files_are_told(folder: Path) -> None:
    (folder / "params" / "c.yaml").write_text("schema: 1\nname: C\nrun: {seed: -1, sed: 3}\n")
    (folder / "params" / "d.yaml").write_text("[")
    (folder / "empty").mkdir()
    with pytest.raises(ScenarioError) as caught:
        check_paths(["params", "empty", "parms", "params/a.yml"])
    told = [str(problem) for problem in caught.value.problems]
    assert [text.split(": ")[0] for text in told] == [
        "params/c.yaml:3", "params/c.yaml:3", "params/d.yaml:1", "empty", "parms", "params/a.yml",
    ]  # fmt: skip
    assert told[3].endswith("no YAML file in this folder")
    assert told[4].endswith('no such file; did you mean "params"?')
    assert told[5].endswith('no such file; did you mean "a.yaml"?')


def test_a_base_with_a_problem_is_told_once(folder: Path) -> None:
    (folder / "params" / "a.yaml").write_text("schema: 1\nname: A\nrun: {seed: -1}\n")
    with pytest.raises(ScenarioError) as caught:
        check_paths(["params"])
    assert len(caught.value.problems) == 1


def test_the_shipped_sweeps_are_read_as_sweeps(tmp_path: Path) -> None:
    files = sorted((PARAMS / "sweeps").glob("*.yaml"))
    assert files
    assert all(", sweep " in line for line in check_paths(files))
    broken = tmp_path / "sweep.yaml"
    shutil.copy(files[0], broken)
    broken.write_text(broken.read_text() + "\nunheard_of: 1\n")
    with pytest.raises(ScenarioError, match="unheard_of: unknown name"):
        check_paths([broken])
