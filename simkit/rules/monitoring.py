"""How an overdue receivable comes to light (Handbook B3)."""

from numba.extending import register_jitable


@register_jitable
def discovery_day(day: int, month_end: int, enabled: bool, response_lag_days: int) -> int:
    """Return the day on which the company acts on something that happened on `day`.

    With the monitoring system that is the response lag later; without it the overdue line is found at the month-end
    review (`month_end`, the first month end on or after `day`) and acted on the response lag after that.

    Examples
    --------
    >>> discovery_day(10, 30, True, 1), discovery_day(10, 30, False, 1)
    (11, 31)
    """
    if enabled:
        return day + response_lag_days
    return month_end + response_lag_days
