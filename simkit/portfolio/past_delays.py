"""How many days late the customers on the books have paid before the first day, as far as that is remembered.

The count of late invoices is drawn (see `simkit.portfolio.synthetic`). Here each invoice gets the days late that are
to be expected of it, early or late as it was, by the customer's own daily odds of payment on a line of 30 days. Grades,
dates, the company's collecting and the feedback of a customer's own history are left out, and the invoices are spread
evenly over the time they are of (assumptions).
"""

import math
from functools import lru_cache

import numpy as np

from simkit.portfolio.balance_sheets import Floats
from simkit.portfolio.roll import Ints
from simkit.scenario.world.customers import Customers
from simkit.scenario.world.payment import Payment

_DAYS = np.arange(-29, 91)
"""Days from due on which a 30-day line is at risk, up to the last that counts."""

_DUE = -int(_DAYS[0])
"""Place of the due date among them."""

_SHIFTS = np.linspace(-50.0, 50.0, 2001)
"""Shifts of the payment logit at which the expected delay is computed; between them it is all but straight."""


def past_delays(
    customers: Customers, payment: Payment, ease: Floats, lines: Ints, late: Ints
) -> tuple[Floats, Floats]:
    """Return the sum of the days late of each customer's past invoices and their number, both as remembered.

    Parameters
    ----------
    customers, payment : Customers, Payment
        What the world says of them.
    ease : float array, one a customer
        Frailty and quality in the payment logit.
    lines, late : int arrays, one a customer
        Past invoices on record, and how many of them were paid late.
    """
    shift = ease + payment.history_weight * payment.history_prior_share
    shift = shift + payment.delay_weight * payment.delay_prior_days / 30.0
    when_late, when_not = expected_delays(tuple(payment.alpha), tuple(payment.bucket_starts))
    days = late * np.interp(shift, _SHIFTS, when_late) + (lines - late) * np.interp(shift, _SHIFTS, when_not)
    months = max(1.0, 12.0 * customers.history_lines / customers.orders_per_year)
    share = remembered_share(months, payment.delay_memory)
    return days * share, lines.astype(np.float64) * share


@lru_cache(maxsize=16)
def expected_delays(alpha: tuple[float, ...], starts: tuple[int, ...]) -> tuple[Floats, Floats]:
    """Return the expected days late of a late line and of one that is not, at each of the shifts of the logit.

    Days late beyond 90 count as 90. A line that is not late was paid on the due date or before it.
    """
    level = np.array(alpha)[np.searchsorted(starts, _DAYS, side="right")]
    force = np.logaddexp(0.0, level + _SHIFTS[:, None])
    total = np.cumsum(force, axis=1)
    since_due = total[:, _DUE:-1] - total[:, [_DUE]]
    when_late: Floats = np.exp(-since_due).sum(axis=1)
    paid = np.exp(force - total) * -np.expm1(-force)
    chance = paid[:, : _DUE + 1]
    when_not: Floats = chance @ _DAYS[: _DUE + 1] / chance.sum(axis=1)
    return when_late, when_not


def remembered_share(months: float, memory: float) -> float:
    """Return what is remembered of lines spread evenly over so many months: the mean of memory, memory^2, ...

    Examples
    --------
    >>> remembered_share(1.0, 0.9), remembered_share(2.0, 0.5), remembered_share(24.0, 1.0)
    (0.9, 0.375, 1.0)
    """
    if memory == 1.0:
        return 1.0
    return memory * (1.0 - math.pow(memory, months)) / (months * (1.0 - memory))
