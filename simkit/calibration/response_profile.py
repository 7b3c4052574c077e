"""How well moments pin a number down: its profile, the misfit when it is held elsewhere and the others are fitted anew.

The number's own prior is left out, so that the profile tells what the moments say and not what was assumed; the others
keep theirs. Near the fit the misfit is quadratic, which gives the interval; each end is then simulated, the others
where the quadratic has them, and set right by what the misfit has really risen.
"""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import chdtri

from simkit.calibration.moment_problem import MomentProblem, Solution
from simkit.calibration.person_periods import Floats, Ints

RISE = float(chdtri(1, 0.05))
"""Rise of the misfit (a sum of squares) at the ends of a 95 % interval of one number."""

LOOKED = 3.0
"""Prior standard deviations from what is assumed within which a profile is looked at."""

_SLIGHT = 0.02

Verdict = Literal["pinned down", "one-sided", "not at all"]


@dataclass(frozen=True)
class Profile:
    """What the moments say of one number: an interval in prior standard deviations, and a verdict.

    An end that the misfit does not reach within `LOOKED` or the bounds is that limit. ``risen`` are the simulated
    rises of the misfit at the two ends first guessed, to be held against `RISE`; NaN where the quadratic has it rise
    by less than a quarter of that within the limit, and nothing was simulated.
    """

    low: float
    high: float
    verdict: Verdict
    risen: tuple[float, float]


def profile(problem: MomentProblem, fit: Solution, column: int) -> Profile:
    """Return the profile of one number at a fit.

    Parameters
    ----------
    problem : MomentProblem
    fit : Solution
        Of that problem.
    column : int
        Which number.
    """
    own, (least, most) = float(fit.z[column]), problem.limits[column].tolist()
    least, most = min(max(least, -LOOKED), own), max(min(most, LOOKED), own)
    precision = fit.jacobian.T @ fit.jacobian + np.eye(len(fit.z))
    others = np.delete(np.arange(len(fit.z)), column)
    along = -np.linalg.solve(precision[np.ix_(others, others)], precision[others, column])
    along = np.where(
        np.abs(along) < _SLIGHT, 0.0, along
    )  # years that feel none of those moved need no simulation
    curvature = float(precision[column, column] - 1.0 + precision[column, others] @ along)
    ends, risen = [], []
    for limit, sign in ((least, -1), (most, 1)):
        guess = own + _end(curvature, own, sign)
        if not least < guess < most and _quadratic(curvature, own, limit - own) < RISE / 4:
            ends.append(math.inf)
            risen.append(math.nan)
            continue
        step = min(max(guess, least), most) - own
        rise = _rise(problem, fit, column, others, along, step)
        ends.append(own + step * _put_right(rise))
        risen.append(rise)
    closed = [least < end < most for end in ends]
    verdict: Verdict = "pinned down" if all(closed) else "one-sided" if any(closed) else "not at all"
    low, high = ends[0] if closed[0] else least, ends[1] if closed[1] else most
    return Profile(low, high, verdict, (risen[0], risen[1]))


def _put_right(rise: float) -> float:
    """Return the factor on a step after which the misfit reaches `RISE`, were it quadratic from the fit on."""
    if math.isinf(rise):
        return 1.0
    return math.sqrt(RISE / rise) if rise > 0 else math.inf


def _quadratic(curvature: float, z: float, step: float) -> float:
    """Return the quadratic profile without the own prior; at the fit the moments pull as hard as that, 2 z."""
    return curvature * step * step - 2.0 * z * step


def _end(curvature: float, z: float, sign: int) -> float:
    """Return the step at which the quadratic profile is RISE, below or above the fit."""
    if curvature <= 0:
        return sign * math.inf
    return (z + sign * math.sqrt(z * z + curvature * RISE)) / curvature


def _rise(
    problem: MomentProblem, fit: Solution, column: int, others: Ints, along: Floats, step: float
) -> float:
    there = fit.z.copy()
    there[column] += step
    there[others] = np.clip(
        fit.z[others] + step * along, problem.limits[others, 0], problem.limits[others, 1]
    )
    misfit = [
        (deviations**2).sum() + (z[others] ** 2).sum()
        for deviations, z in ((problem.moments(there), there), (fit.deviations, fit.z))
    ]
    rise = float(misfit[0] - misfit[1])
    return math.inf if math.isnan(rise) else rise  # where an outcome is undefined nothing can be met
