"""Checking parameter files without running anything."""

import os
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from simkit.errors import UserError
from simkit.scenario.loading import PathLike, load, load_model
from simkit.scenario.overrides import OVERRIDE
from simkit.scenario.problem import Place, Problem, ScenarioError, refuse
from simkit.scenario.scenario import Scenario
from simkit.scenario.space import Space
from simkit.scenario.sweep import Sweep
from simkit.scenario.tree import Node
from simkit.scenario.uncertainties import Uncertainties, spans
from simkit.scenario.yaml_document import read_yaml

_SWEEP_NAMES = ("sweep", "grid", "design", "levers")
_UNCERTAINTIES = "uncertainties"
_SUFFIXES = (".yaml", ".yml")


def check_paths(paths: Iterable[PathLike]) -> list[str]:
    """Return one line for every scenario, sweep and uncertainties file found, all of them valid.

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
    if path.exists():
        tree, _ = read_yaml(path, name, dotted_names=True)
        if any(tree.child(key) is not None for key in _SWEEP_NAMES):
            return f"{name}: ok, {_checked_sweep(path, tree)}"
        if tree.child(_UNCERTAINTIES) is not None:
            return f"{name}: ok, {_checked_uncertainties(path)}"
    return f"{name}: ok, scenario {load(path).name}"


def _checked_sweep(path: Path, tree: Node) -> str:
    """Load every point of a sweep, so that a grid that cannot run to its end is refused before it starts."""
    sweep = load_model(path, Sweep, dotted_names=True)
    base = os.path.normpath(path.parent / sweep.scenario)
    if sweep.design.kind != "grid":
        return _checked_search(sweep, base, path)
    places = _lever_places(tree)
    problems: list[Problem] = []
    points = sweep.points()
    for point in points:
        overrides = {lever: value for setting in point.values() for lever, value in setting.set.items()}
        try:
            load(base, overrides)
        except ScenarioError as error:
            problems += [_in_sweep(problem, places, Place(os.fspath(path))) for problem in error.problems]
    if problems:
        raise ScenarioError(problems)
    return f"sweep {sweep.name}, {len(points)} points"


def _checked_search(sweep: Sweep, base: str, path: Path) -> str:
    """Load the scenario and try the ends of every range; the search itself steps round what contradicts itself."""
    load(base)
    try:
        dimensions = Space(sweep).dimensions
    except UserError as error:
        refuse(Place(os.fspath(path)), str(error))
    return f"sweep {sweep.name}, {sweep.design.kind} over {dimensions} dimensions"


def _checked_uncertainties(path: Path) -> str:
    """Take every range around the default world, as the file names none."""
    found = load_model(path, Uncertainties, dotted_names=True)
    try:
        ranges = spans(found, Scenario(name=found.name))
    except UserError as error:
        refuse(Place(os.fspath(path)), str(error))
    return f"uncertainties {found.name}, {len(ranges)} ranges"


def _lever_places(node: Node) -> dict[str, Place]:
    """Return where each dotted path of a sweep is first set."""
    places: dict[str, Place] = {}
    if isinstance(node.value, dict):
        places = {name: child.place for name, child in node.value.items() if "." in name}
    for child in node.children():
        places = {**places, **{path: at for path, at in _lever_places(child).items() if path not in places}}
    return places


def _in_sweep(problem: Problem, places: dict[str, Place], sweep: Place) -> Problem:
    """Return a problem of an override as one of the line of the sweep that sets it."""
    if problem.place != OVERRIDE:
        return problem
    setting = (place for path, place in places.items() if f"{path}.".startswith(f"{problem.path}."))
    return replace(problem, place=next(setting, sweep))
