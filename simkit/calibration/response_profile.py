"""How well moments pin a number down: its profile, the misfit when it is held elsewhere and the others are fitted anew.

The number's own prior is left out, so that the profile tells what the moments say and not what was assumed; the others
keep theirs. Near the fit the misfit is quadratic, which gives the interval; each end is then simulated, the others
where the quadratic has them, and set right by what the misfit has really risen.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import chdtri

from simkit.calibration.moment_problem import MomentProblem, Solution
from simkit.calibration.person_periods import Floats

RISE = float(chdtri(1, 0.05))
"""Rise of the misfit (a sum of squares) at the ends of a 95 % interval of one number."""

LOOKED = 3.0
"""Prior standard deviations from what is assumed within which a profile is looked at."""

Verdict = Literal["pinned down", "one-sided", "not at all"]


@dataclass(frozen=True)
class Profile:
    """What the moments say of one number: an interval in prior standard deviations, and a verdict.

    An end that the misfit does not reach within `LOOKED` or the bounds is that limit. ``risen`` are the simulated rises of
    the misfit at the two ends first guessed (NaN where nothing was simulated), to be held against `RISE`.
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
    least, most = problem.limits[column]
    least, most = min(max(least, -LOOKED), fit.z[column]), max(min(most, LOOKED), fit.z[column])
    precision = fit.jacobian.T @ fit.jacobian + np.eye(len(fit.z))
    others = np.delete(np.arange(len(fit.z)), column)
    along = -np.linalg.solve(precision[np.ix_(others, others)], precision[others, column])
    curvature = precision[column, column] - 1.0 + precision[column, others] @ along
    ends, risen, closed = [], [], []
    for limit, sign in ((least, -1), (most, 1)):
        guess = _end(curvature, fit.z[column], sign)
        step = np.clip(fit.z[column] + guess, least, most) - fit.z[column]
        if not fit.jacobian[:, column].any() or step == 0:
            ends.append(limit)
            risen.append(np.nan)
            closed.append(False)
            continue
        rise = _rise(problem, fit, column, others, along, step)
        # The misfit may rise at once or fall first; how far beyond or before the end it reaches RISE is put right by the
        # quadratic's own shape, once.
        end = fit.z[column] + step * (np.sqrt(RISE / rise) if rise > 0 else np.inf)
        inside = bool(least < end < most)
        ends.append(float(end) if inside else float(limit))
        risen.append(rise)
        closed.append(inside)
    verdict: Verdict = "pinned down" if all(closed) else "one-sided" if any(closed) else "not at all"
    return Profile(ends[0], ends[1], verdict, (risen[0], risen[1]))


def _end(curvature: float, z: float, sign: int) -> float:
    """Return the step at which curvature x step**2 - 2 z step, the quadratic profile without the own prior, is RISE.

    At the fit the moments pull as hard as the own prior, whose slope is 2 z.
    """
    if curvature <= 0:
        return sign * np.inf
    return float((z + sign * np.sqrt(z * z + curvature * RISE)) / curvature)


def _rise(
    problem: MomentProblem, fit: Solution, column: int, others: np.ndarray, along: Floats, step: float
) -> float:
    there = fit.z.copy()
    there[column] += step
    there[others] = np.clip(fit.z[others] + step * along, problem.limits[others, 0], problem.limits[others, 1])
    misfit = [
        (deviations**2).sum() + (z[others] ** 2).sum()
        for deviations, z in ((problem.moments(there), there), (fit.deviations, fit.z))
    ]
    return float(misfit[0] - misfit[1])
