"""A policy in other worlds: what it changes when people respond less, or more, than is assumed."""

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from simkit.errors import UserError
from simkit.experiments.cache import Cache
from simkit.experiments.compare import compare, mean_interval
from simkit.scenario.problem import did_you_mean
from simkit.scenario.scenario import Scenario


def scaled(scenario: Scenario, path: str, factor: float) -> Scenario:
    """Return a scenario in a world of which one number is multiplied; its name stays.

    Parameters
    ----------
    scenario : Scenario
        What is run.
    path : str
        Dotted path of a number of the world, such as ``world.reps.selling_response``.
    factor : float
        What the number is multiplied by.

    Raises
    ------
    UserError
        When the world has no such number; what the result must keep to is checked like a file's.
    """
    data = scenario.model_dump()
    *sections, name = path.split(".")
    place = data if sections[:1] == ["world"] else {}
    for section in sections:
        found = place.get(section)
        place = found if isinstance(found, dict) else {}
    value = place.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise UserError(f"{path!r} is no number of the world{did_you_mean(name, place)}")
    place[name] = factor * value
    return Scenario.model_validate(data)


def differences_in_worlds(
    scenarios: Sequence[Scenario],
    paths: Iterable[str],
    factors: Iterable[float],
    kpis: Iterable[str],
    replications: int | None = None,
    workers: int | None = None,
    cache: Cache | None = None,
) -> pd.DataFrame:
    """Return what the second scenario changes against the first, as assumed and with one response at a time scaled.

    Both are run in every world under the same luck, and compared within each.

    Parameters
    ----------
    scenarios : sequence of Scenario
        Two: the reference and the policy.
    paths : iterable of str
        Dotted paths of the responses.
    factors : iterable of float
        What each is multiplied by, other than 1.
    kpis : iterable of str
        Outcomes.
    replications, workers, cache
        As in `simkit.experiments.compare.compare`.

    Returns
    -------
    DataFrame
        One row a world and outcome: path (empty in the world as assumed, the first), factor, kpi, and mean, low and
        high of the paired difference.
    """
    tried = list(factors)
    worlds = [("", 1.0), *((path, factor) for path in paths for factor in tried)]
    runs = [
        (scaled(one, path, factor) if path else one).model_copy(update={"name": f"{one.name} {number}"})
        for number, (path, factor) in enumerate(worlds)
        for one in scenarios
    ]
    compared = compare(runs, replications, workers, cache=cache)
    names, outcomes = compared.names, list(kpis)
    rows = []
    for number, (path, factor) in enumerate(worlds):
        first, second = names[2 * number : 2 * number + 2]
        for kpi in outcomes:
            change = compared.values[second, kpi] - compared.values[first, kpi]
            mean, low, high, _ = mean_interval(change[~np.isnan(change)])
            rows.append((path, factor, kpi, mean, low, high))
    return pd.DataFrame(rows, columns=["path", "factor", "kpi", "mean", "low", "high"])
