"""The tree keeps its shape: what lies at the top, how big a module grows, and tests that mirror the rooms."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULES = sorted((ROOT / "simkit").rglob("*.py"))


@pytest.mark.parametrize(
    "name",
    [
        *(".ci/run", ".gitignore", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "Makefile", "README.md"),
        *(
            "data",
            "environment.yml",
            "notebooks",
            "params",
            "pyproject.toml",
            "reports/README.md",
        ),
        *("requirements.lock", "simkit", "tests"),
    ],
)
def test_top_level_is_as_announced(name: str) -> None:
    assert (ROOT / name).exists()


def test_licence_is_whole() -> None:
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "Version 2.0, January 2004" in text
    assert "9. Accepting Warranty or Additional Liability." in text
    assert "END OF TERMS AND CONDITIONS" in text


def test_no_module_outgrows_its_subject() -> None:
    assert {
        path.name for path in MODULES if len(path.read_text(encoding="utf-8").splitlines()) > 500
    } == set()


def test_no_module_is_a_drawer() -> None:
    assert {path.stem for path in MODULES} & {"common", "helpers", "misc", "tools", "util", "utils"} == set()


def test_tests_mirror_the_rooms() -> None:
    rooms = {path.name for path in (ROOT / "simkit").iterdir() if (path / "__init__.py").exists()}
    tested = {
        path.name for path in (ROOT / "tests").iterdir() if path.is_dir() and any(path.glob("test_*.py"))
    }
    assert rooms <= tested
