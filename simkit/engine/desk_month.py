"""What each desk did in each month: its jobs, their waiting, its use (SPEC: B4, C2)."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from simkit.engine.calendar import CLOSING, OPENING, Calendar
from simkit.engine.desk import Month

WORKING_MINUTES = CLOSING - OPENING


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
    """Return every month of a desk, the last one cut off where the run ends.

    Parameters
    ----------
    name : str
        The desk.
    months : mapping of int to Month
        What happened in each month; months in which nothing did may be missing.
    staffed : sequence of (int, int)
        From which day how many people were there, in order of days.
    calendar : Calendar
        Days of the run.
    minutes_a_day : int
        Minutes a working day in which the desk is open; 0 for the meeting, which has no opening hours.
    """
    found, queue = [], 0
    for number, month_end in enumerate(calendar.month_ends):
        first = calendar.month_start(number)
        if first >= calendar.horizon:
            break
        last = min(month_end, calendar.horizon - 1)
        month = months.get(number, Month())
        queue += month.submitted - month.started - month.dropped
        people = [(day, staff) for day, staff in staffed if day <= last]
        found.append(
            DeskMonth(
                name,
                number,
                people[-1][1],
                month.submitted,
                month.started,
                month.dropped,
                month.waiting_minutes,
                month.worked_minutes,
                minutes_a_day * _working_days(people, first, last, calendar),
                queue,
            )
        )
    return found


def _working_days(people: Sequence[tuple[int, int]], first: int, last: int, calendar: Calendar) -> int:
    """Return the working days of all the people at a desk in the days from `first` to `last`."""
    total = 0
    for number, (since, staff) in enumerate(people):
        until = people[number + 1][0] - 1 if number + 1 < len(people) else last
        days = calendar.working_days(max(first, since), min(last, until))
        total += staff * days
    return total
