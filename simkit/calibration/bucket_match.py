"""Bucket effects brought to where lines, followed from their issue, are paid in each bucket as often as they were.

A fit gives every bucket its payments a day at risk, given who was at risk. But habits are one number a customer: who
pays a few days late to the day is taken for slow at any age, and too many of its lines would come to be very late. Who
comes to be at risk is therefore computed forward from the issue, and each effect moved until the share of lines paid in
its bucket is the ledger's, of those that the model lets come so far. This is done for small and large lines apart, by
quarters of the amounts: large ones are rarely forgotten for long.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd
from numba import njit
from scipy.special import ndtri

from simkit.behaviour.payment import bucket_of
from simkit.calibration.changing_habits import ChangingHabits
from simkit.calibration.paying_days import Starts, day_force
from simkit.calibration.person_periods import Floats, Ints, Told
from simkit.calibration.phased_fit import PhasedFit
from simkit.streams import Stream, uniforms

_ROUNDS = 8
_DOUBT = 4.0
_FARTHEST = 4.0
_FEWEST_OF_A_SIZE = 500
_MOST_SIZES = 4
_GONE = 1e-9
_SEED, _DRAWS = 0, 3


@dataclass(frozen=True)
class Steps:
    """How far bucket effects are moved, by size of the line.

    Attributes
    ----------
    edges : float array, shape (sizes - 1,)
        Amounts (fen) that part the sizes.
    step : float array, shape (sizes, buckets)
        Logit.
    """

    edges: Floats
    step: Floats

    def size_of(self, amount: Floats) -> Ints:
        """Return the size of each amount."""
        return np.searchsorted(self.edges, amount, side="right")


def steps(fit: PhasedFit, habits: ChangingHabits, lines: pd.DataFrame) -> Steps:
    """Return how far the bucket effects of a fit have to be moved, for lines of each size.

    Parameters
    ----------
    fit : PhasedFit
    habits : ChangingHabits
    lines : DataFrame
        Those it was fitted to.
    """
    amount = lines["amount_fen"].to_numpy(np.float64)
    sizes = int(np.clip(len(lines) // _FEWEST_OF_A_SIZE, 1, _MOST_SIZES))
    edges = np.quantile(amount, np.arange(1, sizes) / sizes)
    found = Steps(edges, np.zeros((sizes, len(fit.alpha))))
    follow = _Followed.of(fit, habits, lines)
    of_all = follow.matched(np.zeros(len(fit.alpha)), np.ones(len(lines), dtype=np.bool_))
    size = found.size_of(amount)
    return Steps(edges, np.array([follow.matched(of_all, size == number) for number in range(sizes)]))


@dataclass(frozen=True)
class _Followed:
    """Lines followed from their issue, or from the day the ledger shows them, to payment or the cut."""

    fit: PhasedFit
    first: Ints
    end: Ints
    due: Ints
    paid: Ints
    mean: Floats
    spread: Floats

    @classmethod
    def of(cls, fit: PhasedFit, habits: ChangingHabits, lines: pd.DataFrame) -> Self:
        """Return lines with mean and spread of what is in their logits beside bucket and date."""
        mean, spread = habits.of_lines(lines["customer"].to_numpy(), lines["due"].to_numpy())
        return cls(
            fit=fit,
            first=lines["first"].to_numpy(),
            end=lines["end"].to_numpy() + 1,
            due=lines["due"].to_numpy(),
            paid=lines["paid"].to_numpy(),
            mean=fit.shift_of(lines) + mean,
            spread=spread,
        )

    def matched(self, step: Floats, of: Told) -> Floats:
        """Return the steps at which some of the lines are paid in each bucket as often as they were."""
        starts, start = self.fit.starts, step
        first, end, due = self.first[of], self.end[of], self.due[of]
        origin = int(self.first.min())
        effects = self.fit.date_effects(origin, int(self.end.max()))
        seen = _seen(first - due, end - due, self.paid[of] - due, starts)
        shifts = self._shifts(of)
        trust = seen[1] / (seen[1] + _DOUBT)
        for _ in range(_ROUNDS):
            told = np.zeros_like(seen)
            for shift in shifts:
                told += _foretold(
                    first, end, due, shift, self.fit.alpha + step, starts, self.fit.phase, effects, origin
                ) / len(shifts)
            apart = np.clip(np.log(_force(seen) / _force(told)), -1, 1)
            step = np.clip(step + np.where(trust > 0, apart, 0.0), start - _FARTHEST, start + _FARTHEST)
        moved: Floats = start + trust * (step - start)
        return moved

    def _shifts(self, of: Told) -> list[Floats]:
        """Return draws of what is in the logits: what is not known of a habit differs by line and phase."""
        index = np.arange(self.mean.shape[1])
        luck = [
            ndtri(uniforms(_SEED, draw, Stream.HABIT, np.arange(len(self.mean))[:, None], index[None]))
            for draw in range(_DRAWS)
        ]
        return [(self.mean + z * self.spread)[of] for z in luck]


def _force(counts: Floats) -> Floats:
    """Return the mean force of a bucket from lines that came into it and lines paid in it."""
    came, paid = counts
    force: Floats = -np.log1p(-np.clip((paid + 0.5) / (came + 1.0), 1e-9, 1 - 1e-6))
    return force


@njit(cache=True)
def _seen(since: Ints, end: Ints, paid: Ints, starts: Starts) -> Floats:
    """Return how many lines came into each bucket, and how many were paid in it."""
    counts: Floats = np.zeros((2, len(starts) + 1))
    for line in range(len(since)):
        last = min(end[line] - 1, paid[line])
        if last >= since[line]:
            for bucket in range(bucket_of(since[line], starts), bucket_of(last, starts) + 1):
                counts[0, bucket] += 1.0
            if paid[line] < end[line]:
                counts[1, bucket_of(last, starts)] += 1.0
    return counts


@njit(cache=True)
def _foretold(
    first: Ints,
    end: Ints,
    due: Ints,
    shift: Floats,
    alpha: Floats,
    starts: Starts,
    phase: Ints,
    effects: Floats,
    origin: int,
) -> Floats:
    """Return how many are expected to come into each bucket, and to be paid in it."""
    counts = np.zeros((2, len(alpha)))
    for line in range(len(first)):
        force, left, last = 0.0, 1.0, -1
        for day in range(first[line], end[line]):
            bucket = bucket_of(day - due[line], starts)
            if bucket != last:
                counts[0, bucket] += left
                last = bucket
            force += day_force(day, due[line], shift[line], alpha, starts, phase, effects[day - origin])
            after = np.exp(-force)
            counts[1, bucket] += left - after
            left = after
            if left < _GONE:
                break
    return counts
