"""What is recommended: of the efficient points that keep the constraints, the one that earns most."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from simkit.experiments.dominance import DRAWS, resampled
from simkit.experiments.estimate import Values
from simkit.scenario.sweep import Constraints

GROWTH = "sales_growth"
OVERDUE = "overdue_rate_cohort_30"
COLLECTED = "collection_rate"
PROFIT = "profit_fen"
KPIS = (GROWTH, OVERDUE, COLLECTED, PROFIT)
"""The outcomes that decide."""


def slacks(constraints: Constraints) -> list[tuple[str, int, float]]:
    """Return the constraints that are given: outcome, +1 where it must be large and -1 where small, bound."""
    given = (
        (GROWTH, 1, constraints.sales_growth_min),
        (COLLECTED, 1, constraints.collection_rate_min),
        (OVERDUE, -1, constraints.overdue_rate_cohort_30_max),
    )
    return [(kpi, sign, bound) for kpi, sign, bound in given if bound is not None]


def violation(row: dict[str, Any], constraints: Constraints) -> float:
    """Return by how much, in shares and added up, outcomes miss constraints; infinite when one is undefined."""
    if any(np.isnan(row[kpi]) for kpi in (GROWTH, OVERDUE)):
        return np.inf
    missed = 0.0
    for kpi, sign, bound in slacks(constraints):
        short = sign * (bound - row[kpi])
        missed += np.inf if np.isnan(short) else max(0.0, short)
    return missed


def chances(
    values: Mapping[str, Values], constraints: Constraints, seed: int = 1, draws: int = DRAWS
) -> pd.DataFrame:
    """Return how often each point keeps the constraints, and is recommended, when the replications are drawn again.

    Parameters
    ----------
    values : mapping of str to float array, shape (points, replications)
        Paired outcomes, those of ``KPIS`` among them.
    constraints : Constraints
        What must be kept.
    seed, draws : int
        Of the bootstrap.

    Returns
    -------
    DataFrame
        One row a point: p_feasible, p_recommended.
    """
    # The same seed draws the same replications of every outcome.
    again = {kpi: resampled(values[kpi], draws, np.random.default_rng(seed)) for kpi in KPIS}
    feasible = ~(np.isnan(again[GROWTH]) | np.isnan(again[OVERDUE]))
    for kpi, sign, bound in slacks(constraints):
        feasible &= sign * (again[kpi] - bound) >= 0
    chosen = np.zeros(feasible.shape[1])
    for growth, overdue, profit, allowed in zip(
        again[GROWTH], again[OVERDUE], again[PROFIT], feasible, strict=True
    ):
        candidates = np.flatnonzero(allowed & efficient(growth, overdue))
        if len(candidates):
            chosen[candidates[np.argmax(profit[candidates])]] += 1
    return pd.DataFrame({"p_feasible": feasible.mean(axis=0), "p_recommended": chosen / draws})


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
