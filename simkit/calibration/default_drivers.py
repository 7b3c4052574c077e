"""What default depends on and how common it is, for a world: base world and customers weighed together."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import expit

from simkit.portfolio.balance_sheets import default_intercept
from simkit.scenario.firms import BOUNDS, SCORES, Default, Firms

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

PRIOR_YEARS = 100.0
"""Customer-years' worth of trust in the base world's mean default probability (assumption)."""

PRIOR_SD = 0.3
"""Standard deviation of each driver's weight around the base world's (logit, assumption)."""

_INTERCEPT_SD = 2.0
_LOGISTIC_AS_NORMAL = 16 * np.sqrt(3) / (15 * np.pi)


@dataclass(frozen=True, eq=False)
class Drivers:
    """The drivers of default of a world and how sure they are.

    Attributes
    ----------
    weights, sd : dict of str to float
        Of each ratio of `simkit.scenario.firms.BOUNDS`: mode and standard deviation (Laplace) of its weight, logit.
    """

    weights: dict[str, float]
    sd: dict[str, float]


def mean_pd(defaults: int, years: float, base: float) -> float:
    """Return the mean annual default probability: a gamma prior of the base world's hazard, updated.

    Examples
    --------
    >>> round(mean_pd(0, 0.0, 0.02), 6), round(mean_pd(0, 100.0, 0.02), 4), round(mean_pd(60, 1900.0, 0.02), 4)
    (0.02, 0.0101, 0.0305)
    """
    hazard = (defaults - PRIOR_YEARS * np.log1p(-base)) / (years + PRIOR_YEARS)
    return float(min(-np.expm1(-hazard), 0.5))


def fit_drivers(scores: Floats, defaulted: Bools, years: Floats, firms: Firms) -> Drivers:
    """Return the weights of the ratios in the log-odds of annual default, shrunk towards those of the base world.

    A customer whose annual probability is p defaults within t years with probability 1 - (1 - p) ** t. Each weight has
    a normal prior around the base world's, so that none or few defaults, or perfect separation, leave it near there.
    What no ratio shows (``unseen``) flattens the slopes that are seen (Zeger, Liang & Albert 1988), which is undone.

    Parameters
    ----------
    scores : array, shape (customers, ratios)
        Normal scores (see `simkit.calibration.firm_spread.scores_of`).
    defaulted : array of bool, shape (customers,)
    years : array, shape (customers,)
        Years that each customer was watched, above 0.
    firms : Firms
        Of the base world.
    """
    drivers: Default = firms.default
    prior = np.array([getattr(drivers.drivers, name) for name in SCORES])
    spread = float(np.sqrt(prior @ np.array(firms.correlation) @ prior))
    flat = 1 / np.sqrt(1 + (_LOGISTIC_AS_NORMAL * drivers.drivers.unseen) ** 2)
    middle = default_intercept(min(max(drivers.mean_pd, 1e-4), 0.5), spread)
    centre = np.r_[middle, prior[: len(BOUNDS)]]
    precision = np.r_[_INTERCEPT_SD, np.full(len(BOUNDS), PRIOR_SD)] ** -2.0
    design = np.column_stack([np.ones(len(scores)), flat * scores])
    weights, curvature = _mode(design, defaulted, years, centre, precision)
    sd = np.sqrt(np.diag(np.linalg.inv(curvature)))
    names = list(BOUNDS)
    return Drivers(
        dict(zip(names, np.clip(weights[1:], -5, 5).tolist(), strict=True)),
        dict(zip(names, sd[1:].tolist(), strict=True)),
    )


def _mode(
    design: Floats, bad: Bools, years: Floats, centre: Floats, precision: Floats
) -> tuple[Floats, Floats]:
    """Return the posterior mode and its curvature, by Fisher scoring with halved steps."""

    def posterior(weights: Floats) -> float:
        hazard = years * np.logaddexp(0, design @ weights)
        told = np.where(bad, np.log(-np.expm1(-hazard)), -hazard).sum()
        return float(told - precision @ (weights - centre) ** 2 / 2)

    weights, reached = centre.copy(), posterior(centre)
    while True:
        log_odds = design @ weights
        hazard = years * np.logaddexp(0, log_odds)
        slope = years * expit(log_odds)
        odds = 1 / np.expm1(np.minimum(hazard, 700.0))
        gradient = design.T @ (slope * np.where(bad, odds, -1.0)) - precision * (weights - centre)
        curvature = (design.T * (slope**2 * odds)) @ design + np.diag(precision)
        step = np.linalg.solve(curvature, gradient)
        while posterior(weights + step) < reached and np.abs(step).max() > 1e-10:
            step /= 2
        weights = weights + step
        reached = posterior(weights)
        if np.abs(step).max() < 1e-8:
            return weights, curvature
