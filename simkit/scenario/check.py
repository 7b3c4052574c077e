"""Checking parameter files without running anything."""

import os
from collections.abc import Iterable
from pathlib import Path

from simkit.scenario.loading import PathLike, load, load_model
from simkit.scenario.problem import Place, Problem, ScenarioError, refuse
from simkit.scenario.sweep import Sweep
from simkit.scenario.yaml_document import read_yaml

_SWEEP_NAMES = ("sweep", "grid")
_SUFFIXES = (".yaml", ".yml")


def check_paths(paths: Iterable[PathLike]) -> list[str]:
    """Return one line for every scenario and sweep file found, all of them valid.

    Parameters
    ----------
    paths : iterable of path
        YAML files, and folders that are searched for them.

    Raises
    ------
    ScenarioError
        With the problems of all files, if there is any.
    """
    lines: list[str] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            files = _yaml_files(Path(path))
        except ScenarioError as error:
            problems += error.problems
            continue
        for file in files:
            try:
                lines.append(_checked(file))
            except ScenarioError as error:
                problems += error.problems
    if problems:
        raise ScenarioError(problems)
    return lines


def _yaml_files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    files = sorted(file for file in path.rglob("*") if file.suffix in _SUFFIXES and file.is_file())
    if not files:
        refuse(Place(os.fspath(path)), "no YAML file in this folder")
    return files


def _checked(path: Path) -> str:
    name = os.fspath(path)
    if path.exists() and _is_sweep(path):
        return f"{name}: ok, sweep {load_model(path, Sweep, dotted_names=True).name}"
    return f"{name}: ok, scenario {load(path).name}"


def _is_sweep(path: Path) -> bool:
    tree, _ = read_yaml(path, os.fspath(path), dotted_names=True)
    return any(tree.child(name) is not None for name in _SWEEP_NAMES)
