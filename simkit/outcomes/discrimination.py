"""Discrimination and stability of a score: Gini, Kolmogorov-Smirnov and population stability index."""

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

EMPTY_BIN = 1e-4


def gini(score: ArrayLike, bad: ArrayLike) -> float | None:
    """Return the Gini coefficient 2 AUC - 1 of a score against an outcome; higher scores mean safer.

    AUC is the probability that a good case scores above a bad one, ties counting half. Cases without a score
    (NaN) are left out. None when there is no good or no bad case.
    """
    good_count, bad_count = _counts_by_score(score, bad)
    pairs = good_count.sum() * bad_count.sum()
    if not pairs:
        return None
    bad_below = np.cumsum(bad_count) - bad_count
    concordant = (good_count * (bad_below + bad_count / 2)).sum()
    return float(2 * concordant / pairs - 1)


def kolmogorov_smirnov(score: ArrayLike, bad: ArrayLike) -> float | None:
    """Return KS = max |F_bad - F_good| of a score; None when there is no good or no bad case."""
    good_count, bad_count = _counts_by_score(score, bad)
    if not good_count.sum() or not bad_count.sum():
        return None
    distance = np.cumsum(bad_count) / bad_count.sum() - np.cumsum(good_count) / good_count.sum()
    return float(np.abs(distance).max())


def population_stability_index(expected: ArrayLike, actual: ArrayLike) -> float:
    """Return PSI = sum (a - e) ln(a / e) over the shares of two populations in the same bins.

    Parameters
    ----------
    expected, actual : array_like of float, shape (bins,)
        Numbers of cases (or shares) in each bin; an empty bin counts as a share of 1e-4.

    Raises
    ------
    ValueError
        If a population is empty or the bins differ in number.
    """
    e, a = (_shares(counts) for counts in (expected, actual))
    if len(e) != len(a):
        raise ValueError(f"the two populations have {len(e)} and {len(a)} bins; they must have the same bins")
    return float(((a - e) * np.log(a / e)).sum())


def stability(psi: float) -> Literal["stable", "shifting", "shifted"]:
    """Return what a PSI says by the usual bands: below 0.10 stable, below 0.25 shifting, else shifted."""
    if psi < 0.10:
        return "stable"
    return "shifting" if psi < 0.25 else "shifted"


def _counts_by_score(score: ArrayLike, bad: ArrayLike) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the number of good and of bad cases at each distinct score, lowest first."""
    values, outcome = np.asarray(score, dtype=np.float64), np.asarray(bad, dtype=bool)
    scored = ~np.isnan(values)
    distinct, place = np.unique(values[scored], return_inverse=True)
    bad_count = np.bincount(place, weights=outcome[scored], minlength=len(distinct)).astype(np.int64)
    return np.bincount(place, minlength=len(distinct)) - bad_count, bad_count


def _shares(counts: ArrayLike) -> NDArray[np.float64]:
    values = np.asarray(counts, dtype=np.float64)
    if not values.sum() > 0:
        raise ValueError("a population without a case has no shares")
    shares: NDArray[np.float64] = np.maximum(values / values.sum(), EMPTY_BIN)
    return shares
