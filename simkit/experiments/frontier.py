"""The efficient frontier of sales growth against the overdue rate, over the levers of a sweep."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from simkit.errors import UserError
from simkit.experiments.cache import Cache
from simkit.experiments.compare import Comparison, compare
from simkit.experiments.dominance import dominance
from simkit.experiments.evaluation import Evaluate, Evaluator
from simkit.experiments.recommendation import (
    COLLECTED,
    GROWTH,
    KPIS,
    OVERDUE,
    PROFIT,
    chances,
    efficient,
    violation,
)
from simkit.experiments.search import Search, search
from simkit.scenario.loading import PathLike, load, load_model
from simkit.scenario.scenario import Scenario
from simkit.scenario.sweep import Constraints, Sweep


@dataclass(frozen=True)
class Frontier:
    """Policies of a sweep, which of them are efficient, and which is recommended.

    Attributes
    ----------
    sweep : Sweep
        The levers and the design.
    comparison : Comparison
        Outcomes of every point; the first point is the reference. After a search it has the finalists alone, on
        replications that the search has not seen, and no breakdowns.
    points : DataFrame
        One row a point: point, name, one column a lever (labels), mean, low and high of growth, of the cohort
        overdue rate and of profit (columns ``sales_growth``, ``sales_growth_low``, ...), collection_rate, feasible,
        efficient, recommended; and from the replications drawn again: p_efficient, p_dominated, beaten_by (a name, or
        empty), p_beaten_by, p_feasible and p_recommended.
    search : Search, optional
        All that a Sobol or NSGA-II design tried; None for a grid.
    """

    sweep: Sweep
    comparison: Comparison
    points: pd.DataFrame
    search: Search | None = None

    @property
    def recommendation(self) -> dict[str, Any] | None:
        """The row of the recommended point, or None when no point keeps to the constraints."""
        rows = self.points[self.points["recommended"]]
        return None if rows.empty else {str(name): value for name, value in rows.iloc[0].items()}

    @property
    def rivals(self) -> pd.DataFrame:
        """The other points that could have been recommended, the one that earns most first."""
        others = self.points[self.points["feasible"] & self.points["efficient"] & ~self.points["recommended"]]
        return others.sort_values("profit_fen", ascending=False)


def frontier(
    sweep: PathLike,
    workers: int | None = None,
    world: PathLike | None = None,
    cache: Cache | None = None,
    scheduler: str | None = None,
    progress: bool = False,
    ledgers: PathLike | None = None,
) -> Frontier:
    """Return the points of a sweep with their outcomes, the efficient set and the recommendation.

    A point is efficient when no other has both more growth and less overdue (means over the same luck). The
    recommended point keeps to the sweep's constraints, is efficient, and earns most after credit losses.

    Parameters
    ----------
    sweep : path
        The sweep file; its ``design`` says whether every point of a grid is run, or points are searched for.
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
    folder = Path(os.fspath(sweep)).parent
    if plan.design.kind == "grid":
        scenarios = points_of(plan, folder, world)
        compared = compare(
            scenarios,
            plan.replications,
            workers,
            cache=cache,
            scheduler=scheduler,
            progress=progress,
            ledgers=ledgers,
        )
        labels = [{lever: setting.label for lever, setting in point.items()} for point in plan.points()]
        return Frontier(plan, compared, points_table(plan.constraints, compared, labels))
    if ledgers is not None:
        raise UserError(
            f"ledgers: they are written of grids only, and the design of {plan.name!r} is {plan.design.kind}"
        )

    def evaluator(replications: range) -> Evaluator:
        return Evaluator(KPIS, replications, workers, cache, scheduler, progress)

    base = load(folder / plan.scenario, world=world)
    fresh = range(plan.replications, plan.replications + plan.design.confirm)
    return searched(plan, base, evaluator(range(plan.replications)), evaluator(fresh))


def searched(sweep: Sweep, base: Scenario, evaluate: Evaluate, confirm: Evaluate) -> Frontier:
    """Return the frontier of a search around a scenario.

    Parameters
    ----------
    sweep : Sweep
        Its design is ``sobol`` or ``nsga2``.
    base : Scenario
        What the levers act on.
    evaluate, confirm : callable
        Scenarios to outcomes on the search's replications, and on others.
    """
    tried = search(sweep, base, evaluate)
    names = list(dict.fromkeys([base.name, *tried.finalists(sweep.design.finalists)]))
    finalists = tuple(tried.scenarios[name] for name in names)
    outcomes = confirm(finalists)
    lost = np.isnan(outcomes.values[GROWTH]).any(axis=0)
    if lost.all():
        reason = (outcomes.failed or ("nothing is sold",))[0]
        raise UserError(f"no replication of the finalists can be used; the first: {reason}")
    kpis = pd.DataFrame(
        [
            (name, outcomes.first + int(number), kpi, float(values[place, number]))
            for place, name in enumerate(names)
            for number in np.flatnonzero(~lost)
            for kpi, values in outcomes.values.items()
        ],
        columns=["scenario", "replication", "kpi", "value"],
    )
    compared = Comparison(finalists, kpis, {}, outcomes.failed)
    levers = [*sweep.grid, *sweep.levers]
    table = tried.points.set_index("name").reindex(columns=levers).fillna("as today")
    labels = [{str(lever): str(label) for lever, label in table.loc[name].items()} for name in names]
    return Frontier(sweep, compared, points_table(sweep.constraints, compared, labels), tried)


def points_of(sweep: Sweep, folder: Path, world: PathLike | None = None) -> list[Scenario]:
    """Return the scenarios of a grid's points, each named by its settings."""
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


def points_table(
    constraints: Constraints, comparison: Comparison, labels: Sequence[dict[str, str]]
) -> pd.DataFrame:
    """Return the points of a `Frontier`, their levers' labels given in the order of the comparison."""
    rows = []
    for number, (name, label) in enumerate(zip(comparison.names, labels, strict=True)):
        row: dict[str, Any] = {"point": number, "name": name} | label
        for kpi in (GROWTH, OVERDUE, PROFIT):
            found = comparison.estimate(name, kpi)
            row |= {kpi: found.mean, f"{kpi}_low": found.low, f"{kpi}_high": found.high}
        row[COLLECTED] = comparison.estimate(name, COLLECTED).mean
        row["feasible"] = violation(row, constraints) == 0
        rows.append(row)
    points = pd.DataFrame(rows)
    points["efficient"] = efficient(points[GROWTH].to_numpy(), points[OVERDUE].to_numpy())
    candidates = points[points["feasible"] & points["efficient"]]
    best = None if candidates.empty else candidates[PROFIT].idxmax()
    points["recommended"] = points.index == best
    return points.join(_sureness(constraints, comparison))


def _sureness(constraints: Constraints, comparison: Comparison) -> pd.DataFrame:
    """Return what the luck of the replications leaves open about every point."""
    names = comparison.names
    values = {kpi: np.array([comparison.values[name, kpi] for name in names]) for kpi in KPIS}
    if comparison.replications < 2:
        return pd.DataFrame(index=range(len(names)))
    table = dominance(values[GROWTH], values[OVERDUE]).table
    table["beaten_by"] = ["" if place < 0 else names[place] for place in table["beaten_by"]]
    return table.join(chances(values, constraints))
