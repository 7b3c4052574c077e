"""The contracts in pyproject.toml hold the table of rooms: who may import whom, and nothing in a circle."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LINT_IMPORTS = Path(sys.executable).with_name("lint-imports")

# The table of rooms, one row a room: what it may import. Everybody may import the modules below the rooms.
GROUND = {"errors", "jit", "streams"}
MAY_IMPORT = {
    "rules": set(),
    "behaviour": set(),
    "scenario": set(),
    "portfolio": {"scenario"},
    "engine": {"rules", "behaviour", "scenario", "portfolio"},
    "outcomes": set(),
    "calibration": {"scenario", "portfolio", "behaviour", "engine", "outcomes"},
    "experiments": {"scenario", "engine", "outcomes"},
    "reporting": {"scenario", "outcomes", "experiments"},
    "cli": {
        *("rules", "behaviour", "scenario", "portfolio", "engine", "outcomes", "calibration", "experiments"),
        "reporting",
    },
}


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run import-linter on the package in ``folder`` with the contracts of the project."""
    return subprocess.run(
        [LINT_IMPORTS, "--no-logo", "--no-cache", "--config", ROOT / "pyproject.toml"],
        cwd=folder,
        env={"PYTHONPATH": str(folder), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A package with every room of the table and nothing in them."""
    package = tmp_path / "simkit"
    for name in ("__init__", *GROUND):
        write(package / f"{name}.py")
    for room in MAY_IMPORT:
        write(package / room / "__init__.py")
    return tmp_path


def write(path: Path, text: str = "") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_package_keeps_the_contracts() -> None:
    run = lint(ROOT)
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_room_may_import_what_the_table_says_and_nothing_else(house: Path, room: str) -> None:
    others = (set(MAY_IMPORT) | GROUND) - {room}
    for other in others:
        write(house / "simkit" / room / f"imports_{other}.py", f"import simkit.{other}\n")
    forbidden = others - MAY_IMPORT[room] - GROUND
    run = lint(house)
    found = set(re.findall(rf"simkit\.{room}\.imports_\w+ -> simkit\.([\w.]+)", run.stdout))
    assert found == forbidden, run.stdout + run.stderr
    assert run.returncode == (1 if forbidden else 0)


@pytest.mark.parametrize("room", sorted(set(MAY_IMPORT) - {"cli"}))
def test_no_room_imports_the_public_face(house: Path, room: str) -> None:
    write(house / "simkit" / room / "face.py", "import simkit\n")
    run = lint(house)
    assert run.returncode == 1
    assert f"simkit.{room}.face -> simkit " in run.stdout


def test_commands_import_the_public_face(house: Path) -> None:
    write(house / "simkit" / "cli" / "__init__.py", "import simkit\n")
    assert lint(house).returncode == 0


def test_ground_imports_no_room(house: Path) -> None:
    for name in GROUND:
        write(house / "simkit" / f"{name}.py", "import simkit.rules\n")
    run = lint(house)
    assert run.returncode == 1
    assert all(f"simkit.{name} -> simkit.rules" in run.stdout for name in GROUND)


def test_house_may_be_half_built(tmp_path: Path) -> None:
    write(tmp_path / "simkit" / "__init__.py")
    write(tmp_path / "simkit" / "errors.py")
    write(tmp_path / "simkit" / "scenario" / "__init__.py", "import simkit.errors\n")
    run = lint(tmp_path)
    assert run.returncode == 0, run.stdout + run.stderr


def test_room_without_a_contract_is_refused(house: Path) -> None:
    write(house / "simkit" / "attic" / "__init__.py")
    run = lint(house)
    assert run.returncode == 1
    assert "attic" in run.stdout


def test_circle_in_the_package_is_found(tmp_path: Path) -> None:
    """The package as it is, with one import back up: from the ground to the scenario room."""
    shutil.copytree(ROOT / "simkit", tmp_path / "simkit", ignore=shutil.ignore_patterns("__pycache__"))
    with (tmp_path / "simkit" / "errors.py").open("a", encoding="utf-8") as errors:
        errors.write("\n\nfrom simkit.scenario import policy\n")
    run = lint(tmp_path)
    assert run.returncode == 1
    assert "simkit.errors -> simkit.scenario" in run.stdout


def test_every_room_is_a_package_so_that_the_contracts_see_it() -> None:
    rooms = [path for path in (ROOT / "simkit").rglob("*") if path.is_dir() and any(path.glob("*.py"))]
    assert [str(room.relative_to(ROOT)) for room in rooms if not (room / "__init__.py").exists()] == []
