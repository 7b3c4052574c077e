"""Which days of a run are as good as each other for paying: weekdays and month ends."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from simkit.engine.calendar import Calendar
from simkit.scenario.world.payment import PaymentCalendar

MONTH_END_DAYS = 3
"""How many days the end of a month has."""


class PayDays(NamedTuple):
    """The days of a run by what their date adds to the payment logit (see `simkit.behaviour.payment`).

    `effects` are the distinct effects; `counts` says of each day of the run, and of the first one after it, how many of
    the days before it have each.
    """

    effects: npt.NDArray[np.float64]
    counts: npt.NDArray[np.int64]


def pay_days(calendar: Calendar, payment: PaymentCalendar) -> PayDays:
    """Return a run's days by what their date adds to the payment logit."""
    dates = np.datetime64(calendar.start, "D") + np.arange(calendar.horizon)
    weekday = (dates.astype(np.int64) + 3) % 7  # the first day of 1970 was a Thursday
    ends_month = (dates + MONTH_END_DAYS).astype("M8[M]") != dates.astype("M8[M]")
    added = np.array(payment.weekday)[weekday] + payment.month_end * ends_month
    effects, kind = np.unique(added, return_inverse=True)
    counts = np.zeros((len(dates) + 1, len(effects)), dtype=np.int64)
    counts[1:] = np.cumsum(kind[:, None] == np.arange(len(effects)), axis=0)
    return PayDays(effects, counts)
