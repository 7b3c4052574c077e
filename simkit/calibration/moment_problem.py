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

STEP = 1.0
"""Step of the finite differences in prior standard deviations: far beyond what single orders and payments make jump."""

_FAR = 2.0
_CLEAR = 2.0
_LONGEST = 1.5
_FLAT = 1e-2
_TURNS, _STEPS = 2, 6
_DAMPING, _DAMPED = 1.0, 4.0
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
        return np.concatenate([self._year_deviations(number, z) for number in range(len(self.years))])

    def jacobian(self, z: Floats) -> Floats:
        """Return how fast the moments move with each number, shape (moments, numbers)."""
        return np.vstack([self._block(number, z) for number in range(len(self.years))])

    def feels(self, year: int, column: int) -> bool:
        """Tell whether a number has a part in a year; known once a jacobian was taken."""
        return self._felt.get((year, column), False)

    def solve(self, start: Floats) -> "Solution":
        """Return the numbers of least squares, moments and priors together.

        Given what they share, cases do not touch each other: they are fitted in turns, each simulated while the others
        stand by as their slopes foretell them, and only what moves it is moved. A turn that does not help all in all
        is taken back.
        """
        z, deviations = start, self.moments(start)
        self._refuse_undefined(deviations)
        slopes, cases = self.jacobian(z), list(dict.fromkeys(year.case for year in self.years))
        for turn in range(_TURNS):
            before = _misfit(deviations, z)
            for case in cases:
                own = np.array([year.case == case for year in self.years for _ in year.targets])
                if turn:
                    slopes[own] = np.vstack([self._block(number, z) for number in self._numbers(case)])
                there, slopes = self._turn(case, own, z, deviations, slopes)
                moved = self.moments(there)
                if _misfit(moved, there) < _misfit(deviations, z):
                    z, deviations = there, moved
        gained = before - _misfit(deviations, z)
        return Solution(z, deviations, slopes, gained < _FLAT * before)

    def _turn(
        self, case: str, own: Told, z: Floats, deviations: Floats, slopes: Floats
    ) -> tuple[Floats, Floats]:
        """Return numbers and slopes after some steps of Levenberg-Marquardt (Nocedal & Wright 2006, 10.3) for one case.

        In between, its slopes are corrected by what its moments did (Schubert 1970, Math. Comp. 24:27).
        """
        damping, movable = _DAMPING, (slopes[own] != 0).any(axis=0)
        if not movable.any():
            return z, slopes
        for _ in range(_STEPS):
            there = self._step(z, deviations, slopes, damping, movable)
            moved = deviations + slopes @ (there - z)
            moved[own] = np.concatenate(
                [self._year_deviations(number, there) for number in self._numbers(case)]
            )
            if np.isnan(moved).any():  # too far: nothing is left there that the outcome could be measured on
                damping *= _DAMPED**2
                continue
            gain = _misfit(deviations, z) - _misfit(moved, there)
            slopes = self._corrected(slopes, there - z, moved - deviations)
            damping *= 1 / _DAMPED if gain > 0 else _DAMPED
            if gain > 0:
                z, deviations = there, moved
            if 0 < gain < _FLAT * _misfit(deviations, z) and damping < _DAMPING:
                break
        return z, slopes

    def _step(self, z: Floats, deviations: Floats, slopes: Floats, damping: float, movable: Told) -> Floats:
        """Return where the linear problem, damped, has its least squares within the limits."""
        count = int(movable.sum())
        matrix = np.vstack([slopes[:, movable], np.eye(count), math.sqrt(damping) * np.eye(count)])
        aim = np.concatenate([deviations, z[movable], np.zeros(count)])
        low, high = np.clip(self.limits[movable].T - z[movable], -_LONGEST, _LONGEST)
        step = lsq_linear(matrix, -aim, (low - _HAIR, high + _HAIR)).x
        there = z.copy()
        there[movable] += np.clip(step, low, high)
        return there

    @staticmethod
    def _corrected(slopes: Floats, step: Floats, moved: Floats) -> Floats:
        """Return slopes that agree with a step made; what is zero stays so."""
        own = np.where(slopes != 0, step, 0.0)
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

    def _year_deviations(self, number: int, z: Floats) -> Floats:
        year = self.years[number]
        mean = year.sample(z, self.replications).mean(axis=0)
        deviations: Floats = (mean - np.array([*year.targets.values()])) / self.scales[number]
        return deviations

    def _numbers(self, case: str) -> list[int]:
        return [number for number, year in enumerate(self.years) if year.case == case]

    def _block(self, number: int, z: Floats) -> Floats:
        year = self.years[number]
        here = year.sample(z, self.replications)
        block = np.zeros((here.shape[1], len(z)))
        for column in year.columns.tolist():
            if not self._moves(number, column, z):
                continue
            there = self._beside(z, column, STEP)
            moved = year.sample(there, self.replications)
            block[:, column] = _clear_mean(moved - here) / (there[column] - z[column])
        return block / self.scales[number][:, None]

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
    """Where a fit ended: numbers, moments' deviations and slopes, and whether the last turn gained next to nothing."""

    z: Floats
    deviations: Floats
    jacobian: Floats
    settled: bool

    @property
    def covariance(self) -> Floats:
        """Covariance of the numbers in prior standard deviations, from the moments' and the priors' precision."""
        precision = self.jacobian.T @ self.jacobian + np.eye(len(self.z))
        return np.asarray(np.linalg.inv(precision), dtype=np.float64)


def _clear_mean(changes: Floats) -> Floats:
    """Return the mean change of each moment over replications, 0 where luck alone could make it or it is undefined."""
    mean = changes.mean(axis=0)
    luck = changes.std(axis=0, ddof=1) / math.sqrt(len(changes))
    return np.where(np.abs(mean) > _CLEAR * luck, mean, 0.0)


def _misfit(deviations: Floats, z: Floats) -> float:
    return float((deviations**2).sum() + (z**2).sum())
