"""How many replications a comparison needs: Stein's two stages.

Looking at the interval after every replication and stopping when it happens to be narrow stops too early more often
than too late: the interval then covers less than it says. Stein (1945, Annals of Mathematical Statistics 16, 243-258)
takes the spread from a first stage alone, which fixes the number N, and leaves it at that: N depends on the first
stage's variances only, of which normal means are independent, so the mean of all N with the first stage's standard
deviation and degrees of freedom has exactly Student's distribution. As N may depend on the variances of all differences
at once, the largest N that any of them asks for serves all, and each interval by itself still covers 95 % (exactly
for normal differences; `benchmarks/stopping.py` shows skewed ones, and what the naive rule does).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from simkit.experiments.estimate import Values, quantile

STEERED = ("sales_growth", "overdue_rate_cohort_30")
"""The outcomes whose differences must be known to within the precision: both are shares."""

LEAST_FIRST = 20
"""Least replications of a first stage: with fewer, Student's quantile and skewed outcomes cost more than is saved."""


@dataclass(frozen=True)
class Stopping:
    """Why a comparison has as many replications as it has.

    Attributes
    ----------
    precision : float
        Half-width asked for of the 95 % interval of each steered difference.
    first, wanted, most : int
        Replications of the first stage that every scenario completed; what its spread asks for; how many are allowed.
    differences : DataFrame
        One row a scenario and steered outcome: scenario, kpi, sd (of the first stage's paired differences), needed.
    """

    precision: float
    first: int
    wanted: int
    most: int
    differences: pd.DataFrame

    @property
    def used(self) -> int:
        """Replications asked for in the end."""
        return min(self.wanted, self.most)

    @property
    def met(self) -> bool:
        """Whether the precision could be had within the replications allowed."""
        return self.wanted <= self.most


def needed(values: Values, precision: float) -> int:
    """Return the replications after which the interval of a mean is no wider than asked, by Stein's rule.

    Parameters
    ----------
    values : float array
        The first stage, at least two.
    precision : float
        Half-width of the 95 % interval, above 0.

    Examples
    --------
    >>> needed(np.array([1.0, 1.0, 1.0]), 0.5)
    3
    >>> needed(np.array([0.0, 1.0, 0.0, 1.0]), 0.1)
    338
    """
    n = len(values)
    return max(n, math.ceil((quantile(n) * float(np.std(values, ddof=1)) / precision) ** 2))


def stopping(
    values: Mapping[tuple[str, str], Values], names: Sequence[str], precision: float, first: int, most: int
) -> Stopping:
    """Return how many replications the differences from the first scenario need.

    Parameters
    ----------
    values : mapping
        The first stage: (scenario, outcome) to one value a replication, NaN where undefined.
    names : sequence of str
        The scenarios, the reference first; a single one is measured by its own outcomes, not by differences.
    precision, first, most
        As in `Stopping`.
    """
    reference, *others = names
    rows = []
    for name in others or [reference]:
        for kpi in STEERED:
            found = values[name, kpi] - (values[reference, kpi] if others else 0.0)
            found = found[~np.isnan(found)]
            # What is defined in fewer than two replications has no spread, and no number of them can be named.
            count = needed(found, precision) if len(found) > 1 else first
            sd = float(np.std(found, ddof=1)) if len(found) > 1 else math.nan
            rows.append((name, kpi, sd, count))
    table = pd.DataFrame(rows, columns=["scenario", "kpi", "sd", "needed"])
    return Stopping(precision, first, max(first, int(table["needed"].max())), most, table)
