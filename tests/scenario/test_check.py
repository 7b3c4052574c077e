"""Checking files and folders of parameters."""

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


class TestSweeps:
    SWEEP = """schema: 1
name: Grid
scenario: a.yaml
grid:
  cutoffs:
    - {label: today, set: {}}
    - label: high
      set:
        policy.credit.grades.B.min_score: 75
  terms:
    - {label: short, set: {policy.contract.term_days: 15}}
    - label: strict
      set:
        policy.credit.grades.C.min_score: 65
"""

    def test_the_shipped_ones_are_read_as_sweeps(self) -> None:
        files = sorted((PARAMS / "sweeps").glob("*.yaml"))
        assert files
        assert all(", sweep " in line for line in check_paths(files))

    def test_every_point_is_tried(self, folder: Path) -> None:
        # C at 65 is above B's 60 unless the other lever lifts B: the settings are right, one point is wrong.
        file = folder / "params" / "grid.yaml"
        file.write_text(self.SWEEP)
        with pytest.raises(ScenarioError) as caught:
            check_paths(["params/grid.yaml"])
        (problem,) = caught.value.problems
        assert str(problem).startswith(
            "params/grid.yaml:9: policy.credit.grades: B.min_score (60) is below C"
        )
        file.write_text(self.SWEEP.replace("65", "59"))
        assert check_paths(["params/grid.yaml"]) == ["params/grid.yaml: ok, sweep Grid, 4 points"]

    @pytest.mark.parametrize(
        ("right", "wrong", "message"),
        [
            ("term_days: 15", "term_dayz: 15", 'grid.yaml:11: policy.contract.term_dayz: unknown name; '),
            ("term_days: 15", "term_days: x", 'grid.yaml:11: policy.contract.term_days: given "x"; allowed'),
            ("policy.contract", "polisy.contract", "grid.yaml:11: grid.terms.0: 'polisy.contract"),
            ("scenario: a.yaml", "scenario: b.yaml", 'params/b.yaml: no such file; did you mean "a.yaml"?'),
            ("label: high", "labl: high", "grid.yaml:7: grid.cutoffs.1.labl: unknown name; allowed: label"),
            ("label: high", "label: today", "grid.yaml:1: lever 'cutoffs' has two settings with one label"),
            ("name: Grid", "name: Grid\nunheard_of: 1", "grid.yaml:3: unheard_of: unknown name"),
        ],
    )  # fmt: skip
    def test_a_wrong_lever_is_told_at_its_line(
        self, folder: Path, right: str, wrong: str, message: str
    ) -> None:
        (folder / "params" / "grid.yaml").write_text(self.SWEEP.replace("65", "59").replace(right, wrong))
        with pytest.raises(ScenarioError) as caught:
            check_paths(["params/grid.yaml"])
        assert message in str(caught.value)
