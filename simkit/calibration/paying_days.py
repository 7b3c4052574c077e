"""Days on which lines may be paid: what their dates add to the payment logit, and the force of payment over them."""

from typing import Any

import numpy as np
from numba import njit

from simkit.behaviour.payment import bucket_of, daily_force
from simkit.calibration.person_periods import Floats, Ints, kind_of_day
from simkit.scenario.world.payment import Payment

Starts = Any
"""Bucket starts as an array, which compiled code takes for the sequence that `simkit.behaviour.payment` asks for."""


def date_effects(payment: Payment, first: int, last: int) -> Floats:
    """Return what each date from first to last adds to the payment logit."""
    kind = kind_of_day(np.arange(first, last + 1))
    effects: Floats = np.array(payment.calendar.weekday)[kind % 7] + payment.calendar.month_end * (kind >= 7)
    return effects


def month_of(day: Ints) -> Ints:
    """Return the number of the month of each day."""
    month: Ints = day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return month


@njit(cache=True)
def day_force(
    day: int, due: int, shift: Floats, alpha: Floats, starts: Starts, phase: Ints, effect: Floats
) -> float:
    """Return the force of payment on a day, as `simkit.behaviour.payment` has it, the bucket's phase seen to.

    Parameters
    ----------
    day, due : int
    shift, effect : float array, shape (phases,)
        What line and date add to the logit.
    alpha, phase : float array, int array, shape (buckets,)
        Bucket effects, and the phase of each.
    starts : int array
    """
    bucket = bucket_of(day - due, starts)
    at = phase[bucket]
    return float(daily_force(alpha[bucket] + shift[at] + effect[at]))


@njit(cache=True)
def forces(
    first: Ints,
    until: Ints,
    due: Ints,
    shift: Floats,
    alpha: Floats,
    row: Ints,
    starts: Starts,
    phase: Ints,
    effects: Floats,
    origin: int,
) -> Floats:
    """Return the force of payment of each line over the days first, ..., until - 1.

    Parameters
    ----------
    first, until, due : int array, shape (lines,)
    shift : float array, shape (lines, phases)
        What is in the logit beside bucket and date.
    alpha : float array, shape (sizes, buckets)
    row : int array, shape (lines,)
        Which row of `alpha` is the line's.
    starts : int array
    phase : int array, shape (buckets,)
    effects : float array, shape (days, phases)
        Of the dates from `origin` on.
    origin : int
    """
    force = np.zeros(len(first))
    for line in range(len(first)):
        for day in range(first[line], until[line]):
            force[line] += day_force(
                day, due[line], shift[line], alpha[row[line]], starts, phase, effects[day - origin]
            )
    return force
