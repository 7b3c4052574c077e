"""The curvature of a function at its minimum, which tells how sure the minimum is."""

from collections.abc import Callable
from itertools import combinations_with_replacement

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

_STEP = 1e-2


def covariance(deviance: Callable[[Floats], float], best: Floats, low: Floats, high: Floats) -> Floats:
    """Return the inverse of the second derivatives of a deviance, by central differences.

    Parameters
    ----------
    deviance : callable
        Minus a log-likelihood.
    best : float array
        Where it is least. At a bound the derivatives are taken just inside it.
    low, high : float array
        Bounds.
    """
    centre = np.clip(best, low + 2 * _STEP, high - 2 * _STEP)
    steps = _STEP * np.eye(len(best))
    found = np.empty((len(best), len(best)))
    for i, j in combinations_with_replacement(range(len(best)), 2):
        corners = [(a, b, deviance(centre + a * steps[i] + b * steps[j])) for a in (-1, 1) for b in (-1, 1)]
        found[i, j] = found[j, i] = sum(a * b * value for a, b, value in corners) / (4 * _STEP**2)
    return np.asarray(np.linalg.inv(found), dtype=np.float64)
