"""What a report is made from, checked in full before anything runs or is written."""

import os
from collections.abc import Sequence
from pathlib import Path

from simkit.errors import UserError
from simkit.reporting.texts import Language, scenario_name
from simkit.scenario.diff import diff
from simkit.scenario.loading import load
from simkit.scenario.problem import ScenarioError, listed
from simkit.scenario.scenario import Scenario

FEWEST_SCENARIOS = 2
MOST_SCENARIOS = 8


def load_scenarios(
    files: Sequence[str | os.PathLike[str]],
    world: str | os.PathLike[str] | None = None,
    replications: int | None = None,
) -> list[Scenario]:
    """Return the scenarios of files under one world; all problems of all files are told at once.

    Parameters
    ----------
    files : sequence of path
        Scenario files.
    world : path, optional
        A calibrated world laid over each.
    replications : int, optional
        Replications instead of the files' own.
    """
    overrides = {} if replications is None else {"run.replications": replications}
    loaded, problems = [], []
    for file in files:
        try:
            loaded.append(load(file, overrides, world))
        except ScenarioError as error:
            problems += error.problems
    if problems:
        raise ScenarioError(problems)
    return loaded


def check_comparable(files: Sequence[Path], scenarios: Sequence[Scenario], language: Language) -> None:
    """Refuse scenarios that a report cannot set side by side: too few, too many, one name, unlike runs."""
    if not FEWEST_SCENARIOS <= len(files) <= MOST_SCENARIOS:
        raise UserError(
            f"report: {len(files)} scenario{'s' if len(files) != 1 else ''} given; allowed are {FEWEST_SCENARIOS} to "
            f"{MOST_SCENARIOS}: the status quo first, then its alternatives"
        )
    seen: dict[str, Path] = {}
    for file, scenario in zip(files, scenarios, strict=True):
        name = " ".join(scenario_name(scenario.name, language).casefold().split())
        if name in seen:
            raise UserError(
                f"{file}: the name {scenario.name!r} reads like that of {seen[name]}; names must differ"
            )
        seen[name] = file
    first = scenarios[0]
    for file, scenario in zip(files, scenarios, strict=True):
        unlike = [path for path, _, _ in diff(first, scenario) if path.startswith(("run.", "status_quo."))]
        if unlike:
            raise UserError(
                f"{file}: differs from {files[0]} in {listed(unlike)}; scenarios must "
                "share their run section and their status quo to be compared pair by pair"
            )
