"""Approval of sales applications (Handbook C1, C2)."""

from enum import IntEnum

from numba.extending import register_jitable


class Route(IntEnum):
    """How an application is decided."""

    DIRECT = 0
    REVIEW = 1
    MEETING = 2


class Ruling(IntEnum):
    """What the joint meeting decides."""

    EXTEND = 0
    COLLATERAL = 1
    REFUSE = 2


@register_jitable
def route_of(
    on_credit: bool,
    is_new: bool,
    over_limit: bool,
    score: float,
    review_new: bool,
    review_over_limit: bool,
    meeting: bool,
    below_score: float,
) -> int:
    """Return how an application is decided: at once, by the risk desk, or after that by the joint meeting.

    Who buys for cash needs no approval. The meeting takes what the risk desk reviews of customers with a low score.

    Examples
    --------
    >>> route_of(True, True, False, 70.0, True, True, True, 60.0)
    1
    >>> route_of(True, False, True, 59.0, True, True, True, 60.0)
    2
    >>> route_of(True, False, False, 20.0, True, True, True, 60.0)
    0
    >>> route_of(False, True, False, 20.0, True, True, True, 60.0)
    0
    """
    if not on_credit or not ((is_new and review_new) or (over_limit and review_over_limit)):
        return 0
    return 2 if meeting and score < below_score else 1


@register_jitable
def review_class(grade: int, good_grades_first: bool) -> int:
    """Return whom the risk desk takes first: 0 grade B and better, 1 the others; all alike without the rule.

    Examples
    --------
    >>> [review_class(grade, True) for grade in range(4)], review_class(3, False)
    ([0, 0, 1, 1], 0)
    """
    return 1 if good_grades_first and grade > 1 else 0


@register_jitable
def ruling(score: float, collateral_below: float, refuse_below: float) -> int:
    """Return what the joint meeting decides on a high-risk case: refuse, ask for collateral, or extend the term.

    Examples
    --------
    >>> [ruling(score, 50.0, 30.0) for score in (29.9, 30.0, 49.9, 50.0)]
    [2, 1, 1, 0]
    """
    if score < refuse_below:
        return 2
    return 1 if score < collateral_below else 0
