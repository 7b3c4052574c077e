"""Discrimination and stability of a score: Gini, Kolmogorov-Smirnov and population stability index."""

from dataclasses import dataclass
from typing import Literal, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simkit.outcomes.reading import Reading
from simkit.outcomes.sales import first_orders, of_customers
from simkit.outcomes.tally import Tally

EMPTY_BIN = 1e-4
Scores = NDArray[np.float64]


@dataclass(frozen=True)
class Scored(Tally):
    """The scores at first order in the policy year, of the customers who defaulted and of those who did not.

    A rank needs every score, so they are kept one by one: 8 bytes a customer.
    """

    good: Scores
    bad: Scores

    @classmethod
    def count(cls, reading: Reading) -> Self:
        """Return the scores of the customers of some regions."""
        customers, graded = reading.run.customers, first_orders(reading.dated)
        defaulted = customers["customer_id"].to_numpy(np.int64)[customers["default_date"].notna().to_numpy()]
        score, bad = graded["score"].to_numpy(np.float64), of_customers(graded, defaulted)
        return cls(score[~bad], score[bad])

    def __add__(self, other: Self) -> Self:
        """Return the scores of both."""
        both = zip(vars(self).values(), vars(other).values(), strict=True)
        return type(self)(*(np.concatenate(scores) for scores in both))

    @property
    def gini(self) -> float | None:
        """The Gini coefficient of the score against default."""
        return gini(
            np.concatenate([self.good, self.bad]), np.repeat([False, True], [len(self.good), len(self.bad)])
        )


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
