"""What each desk did in each month: its jobs, their waiting, its use (SPEC: B4, C2)."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from operator import attrgetter
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from simkit.engine.calendar import CLOSING, OPENING, Calendar
from simkit.engine.desk import Month

WORKING_MINUTES = CLOSING - OPENING
COUNTS = tuple(field.name for field in fields(Month))
_counted = attrgetter(*COUNTS)

Ints = npt.NDArray[np.int64]


class DeskMonth(NamedTuple):
    """A desk's month; `queue` are the jobs that wait at its end, `staff` the people then at the desk."""

    desk: str
    month: int
    staff: int
    submitted: int
    started: int
    dropped: int
    waiting_minutes: int
    worked_minutes: int
    open_minutes: int
    queue: int


def desk_months(
    name: str,
    months: Mapping[int, Month],
    staffed: Sequence[tuple[int, int]],
    calendar: Calendar,
    minutes_a_day: int = WORKING_MINUTES,
) -> list[DeskMonth]:
    """Return every month of a desk, those included in which nothing happened.

    Parameters are those of :func:`month_columns`; months may be missing here.
    """
    counted = np.array([_counted(months.get(number, Month())) for number in range(len(calendar.month_ends))])
    columns = month_columns(counted, staffed, calendar, minutes_a_day)
    rows = zip(*(columns[field].tolist() for field in DeskMonth._fields[1:]), strict=True)
    return [DeskMonth(name, *row) for row in rows]


def month_columns(
    months: Ints, staffed: Sequence[tuple[int, int]], calendar: Calendar, minutes_a_day: int
) -> dict[str, Ints]:
    """Return the fields of a desk's months by name, the last month cut off where the run ends.

    Parameters
    ----------
    months : int array, months x fields of `simkit.engine.desk.Month`
        What happened in each month, those after the run not left out.
    staffed : sequence of (int, int)
        From which day how many people were there, in order of days.
    calendar : Calendar
        Days of the run.
    minutes_a_day : int
        Minutes a working day in which the desk is open; 0 for the meeting, which has no opening hours.
    """
    starts = np.array(calendar.month_starts)
    first = starts[starts < calendar.horizon]
    last = np.minimum(calendar.month_ends[: len(first)], calendar.horizon - 1)
    since, people = np.array(staffed).T
    counts = dict(zip(COUNTS, months[: len(first)].T, strict=True))
    return {
        "month": np.arange(len(first)),
        "staff": people[np.searchsorted(since, last, side="right") - 1],
        **counts,
        "open_minutes": minutes_a_day * _working_days(since, people, first, last, calendar),
        "queue": np.cumsum(counts["submitted"] - counts["started"] - counts["dropped"]),
    }


def _working_days(since: Ints, people: Ints, first: Ints, last: Ints, calendar: Calendar) -> Ints:
    """Return the working days of all the people at a desk in each stretch of days from `first` to `last`."""
    until = [*(since[1:] - 1), calendar.horizon]
    total = np.zeros(len(first), dtype=np.int64)
    for start, staff, end in zip(since, people, until, strict=True):
        total += staff * calendar.working_days(np.maximum(first, start), np.minimum(last, end))
    return total
