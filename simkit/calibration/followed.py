"""The lines a ledger shows, followed under a fitted model: how early or late each was, and how busy each week."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd
from numba import njit

from simkit.calibration.book_measures import WEEK
from simkit.calibration.bucket_match import Steps
from simkit.calibration.changing_habits import ChangingHabits
from simkit.calibration.common_luck import LAGS, PAST_WEEKS, Part, State, scores, split, state_at_cut
from simkit.calibration.paying_days import day_force, forces
from simkit.calibration.person_periods import OPEN, Floats, Ints, Told
from simkit.calibration.phased_fit import PhasedFit

_MOST = 1.0
"""Variance (logit) of what all share, at most."""


@dataclass(frozen=True)
class Followed:
    """Lines from the first day on which they can have been paid to their payment, or to the cut.

    Attributes
    ----------
    customer, first, last, due : int array, shape (lines,)
        ``last`` is the day of payment, or the last day seen.
    paid : bool array, shape (lines,)
    shift : float array, shape (lines, phases)
        What is in the logit beside bucket and date, with each customer's mean habits of the month.
    alpha : float array, shape (sizes, buckets)
    size : int array, shape (lines,)
        Which row of `alpha` is the line's.
    starts : int array
    phase : int array, shape (buckets,)
    effects : float array, shape (days, phases)
        Of dates, from the day `origin` on.
    origin : int
    """

    customer: Ints
    first: Ints
    last: Ints
    due: Ints
    paid: Told
    shift: Floats
    alpha: Floats
    size: Ints
    starts: Ints
    phase: Ints
    effects: Floats
    origin: int

    @classmethod
    def of(cls, lines: pd.DataFrame, fit: PhasedFit, habits: ChangingHabits, moved: Steps) -> Self:
        """Return the lines a model was fitted to, its bucket effects moved."""
        customer, due = (lines[name].to_numpy(np.int64) for name in ("customer", "due"))
        paid = (lines["paid"] < OPEN).to_numpy()
        first, last = lines["first"].to_numpy(), lines["paid"].where(paid, lines["end"]).to_numpy()
        origin = int(first.min())
        return cls(
            customer=customer,
            first=first,
            last=last,
            due=due,
            paid=paid,
            shift=fit.shift_of(lines) + habits.of_lines(customer, due)[0],
            alpha=fit.alpha + moved.step,
            size=moved.size_of(lines["amount_fen"].to_numpy(np.float64)),
            starts=fit.starts,
            phase=fit.phase,
            effects=fit.date_effects(origin, int(last.max(initial=origin))),
            origin=origin,
        )

    def scores(self) -> Floats:
        """Return how late each line was for its customer and terms, as `simkit.calibration.common_luck` has it."""
        before = np.exp(-self._forces(np.where(self.paid, self.last, self.last + 1)))
        after = np.where(self.paid, np.exp(-self._forces(self.last + 1)), 0.0)
        return scores(before, after)

    def _forces(self, until: Ints) -> Floats:
        return forces(
            self.first,
            until,
            self.due,
            self.shift,
            self.alpha,
            self.size,
            self.starts,
            self.phase,
            self.effects,
            self.origin,
        )

    def everybody(self, cut: int) -> tuple[Part, State]:
        """Return what weeks add to everybody's odds of payment (logit), and what is known of it at the cut.

        Payments of a customer in a week are compared with those expected. What two customers have in common, in one
        week and some weeks apart, tells how far a week strays, and how far that lasts.
        """
        shape = int(self.customer.max()) + 1, PAST_WEEKS
        surplus, weight = _by_week(
            self.customer, self.first, self.last, self.due, self.paid, self.shift, self.alpha, self.size, self.starts,
            self.phase, self.effects, self.origin, cut - WEEK * PAST_WEEKS + 1, shape,
        )  # fmt: skip
        part = split(np.array([_in_common(surplus, weight, lag) for lag in range(LAGS + 1)])).within(_MOST)
        seen = np.maximum(weight.sum(axis=0), 1e-9)
        noise = np.where(seen > 1e-6, (surplus**2).sum(axis=0) / seen**2, np.inf)
        return part, state_at_cut(part, (surplus.sum(axis=0) / seen)[None], noise[None])


def _in_common(surplus: Floats, weight: Floats, lag: int) -> float:
    """Return the covariance of different customers' log odds, so many weeks apart."""
    weeks = surplus.shape[1] - lag
    a, b, v, w = surplus[:, :weeks], surplus[:, lag:], weight[:, :weeks], weight[:, lag:]
    across = float(a.sum(axis=0) @ b.sum(axis=0) - (a * b).sum())
    pairs = float(v.sum(axis=0) @ w.sum(axis=0) - (v * w).sum())
    return across / pairs if pairs > 1e-9 else 0.0


@njit(cache=True)
def _by_week(
    customer: Ints,
    first: Ints,
    last: Ints,
    due: Ints,
    paid: Told,
    shift: Floats,
    alpha: Floats,
    size: Ints,
    starts: Ints,
    phase: Ints,
    effects: Floats,
    origin: int,
    start: int,
    shape: tuple[int, int],
) -> tuple[Floats, Floats]:
    """Return payments beyond those expected, and what a unit of logit would add to them, by customer and week."""
    surplus, weight = np.zeros(shape), np.zeros(shape)
    for line in range(len(customer)):
        who = customer[line]
        for day in range(max(first[line], start), last[line] + 1):
            week = (day - start) // WEEK
            if week < shape[1]:
                force = day_force(
                    day, due[line], shift[line], alpha[size[line]], starts, phase, effects[day - origin]
                )
                chance = 1 - np.exp(-force)
                surplus[who, week] += (paid[line] and day == last[line]) - chance
                weight[who, week] += chance * (1 - chance)
    return surplus, weight
