"""When a customer pays a receivable line.

Each day the line is paid with odds whose logit is the sum of a bucket effect (days from due) and a shift (customer,
grade, collection steps in force, the rep's effort). One number u is drawn per line; the line is paid on the first
day on which the accumulated force, the sum of -log(1-h) over the days at risk, reaches -log(1-u). Raising any h can
therefore never make the line pay later. Days are counted from the due date and are negative before it; a line is
at risk from the day after its issue.
"""

import math
from collections.abc import Sequence

from numba.extending import register_jitable

NEVER = 1_000_000
"""A day from due that no run reaches."""


@register_jitable
def bucket_of(day: int, starts: Sequence[int]) -> int:
    """Return which bucket a day from due falls in: the number of bucket starts at or before it.

    Examples
    --------
    >>> bucket_of(-40, (-30, 0, 1)), bucket_of(0, (-30, 0, 1)), bucket_of(7, (-30, 0, 1))
    (0, 2, 3)
    """
    bucket = 0
    while bucket < len(starts) and day >= starts[bucket]:
        bucket += 1
    return bucket


@register_jitable
def daily_force(logit: float) -> float:
    """Return -log(1-h) of a day whose odds of payment have this logit.

    Examples
    --------
    >>> round(1 - math.exp(-daily_force(0.0)), 12)
    0.5
    """
    if logit > 0.0:
        return logit + math.log1p(math.exp(-logit))
    return math.log1p(math.exp(logit))


@register_jitable
def threshold(u: float) -> float:
    """Return the accumulated force at which a line with draw u (inside 0 and 1) is paid."""
    return -math.log1p(-u)


@register_jitable
def accrue(
    force: float, since: int, until: int, shift: float, alpha: Sequence[float], starts: Sequence[int]
) -> float:
    """Return the force accumulated after the days since, ..., until - 1 (counted from due) under one shift.

    Parameters
    ----------
    force : float
        Force accumulated before `since`.
    since, until : int
        First day counted and first day not counted, from due.
    shift : float
        Everything in the logit but the bucket effect; minus infinity while the line cannot be paid.
    alpha : sequence of float
        Bucket effects, logit a day; one more than `starts`.
    starts : sequence of int
        First day from due of each bucket after the first.
    """
    day, bucket = since, bucket_of(since, starts)
    while day < until:
        end = until
        if bucket < len(starts) and starts[bucket] < until:
            end = starts[bucket]
        force += (end - day) * daily_force(alpha[bucket] + shift)
        day, bucket = end, bucket + 1
    return force


@register_jitable
def payment_day(
    force: float, goal: float, since: int, shift: float, alpha: Sequence[float], starts: Sequence[int]
) -> int:
    """Return the first day from due, at or after `since`, on which the accumulated force reaches the goal.

    The walk goes bucket by bucket, each in closed form. `NEVER` when no day within a thousand thousand is reached.
    Parameters are those of `accrue`; `goal` is the line's `threshold`.
    """
    day, bucket = since, bucket_of(since, starts)
    while day < NEVER:
        end = starts[bucket] if bucket < len(starts) else NEVER
        step = daily_force(alpha[bucket] + shift)
        missing = goal - force
        if missing <= step:
            return day
        if step > 0.0 and missing <= step * (end - day):
            return day + int(math.ceil(missing / step)) - 1
        force += (end - day) * step
        day, bucket = end, bucket + 1
    return NEVER


@register_jitable
def late_share(late: int, known: int, prior_share: float, prior_lines: float) -> float:
    """Return the customer's share of late lines to date, shrunk towards the prior.

    A line counts the day after its due date: late when it was not paid by then.

    Examples
    --------
    >>> late_share(0, 0, 0.5, 2.0), late_share(9, 9, 0.5, 1.0)
    (0.5, 0.95)
    """
    return (late + prior_share * prior_lines) / (known + prior_lines)
