"""Simulated moments of several years held against reported ones, as a least-squares problem with priors.

Every evaluation has the same luck (seed and replications), so that the sum of squares is a function of the numbers
alone and its differences are those of the numbers. Each year feels only some of them: a number that, moved far, leaves
all outcomes of a year's first replication as they were, to the last byte, is taken to have no part in that year.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from scipy.optimize import lsq_linear

from simkit.calibration.case_year import Year
from simkit.calibration.person_periods import Floats, Told
from simkit.errors import UserError

STEP = 0.5
"""Step of the finite differences in prior standard deviations: far beyond what single orders and payments make jump."""

_FAR = 2.0
_LONGEST = 1.5
_FLAT = 1e-3
_MOST_STEPS = 25
_DAMPING, _DAMPED, _MOST_DAMPING = 0.1, 4.0, 100.0
_HAIR = 1e-9


@dataclass(eq=False)
class MomentProblem:
    """Years with the limits of their numbers, in prior standard deviations.

    Attributes
    ----------
    years : sequence of Year
    limits : array, shape (numbers, 2)
        Least and largest ``z``.
    replications : sequence of int
        The luck of every evaluation.
    """

    years: Sequence[Year]
    limits: Floats
    replications: Sequence[int]
    _felt: dict[tuple[int, int], bool] = field(default_factory=dict)

    @cached_property
    def scales(self) -> list[Floats]:
        """Standard deviation of each year's moments: tolerance, and luck of the simulation in the assumed world."""
        start = np.zeros(len(self.limits))
        found = []
        for year in self.years:
            luck = year.sample(start, self.replications).var(axis=0, ddof=1) / len(self.replications)
            found.append(np.sqrt(year.tolerance**2 + luck))
        return found

    def means(self, z: Floats) -> list[Floats]:
        """Return the simulated moments of every year."""
        return [year.sample(z, self.replications).mean(axis=0) for year in self.years]

    def moments(self, z: Floats) -> Floats:
        """Return how far every moment lies above the reported one, in standard deviations."""
        parts = [
            (mean - np.array([*year.targets.values()])) / scale
            for year, mean, scale in zip(self.years, self.means(z), self.scales, strict=True)
        ]
        return np.concatenate(parts)

    def jacobian(self, z: Floats) -> Floats:
        """Return how fast the moments move with each number, shape (moments, numbers)."""
        return np.vstack(
            [self._block(number, z) / scale[:, None] for number, scale in enumerate(self.scales)]
        )

    def feels(self, year: int, column: int) -> bool:
        """Tell whether a number has a part in a year; known once a jacobian was taken."""
        return self._felt.get((year, column), False)

    def solve(self, start: Floats) -> "Solution":
        """Return the numbers of least squares, moments and priors together.

        Levenberg-Marquardt in a box (Nocedal & Wright 2006, 10.3). Slopes are simulated at the start and wherever
        steps no longer help; in between each row is corrected by what its moment did (Schubert 1970, Math. Comp.
        24:27).
        """
        z, deviations = start, self.moments(start)
        self._refuse_undefined(deviations)
        slopes = self.jacobian(z)
        damping, evaluations, fresh = _DAMPING, 1, True
        while evaluations < _MOST_STEPS:
            there = self._step(z, deviations, slopes, damping)
            moved = self.moments(there)
            evaluations += 1
            if np.isnan(moved).any():  # too far: nothing is left there that the outcome could be measured on
                damping *= _DAMPED**2
                continue
            gain = _misfit(deviations, z) - _misfit(moved, there)
            slopes = self._corrected(slopes, there - z, moved - deviations)
            if gain > 0:
                z, deviations = there, moved
            if gain > _FLAT * _misfit(deviations, z):
                damping, fresh = damping / _DAMPED, False
            elif not fresh:
                slopes, fresh = self.jacobian(z), True
            elif gain > 0 or damping > _MOST_DAMPING:
                break
            else:
                damping *= _DAMPED**2
        return Solution(z, deviations, self.jacobian(z), evaluations, evaluations < _MOST_STEPS)

    def _step(self, z: Floats, deviations: Floats, slopes: Floats, damping: float) -> Floats:
        """Return where the linear problem, damped, has its least squares within the limits."""
        count = len(z)
        matrix = np.vstack([slopes, np.eye(count), math.sqrt(damping) * np.eye(count)])
        aim = np.concatenate([deviations, z, np.zeros(count)])
        low, high = np.clip(self.limits.T - z, -_LONGEST, _LONGEST)
        step = lsq_linear(matrix, -aim, (low - _HAIR, high + _HAIR)).x
        there: Floats = z + np.clip(step, low, high)
        return there

    def _corrected(self, slopes: Floats, step: Floats, moved: Floats) -> Floats:
        """Return slopes that agree with a step made; what a moment does not feel stays zero."""
        own = np.where(self._feelings(), step, 0.0)
        length = np.maximum((own**2).sum(axis=1), 1e-12)
        corrected: Floats = slopes + ((moved - slopes @ step) / length)[:, None] * own
        return corrected

    def _refuse_undefined(self, deviations: Floats) -> None:
        names = [(year, name) for year in self.years for name in year.targets]
        for (year, name), deviation in zip(names, deviations, strict=True):
            if np.isnan(deviation):
                raise UserError(
                    f"{year.case!r}: {name} is undefined {year.side} the case; simulate more customers"
                )

    def _feelings(self) -> Told:
        """Return which moments feel which numbers, shape (moments, numbers)."""
        rows = [
            [self.feels(number, column) for column in range(len(self.limits))]
            for number, year in enumerate(self.years)
            for _ in year.targets
        ]
        return np.array(rows, dtype=bool)

    def _block(self, number: int, z: Floats) -> Floats:
        year = self.years[number]
        here = year.sample(z, self.replications)
        block = np.zeros((here.shape[1], len(z)))
        for column in year.columns.tolist():
            if not self._moves(number, column, z):
                continue
            there = self._beside(z, column, STEP)
            moved = year.sample(there, self.replications)
            slope = (moved - here).mean(axis=0) / (there[column] - z[column])
            block[:, column] = np.nan_to_num(slope)  # none towards where an outcome is undefined
        return block

    def _beside(self, z: Floats, column: int, step: float) -> Floats:
        """Return the numbers with one a step up, or down where that is beyond its limit."""
        there = z.copy()
        there[column] += step if z[column] + step <= self.limits[column, 1] else -step
        return there

    def _moves(self, number: int, column: int, z: Floats) -> bool:
        key = number, column
        if key not in self._felt:
            year, first = self.years[number], self.replications[0]
            self._felt[key] = year.outcomes(self._beside(z, column, _FAR), first) != year.outcomes(z, first)
        return self._felt[key]


@dataclass(frozen=True, eq=False)
class Solution:
    """Where a fit ended: numbers, moments' deviations and slopes there, evaluations, and whether it settled."""

    z: Floats
    deviations: Floats
    jacobian: Floats
    evaluations: int
    settled: bool

    @property
    def covariance(self) -> Floats:
        """Covariance of the numbers in prior standard deviations, from the moments' and the priors' precision."""
        precision = self.jacobian.T @ self.jacobian + np.eye(len(self.z))
        return np.asarray(np.linalg.inv(precision), dtype=np.float64)


def _misfit(deviations: Floats, z: Floats) -> float:
    return float((deviations**2).sum() + (z**2).sum())
