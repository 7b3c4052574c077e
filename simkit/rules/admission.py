"""Grades and what each is offered (Handbook B1, B2)."""

from enum import IntEnum

from numba.extending import register_jitable


class Grade(IntEnum):
    """Credit grades, best first."""

    A = 0
    B = 1
    C = 2
    D = 3


class Admission(IntEnum):
    """How a grade may buy."""

    CREDIT = 0
    CASH = 1
    REFUSE = 2


class Security(IntEnum):
    """What stands behind a receivable."""

    NONE = 0
    GUARANTOR = 1
    COLLATERAL = 2


@register_jitable
def grade_of(score: float, cutoff_a: float, cutoff_b: float, cutoff_c: float) -> int:
    """Return the grade (0 is A) of a score; each grade contains its cutoff.

    Examples
    --------
    >>> [grade_of(s, 80, 60, 40) for s in (80, 79.99, 60, 40, 39.99)]
    [0, 1, 1, 2, 3]
    """
    if score >= cutoff_a:
        return 0
    if score >= cutoff_b:
        return 1
    if score >= cutoff_c:
        return 2
    return 3


@register_jitable
def requested_term(wanted_days: int, standard_days: int, negotiable: bool) -> int:
    """Return the term the rep writes into the contract: the standard, or what the customer wants where he may.

    A customer who wants less than the standard gets what he wants.

    Examples
    --------
    >>> requested_term(90, 30, True), requested_term(90, 30, False), requested_term(15, 30, True)
    (90, 30, 15)
    """
    if negotiable or wanted_days < standard_days:
        return wanted_days
    return standard_days


@register_jitable
def audited_term(requested_days: int, limit_days: int, draw: float, catch_rate: float) -> int:
    """Return the term after the contract audit: one above the grade's limit is cut to it when the audit sees it.

    Examples
    --------
    >>> audited_term(90, 60, 0.3, 1.0), audited_term(90, 60, 0.3, 0.2), audited_term(45, 60, 0.3, 1.0)
    (60, 90, 45)
    """
    if requested_days > limit_days and draw < catch_rate:
        return limit_days
    return requested_days


@register_jitable
def excess_over_limit_fen(value_fen: int, exposure_fen: int, limit_fen: int) -> int:
    """Return the part of an order beyond the customer's credit limit, which must be prepaid.

    Examples
    --------
    >>> excess_over_limit_fen(100, 50, 120), excess_over_limit_fen(100, 0, 120), excess_over_limit_fen(100, 500, 120)
    (30, 0, 100)
    """
    return min(value_fen, max(0, exposure_fen + value_fen - limit_fen))
