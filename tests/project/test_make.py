"""`make` says in one line what a machine lacks, and the one test command is the same everywhere."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GIVEN_VERSION = """#!/bin/sh
exec {python} -c 'import sys; sys.version_info = {version}; exec(sys.argv[1])' "$2"
"""
WITHOUT_VENV = '#!/bin/sh\ncase "$*" in *ensurepip*) echo "No module named ensurepip" >&2; exit 1;; esac\n'


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A clone on a machine that has make and a shell, and no Python."""
    clone = tmp_path / "clone"
    programs = tmp_path / "bin"
    clone.mkdir()
    programs.mkdir()
    for name in ("Makefile", "pyproject.toml", "requirements.lock"):
        shutil.copy(ROOT / name, clone)
    for name in ("make", "sh", "sed", "touch"):
        program = shutil.which(name)
        assert program, f"this machine has no {name}"
        (programs / name).symlink_to(program)
    return tmp_path


def python(*version: int) -> str:
    """A Python that takes itself for the given version, and otherwise does what it is told with ``-c``."""
    return GIVEN_VERSION.format(python=sys.executable, version=version)


def install(machine: Path, name: str, script: str) -> None:
    program = machine / "bin" / name
    program.write_text(script, encoding="utf-8")
    program.chmod(0o755)


def make(machine: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    programs = machine / "bin"
    return subprocess.run(
        [programs / "make", *arguments],
        cwd=machine / "clone",
        env={"PATH": str(programs)},
        capture_output=True,
        text=True,
        check=False,
    )


def complaint(run: subprocess.CompletedProcess[str]) -> str:
    """The one line said by a run that could not start."""
    assert run.returncode == 2
    assert run.stdout == ""
    (line,) = run.stderr.splitlines()
    return line


@pytest.mark.parametrize("target", ["report", "test"])
def test_missing_python_is_said_in_one_line(machine: Path, target: str) -> None:
    line = complaint(make(machine, target))
    assert "simkit needs Python 3.11 or newer" in line
    assert "python3 python3.13 python3.12 python3.11" in line
    assert not (machine / "clone" / ".venv").exists()


@pytest.mark.parametrize("target", ["report", "test"])
def test_old_python_is_said_in_one_line(machine: Path, target: str) -> None:
    install(machine, "python3", python(3, 10, 14))
    assert "simkit needs Python 3.11 or newer" in complaint(make(machine, target))


def test_python_named_by_the_user_is_named_in_the_complaint(machine: Path) -> None:
    install(machine, "snake", python(2, 7, 18))
    assert "none was found under: snake" in complaint(make(machine, "PYTHON=snake", "report"))


@pytest.mark.parametrize("target", ["report", "test"])
def test_missing_venv_is_said_in_one_line(machine: Path, target: str) -> None:
    install(machine, "python3", WITHOUT_VENV)
    line = complaint(make(machine, target))
    assert "python3 cannot make virtual environments" in line
    assert "python3-venv" in line


def test_first_python_that_is_new_enough_is_taken(machine: Path) -> None:
    install(machine, "python3", python(3, 10, 14))
    install(machine, "python3.12", python(3, 12, 0))
    install(machine, "python3.11", python(3, 11, 0))
    assert "python3.12 -m venv --clear .venv" in make(machine, "--dry-run", "report").stdout


def test_oldest_python_that_will_do_is_taken(machine: Path) -> None:
    install(machine, "python3", python(3, 11, 0))
    assert "python3 -m venv --clear .venv" in make(machine, "--dry-run", "report").stdout


def test_lock_holds_the_installer_by_hash(machine: Path) -> None:
    """The recipe cuts uv's own pin out of the lock: here with the recipe's own command."""
    command = re.search(r"^\t(sed .*?) > ", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert command
    cut = subprocess.run(
        ["sh", "-c", command[1].replace("$$", "$")],
        cwd=machine / "clone",
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    pin, *hashes = cut.replace("\\", "").split()
    assert re.fullmatch(r"uv==[\d.]+", pin)
    assert hashes
    assert all(re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", one) for one in hashes)


def test_ci_runs_make_test_and_nothing_after_it() -> None:
    ci = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert ci.startswith("#!/usr/bin/env bash\n")
    assert "set -euo pipefail" in ci
    assert ci.splitlines()[-1] == "make test </dev/null"
    subprocess.run(["bash", "-n", ROOT / ".ci" / "run"], check=True)


@pytest.mark.parametrize("command", ["make report", "make test"])
def test_readme_gives_the_command(command: str) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert re.search(rf"^\s*(\$ )?{command}\b", readme, re.MULTILINE)


def test_make_test_runs_every_check() -> None:
    steps = subprocess.run(
        ["make", "--dry-run", "test"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    for step in (
        "ruff check",
        "ruff format --check",
        "lint-imports",
        "mypy",
        "pytest -n auto",
        "--cov",
        "--nbval",
    ):
        assert step in steps
