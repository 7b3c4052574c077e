"""Terms of the contract: prepayment, overdue interest, penalty (Handbook B2)."""

import math

from numba.extending import register_jitable


@register_jitable
def share_of_fen(amount_fen: int, share: float) -> int:
    """Return a share of an amount in whole fen, rounded half up.

    Examples
    --------
    >>> share_of_fen(101, 0.3), share_of_fen(5, 0.5)
    (30, 3)
    """
    return int(math.floor(amount_fen * share + 0.5))


@register_jitable
def prepayment_fen(value_fen: int, share: float, excess_fen: int) -> int:
    """Return the prepayment: the contract's share, or the excess over the credit limit where that is more."""
    return min(value_fen, max(share_of_fen(value_fen, share), excess_fen))


@register_jitable
def overdue_interest_fen(amount_fen: int, days_overdue: int, rate_per_day: float) -> int:
    """Return simple interest on an overdue amount, in whole fen.

    Examples
    --------
    >>> overdue_interest_fen(1_000_000, 20, 0.0005), overdue_interest_fen(1_000_000, 0, 0.0005)
    (10000, 0)
    """
    return share_of_fen(amount_fen, max(0, days_overdue) * rate_per_day)


@register_jitable
def penalty_fen(contract_fen: int, days_overdue: int, share: float, after_days: int) -> int:
    """Return the penalty on a contract more than `after_days` overdue, in whole fen.

    Examples
    --------
    >>> penalty_fen(1_000_000, 31, 0.05, 30), penalty_fen(1_000_000, 30, 0.05, 30)
    (50000, 0)
    """
    if days_overdue <= after_days:
        return 0
    return share_of_fen(contract_fen, share)
