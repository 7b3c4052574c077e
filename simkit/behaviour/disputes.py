"""Disputed contracts: how many, when, and for how long (Handbook B2)."""

import math

from numba.extending import register_jitable

from simkit.behaviour.leads import wait_days


@register_jitable
def dispute_probability(
    share: float, mismatch_share: float, training_disputes: float, hours_per_month: float
) -> float:
    """Return the probability that a delivered contract is disputed; training lowers those over mismatched needs.

    Parameters
    ----------
    share : float
        Share of contracts disputed without training.
    mismatch_share : float
        Part of the disputes over goods that do not meet the customer's needs.
    training_disputes : float
        Log-change of these for 10 hours of training a month.
    hours_per_month : float
        Training of a rep when the contract was signed.

    Examples
    --------
    >>> dispute_probability(0.03, 0.5, -0.4, 0.0)
    0.03
    """
    mismatch = mismatch_share * math.exp(training_disputes * hours_per_month / 10.0)
    return share * (1.0 - mismatch_share + mismatch)


@register_jitable
def dispute_day(draw: float, issue_day: int, due_day: int) -> int:
    """Return the day on which a dispute is raised: any from the issue to the due date, all alike.

    Examples
    --------
    >>> dispute_day(0.0, 10, 39), dispute_day(0.999, 10, 39)
    (10, 39)
    """
    return issue_day + int(math.floor(draw * (due_day - issue_day + 1)))


@register_jitable
def settlement_day(draw: float, day: int, mean_days: float) -> int:
    """Return the day from whose receipts on a dispute raised on `day` no longer stops payment: two days on at least.

    Examples
    --------
    >>> settlement_day(0.5, 100, 30.0), settlement_day(0.999, 100, 30.0)
    (121, 102)
    """
    return day + max(2, wait_days(draw, mean_days))
