"""A receivables book run forward from a cut: when each open line, and each line issued later, is paid.

The hazard and its inputs are the engines' (`simkit.behaviour.payment`); collection steps are in the fitted effects.
"""

from dataclasses import dataclass

import numpy as np
from numba import njit

from simkit.behaviour.payment import accrue, late_share, payment_day, threshold
from simkit.calibration.bucket_match import Steps
from simkit.calibration.payment_model import PaymentFit
from simkit.calibration.person_periods import Floats, Ints


@dataclass(frozen=True)
class Lines:
    """Lines of a book, by customer and day of issue; days since 1970-01-01.

    Attributes
    ----------
    customer, issue, due, first : int array
        ``first`` is the first day on which the line can still be paid.
    amount : float array
        What is open on the line, or was before it was paid (fen).
    late : float array
        The customer's late share as of the issue; NaN for a line issued after the cut.
    paid : int array
        Day of payment of a line paid by the cut; `OPEN` for the others.
    """

    customer: Ints
    issue: Ints
    due: Ints
    first: Ints
    amount: Floats
    late: Floats
    paid: Ints

    def followed_by(self, more: "Lines") -> "Lines":
        """Return both sets of lines as one, by customer and day of issue."""
        customer, issue = (
            np.concatenate([getattr(self, name), getattr(more, name)]) for name in ("customer", "issue")
        )
        order = np.lexsort((issue, customer))
        return Lines(
            **{
                name: np.concatenate([getattr(self, name), getattr(more, name)])[order]
                for name in self.__dataclass_fields__
            }
        )


@dataclass(frozen=True)
class Record:
    """What was known of each customer at the cut: lines past due, and how many of them were late."""

    known: Ints
    late: Ints


def paid_days(
    lines: Lines, record: Record, fit: PaymentFit, moved: Steps, habit: Floats, u: Floats, cut: int
) -> Ints:
    """Return the day on which each line is paid.

    Parameters
    ----------
    lines : Lines
    record : Record
    fit : PaymentFit
        The payment model.
    moved : Steps
        How far its bucket effects are moved.
    habit : float array, shape (customers,)
        Each customer's habit (logit).
    u : float array, shape (lines,)
        One draw a line. That a line has survived to the cut needs no more: its force counts from there.
    cut : int
        The day up to which everything is known.
    """
    return _walk(
        lines.customer, lines.issue, lines.due, lines.first, lines.late, lines.paid, record.known, record.late,
        fit.alpha + moved.step, moved.size_of(lines.amount), np.asarray(fit.starts, dtype=np.int64), fit.history_weight, fit.prior_share, fit.prior_lines,
        habit, u, cut,
    )  # fmt: skip


def forces(since: Ints, until: Ints, shift: Floats, size: Ints, fit: PaymentFit, moved: Steps) -> Floats:
    """Return the force of payment of lines over the days since, ..., until - 1 (from due), each under its own shift."""
    return _forces(since, until, shift, fit.alpha + moved.step, size, np.asarray(fit.starts, dtype=np.int64))


@njit(cache=True)
def _forces(since: Ints, until: Ints, shift: Floats, alpha: Floats, size: Ints, starts: Ints) -> Floats:
    force = np.zeros(len(since))
    for line in range(len(since)):
        force[line] = accrue(0.0, since[line], until[line], shift[line], alpha[size[line]], starts)
    return force


@njit(cache=True)
def _walk(
    customer: Ints,
    issue: Ints,
    due: Ints,
    first: Ints,
    late: Floats,
    paid: Ints,
    known_at_cut: Ints,
    late_at_cut: Ints,
    alpha: Floats,
    size: Ints,
    starts: Ints,
    history_weight: float,
    prior_share: float,
    prior_lines: float,
    habit: Floats,
    u: Floats,
    cut: int,
) -> Ints:
    found = paid.copy()
    days = max(issue.max() - cut, 0) + 1 if len(issue) else 1
    due_on, late_on = np.zeros(days + 1, np.int64), np.zeros(days + 1, np.int64)
    line = 0
    while line < len(customer):
        who, reached = customer[line], 0
        due_on[:], late_on[:] = 0, 0
        known, lates = known_at_cut[who], late_at_cut[who]
        while line < len(customer) and customer[line] == who:
            share = late[line]
            if np.isnan(share):
                while reached < issue[line] - cut:
                    reached += 1
                    known += due_on[reached]
                    lates += late_on[reached]
                share = late_share(lates, known, prior_share, prior_lines)
            if first[line] > cut:
                shift = history_weight * share + habit[who]
                since = first[line] - due[line]
                found[line] = due[line] + payment_day(
                    0.0, threshold(u[line]), since, shift, alpha[size[line]], starts
                )
            told = due[line] + 1 - cut
            if 1 <= told <= days:
                due_on[told] += 1
                late_on[told] += found[line] > due[line]
            line += 1
    return found
