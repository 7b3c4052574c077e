"""From lead to first order (Handbook A4, C1)."""

from numba.extending import register_jitable


@register_jitable
def cools_off(arrival_day: int, call_day: int, cooling_days: int, crm_reminder: bool) -> bool:
    """Tell whether a lead has cooled off by the time it is called: not called for some days, and no reminder was on.

    Examples
    --------
    >>> cools_off(10, 13, 3, False), cools_off(10, 12, 3, False), cools_off(10, 30, 3, True)
    (True, False, False)
    """
    return not crm_reminder and call_day - arrival_day >= cooling_days


@register_jitable
def first_order_discount(grade: int, lowest_grade: int, share: float) -> float:
    """Return the discount on a new customer's first order: only for the lowest grade that gets it, and better ones.

    Examples
    --------
    >>> [first_order_discount(grade, 1, 0.20) for grade in range(4)]
    [0.2, 0.2, 0.0, 0.0]
    """
    return share if grade <= lowest_grade else 0.0
