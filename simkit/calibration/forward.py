"""A receivables book run forward from a cut: when each open line, and each line issued later, is paid.

The hazard and its inputs are the engines' (`simkit.behaviour.payment`); what collection steps did is in the fitted
effects.
"""

from dataclasses import dataclass

import numpy as np
from numba import njit

from simkit.behaviour.payment import threshold
from simkit.calibration.book_measures import MONTH_DAYS
from simkit.calibration.bucket_match import Steps
from simkit.calibration.paying_days import Starts, day_force
from simkit.calibration.person_periods import Floats, Ints
from simkit.calibration.phased_fit import PhasedFit


@dataclass(frozen=True)
class Lines:
    """Lines of a book, by customer and day of issue; days since 1970-01-01.

    Attributes
    ----------
    customer, issue, due, first : int array
        ``first`` is the first day on which the line can still be paid; at or before the cut, it cannot any more.
    amount : float array
        What is open on the line, or was before it was paid (fen).
    paid : int array
        Day of payment of a line paid by the cut; `OPEN` for the others.
    """

    customer: Ints
    issue: Ints
    due: Ints
    first: Ints
    amount: Floats
    paid: Ints

    def followed_by(self, more: "Lines") -> "Lines":
        """Return both sets of lines as one, by customer and day of issue."""
        names = tuple(self.__dataclass_fields__)
        both = {name: np.concatenate([getattr(self, name), getattr(more, name)]) for name in names}
        order = np.lexsort((both["issue"], both["customer"]))
        return Lines(**{name: values[order] for name, values in both.items()})


def paid_days(
    lines: Lines,
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
    fit : PhasedFit
        The payment model.
    moved : Steps
        How far its bucket effects are moved.
    habit : float array, shape (customers, months, phases)
        Each customer's habits (logit) in the months after the cut.
    luck : pair of float arrays, shapes (lines,) and (days looked at,)
        One draw a line, and what each day after the cut adds to everybody's logit. That a line has survived to the cut
        needs no more: its force counts from there.
    cut : int
        The day up to which everything is known.
    """
    u, shock = luck
    return _walk(
        lines.first, lines.due, lines.customer, fit.shift(lines.due - lines.issue, lines.amount), habit,
        fit.alpha + moved.step, moved.size_of(lines.amount), fit.starts, fit.phase,
        fit.date_effects(cut + 1, cut + len(shock)) + shock[:, None], u, lines.paid, cut,
    )  # fmt: skip


@njit(cache=True)
def _walk(
    first: Ints,
    due: Ints,
    customer: Ints,
    shift: Floats,
    habit: Floats,
    alpha: Floats,
    size: Ints,
    starts: Starts,
    phase: Ints,
    effects: Floats,
    u: Floats,
    paid: Ints,
    cut: int,
) -> Ints:
    found: Ints = paid.copy()
    for line in range(len(due)):
        if first[line] <= cut:
            continue
        force, goal = 0.0, threshold(u[line])
        for day in range(first[line], cut + len(effects) + 1):
            own = shift[line] + habit[customer[line], (day - cut - 1) // MONTH_DAYS]
            force += day_force(day, due[line], own, alpha[size[line]], starts, phase, effects[day - cut - 1])
            if force >= goal:
                found[line] = day
                break
    return found
