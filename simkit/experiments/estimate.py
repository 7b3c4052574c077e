"""A mean with its 95 % interval, from a number of replications that was fixed beforehand or found in two stages."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

CONFIDENCE = 0.95

Values = NDArray[np.float64]


class Estimate(NamedTuple):
    """A mean over replications, its 95 % interval, and how many replications it rests on."""

    mean: float
    low: float
    high: float
    n: int


def quantile(n: int) -> float:
    """Return Student's two-sided 95 % quantile for a standard deviation of n values."""
    return float(stdtrit(n - 1, (1 + CONFIDENCE) / 2))


def mean_interval(values: Sequence[float] | Values, first: int | None = None) -> Estimate:
    """Return the mean with Student's 95 % interval; NaN bounds for fewer than two values.

    Parameters
    ----------
    values : sequence of float
        One a replication, in the order of the replications.
    first : int, optional
        How many of them were the first stage, whose spread decided how many there are; the spread then comes from
        these alone, as Stein's interval wants (see `simkit.experiments.sequential`). All when not given.

    Examples
    --------
    >>> mean_interval([1.0, 1.0, 1.0])
    Estimate(mean=1.0, low=1.0, high=1.0, n=3)
    """
    n = len(values)
    if n == 0:
        return Estimate(math.nan, math.nan, math.nan, 0)
    mean = float(np.mean(values))
    spread = values if first is None else values[:first]
    if len(spread) < 2:
        return Estimate(mean, math.nan, math.nan, n)
    half = float(quantile(len(spread)) * np.std(spread, ddof=1) / math.sqrt(n))
    return Estimate(mean, mean - half, mean + half, n)
