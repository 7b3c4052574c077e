"""Why a reported figure cannot be met: how far the simulated one moves when what moves it goes to its extreme."""

import math
from collections.abc import Sequence

import numpy as np

from simkit.calibration.free_number import Free, at
from simkit.calibration.moment_problem import MomentProblem, Solution
from simkit.calibration.person_periods import Floats

MISSED = 2.0
"""Standard deviations between simulated and reported figure beyond which it counts as missed."""

_ALONE = 2


def missed(problem: MomentProblem, fit: Solution) -> list[tuple[int, int, int]]:
    """Return the moments that a fit misses: place among all, number of the year, place in the year."""
    places = [
        (number, place) for number, year in enumerate(problem.years) for place in range(len(year.targets))
    ]
    return [(row, *places[row]) for row in range(len(places)) if abs(fit.deviations[row]) > MISSED]


def reach(
    problem: MomentProblem, fit: Solution, numbers: Sequence[Free], shared: int, miss: tuple[int, int, int]
) -> str:
    """Return in a sentence how near to what is reported a missed figure can be brought.

    What responses can do is measured at the fit, each moved the way that helps as far as its limits allow: all
    together, and those alone that promise most. Before a case the company's own numbers are moved too.

    Parameters
    ----------
    problem, fit
        The problem and where its fit ended.
    numbers : sequence of Free
        All numbers of the fit, the shared responses first.
    shared : int
        How many they are.
    miss : tuple
        One of `missed`.
    """
    row, number, place = miss
    year = problem.years[number]
    name, target = [*year.targets.items()][place]
    here = float(year.sample(fit.z, problem.replications).mean(axis=0)[place])
    movable = [
        column
        for column in year.columns.tolist()
        if fit.jacobian[row, column] != 0 and (column < shared or year.side == "before")
    ]
    told = f"{year.case}, {name} {year.side}: {here:.3g} for {target:.3g} reported"
    if not movable:
        return f"{told}; no response moves it"
    helpful = -np.sign(fit.deviations[row] * fit.jacobian[row])
    extreme = np.where(helpful > 0, problem.limits[:, 1], problem.limits[:, 0])
    promise = np.abs(fit.jacobian[row]) * np.abs(problem.limits.T - fit.z).max(axis=0)
    best = sorted(movable, key=lambda column: -promise[column])[:_ALONE]

    def moved(columns: Sequence[int], ends: Floats) -> float:
        z: Floats = fit.z.copy()
        z[columns] = ends[columns]
        return float(year.sample(z, problem.replications).mean(axis=0)[place])

    for column in best:  # a slope at the fit need not tell which end helps
        ends = [moved([column], problem.limits[:, end]) for end in (0, 1)]
        extreme[column] = problem.limits[column, int((ends[1] - ends[0]) * (target - here) > 0)]
    together = moved(movable, extreme)
    tree = year.scenario.world.model_dump()
    alone = [moved([column], extreme) for column in best]
    each = ", ".join(
        f"{numbers[column].path} at {numbers[column].number(at(tree, numbers[column].path), extreme[column]):.3g} "
        f"{_shown(value)}"
        for column, value in zip(best, alone, strict=True)
    )
    # Where nobody is left to count, a figure is undefined, and is no proof of anything.
    within = any((value - target) * np.sign(here - target) <= 0 for value in (together, *alone))
    verdict = (
        "it is within reach, and held back by other figures and by what is assumed"
        if within
        else "it is out of reach"
    )
    return f"{told}; with all responses at their extremes {_shown(together)}, with {each} alone: {verdict}"


def _shown(figure: float) -> str:
    return "undefined" if math.isnan(figure) else f"{figure:.3g}"
