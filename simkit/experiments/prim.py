"""Scenario discovery: in which worlds a policy misses its target, found as a box by PRIM.

Friedman & Fisher (1999), Statistics and Computing 9, 123-143: from the whole space thin slices are peeled off, each
time the one that leaves the densest box, and pasted back where that helps. Bryant & Lempert (2010), Technological
Forecasting and Social Change 77, 34-49, judge boxes by coverage and density, and each limit by how likely chance alone
would have made it as good.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import binom

from simkit.errors import UserError
from simkit.experiments.design import Units, sobol
from simkit.experiments.evaluation import Evaluate
from simkit.experiments.worlds import sample, worlds_of
from simkit.scenario.scenario import Scenario
from simkit.scenario.uncertainties import Span

Flags = NDArray[np.bool_]

PEEL = 0.05
"""Share of a box that one peel takes off; Friedman & Fisher's patience, 5 to 10 %."""

RESAMPLES = 10

CHANCE = 0.05
"""Chance of a limit being as good on a dimension that does not matter, from which on it tells nothing."""


class Limits(NamedTuple):
    """A box: least and largest value of each dimension, both included."""

    low: Units
    high: Units

    def holds(self, points: Units) -> Flags:
        """Tell which points lie in the box."""
        return np.asarray(((points >= self.low) & (points <= self.high)).all(axis=1))


@dataclass(frozen=True)
class Discovery:
    """The box of worlds in which a policy misses its target.

    Attributes
    ----------
    limits : DataFrame
        One row a dimension that the box limits, the most telling first: path, low, high (of the box), from_low,
        from_high (of the range), p_value (chance that a limit on a dimension that does not matter would be as good),
        density_without (of the box without this limit), reproduced (share of half samples whose own box limits it).
    trajectory : DataFrame
        One row a step of peeling: step, coverage, density, support, dimensions (limited), chosen.
    coverage, density, support : float
        Of the box chosen: share of all cases that lie in it; share of its worlds that are cases; share of worlds in it.
    base_rate : float
        Share of all worlds that are cases.
    worlds : DataFrame
        One row a world: the uncertainties by path, case, inside.
    failed : tuple of str
        Runs that failed, each with its reason.
    lost : int
        Worlds left out because of them.
    """

    limits: pd.DataFrame
    trajectory: pd.DataFrame
    coverage: float
    density: float
    support: float
    base_rate: float
    worlds: pd.DataFrame
    failed: tuple[str, ...] = ()
    lost: int = 0


def prim(
    points: pd.DataFrame,
    cases: Sequence[bool] | Flags,
    least_support: float = 0.05,
    least_density: float = 0.8,
    seed: int = 1,
) -> Discovery:
    """Return the box in which cases are dense.

    Of the boxes on the way of peeling that are at least as dense as asked, the one is chosen whose coverage and density
    have the largest harmonic mean; where none is as dense, the densest.

    Parameters
    ----------
    points : DataFrame
        One row a world, one column an uncertainty.
    cases : sequence of bool
        Whether each is of interest.
    least_support : float
        Share of the worlds below which a box is peeled no further.
    least_density : float
        Share of a box's worlds that are to be cases.
    seed : int
        Of the half samples.

    Raises
    ------
    UserError
        When all worlds are cases, or none is.
    """
    x, y = points.to_numpy(dtype=float), np.asarray(cases, dtype=bool)
    if y.all() or not y.any():
        raise UserError(
            f"scenario discovery: {'all' if y.all() else 'none'} of the {len(y)} worlds are cases"
        )
    boxes = _peeled(x, y, least_support)
    chosen = _choice(x, y, boxes, least_density)
    box = pasted(x, y, boxes[chosen])
    inside = box.holds(x)
    return Discovery(
        limits=_limits(points, y, box, _reproduced(x, y, least_support, least_density, seed)),
        trajectory=_trajectory(x, y, boxes, chosen),
        coverage=float(y[inside].sum() / y.sum()),
        density=float(y[inside].mean()),
        support=float(inside.mean()),
        base_rate=float(y.mean()),
        worlds=points.assign(case=y, inside=inside),
    )


def _peeled(x: Units, y: Flags, least_support: float) -> list[Limits]:
    """Return the boxes of the peeling, the whole space first."""
    box = Limits(x.min(axis=0), x.max(axis=0))
    boxes = [box]
    while True:
        inside = box.holds(x)
        best, densest = None, -1.0
        for candidate in _peels(box, x[inside]):
            left = candidate.holds(x)
            if left.sum() < max(least_support * len(x), 2) or left.sum() == inside.sum():
                continue
            # By how much the density rises for each world given up: many values alike make thick slices.
            gain = (y[left].mean() - y[inside].mean()) / (inside.sum() - left.sum())
            if gain > densest:
                best, densest = candidate, gain
        if best is None or y[inside].all() or densest < 0:
            return boxes
        box = best
        boxes.append(box)


def _peels(box: Limits, points: Units) -> list[Limits]:
    """Return the box with a slice off either side of each dimension."""
    found = []
    for dimension in range(points.shape[1]):
        values = points[:, dimension]
        low, high = np.quantile(values, [PEEL, 1 - PEEL])
        above, below = values[values > low], values[values < high]
        if len(above):
            found.append(Limits(_put(box.low, dimension, above.min()), box.high))
        if len(below):
            found.append(Limits(box.low, _put(box.high, dimension, below.max())))
    return found


def _put(ends: Units, dimension: int, value: float) -> Units:
    moved = ends.copy()
    moved[dimension] = value
    return moved


def pasted(x: Units, y: Flags, box: Limits) -> Limits:
    """Return the box with slices put back on as long as they are at least as dense as it is."""
    whole = Limits(x.min(axis=0), x.max(axis=0))
    while True:
        inside = box.holds(x)
        density, count = y[inside].mean(), max(1, round(PEEL * inside.sum()))
        best, most = None, 0
        for dimension in range(x.shape[1]):
            low, high = (_put(end, dimension, edge[dimension]) for end, edge in zip(box, whole, strict=True))
            free = Limits(low, high)
            column = np.sort(x[free.holds(x), dimension])
            below, above = column[column < box.low[dimension]], column[column > box.high[dimension]]
            sides = []
            if len(below):
                sides.append(Limits(_put(box.low, dimension, below[-min(count, len(below))]), box.high))
            if len(above):
                sides.append(Limits(box.low, _put(box.high, dimension, above[min(count, len(above)) - 1])))
            for candidate in sides:
                slice_ = candidate.holds(x) & ~inside
                if y[slice_].mean() >= density and y[slice_].sum() > most:
                    best, most = candidate, int(y[slice_].sum())
        if best is None:
            return box
        box = best


def _choice(x: Units, y: Flags, boxes: Sequence[Limits], least_density: float) -> int:
    inside = [box.holds(x) for box in boxes]
    density = np.array([y[held].mean() for held in inside])
    if not (density >= least_density).any():
        return int(density.argmax())
    coverage = np.array([y[held].sum() for held in inside]) / y.sum()
    balance = 2 * density * coverage / np.maximum(density + coverage, 1e-12)
    return int(np.where(density >= least_density, balance, -1.0).argmax())


def _limited(x: Units, box: Limits) -> Flags:
    limited: Flags = (box.low > x.min(axis=0)) | (box.high < x.max(axis=0))
    return limited


def _trajectory(x: Units, y: Flags, boxes: Sequence[Limits], chosen: int) -> pd.DataFrame:
    rows = []
    for step, box in enumerate(boxes):
        inside = box.holds(x)
        shares = (y[inside].sum() / y.sum(), y[inside].mean(), inside.mean())
        rows.append((step, *map(float, shares), int(_limited(x, box).sum()), step == chosen))
    return pd.DataFrame(rows, columns=["step", "coverage", "density", "support", "dimensions", "chosen"])


def _limits(points: pd.DataFrame, y: Flags, box: Limits, reproduced: Units) -> pd.DataFrame:
    """Return the limits of a box, each with what it is worth.

    The p-value is Bryant & Lempert's: without the limit, the box has a density; the chance that as many worlds as the
    box holds, drawn at that density, have at least as many cases.
    """
    x = points.to_numpy(dtype=float)
    whole = Limits(x.min(axis=0), x.max(axis=0))
    inside = box.holds(x)
    rows = []
    for dimension in np.flatnonzero(_limited(x, box)).tolist():
        low, high = whole.low[dimension], whole.high[dimension]
        without = Limits(_put(box.low, dimension, low), _put(box.high, dimension, high)).holds(x)
        density = float(y[without].mean())
        p_value = float(binom.sf(y[inside].sum() - 1, inside.sum(), density))
        ends = (float(box.low[dimension]), float(box.high[dimension]), float(low), float(high))
        rows.append((str(points.columns[dimension]), *ends, p_value, density, float(reproduced[dimension])))
    names = ["path", "low", "high", "from_low", "from_high", "p_value", "density_without", "reproduced"]
    return pd.DataFrame(rows, columns=names).sort_values("p_value", kind="stable", ignore_index=True)


def _reproduced(x: Units, y: Flags, least_support: float, least_density: float, seed: int) -> Units:
    """Return for each dimension in what share of half samples the box found there limits it."""
    rng = np.random.default_rng(seed)
    hits, tried = np.zeros(x.shape[1]), 0
    for _ in range(RESAMPLES):
        half = rng.permutation(len(y))[: len(y) // 2]
        if y[half].all() or not y[half].any():
            continue
        boxes = _peeled(x[half], y[half], least_support)
        box = boxes[_choice(x[half], y[half], boxes, least_density)]
        hits += _limited(x[half], pasted(x[half], y[half], box))
        tried += 1
    return hits / max(tried, 1)


@dataclass(frozen=True)
class Misses:
    """In which of the worlds tried a policy misses a target.

    Attributes
    ----------
    worlds : DataFrame
        One row a world, one column an uncertainty, by path.
    missed : bool array
        Whether the target is missed in each.
    failed : tuple of str
        Runs that failed, each with its reason.
    lost : int
        Worlds left out because of them.
    """

    worlds: pd.DataFrame
    missed: Flags
    failed: tuple[str, ...]
    lost: int

    def box(self, seed: int = 1, least_support: float = 0.05, least_density: float = 0.8) -> Discovery | None:
        """Return the box in which the target is missed, as `prim`; None when it is missed in all worlds, or none.

        Uncertainties whose limits chance alone would do as well are let go, and the box is sought again over the rest.
        """
        if self.missed.all() or not self.missed.any():
            return None
        columns = list(self.worlds)
        while True:
            told = prim(self.worlds[columns], self.missed, least_support, least_density, seed)
            telling = told.limits.loc[told.limits["p_value"] < CHANCE, "path"].tolist()
            if not telling or len(telling) == len(told.limits):
                return replace(told, failed=self.failed, lost=self.lost)
            columns = [name for name in columns if name in telling]


def misses(
    policy: Scenario,
    spans: Sequence[Span],
    kpi: str,
    target: float,
    evaluate: Evaluate,
    worlds: int = 256,
    at_least: bool = True,
    seed: int = 1,
) -> Misses:
    """Return in which worlds a policy misses a target; the parameters are those of `discover`.

    Raises
    ------
    UserError
        When the number of worlds is no power of 2.
    """
    if worlds < 2 or worlds & (worlds - 1):
        raise UserError(f"worlds: {worlds} given; allowed is a power of 2, such as 256")
    drawn = worlds_of(spans, sobol(len(spans), worlds, seed))
    found = sample([policy], drawn, evaluate)
    means = found.means(kpi)[0]
    known = ~np.isnan(means)
    missed = means < target if at_least else means > target
    table = pd.DataFrame(drawn)[known].reset_index(drop=True)
    return Misses(table, missed[known], found.failed, int((~known).sum()))


def discover(
    policy: Scenario,
    spans: Sequence[Span],
    kpi: str,
    target: float,
    evaluate: Evaluate,
    worlds: int = 256,
    at_least: bool = True,
    seed: int = 1,
    least_support: float = 0.05,
    least_density: float = 0.8,
) -> Discovery:
    """Return in which worlds a policy misses a target.

    Parameters
    ----------
    policy : Scenario
        What is run.
    spans : sequence of Span
        The uncertainties and their plausible ranges, over which worlds are spread evenly.
    kpi, target : str, float
        The outcome, and the value that its mean must reach.
    evaluate : callable
        Scenarios to outcomes.
    worlds : int
        How many, a power of 2.
    at_least : bool
        Whether the target is the least or the largest value allowed.
    seed, least_support, least_density
        As in `prim`.

    Raises
    ------
    UserError
        When the number of worlds is no power of 2, or the target is missed in all of them or in none.
    """
    found = misses(policy, spans, kpi, target, evaluate, worlds, at_least, seed)
    told = prim(found.worlds, found.missed, least_support, least_density, seed)
    return replace(told, failed=found.failed, lost=found.lost)
