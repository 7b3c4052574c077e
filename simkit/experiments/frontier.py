"""The efficient frontier of sales growth against the overdue rate, over a grid of levers."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from simkit.errors import UserError
from simkit.experiments.cache import Cache
from simkit.experiments.compare import Comparison, compare
from simkit.scenario.loading import PathLike, load, load_model
from simkit.scenario.scenario import Scenario
from simkit.scenario.sweep import Constraints, Sweep

GROWTH = "sales_growth"
OVERDUE = "overdue_rate_cohort_30"


@dataclass(frozen=True)
class Frontier:
    """A grid of policies, which of them are efficient, and which is recommended.

    Attributes
    ----------
    sweep : Sweep
        The grid.
    comparison : Comparison
        Outcomes of every point; the first point is the reference.
    points : DataFrame
        One row a point: point, one column a lever (labels), mean, low and high of growth and of the cohort
        overdue rate (columns ``sales_growth``, ``sales_growth_low``, ...), collection_rate, profit_fen,
        feasible, efficient, recommended.
    """

    sweep: Sweep
    comparison: Comparison
    points: pd.DataFrame

    @property
    def recommendation(self) -> dict[str, Any] | None:
        """The row of the recommended point, or None when no point keeps to the constraints."""
        rows = self.points[self.points["recommended"]]
        return None if rows.empty else {str(name): value for name, value in rows.iloc[0].items()}


def frontier(
    sweep: PathLike,
    workers: int | None = None,
    world: PathLike | None = None,
    cache: Cache | None = None,
    scheduler: str | None = None,
    progress: bool = False,
    ledgers: PathLike | None = None,
) -> Frontier:
    """Return every point of a sweep with its outcomes, the efficient set and the recommendation.

    A point is efficient when no other has both more growth and less overdue (means over the same luck). The
    recommended point keeps to the sweep's constraints, is efficient, and earns most after credit losses.

    Parameters
    ----------
    sweep : path
        The sweep file.
    workers : int, optional
        Processes; all cores when not given.
    world : path, optional
        A calibrated world laid over every point.
    cache : Cache, optional
        Where results are found again.
    scheduler : str, optional
        Address of a Dask scheduler whose workers run them, or ``local`` for a cluster on this machine.
    progress : bool
        Show how far it is on standard error.
    ledgers : path, optional
        Folder to which every ledger is written, see `simkit.experiments.ledgers.Ledgers`.
    """
    plan = load_model(sweep, Sweep, dotted_names=True)
    scenarios = points_of(plan, Path(os.fspath(sweep)).parent, world)
    comparison = compare(
        scenarios,
        plan.replications,
        workers,
        cache=cache,
        scheduler=scheduler,
        progress=progress,
        ledgers=ledgers,
    )
    return Frontier(plan, comparison, _points(plan, comparison))


def points_of(sweep: Sweep, folder: Path, world: PathLike | None = None) -> list[Scenario]:
    """Return the scenarios of a sweep's points, each named by its settings."""
    base = folder / sweep.scenario
    scenarios = []
    for point in sweep.points():
        overrides: dict[str, Any] = {}
        for lever, setting in point.items():
            twice = sorted(set(overrides) & set(setting.set))
            if twice:
                raise UserError(f"grid.{lever}: {twice[0]} is set by another lever too; one lever may set it")
            overrides |= setting.set
        scenario = load(base, overrides, world)
        name = " · ".join(setting.label for setting in point.values())
        scenarios.append(scenario.model_copy(update={"name": name}))
    return scenarios


def _points(sweep: Sweep, comparison: Comparison) -> pd.DataFrame:
    rows = []
    for number, (point, name) in enumerate(zip(sweep.points(), comparison.names, strict=True)):
        row: dict[str, Any] = {"point": number, "name": name}
        row |= {lever: setting.label for lever, setting in point.items()}
        for kpi in (GROWTH, OVERDUE):
            found = comparison.estimate(name, kpi)
            row |= {kpi: found.mean, f"{kpi}_low": found.low, f"{kpi}_high": found.high}
        row |= {kpi: comparison.estimate(name, kpi).mean for kpi in ("collection_rate", "profit_fen")}
        row["feasible"] = _keeps_to(row, sweep.constraints)
        rows.append(row)
    points = pd.DataFrame(rows)
    points["efficient"] = efficient(points[GROWTH].to_numpy(), points[OVERDUE].to_numpy())
    candidates = points[points["feasible"] & points["efficient"]]
    best = None if candidates.empty else candidates["profit_fen"].idxmax()
    points["recommended"] = points.index == best
    return points


def _keeps_to(row: dict[str, Any], constraints: Constraints) -> bool:
    least_growth, least_rate = constraints.sales_growth_min, constraints.collection_rate_min
    most_overdue = constraints.overdue_rate_cohort_30_max
    return bool(
        (least_growth is None or row[GROWTH] >= least_growth)
        and (least_rate is None or row["collection_rate"] >= least_rate)
        and (most_overdue is None or row[OVERDUE] <= most_overdue)
    )


def efficient(growth: ArrayLike, overdue: ArrayLike) -> NDArray[np.bool_]:
    """Return which points no other beats: at least as much growth and at most as much overdue, one strictly.

    A point of which either is undefined (NaN), such as a policy that sells nothing, is not efficient.

    Examples
    --------
    >>> efficient([0.1, 0.2, 0.1], [0.05, 0.10, 0.07]).tolist()
    [True, True, False]
    """
    g, o = np.asarray(growth, dtype=float), np.asarray(overdue, dtype=float)
    at_least = (g[None, :] >= g[:, None]) & (o[None, :] <= o[:, None])
    strictly = (g[None, :] > g[:, None]) | (o[None, :] < o[:, None])
    undefined = np.isnan(g) | np.isnan(o)
    unbeaten: NDArray[np.bool_] = ~(np.any(at_least & strictly, axis=1) | undefined)
    return unbeaten
