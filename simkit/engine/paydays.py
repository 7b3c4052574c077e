"""Which days of a run are as good as each other for paying: weekdays and month ends."""

from datetime import timedelta
from typing import NamedTuple

import numpy as np

from simkit.engine.calendar import Calendar
from simkit.scenario.world.payment import PaymentCalendar

MONTH_END_DAYS = 3
"""How many days the end of a month has."""


class PayDays(NamedTuple):
    """The days of a run by what their date adds to the payment logit (see `simkit.behaviour.payment`).

    `effects` are the distinct effects; `counts` says of each day of the run, and of the first one after it, how many of
    the days before it have each.
    """

    effects: tuple[float, ...]
    counts: list[tuple[int, ...]]


def pay_days(calendar: Calendar, payment: PaymentCalendar) -> PayDays:
    """Return a run's days by what their date adds to the payment logit."""
    dates = [calendar.date(day) for day in range(calendar.horizon)]
    added = [
        payment.weekday[date.weekday()]
        + payment.month_end * ((date + timedelta(days=MONTH_END_DAYS)).month != date.month)
        for date in dates
    ]
    effects, kind = np.unique(added, return_inverse=True)
    before = np.zeros((len(dates) + 1, len(effects)), dtype=np.int64)
    before[1:] = np.cumsum(kind[:, None] == np.arange(len(effects)), axis=0)
    return PayDays(tuple(effects.tolist()), [tuple(row) for row in before.tolist()])
