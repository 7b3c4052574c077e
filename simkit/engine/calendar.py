"""The calendar of a run: days as integers, months, working days, and the order of work inside a day.

A day is 1,440 minutes of simulated time. What happens on it happens in this order, in both engines:

====== ============ ==============================================================================
minute name         what
====== ============ ==============================================================================
0      SWITCH       on the switch date the new policy takes force for every open line
10     DEFAULTS     customers whose day has come default
20     SETTLEMENTS  disputes are settled
60     RECEIPTS     payments and recoveries arrive, prepayments lapse, old debts are written off
90     REVIEW       on the first of a month (and the switch date): re-scoring, tiers, order rates are set
120    ORDERS       orders arrive, those that need no approval are decided; goods accepted today are invoiced
130    LEADS        leads arrive, are called on working days, move on in the funnel, apply
150    APPROVALS    the joint meeting, and decisions on what the risk desk reviewed until yesterday
180    ALERTS       disputes are raised, alerts answered, lines that have come to light put before a desk
540    OPENING      desks work until 1020 on working days
1200   EFFECTS      steps that desks finished today are felt, line by line; they act from tomorrow's receipts on
1380   MONTH_END    on the last of a month: commission, appraisal, careers
====== ============ ==============================================================================
"""

from bisect import bisect_left
from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from simkit.scenario.run import Run

DAY = 1440
SWITCH = 0
DEFAULTS = 10
SETTLEMENTS = 20
RECEIPTS = 60
REVIEW = 90
ORDERS = 120
LEADS = 130
APPROVALS = 150
ALERTS = 180
OPENING = 540
CLOSING = 1020
EFFECTS = 1200
MONTH_END = 1380

Days = int | npt.NDArray[np.int64]


class Calendar:
    """Days 0, 1, ... of a run, with its months, working days and periods.

    Parameters
    ----------
    run : Run
        Dates, lengths and holidays.

    Attributes
    ----------
    month_starts, month_ends : list of int
        First and last day of each month (day 0 starts the first).
    """

    def __init__(self, run: Run) -> None:
        self.start = run.start_date
        self.switch = run.warm_up_days
        self.policy_end = run.warm_up_days + run.policy_days
        self.horizon = run.horizon_days
        self._holidays = frozenset(run.holidays)
        self._business = np.busdaycalendar(holidays=sorted(self._holidays))
        months = [self.start]
        while (months[-1] - self.start).days <= self.horizon:
            months.append((months[-1].replace(day=1) + timedelta(days=32)).replace(day=1))
        self.month_starts = [(first - self.start).days for first in months]
        self.month_ends = [start - 1 for start in self.month_starts[1:]]

    def date(self, day: int) -> date:
        """Return the date of a day."""
        return self.start + timedelta(days=day)

    def month(self, day: int) -> int:
        """Return the number of the month a day lies in, 0 for the first."""
        return bisect_left(self.month_ends, day)

    def month_end(self, day: int) -> int:
        """Return the first month end on or after a day."""
        return self.month_ends[self.month(day)] if day <= self.month_ends[-1] else self.horizon

    def period(self, day: int) -> str:
        """Return which part of the run a day lies in: warm_up, policy or run_out."""
        if day < self.switch:
            return "warm_up"
        return "policy" if day < self.policy_end else "run_out"

    def reviews(self, day: int) -> Iterator[tuple[int, int]]:
        """Yield (start, end) of the stretches of constant order rates from a day on: months, cut at the switch."""
        starts = sorted({*self.month_starts, self.switch})
        for start, end in zip(starts, [*starts[1:], self.horizon], strict=True):
            if day < end and start < self.horizon:
                yield max(day, start), min(end, self.horizon)

    def is_working(self, day: int) -> bool:
        """Tell whether desks work on a day: not on weekends and holidays."""
        today = self.date(day)
        return today.weekday() < 5 and today not in self._holidays

    def months_of_year(self, days: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Return which month of a year each of some days lies in, 1 for January."""
        months = (np.datetime64(self.start) + days).astype("datetime64[M]")
        return 1 + months.astype(np.int64) % 12

    def meets(self, day: int, interval_days: int) -> bool:
        """Tell whether a meeting held every so many days, put off to the next working day, is held on a day."""
        called = day - day % interval_days
        return self.is_working(day) and not any(self.is_working(earlier) for earlier in range(called, day))

    def meeting_days(self, days: npt.NDArray[np.int64], interval_days: int) -> npt.NDArray[np.bool_]:
        """Tell on which of some days a meeting is held (see `meets`)."""
        called = days - days % interval_days
        put_off: npt.NDArray[np.bool_] = self.working_days(called, days - 1) == 0
        return self.works(days) & put_off

    def working_days(self, first: Days, last: Days) -> npt.NDArray[np.int64]:
        """Return how many of the days from each `first` to its `last` desks work on."""
        origin = np.datetime64(self.start)
        days = np.busday_count(origin + first, origin + np.add(last, 1), busdaycal=self._business)
        return np.maximum(0, days)

    def works(self, days: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
        """Tell on which of some days desks work."""
        return np.is_busday(np.datetime64(self.start) + days, busdaycal=self._business)

    def next_opening(self, minute: int) -> int:
        """Return the first minute at or after `minute` at which desks open."""
        day = minute // DAY if minute % DAY <= OPENING else minute // DAY + 1
        while not self.is_working(day):
            day += 1
        return day * DAY + OPENING

    def finish(self, minute: int, work: int) -> int:
        """Return the minute at which `work` minutes of desk work begun at `minute` are done."""
        while True:
            day = minute // DAY
            if self.is_working(day) and minute % DAY < CLOSING:
                start = max(minute, day * DAY + OPENING)
                if start + work <= day * DAY + CLOSING:
                    return start + work
                work -= day * DAY + CLOSING - start
            minute = (day + 1) * DAY
