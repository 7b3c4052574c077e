"""A receivables book run forward from a cut: when each open line, and each line issued later, is paid.

The hazard and its inputs are the engines' (`simkit.behaviour.payment`); what collection steps did is in the fitted
effects.
"""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import pandas as pd
from numba import njit

from simkit.behaviour.payment import counted_delay, drivers, late_share, mean_delay, remembered, threshold
from simkit.calibration.bucket_match import Steps
from simkit.calibration.paying_days import day_force, month_of
from simkit.calibration.person_periods import Floats, Ints, is_late, totals
from simkit.calibration.phased_fit import PhasedFit

Columns = tuple[Any, ...]


@dataclass(frozen=True)
class Lines:
    """Lines of a book, by customer and day of issue; days since 1970-01-01.

    Attributes
    ----------
    customer, issue, due, first : int array
        ``first`` is the first day on which the line can still be paid; at or before the cut, it cannot any more.
    amount : float array
        What is open on the line, or was before it was paid (fen).
    late, delay : float array
        The customer's late share and mean delay (days) as of the issue; NaN for a line issued after the cut.
    paid : int array
        Day of payment of a line paid by the cut; `OPEN` for the others.
    """

    customer: Ints
    issue: Ints
    due: Ints
    first: Ints
    amount: Floats
    late: Floats
    delay: Floats
    paid: Ints

    def followed_by(self, more: "Lines") -> "Lines":
        """Return both sets of lines as one, by customer and day of issue."""
        names = tuple(self.__dataclass_fields__)
        both = {name: np.concatenate([getattr(self, name), getattr(more, name)]) for name in names}
        order = np.lexsort((both["issue"], both["customer"]))
        return Lines(**{name: values[order] for name, values in both.items()})


@dataclass(frozen=True)
class Record:
    """What was known of each customer at the cut, in the terms of `simkit.behaviour.payment`.

    Attributes
    ----------
    known, late : int array, shape (customers,)
        Lines past due, and how many of them were late.
    delay, lines : float array, shape (customers,)
        Days late and number of paid lines, as remembered at the start of the cut's month.
    month_delay, month_lines : int array, shape (customers,)
        The same of lines paid in the cut's month.
    """

    known: Ints
    late: Ints
    delay: Floats
    lines: Floats
    month_delay: Ints
    month_lines: Ints

    @classmethod
    def of(cls, lines: pd.DataFrame, customers: int, cut: int, memory: float) -> Self:
        """Return the records of customers at the end of a cut from the lines known then."""
        who = lines["customer"].to_numpy()
        told, settled = (lines["due"] < cut).to_numpy(), (lines["paid_share"] >= 1).to_numpy()
        paid, due = lines["paid"].to_numpy()[settled], lines["due"].to_numpy()[settled]
        delay = np.array([counted_delay(*dates) for dates in zip(paid, due, strict=True)], dtype=np.float64)
        ago = month_of(np.array([cut]))[0] - month_of(paid)
        now, share, payer = ago == 0, memory**ago, who[settled]

        def total(values: Floats) -> Floats:
            return totals(payer, values, customers)

        return cls(
            known=np.bincount(who[told], minlength=customers),
            late=np.bincount(who[told & is_late(lines)], minlength=customers),
            delay=total(np.where(now, 0.0, share * delay)),
            lines=total(np.where(now, 0.0, share)),
            month_delay=total(now * delay).astype(np.int64),
            month_lines=total(now * 1.0).astype(np.int64),
        )

    def widened(self, customers: int) -> "Record":
        """Return the record with customers added of whom nothing is known."""
        new = customers - len(self.known)
        return Record(*(np.append(part, np.zeros(new, part.dtype)) for part in vars(self).values()))


def paid_days(
    lines: Lines,
    record: Record,
    fit: PhasedFit,
    moved: Steps,
    habit: Floats,
    luck: tuple[Floats, Floats],
    cut: int,
) -> Ints:
    """Return the day on which each line is paid; one that is not by the last day looked at is paid far beyond it.

    Parameters
    ----------
    lines : Lines
    record : Record
    fit : PhasedFit
        The payment model.
    moved : Steps
        How far its bucket effects are moved.
    habit : float array, shape (customers, phases)
        Each customer's habits (logit).
    luck : pair of float arrays, shapes (lines,) and (days looked at,)
        One draw a line, and what each day after the cut adds to everybody's logit. That a line has survived to the cut
        needs no more: its force counts from there.
    cut : int
        The day up to which everything is known.
    """
    payment, (u, shock) = fit.payment, luck
    days = cut + 1 + np.arange(len(shock))
    return _walk(
        (lines.customer, lines.issue, lines.due, lines.first, lines.amount, lines.late, lines.delay, lines.paid),
        tuple(vars(record).values()),
        fit.alpha + moved.step, moved.size_of(lines.amount), fit.starts, fit.phase,
        fit.date_effects(cut + 1, cut + len(shock)) + shock[:, None], month_of(np.append(cut, days)),
        (payment.history_prior_share, payment.history_prior_lines), fit.order_value_fen,
        (payment.delay_prior_days, payment.delay_prior_lines, payment.delay_memory), fit.weights, habit, u, cut,
    )  # fmt: skip


@njit(cache=True)
def _walk(
    lines: Columns,
    record: Columns,
    alpha: Floats,
    size: Ints,
    starts: Ints,
    phase: Ints,
    effects: Floats,
    month: Ints,
    share_prior: tuple[float, float],
    value: int,
    delay_prior: tuple[float, float, float],
    weights: Floats,
    habit: Floats,
    u: Floats,
    cut: int,
) -> Ints:
    customer, issue, due, first, amount, late, delay, paid = lines
    found: Ints = paid.copy()
    days = len(effects)
    shift = np.empty(len(weights))
    due_on, late_on = np.zeros(days + 1, np.int64), np.zeros(days + 1, np.int64)
    paid_on, delay_on = np.zeros(days + 1, np.int64), np.zeros(days + 1, np.int64)
    line = 0
    while line < len(customer):
        who, reached = customer[line], 0
        due_on[:], late_on[:], paid_on[:], delay_on[:] = 0, 0, 0, 0
        known, lates = record[0][who], record[1][who]
        total, count, month_total, month_count = (
            record[2][who],
            record[3][who],
            record[4][who],
            record[5][who],
        )
        at = month[0]
        while line < len(customer) and customer[line] == who:
            share, mean = late[line], delay[line]
            if np.isnan(share):
                today = issue[line] - cut
                while reached < today:  # the days before the issue, and what is due on them
                    if month[reached] > at:
                        total = remembered(total, month_total, month[reached] - at, delay_prior[2])
                        count = remembered(count, month_count, month[reached] - at, delay_prior[2])
                        at, month_total, month_count = month[reached], 0, 0
                    month_total += delay_on[reached]
                    month_count += paid_on[reached]
                    reached += 1
                    known += due_on[reached]
                    lates += late_on[reached]
                passed = month[today] - at
                share = late_share(lates, known, share_prior[0], share_prior[1])
                mean = mean_delay(
                    remembered(total, month_total, passed, delay_prior[2]),
                    remembered(count, month_count, passed, delay_prior[2]),
                    delay_prior[0],
                    delay_prior[1],
                )
            if first[line] > cut:
                for at_phase in range(len(shift)):
                    w = weights[at_phase]
                    shift[at_phase] = habit[who, at_phase] + drivers(
                        share, mean, due[line] - issue[line], int(amount[line]), value, w[0], w[1], w[2], w[3]
                    )
                force, goal, day = 0.0, threshold(u[line]), first[line]
                while day <= cut + days:
                    force += day_force(
                        day, due[line], shift, alpha[size[line]], starts, phase, effects[day - cut - 1]
                    )
                    if force >= goal:
                        found[line] = day
                        paid_on[day - cut] += 1
                        delay_on[day - cut] += counted_delay(day, due[line])
                        break
                    day += 1
            told = due[line] + 1 - cut
            if 1 <= told <= days:
                due_on[told] += 1
                late_on[told] += found[line] > due[line]
            line += 1
    return found
