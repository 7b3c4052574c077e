"""Indicators as additive terms: the rank of a value among the training firms, a smooth curve over it, and its absence.

A rank cannot be stretched by an outlier and needs no choice of scale. A missing value has no rank: it gets no part of
the curve, and a weight of its own instead.
"""

from typing import Any, Self

import numpy as np
import numpy.typing as npt
from scipy.interpolate import BSpline
from scipy.special import ndtri
from sklearn.base import BaseEstimator, TransformerMixin

Floats = npt.NDArray[np.float64]

FEWEST_MISSING = 10
"""Firms that must lack an indicator in training before its absence gets a weight of its own."""

_DEGREE = 3


class IndicatorTerms(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Turns indicators, one a column, into columns that one ridge penalty can treat alike.

    Each indicator becomes a cubic B-spline over its rank and its normal score, which goes on where the spline is flat
    (mean 0 and standard deviation 1 a column), and, if enough training firms lack it, a column that tells its absence.

    Parameters
    ----------
    segments : int
        Pieces of each spline.
    absence_scale : float
        Value in the column of absence: the larger, the less its weight is penalised.

    Attributes
    ----------
    values_, ranks_ : list of array
        The distinct values of each indicator among the training firms, and their mid-ranks in (0, 1).
    absences_ : array of int
        Indicators whose absence has a column.
    term_ : array of int, shape (columns,)
        The indicator that each column belongs to.
    """

    def __init__(self, segments: int = 2, absence_scale: float = 5.0) -> None:
        self.segments = segments
        self.absence_scale = absence_scale

    def fit(self, X: Any, y: object = None) -> Self:
        """Learn ranks, scales and which absences count from the training firms, shape (firms, indicators)."""
        values = np.asarray(X, dtype=np.float64)
        self.n_features_in_ = values.shape[1]
        ranked = [_mid_ranks(column[~np.isnan(column)]) for column in values.T]
        self.values_, self.ranks_ = [pair[0] for pair in ranked], [pair[1] for pair in ranked]
        missing = np.isnan(values)
        counts = missing.sum(axis=0)
        self.absences_ = np.flatnonzero(np.minimum(counts, len(values) - counts) >= FEWEST_MISSING)
        curves = np.ma.masked_array(self._curves(values), self._spread(missing))
        self.mean_ = curves.mean(axis=0).filled(0.0)
        spread = curves.std(axis=0).filled(0.0)
        self.scale_ = np.where(spread > 1e-9, spread, np.inf)  # what does not vary says nothing
        self.term_ = np.concatenate([self._spread(np.arange(self.n_features_in_)), self.absences_])
        return self

    def transform(self, X: Any) -> Floats:
        """Return the columns of all terms, shape (firms, columns)."""
        values = np.asarray(X, dtype=np.float64)
        missing = np.isnan(values)
        curves = (self._curves(values) - self.mean_) / self.scale_
        curves[self._spread(missing)] = 0.0
        columns: Floats = np.hstack([curves, self.absence_scale * missing[:, self.absences_]])
        return columns

    def rank(self, X: Any) -> Floats:
        """Return the mid-rank of each value among the training firms, linear between them; 0.5 where it is missing."""
        columns = np.asarray(X, dtype=np.float64).T
        ranks = [
            np.interp(column, values, ranks) if len(values) else np.full(len(column), 0.5)
            for column, values, ranks in zip(columns, self.values_, self.ranks_, strict=True)
        ]
        shares: Floats = np.nan_to_num(np.array(ranks).T, nan=0.5)
        return shares

    def _curves(self, values: Floats) -> Floats:
        rank = self.rank(values)
        inner = np.linspace(0, 1, self.segments + 1)
        knots = np.concatenate([np.zeros(_DEGREE), inner, np.ones(_DEGREE)])
        splines = BSpline.design_matrix(rank.ravel(), knots, _DEGREE).toarray()
        # The splines sum to 1, so one of them can go; the normal score takes its place.
        splines[:, -1] = ndtri(rank.ravel())
        curves: Floats = splines.reshape(len(values), -1)
        return curves

    def _spread(self, by_indicator: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Return what is told of each indicator for each of its columns."""
        return np.repeat(by_indicator, self.segments + _DEGREE, axis=-1)


def _mid_ranks(values: Floats) -> tuple[Floats, Floats]:
    """Return the distinct values, rising, and the share of values below each plus half of those equal to it."""
    distinct, counts = np.unique(values, return_counts=True)
    return distinct, (np.cumsum(counts) - counts / 2) / max(len(values), 1)
