"""What was known of customers' habits on a day: every day a line was or was not paid tells a little, and it fades.

A habit is followed on a grid of values. What was seen loses weight month by month, so that where habits change what is
believed follows (discounting; West & Harrison 1997, "Bayesian Forecasting and Dynamic Models", 6.3).
"""

import numpy as np
import pandas as pd
from numba import njit
from scipy.special import logsumexp

from simkit.behaviour.payment import daily_force
from simkit.calibration.payment_forecast import effect_by_day, effect_of_dates, place_of_day
from simkit.calibration.person_periods import OPEN, Floats, Ints
from simkit.scenario.world.payment import Payment

GRID = np.linspace(-5.0, 5.0, 81)
"""Standard scores of a habit."""


def habits_as_of(
    lines: pd.DataFrame, shift: Floats, payment: Payment, as_of: Ints, memory: float
) -> tuple[Floats, Floats]:
    """Return values of each line's customer's habit, and their probabilities by what was seen before a day.

    Parameters
    ----------
    lines : DataFrame
        As `simkit.calibration.person_periods.ledger_lines` returns.
    shift : float array, shape (lines,)
        What drivers add to each line's logit.
    payment : Payment
        Bucket effects, calendar, and spread of habits.
    as_of : int array, shape (lines,)
        Of each line, the day before which things count as seen.
    memory : float
        Share of its weight that what was seen keeps a month (365/12 days), above 0 and up to 1.

    Returns
    -------
    habits, probability : float array, shape (lines, len(`GRID`))
    """
    customer, first, end = (lines[name].to_numpy(np.int64) for name in ("customer", "first", "end"))
    asked, at = np.lexsort((as_of, customer)), np.argsort(customer, kind="stable")
    low = int(min(first.min(initial=OPEN), as_of.min(initial=OPEN)))
    high = int(max(end.max(initial=low), as_of.max(initial=low)))
    weight, share = lines["weight"].to_numpy(np.float64), lines["paid_share"].to_numpy(np.float64)
    due, paid = (lines[name].to_numpy(np.int64) for name in ("due", "paid"))
    joint = np.empty((len(lines), len(GRID)))
    joint[asked] = _seen_before(
        customer[at], due[at], first[at], paid[at], end[at], (weight * share)[at], (weight * (1 - share))[at],
        shift[at], customer[asked], as_of[asked], payment.frailty_sd * GRID, effect_by_day(payment), low,
        effect_of_dates(payment, low, high), memory ** (12 / 365),
    )  # fmt: skip
    joint -= GRID**2 / 2
    probability = np.exp(joint - logsumexp(joint, axis=1, keepdims=True))
    return np.broadcast_to(payment.frailty_sd * GRID, joint.shape), probability


@njit(cache=True)
def _seen_before(
    customer: Ints,
    due: Ints,
    first: Ints,
    paid: Ints,
    end: Ints,
    settled: Floats,
    waiting: Floats,
    shift: Floats,
    who: Ints,
    as_of: Ints,
    habits: Floats,
    by_day: Floats,
    low: int,
    of_dates: Floats,
    fade: float,
) -> Floats:
    """Return the log-likelihood, for each habit, of what was seen before each day asked about.

    Lines come by customer; days asked about by customer (`who`) and day. `settled` and `waiting` are the parts of a
    line that are paid on the day `paid` and that are not paid until the day `end`.
    """
    joint = np.zeros((len(as_of), len(habits)))
    stop, asked = 0, 0
    while asked < len(as_of):
        until = asked
        while until < len(as_of) and who[until] == who[asked]:
            until += 1
        start = stop
        while start < len(customer) and customer[start] < who[asked]:
            start += 1
        stop, opening, closing = start, as_of[asked], as_of[until - 1]
        while stop < len(customer) and customer[stop] == who[asked]:
            opening = min(opening, first[stop])
            stop += 1
        seen = np.zeros((closing - opening, len(habits)))  # on each date before the last one asked about
        for line in range(start, stop):
            last = max(paid[line] if settled[line] > 0 else 0, end[line] if waiting[line] > 0 else 0)
            for date in range(first[line], min(last, closing - 1) + 1):
                pays = settled[line] if date == paid[line] else 0.0
                at_risk = settled[line] if date <= paid[line] else 0.0
                at_risk += waiting[line] if date <= end[line] else 0.0
                base = by_day[place_of_day(date - due[line])] + of_dates[date - low] + shift[line]
                for node in range(len(habits)):
                    logit = base + habits[node]
                    seen[date - opening, node] += pays * logit - at_risk * daily_force(logit)
        date, known = opening, np.zeros(len(habits))
        while asked < until:
            while date < as_of[asked]:
                known = fade * known + seen[date - opening]
                date += 1
            joint[asked] = known
            asked += 1
    return joint
