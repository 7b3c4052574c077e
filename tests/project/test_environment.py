"""environment.yml leaves the list of dependencies to pyproject.toml, and asks for the same Python."""

import tomllib
from pathlib import Path

import yaml
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
ENVIRONMENT = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))


def test_environment_is_named_after_the_project() -> None:
    assert ENVIRONMENT["name"] == PROJECT["name"]


def test_only_conda_forge_is_asked() -> None:
    assert ENVIRONMENT["channels"] == ["conda-forge", "nodefaults"]


def test_python_is_the_projects() -> None:
    python = Requirement(ENVIRONMENT["dependencies"][0])
    assert python.name == "python"
    assert str(python.specifier) == PROJECT["requires-python"]


def test_everything_else_comes_by_pip_from_pyproject() -> None:
    pip, installs = ENVIRONMENT["dependencies"][1:]
    assert pip == "pip"
    assert installs == {"pip": ["-e .[all]"]}
    assert "all" in PROJECT["optional-dependencies"]
