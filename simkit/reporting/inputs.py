"""What a report is made from, checked in full before anything runs or is written."""

import os
from collections.abc import Sequence
from pathlib import Path

from simkit.errors import UserError
from simkit.experiments.frontier import points_of
from simkit.reporting.texts import Language, scenario_name
from simkit.scenario.diff import diff
from simkit.scenario.loading import load, load_model, status_quo_file
from simkit.scenario.problem import ScenarioError, listed
from simkit.scenario.scenario import Scenario
from simkit.scenario.sweep import Sweep

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


def load_points(
    sweep: str | os.PathLike[str],
    world: str | os.PathLike[str] | None = None,
    scenario: str | os.PathLike[str] | None = None,
) -> tuple[Sweep, list[Scenario]]:
    """Return the grid of a sweep file and the scenarios of its points.

    Parameters
    ----------
    sweep : path
        The sweep file.
    world : path, optional
        A calibrated world laid over each point.
    scenario : path, optional
        What the levers act on instead of the scenario that the sweep names.
    """
    plan = load_model(sweep, Sweep, dotted_names=True)
    if scenario is not None:
        plan = plan.model_copy(update={"scenario": str(Path(scenario).absolute())})
    return plan, points_of(plan, Path(sweep).parent, world)


def status_quo_first(files: Sequence[Path], replications: int | None = None) -> tuple[Path, ...]:
    """Return files with that of their status quo in front, where the first is a policy that extends it.

    So a folder of policies can be reported as it is. The file is left out when it is run otherwise than the policies;
    they are then compared with the first of them.
    """
    first = load_scenarios(files, replications=replications)[0]
    file = status_quo_file(files[0])
    if first.policy == first.status_quo or file in files:
        return tuple(files)
    today = load_scenarios([file], replications=replications)[0]
    led = today.policy == first.status_quo and today.run == first.run
    return (file, *files) if led else tuple(files)


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
