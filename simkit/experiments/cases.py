"""Known cases: what somebody reports of a policy change, beside what the simulation makes of it."""

import os
from collections.abc import Mapping

import pandas as pd

from simkit.experiments.cache import Cache
from simkit.experiments.compare import Comparison, compare
from simkit.outcomes.definitions import DEFINITIONS
from simkit.scenario.known_case import before, check_reported
from simkit.scenario.loading import load
from simkit.scenario.scenario import Scenario


def known_case(
    case: Scenario | str | os.PathLike[str],
    replications: int | None = None,
    workers: int | None = None,
    cache: Cache | None = None,
) -> pd.DataFrame:
    """Return each outcome that a case reports, before and after, beside the simulated values with 95 % intervals.

    Before is the status quo kept for the policy year, after the case's policy, both under the same luck.

    Parameters
    ----------
    case : Scenario or path
        A scenario with a ``reported`` section, such as those in ``params/cases/``.
    replications, workers, cache
        As in `simkit.experiments.compare.compare`.

    Returns
    -------
    DataFrame
        One row an outcome: kpi, reported_before, reported_after, and before, after, change, each with _low and _high.

    Raises
    ------
    UserError
        When the scenario reports nothing, or an outcome that no run has.
    """
    after = case if isinstance(case, Scenario) else load(case)
    check_reported(after, DEFINITIONS)
    compared = compare([before(after), after], replications, workers, cache=cache)
    return pd.DataFrame([_row(compared, kpi, after) for kpi in after.reported])


def in_worlds(
    case: str | os.PathLike[str],
    worlds: Mapping[str, str | os.PathLike[str] | None],
    replications: int | None = None,
    workers: int | None = None,
) -> dict[str, pd.DataFrame]:
    """Return what `known_case` makes of a case's file in each of some worlds, files by name; None is the case's own."""
    return {
        name: known_case(load(case, world=world), replications, workers) for name, world in worlds.items()
    }


def _row(compared: Comparison, kpi: str, case: Scenario) -> dict[str, float | str]:
    earlier, later = compared.names
    estimates = {
        "before": compared.estimate(earlier, kpi),
        "after": compared.estimate(later, kpi),
        "change": compared.difference(later, kpi),
    }
    row: dict[str, float | str] = {
        "kpi": kpi,
        "reported_before": case.reported[kpi].before,
        "reported_after": case.reported[kpi].after,
    }
    for name, (mean, low, high, _) in estimates.items():
        row |= {name: mean, f"{name}_low": low, f"{name}_high": high}
    return row
