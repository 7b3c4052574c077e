"""Every malformed file gives all its problems, one line each, and nothing but a UserError."""

from pathlib import Path

import pytest

from simkit.errors import UserError
from simkit.scenario import ScenarioError, load

FILES = sorted((Path(__file__).parent / "malformed").glob("*.yaml"))
MARK = "# expect: "


def expected_in(file: Path) -> list[list[str]]:
    """The fragments, in order, of every problem that the file's first lines announce."""
    lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    return [line.removeprefix(MARK).split(" ... ") for line in lines if line.startswith(MARK)]


def tells(text: str, fragments: list[str]) -> bool:
    start = 0
    for fragment in fragments:
        start = text.find(fragment, start)
        if start < 0:
            return False
        start += len(fragment)
    return True


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_tells_every_problem_once(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(file.parent)
    before = sorted(path.name for path in file.parent.iterdir())

    with pytest.raises(UserError) as caught:
        load(file.name)

    error = caught.value
    assert isinstance(error, ScenarioError)
    problems = [str(problem) for problem in error.problems]
    expected = expected_in(file)
    assert expected, "the file must say what it expects"
    for fragments in expected:
        assert any(tells(problem, fragments) for problem in problems), "\n".join([*fragments, *problems])
    assert len(problems) == len(expected), "\n".join(problems)
    assert all(problem in str(error) for problem in problems)
    assert all("\n" not in problem and problem.isprintable() for problem in problems)
    assert capfd.readouterr() == ("", "")
    assert sorted(path.name for path in file.parent.iterdir()) == before


def test_there_are_enough() -> None:
    assert len(FILES) >= 40


def test_all_files_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    from simkit.scenario.check import check_paths

    monkeypatch.chdir(FILES[0].parent.parent)
    with pytest.raises(ScenarioError) as caught:
        check_paths(["malformed"])
    told = {problem.place.file for problem in caught.value.problems}
    assert told == {f"malformed/{file.name}" for file in FILES}
