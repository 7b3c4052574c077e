"""Every snippet of the pages does what it shows: commands and Python run in a copy, in the order of the page."""

import doctest
import re
import shlex
import shutil
from pathlib import Path

import pytest
import yaml

from simkit import cli
from simkit.scenario.yaml_document import read_yaml

ROOT = Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md"), *(ROOT / "docs" / "rooms").glob("*.md")])
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"# (\S+\.yaml)\n")
TIGHT = {"calibrate", "backtest", "report", "sweep", "verify"}  # minutes each: only their arguments are read
ELSEWHERE = {"make", "papermill", "pip"}
HEAVY = ("simkit.frontier(", "Evaluator(", "/shared/")  # a sweep; what it imports must exist
FOREIGN = ("dask_jobqueue", "dask_kubernetes")  # of a cluster; not installed here
CHEAP = ["--replications", "2", "--workers", "1"]
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def snippets(page: Path) -> list[tuple[str, str]]:
    return FENCE.findall(page.read_text("utf-8"))


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for folder in ("params", "data"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    (tmp_path / "notebooks").symlink_to(ROOT / "notebooks")
    monkeypatch.setenv("SIMKIT_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_snippets_do_what_they_show(page: Path, copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names: dict[str, object] = {}
    for kind, code in snippets(page):
        if kind == "yaml":
            write(copy, code)
        elif kind == "console":
            for command, shown in commands(code):
                check_command(command, shown, capsys)
        elif kind == "python":
            run_python(page, code, names)
        else:
            assert kind == "sql"


def write(copy: Path, code: str) -> None:
    """Write a file that begins with its name; another is at least YAML."""
    if named := FILE.match(code):
        (copy / named[1]).write_text(code, encoding="utf-8")
        read_yaml(copy / named[1], named[1])
    else:
        yaml.safe_load(code)


def commands(code: str) -> list[tuple[list[str], str]]:
    """Return each command of a session in words, and what is shown below it."""
    parts = re.split(r"^\$ ", code, flags=re.MULTILINE)[1:]
    lines = [part.partition("\n") for part in parts]
    return [(shlex.split(command, comments=True), shown) for command, _, shown in lines]


def check_command(words: list[str], shown: str, capsys: pytest.CaptureFixture[str]) -> None:
    program, *arguments = words
    if Path(program).name in ELSEWHERE:
        check_elsewhere(Path(program).name, arguments)
        return
    assert Path(program).name == "simkit", program
    arguments = [found for word in arguments for found in expanded(word)]
    if arguments[0] in TIGHT:
        cli._parser().parse_args(arguments)
        return
    if arguments[0] == "compare" and CHEAP[0] not in arguments:
        arguments += CHEAP
    code = cli.main(arguments)
    printed = capsys.readouterr()
    assert code == (0 if not printed.err else cli.EXIT_USER_ERROR)
    if shown:
        assert doctest.OutputChecker().check_output(shown, printed.out + printed.err, FLAGS), (
            printed.out + printed.err
        )


def expanded(word: str) -> list[str]:
    return sorted(str(path) for path in Path().glob(word)) if "*" in word else [word]


def check_elsewhere(program: str, arguments: list[str]) -> None:
    """Check that a target, or the files of a papermill command, exist."""
    if program == "make":
        targets = re.findall(r"^(\w+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
        assert arguments[0] in targets
    if program == "papermill":
        files = [word for word in arguments if "/" in word]
        assert files
        assert all(Path(file).is_file() for file in files)


def run_python(page: Path, code: str, names: dict[str, object]) -> None:
    if any(word in code for word in (*HEAVY, *FOREIGN)):
        ours = ("import simkit", "from simkit")
        imports = [line for line in code.splitlines() if line.startswith(ours)]
        compile(code, str(page), "exec")
        exec("\n".join(imports), names)
    elif ">>> " in code:
        test = doctest.DocTestParser().get_doctest(code, names, page.name, str(page), 0)
        said: list[str] = []
        runner = doctest.DocTestRunner(optionflags=FLAGS)
        runner.run(test, out=said.append, clear_globs=False)
        names.update(test.globs)
        assert runner.summarize(verbose=False).failed == 0, "".join(said)
    else:
        exec(compile(code, str(page), "exec"), names)


def test_there_is_a_page_for_every_room() -> None:
    rooms = {path.parent.name for path in (ROOT / "simkit").glob("*/__init__.py")}
    assert {path.stem for path in (ROOT / "docs" / "rooms").glob("*.md")} == rooms


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!http|#)([^)#]+)", page.read_text("utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_a_snippet_that_shows_something_else_is_found(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(AssertionError):
        check_command(["simkit", "check", "params/baseline.yaml"], "something else\n", capsys)
    with pytest.raises(AssertionError):
        run_python(ROOT / "README.md", ">>> 1 + 1\n3\n", {})
