"""Targets and what follows from them for a rep (Handbook A1)."""

from numba.extending import register_jitable

from simkit.rules.contract import share_of_fen


@register_jitable
def unassigned_share(new_customers: float, repurchase: float, order_value: float) -> float:
    """Return the part of the growth target that nobody has been given; it is shown, never spread over the others.

    Examples
    --------
    >>> round(unassigned_share(0.40, 0.25, 0.10), 12)
    0.25
    """
    return 1.0 - new_customers - repurchase - order_value


@register_jitable
def rep_target_fen(monthly_purchases_fen: int, sales_growth: float, season: float) -> int:
    """Return a rep's sales target of a month: what its customers usually buy, by season, and the growth on top.

    Examples
    --------
    >>> rep_target_fen(1_000_000, 0.30, 1.1)
    1430000
    """
    return share_of_fen(monthly_purchases_fen, (1.0 + sales_growth) * season)
