"""How good probabilities of default are: discrimination, accuracy and calibration, with bootstrap intervals."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import expit, log_expit
from scipy.stats import chi2

from simkit.outcomes.discrimination import gini, kolmogorov_smirnov, population_stability_index, stability

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

RESAMPLES = 500
GROUPS = 10


class Line(NamedTuple):
    """The calibration line: the true log-odds are ``intercept + slope * predicted log-odds``."""

    intercept: float
    slope: float


class HosmerLemeshow(NamedTuple):
    """Statistic, degrees of freedom and p-value of the Hosmer-Lemeshow test."""

    statistic: float
    degrees: int
    p_value: float


def calibration_line(log_odds: Floats, bad: Bools, slope_prior_sd: float = np.inf) -> Line:
    """Return the logistic regression of the outcome on predicted log-odds (Cox 1958); perfect is (0, 1).

    Parameters
    ----------
    log_odds : array, shape (firms,)
    bad : array of bool, shape (firms,)
        Both outcomes must occur.
    slope_prior_sd : float
        Standard deviation of a normal prior of mean 1 on the slope; without one the slope is infinite when the
        predictions separate the outcomes perfectly, and NaN is returned for both.
    """
    design = np.column_stack([np.ones(len(bad)), log_odds])
    prior = np.array([0.0, slope_prior_sd**-2.0])
    line = np.array([0.0, 1.0])
    for _ in range(100):
        chance = expit(design @ line)
        gradient = design.T @ (bad - chance) - prior * (line - [0.0, 1.0])
        curvature = (design.T * (chance * (1 - chance))) @ design + np.diag(prior)
        if np.linalg.cond(curvature) > 1e12:
            return Line(np.nan, np.nan)
        step = np.linalg.solve(curvature, gradient)
        line = line + step * min(1.0, 2.0 / max(float(np.abs(step).max()), 1e-300))
        if np.abs(step).max() < 1e-9:
            return Line(float(line[0]), float(line[1]))
    return Line(np.nan, np.nan)


def hosmer_lemeshow(chance: Floats, bad: Bools, groups: int = GROUPS) -> HosmerLemeshow:
    """Return the Hosmer-Lemeshow test over equal groups of rising probability, with ``groups - 2`` degrees of freedom.

    It rejects any model when there are enough firms, and none when there are few: read it beside the calibration
    line, never as a gate.
    """
    parts = np.array_split(np.argsort(chance, kind="stable"), groups)
    expected = np.array([chance[part].sum() for part in parts])
    variance = np.array([(chance[part].sum() * (1 - chance[part].mean())) for part in parts])
    observed = np.array([bad[part].sum() for part in parts])
    statistic = float(((observed - expected) ** 2 / variance).sum())
    return HosmerLemeshow(statistic, groups - 2, float(chi2.sf(statistic, groups - 2)))


def _auc(log_odds: Floats, bad: Bools) -> float:
    return (_gini(log_odds, bad) + 1) / 2


def _gini(log_odds: Floats, bad: Bools) -> float:
    value = gini(-log_odds, bad)
    return np.nan if value is None else value


def _ks(log_odds: Floats, bad: Bools) -> float:
    value = kolmogorov_smirnov(-log_odds, bad)
    return np.nan if value is None else value


MEASURES: dict[str, Callable[[Floats, Bools], float]] = {
    "auc": _auc,
    "gini": _gini,
    "ks": _ks,
    "brier": lambda log_odds, bad: float(((expit(log_odds) - bad) ** 2).mean()),
    "log_loss": lambda log_odds, bad: float(-log_expit(np.where(bad, log_odds, -log_odds)).mean()),
    "calibration_slope": lambda log_odds, bad: calibration_line(log_odds, bad).slope,
    "calibration_intercept": lambda log_odds, bad: calibration_line(log_odds, bad).intercept,
}
"""Each measure of log-odds against the outcome, for both of which outcomes must occur."""


def default_metrics(
    log_odds: Floats, defaulted: npt.ArrayLike, seed: int = 0, resamples: int = RESAMPLES
) -> pd.DataFrame:
    """Return every measure with its 95 % bootstrap interval (percentiles; defaults and survivors drawn apart).

    Parameters
    ----------
    log_odds : array, shape (firms,)
        Predicted log-odds of default.
    defaulted : array_like of bool, shape (firms,)

    Returns
    -------
    DataFrame
        measure, value, low, high. NaN where perfect separation leaves no calibration line.
    """
    bad = np.asarray(defaulted, dtype=bool)
    luck = np.random.default_rng(seed)
    classes = np.flatnonzero(bad), np.flatnonzero(~bad)
    drawn = [
        np.concatenate([luck.choice(members, len(members)) for members in classes]) for _ in range(resamples)
    ]
    rows = []
    for name, measure in MEASURES.items():
        spread = [measure(log_odds[firms], bad[firms]) for firms in drawn]
        low, high = np.quantile(spread, [0.025, 0.975])
        rows.append({"measure": name, "value": measure(log_odds, bad), "low": low, "high": high})
    return pd.DataFrame(rows)


def score_stability(training: Floats, scored: Floats, groups: int = GROUPS) -> tuple[float, str]:
    """Return the PSI of scores over equal groups of the training scores, and what it says by the usual bands."""
    edges = np.unique(np.quantile(training, np.arange(1, groups) / groups))
    expected, actual = (
        np.bincount(np.searchsorted(edges, scores, side="right"), minlength=len(edges) + 1)
        for scores in (training, scored)
    )
    psi = population_stability_index(expected, actual)
    return psi, stability(psi)
