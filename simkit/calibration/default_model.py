"""The default model: a generalised additive logistic regression on a firm's indicators.

The log-odds of default are an intercept plus one curve for each indicator (`simkit.calibration.indicator_terms`), under
one ridge penalty: a normal prior, which keeps every weight finite with few defaults or perfect separation. No case is
resampled or weighted, so probabilities keep their level; what the penalty shrinks too much or too little is put right
by the calibration line of predictions that no firm's own outcome went into.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import expit, log_expit
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import Pipeline

from simkit.calibration.default_metrics import calibration_line
from simkit.calibration.indicator_terms import IndicatorTerms
from simkit.errors import UserError

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

FEWEST_DEFAULTS = 10
"""Defaults, and survivors, below which no model is fitted to a portfolio."""

LOOSENESS = (0.003, 0.01, 0.03, 0.1, 0.3)
"""Variances of the normal prior on the weights that are tried; the first whose log-loss is the least is taken."""

FOLDS = 5

_SLOPE_PRIOR_SD = 0.3


@dataclass(frozen=True, eq=False)
class DefaultModel:
    """A fitted default model.

    Attributes
    ----------
    indicators : tuple of str
        The columns it reads.
    pipeline : Pipeline
        Of scikit-learn, steps ``terms`` and ``logistic``.
    slope, intercept : float
        The calibration line: the log-odds are ``intercept + slope * pipeline's log-odds``.
    looseness : float
        Variance of the prior that was chosen.
    out_of_fold : array, shape (firms,)
        Calibrated log-odds of the training firms, each without its own fold.
    """

    indicators: tuple[str, ...]
    pipeline: Pipeline
    slope: float
    intercept: float
    looseness: float
    out_of_fold: Floats

    def log_odds(self, firms: pd.DataFrame) -> Floats:
        """Return the log-odds of default of each firm."""
        sums: Floats = self.base + self.contributions(firms).sum(axis=1)
        return sums

    def probability(self, firms: pd.DataFrame) -> Floats:
        """Return the probability of default of each firm, over the time that the training outcomes cover."""
        chance: Floats = expit(self.log_odds(firms))
        return chance

    @property
    def base(self) -> float:
        """The log-odds of a firm all of whose indicators are where their curves are 0."""
        return self.intercept + self.slope * float(self.pipeline["logistic"].intercept_[0])

    def contributions(self, firms: pd.DataFrame) -> Floats:
        """Return what each indicator adds to the log-odds of each firm, shape (firms, indicators)."""
        terms = self.pipeline["terms"]
        parts = terms.transform(values_of(firms, self.indicators)) * self.pipeline["logistic"].coef_[0]
        sums = np.zeros((len(firms), len(self.indicators)))
        np.add.at(sums.T, terms.term_, parts.T)
        return self.slope * sums


def fit_default_model(
    firms: pd.DataFrame,
    defaulted: npt.ArrayLike,
    seed: int = 0,
    indicators: Sequence[str] | None = None,
) -> DefaultModel:
    """Return the default model of a portfolio.

    Parameters
    ----------
    firms : DataFrame
        Indicators, one a column; any may be missing (NaN) and none needs scaling.
    defaulted : array_like of bool, shape (firms,)
        Whether the firm defaulted in the time observed.
    seed : int
        Of the folds over which the prior's variance is chosen.
    indicators : sequence of str, optional
        The columns to use; all when not given.

    Raises
    ------
    UserError
        With fewer than `FEWEST_DEFAULTS` defaults or survivors, or no indicator that varies.
    """
    names = tuple(indicators if indicators is not None else firms.columns)
    bad = np.asarray(defaulted, dtype=bool)
    values = values_of(firms, names)
    check_outcomes(bad)
    if not any(len(np.unique(column[~np.isnan(column)])) > 1 for column in values.T):
        raise UserError("a default model needs an indicator that differs between firms; none does")
    return _fitted(names, values, bad, seed)


def _fitted(names: tuple[str, ...], values: Floats, bad: Bools, seed: int) -> DefaultModel:
    looseness, held_out = _choose(values, bad, seed)
    line = calibration_line(held_out, bad, _SLOPE_PRIOR_SD)
    pipeline = logistic_pipeline(looseness).fit(values, bad)
    return DefaultModel(
        names, pipeline, line.slope, line.intercept, looseness, line.intercept + line.slope * held_out
    )


def check_outcomes(bad: Bools) -> None:
    """Raise a ``UserError`` when there are too few defaults or survivors to learn from."""
    defaults = int(bad.sum())
    if min(defaults, len(bad) - defaults) < FEWEST_DEFAULTS:
        raise UserError(
            f"{len(bad)} firms, {defaults} of them defaulted, are too few for a default model; "
            f"at least {FEWEST_DEFAULTS} that defaulted and {FEWEST_DEFAULTS} that did not are needed"
        )


def logistic_pipeline(looseness: float) -> Pipeline:
    """Return an unfitted additive logistic regression with a normal prior of a given variance."""
    logistic = LogisticRegression(C=looseness, solver="newton-cholesky", max_iter=200)
    return Pipeline([("terms", IndicatorTerms()), ("logistic", logistic)])


def values_of(firms: pd.DataFrame, names: Sequence[str]) -> Floats:
    """Return the indicators of firms as numbers, shape (firms, indicators); the infinite counts as missing."""
    values = firms.loc[:, list(names)].to_numpy(dtype=np.float64, na_value=np.nan, copy=True)
    values[~np.isfinite(values)] = np.nan
    return values


def cross_validated(
    firms: pd.DataFrame, defaulted: npt.ArrayLike, seed: int = 0, folds: int = FOLDS
) -> Floats:
    """Return each firm's log-odds by a model fitted, with all its choices, to the other folds alone.

    Raises
    ------
    UserError
        As `fit_default_model`, of all firms together.
    """
    names, bad = tuple(firms.columns), np.asarray(defaulted, dtype=bool)
    values = values_of(firms, names)
    check_outcomes(bad)
    log_odds = np.empty(len(bad))
    for learn, judge in StratifiedKFold(folds, shuffle=True, random_state=seed).split(bad, bad):
        model = _fitted(names, values[learn], bad[learn], seed)
        log_odds[judge] = model.log_odds(firms.iloc[judge])
    return log_odds


def _choose(values: Floats, bad: Bools, seed: int) -> tuple[float, Floats]:
    """Return the prior variance with the least log-loss over folds, and the log-odds it gives out of them."""
    folds = list(StratifiedKFold(FOLDS, shuffle=True, random_state=seed).split(values, bad))
    held_out = np.empty((len(LOOSENESS), len(bad)))
    for learn, judge in folds:
        terms = IndicatorTerms().fit(values[learn])
        known, asked = terms.transform(values[learn]), terms.transform(values[judge])
        for row, looseness in enumerate(LOOSENESS):
            logistic = logistic_pipeline(looseness)["logistic"].fit(known, bad[learn])
            held_out[row, judge] = logistic.decision_function(asked)
    losses = -log_expit(np.where(bad, held_out, -held_out)).mean(axis=1)
    best = int(np.argmin(losses))
    return LOOSENESS[best], held_out[best]
