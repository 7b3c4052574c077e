"""Searching a sweep's levers: every point drawn, how the efficient set grew, and who goes on to be confirmed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from simkit.errors import UserError
from simkit.experiments.design import Units, sobol
from simkit.experiments.estimate import Values
from simkit.experiments.evaluation import Evaluate
from simkit.experiments.hypervolume import hypervolume
from simkit.experiments.nsga2 import Judged, evolve, ranks
from simkit.experiments.recommendation import GROWTH, KPIS, OVERDUE, PROFIT, violation
from simkit.experiments.variation import ContradictionError, varied
from simkit.scenario.scenario import Scenario
from simkit.scenario.space import Draw, Space
from simkit.scenario.sweep import Constraints, Sweep


@dataclass(frozen=True)
class Search:
    """What a search tried.

    Attributes
    ----------
    points : DataFrame
        One row a point, in the order drawn, the scenario as it is first: point, name, one column a lever (labels),
        batch, the outcomes' means over the search's replications, violation (of the constraints, in shares),
        efficient (among those that keep them).
    convergence : DataFrame
        One row a generation, or a doubling of a Sobol design: batch, evaluated (points so far), hypervolume (of those
        that keep the constraints, growth by overdue rate), efficient (how many points).
    reference : pair of float
        Growth and overdue rate from which the hypervolume is measured: the worst of all points.
    rejected : DataFrame
        Points that are no policy: name, reason.
    failed : tuple of str
        Runs that failed, each with its reason; a point with one is not looked at.
    scenarios : dict of str to Scenario
        Every point that was run, by name.
    """

    points: pd.DataFrame
    convergence: pd.DataFrame
    reference: tuple[float, float]
    rejected: pd.DataFrame
    failed: tuple[str, ...]
    scenarios: dict[str, Scenario]

    def finalists(self, most: int) -> list[str]:
        """Return the names of the best points: those that keep the constraints, front by front, then by profit."""
        points = self.points[np.isfinite(self.points["violation"])]
        objectives = np.c_[-points[GROWTH], points[OVERDUE]]
        rank = ranks(Judged(objectives, points["violation"].to_numpy()))
        order = np.lexsort((-points[PROFIT].to_numpy(), rank))[:most]
        return [str(name) for name in points["name"].iloc[order]]


_NONE = {GROWTH: 0.0, OVERDUE: 0.0, "violation": np.inf}
"""What stands for the outcomes of a point that is no policy."""


class _Trials:
    """Points as they are drawn: each is run once, however often it is drawn."""

    def __init__(self, base: Scenario, space: Space, constraints: Constraints, evaluate: Evaluate) -> None:
        self.base, self.space, self.constraints, self.evaluate = base, space, constraints, evaluate
        self.rows: dict[str, dict[str, Any]] = {}
        self.scenarios: dict[str, Scenario] = {}
        self.rejected: dict[str, str] = {}
        self.failed: list[str] = []
        self.batch = 0

    def judge(self, units: Units) -> Judged:
        """Run what is new among some points of the cube, and return what all are worth."""
        draws = [self.space.decode(unit) for unit in units.tolist()]
        new = {draw.name: draw for draw in draws if draw.name not in self.rows | self.rejected}
        self.run(
            [(draw, scenario) for draw in new.values() if (scenario := self._scenario(draw)) is not None]
        )
        self.batch += 1
        worth = [self.rows.get(draw.name, _NONE) for draw in draws]
        excess = np.array([row["violation"] for row in worth])
        objectives = np.array([(-row[GROWTH], row[OVERDUE]) for row in worth])
        return Judged(np.where(np.isfinite(excess)[:, None], objectives, 0.0), excess)

    def _scenario(self, draw: Draw) -> Scenario | None:
        try:
            return varied(self.base, draw.values, draw.name)
        except ContradictionError as error:
            self.rejected[draw.name] = str(error).removeprefix(f"{draw.name}: ")
            return None

    def run(self, drawn: Sequence[tuple[Draw, Scenario]]) -> None:
        """Run points and note what came out."""
        outcomes = self.evaluate([scenario for _, scenario in drawn])
        self.failed += outcomes.failed
        means = {kpi: outcomes.means(kpi) for kpi in KPIS}
        for place, (draw, scenario) in enumerate(drawn):
            row = {kpi: float(means[kpi][place]) for kpi in KPIS}
            excess = {"violation": violation(row, self.constraints)}
            self.rows[scenario.name] = (
                {"name": scenario.name} | draw.labels | {"batch": self.batch} | row | excess
            )
            self.scenarios[scenario.name] = scenario


def search(sweep: Sweep, base: Scenario, evaluate: Evaluate) -> Search:
    """Return what a Sobol or NSGA-II design of a sweep finds around a scenario.

    Parameters
    ----------
    sweep : Sweep
        Its design is ``sobol`` or ``nsga2``.
    base : Scenario
        What the levers act on; it is the first point.
    evaluate : callable
        Scenarios to outcomes, with those of ``KPIS`` among them.

    Raises
    ------
    UserError
        When a range is none of its lever, or no point drawn is a policy with defined outcomes.
    """
    space, design = Space(sweep), sweep.design
    trials = _Trials(base, space, sweep.constraints, evaluate)
    trials.run([(Draw({}, {}), base)])
    if design.kind == "sobol":
        assert design.points is not None
        trials.judge(sobol(space.dimensions, design.points, design.seed))
    else:
        assert design.population is not None
        assert design.generations is not None
        size = 1 << (design.population - 1).bit_length()
        start = sobol(space.dimensions, size, design.seed)[: design.population]
        evolve(trials.judge, start, design.generations, np.random.default_rng(design.seed))
    if len(trials.rows) == 1:
        raise UserError(
            "no point of the search is a policy; the first: " + next(iter(trials.rejected.values()))
        )
    return _result(trials, design.kind == "sobol")


def _result(trials: _Trials, by_doubling: bool) -> Search:
    points = pd.DataFrame(list(trials.rows.values())).rename_axis("point").reset_index()
    kept = np.isfinite(points["violation"].to_numpy())
    if not kept.any():
        reason = (trials.failed or ["nothing is sold"])[0]
        raise UserError(f"no point of the search has defined outcomes; the first: {reason}")
    objectives = np.c_[-points[GROWTH], points[OVERDUE]]
    worst = objectives[kept].max(axis=0)
    feasible = points["violation"].to_numpy() == 0
    points["efficient"] = False
    points.loc[feasible, "efficient"] = _unbeaten(objectives[feasible])
    return Search(
        points=points,
        convergence=_convergence(points, objectives, feasible, worst, by_doubling),
        reference=(-float(worst[0]), float(worst[1])),
        rejected=pd.DataFrame(list(trials.rejected.items()), columns=["name", "reason"]),
        failed=tuple(trials.failed),
        scenarios=trials.scenarios,
    )


def _unbeaten(objectives: Values) -> Values:
    return ranks(Judged(objectives, np.zeros(len(objectives)))) == 0 if len(objectives) else np.zeros(0)


def _convergence(
    points: pd.DataFrame, objectives: Values, feasible: Values, worst: Values, by_doubling: bool
) -> pd.DataFrame:
    if by_doubling:
        ends = [
            1 << power for power in range(1, len(points).bit_length() + 1) if 1 << (power - 1) < len(points)
        ]
    else:
        ends = [int((points["batch"] <= batch).sum()) for batch in range(int(points["batch"].max()) + 1)]
    rows = []
    for batch, end in enumerate(ends):
        found = objectives[:end][feasible[:end]]
        area = hypervolume(found, (float(worst[0]), float(worst[1])))
        rows.append((batch, min(end, len(points)), area, int(_unbeaten(found).sum())))
    return pd.DataFrame(rows, columns=["batch", "evaluated", "hypervolume", "efficient"])
