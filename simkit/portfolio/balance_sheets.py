"""Balance sheets of synthetic customers: correlated ratios and the default risk that goes with them."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq
from scipy.special import expit, ndtr, ndtri

from simkit.scenario.firms import KNOTS, SCORES, Firms
from simkit.streams import Stream

Floats = npt.NDArray[np.float64]
Draw = Callable[[Stream, int], Floats]
"""The uniform draws of all customers for a stream and an index."""


def firm_scores(firms: Firms, draw: Draw) -> Floats:
    """Return the standard normal scores behind the ratios, correlated as ``firms.correlation``.

    Returns
    -------
    numpy.ndarray
        Shape (number of ``SCORES``, number of customers).
    """
    root = np.linalg.cholesky(np.array(firms.correlation))
    independent = np.stack([ndtri(draw(Stream.FIRM_SCORE, row)) for row in range(len(SCORES))])
    scores = np.zeros_like(independent)
    for row in range(len(SCORES)):
        for column in range(row + 1):  # plain sums: a matrix product may round differently on another machine
            scores[row] += root[row, column] * independent[column]
    return scores


def ratios(firms: Firms, scores: Floats) -> dict[str, Floats]:
    """Return the ratios of the 5C score that the balance sheets show, from the normal scores.

    The quick ratio is a share of the current ratio and net assets are what debt leaves of total assets, so
    the figures of one firm never contradict each other.
    """
    levels = {
        name: np.interp(ndtr(score), KNOTS, getattr(firms, name))
        for name, score in zip(SCORES, scores, strict=True)
        if name != "unseen"
    }
    return {
        "current_ratio": levels["current_ratio"],
        "quick_ratio": levels["current_ratio"] * levels["quick_share"],
        "receivables_turnover": levels["receivables_turnover"],
        "net_assets_million": levels["total_assets_million"] * (1 - levels["debt_ratio"]),
        "debt_ratio": levels["debt_ratio"],
    }


def financial_quality(firms: Firms, scores: Floats) -> tuple[Floats, Floats]:
    """Return the latent quality (standard normal, higher is safer) and the annual probability of default.

    The log-odds of default are an intercept plus the weighted scores. The weighted sum is normal, so one
    intercept gives ``mean_pd`` over all firms, and quality is the sum standardised and turned around. With
    all weights at 0 no firm is better than another: quality is 0.
    """
    drivers = firms.default.drivers
    weights = np.array([getattr(drivers, name) for name in SCORES])
    spread = float(np.sqrt(weights @ np.array(firms.correlation) @ weights))
    signal = np.zeros(scores.shape[1])
    for weight, score in zip(weights, scores, strict=True):
        signal += weight * score
    annual_pd = expit(default_intercept(firms.default.mean_pd, spread) + signal)
    quality = -signal / spread if spread > 0 else np.zeros(scores.shape[1])
    return quality, annual_pd


def default_intercept(mean_pd: float, spread: float) -> float:
    """Return the intercept a with E logistic(a + spread * N) = ``mean_pd`` for a standard normal N.

    Parameters
    ----------
    mean_pd : float
        From 0 to 0.5; 0 gives minus infinity.
    spread : float
        Standard deviation of the log-odds between firms.

    Notes ----- The mean is taken by the trapezoid rule on +-9 standard deviations, exact to rounding for a
    smooth function under the normal density.
    """
    if mean_pd <= 0:
        return -np.inf
    grid = np.linspace(-9.0, 9.0, 721)
    density = np.exp(-(grid**2) / 2)
    density /= density.sum()

    def excess(intercept: float) -> float:
        return float(density @ expit(intercept + spread * grid)) - mean_pd

    centre = float(np.log(mean_pd / (1 - mean_pd)))
    return float(brentq(excess, centre - spread**2 - 1, centre + spread**2 + 1, xtol=1e-13))
