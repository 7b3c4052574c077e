"""How a receivable comes to light (Handbook B3)."""

from enum import IntEnum

from numba.extending import register_jitable


class Alert(IntEnum):
    """Alerts of the monitoring system, in order; NONE before the first."""

    NONE = 0
    BEFORE_DUE = 1
    LEVEL_1 = 2
    LEVEL_2 = 3


@register_jitable
def alert_day(
    alert: int, issue_day: int, due_day: int, before_due_days: int, level_1_days: int, level_2_days: int
) -> int:
    """Return the day on which an alert (1, 2 or 3) is raised; never before the receivable is on the book.

    Examples
    --------
    >>> [alert_day(alert, 0, 30, 7, 3, 15) for alert in (1, 2, 3)], alert_day(1, 28, 30, 7, 3, 15)
    ([23, 33, 45], 28)
    """
    if alert == 1:
        return max(issue_day, due_day - before_due_days)
    return due_day + (level_1_days if alert == 2 else level_2_days)


@register_jitable
def discovery_day(day: int, seen_day: int, month_end: int, enabled: bool, response_lag_days: int) -> int:
    """Return the day on which the company acts on a receivable that is to be chased from `day` on.

    With the monitoring system that is the response lag later, once the level-1 alert has shown the line (`seen_day`);
    without it the line is found at the month-end review (`month_end`, the first month end on or after `day`) and acted
    on the response lag after that.

    Examples
    --------
    >>> discovery_day(8, 3, 30, True, 1), discovery_day(1, 3, 30, True, 1), discovery_day(8, 3, 30, False, 1)
    (9, 4, 31)
    """
    if enabled:
        return max(day, seen_day) + response_lag_days
    return month_end + response_lag_days
