"""What default depends on and how common it is, for a world: base world and customers weighed together."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from scipy.special import expit, gammaincinv, ndtr

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
    weights : dict of str to float
        Of each ratio of `simkit.scenario.firms.BOUNDS`: mode of its weight, logit.
    covariance : float array, shape (ratios, ratios)
        Of the weights (Laplace).
    """

    weights: dict[str, float]
    covariance: Floats

    @property
    def sd(self) -> dict[str, float]:
        """Standard deviation of each weight."""
        return dict(zip(self.weights, np.sqrt(np.diag(self.covariance)).tolist(), strict=True))


@dataclass(frozen=True, eq=False)
class DefaultFit:
    """How common default is and what it depends on, with how sure both are.

    Attributes
    ----------
    shape, years : float
        Of the gamma posterior of the annual hazard: defaults, and customer-years, those of the prior among them.
    drivers : Drivers
    """

    shape: float
    years: float
    drivers: Drivers

    @classmethod
    def of(cls, defaults: int, years: float, base: float, drivers: Drivers) -> Self:
        """Return what some defaults in some customer-years say beside the base world's mean probability."""
        return cls(defaults - PRIOR_YEARS * float(np.log1p(-base)), years + PRIOR_YEARS, drivers)

    @property
    def mean_pd(self) -> float:
        """Mean annual default probability.

        Examples
        --------
        >>> nothing = Drivers({}, np.zeros((0, 0)))
        >>> [round(DefaultFit.of(*told, 0.02, nothing).mean_pd, 4) for told in ((0, 0.0), (0, 100.0), (60, 1900.0))]
        [0.02, 0.0101, 0.0305]
        """
        return _annual(self.shape / self.years)

    def drawn(self, luck: Floats) -> dict[str, Any]:
        """Return values of ``world.firms.default`` that the customers allow.

        Parameters
        ----------
        luck : float array, shape (1 + ratios,)
            Standard normal draws: of how common default is, and of what it depends on.
        """
        # A shape of 0: no default was seen, and the base world has none.
        hazard = float(gammaincinv(self.shape, ndtr(luck[0]))) / self.years if self.shape else 0.0
        moved = np.linalg.cholesky(self.drivers.covariance) @ luck[1:] + [*self.drivers.weights.values()]
        return {
            "mean_pd": _annual(hazard),
            "drivers": dict(zip(self.drivers.weights, _allowed(moved), strict=True)),
        }


def _annual(hazard: float) -> float:
    """Return the probability of a year under a hazard, as a world allows it."""
    return float(min(-np.expm1(-hazard), 0.5))


def _allowed(weights: Floats) -> list[float]:
    """Return weights as a world allows them."""
    return [float(weight) for weight in np.clip(weights, -5, 5)]


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
    covariance = np.asarray(np.linalg.inv(curvature), dtype=np.float64)
    return Drivers(dict(zip(BOUNDS, _allowed(weights[1:]), strict=True)), covariance[1:, 1:])


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
