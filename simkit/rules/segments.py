"""RFM tiers (Handbook A2)."""

from collections.abc import Sequence
from enum import IntEnum

from numba.extending import register_jitable


class Tier(IntEnum):
    """Tiers of customers, best first; UNCLASSIFIED are those whom the handbook's rules leave out."""

    CORE = 0
    POTENTIAL = 1
    BASIC = 2
    DORMANT = 3
    UNCLASSIFIED = 4


@register_jitable
def tier_of(
    recency_days: int,
    frequency: int,
    monetary_fen: int,
    most_recency: Sequence[int],
    least_frequency: Sequence[int],
    least_monetary: Sequence[int],
) -> int:
    """Return a customer's tier: the best whose three limits it meets, else dormant or unclassified.

    The handbook's limits leave gaps. A customer that meets none is dormant when its last order is longer ago than the
    basic tier allows, and unclassified ("basic-watch") when it is not.

    Parameters
    ----------
    recency_days : int
        Days since the last order.
    frequency, monetary_fen : int
        Orders, and their value, in the trailing 365 days.
    most_recency, least_frequency, least_monetary : sequence of int
        Limits of the core, potential and basic tier.

    Examples
    --------
    >>> limits = (30, 60, 90), (12, 6, 3), (1_000_000, 500_000, 100_000)
    >>> [tier_of(*rfm, *limits) for rfm in ((30, 12, 10**6), (31, 12, 10**6), (90, 3, 10**5), (91, 50, 10**9))]
    [0, 1, 2, 3]
    >>> tier_of(10, 1, 10**9, *limits)
    4
    """
    for tier in range(3):
        if (
            recency_days <= most_recency[tier]
            and frequency >= least_frequency[tier]
            and monetary_fen >= least_monetary[tier]
        ):
            return tier
    return 3 if recency_days > most_recency[2] else 4
