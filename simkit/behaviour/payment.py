"""When a customer pays a receivable line.

Each day the line is paid with odds whose logit is the sum of a bucket effect (days from due), an effect of the date
(weekday, month end) and a shift (what was known of line and customer at issue, grade, collection steps in force, the
rep's effort). One number u is drawn per line; the line is paid on the first day on which the accumulated force, the sum
of -log(1-h) over the days at risk, reaches -log(1-u). Raising any h can therefore never make the line pay later. Days
are counted from the due date and are negative before it; a line is at risk from the day after its issue.

The dates of a run are known by `effects`, the distinct effects there are, and `counts`, which says of each day of the
run (and of the first one after it) how many of the days before it have each effect. A stretch of days in one bucket
then costs as many forces as it has effects, however long it is.
"""

import math
from collections.abc import Sequence

from numba.extending import register_jitable

NEVER = 1_000_000
"""A day from due that no run reaches."""

LEAST_DELAY, MOST_DELAY = -30, 90
"""Days late beyond which a line says nothing more about its customer's habit."""


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


# ---------------------------------------------------------------- days that differ by their date


@register_jitable
def stretch_force(
    first: int, end: int, logit: float, effects: Sequence[float], counts: Sequence[Sequence[int]]
) -> float:
    """Return the force of the days first, ..., end - 1 of the run, whose logit without the date is the same."""
    force = 0.0
    for kind in range(len(effects)):
        days = counts[end][kind] - counts[first][kind]
        if days:
            force += days * daily_force(logit + effects[kind])
    return force


# Inlined, so that where days are alike nothing is paid for the choice between the two ways of walking.
@register_jitable(inline="always")
def accrue_by_date(
    force: float,
    since: int,
    until: int,
    shift: float,
    alpha: Sequence[float],
    starts: Sequence[int],
    due: int,
    effects: Sequence[float],
    counts: Sequence[Sequence[int]],
) -> float:
    """Return what `accrue` does where days differ by their date; where they do not, in its closed form.

    Parameters
    ----------
    force, since, until, shift, alpha, starts
        Those of `accrue`; the days lie in the run.
    due : int
        Day of the run on which the line is due.
    effects : sequence of float
        The distinct effects of a date, logit.
    counts : sequence of sequence of int
        Of each day of the run, and of the first one after it, the number of days before it with each effect.
    """
    if len(effects) == 1:
        return accrue(force, since, until, shift + effects[0], alpha, starts)
    return _accrue_dates(force, since, until, shift, alpha, starts, due, effects, counts)


@register_jitable
def _accrue_dates(
    force: float,
    since: int,
    until: int,
    shift: float,
    alpha: Sequence[float],
    starts: Sequence[int],
    due: int,
    effects: Sequence[float],
    counts: Sequence[Sequence[int]],
) -> float:
    day, bucket = since, bucket_of(since, starts)
    while day < until:
        end = until
        if bucket < len(starts) and starts[bucket] < until:
            end = starts[bucket]
        force += stretch_force(due + day, due + end, alpha[bucket] + shift, effects, counts)
        day, bucket = end, bucket + 1
    return force


@register_jitable(inline="always")
def payment_day_by_date(
    force: float,
    goal: float,
    since: int,
    shift: float,
    alpha: Sequence[float],
    starts: Sequence[int],
    due: int,
    effects: Sequence[float],
    counts: Sequence[Sequence[int]],
) -> int:
    """Return what `payment_day` does where days differ by their date, `NEVER` when no day of the run is reached.

    The walk goes bucket by bucket, and halves only the one in which the goal is reached. Parameters are those of
    `accrue_by_date`; `goal` is the line's `threshold`.
    """
    if len(effects) == 1:
        return payment_day(force, goal, since, shift + effects[0], alpha, starts)
    return _walk_dates(force, goal, since, shift, alpha, starts, due, effects, counts)


@register_jitable
def _walk_dates(
    force: float,
    goal: float,
    since: int,
    shift: float,
    alpha: Sequence[float],
    starts: Sequence[int],
    due: int,
    effects: Sequence[float],
    counts: Sequence[Sequence[int]],
) -> int:
    day, bucket, last = since, bucket_of(since, starts), len(counts) - 1 - due
    while day < last:
        end = last
        if bucket < len(starts) and starts[bucket] < last:
            end = starts[bucket]
        logit = alpha[bucket] + shift
        reached = force + stretch_force(due + day, due + end, logit, effects, counts)
        if reached >= goal:
            low, high = day, end - 1
            while low < high:  # the day lies from `low` to `high`
                middle = (low + high) // 2
                if force + stretch_force(due + day, due + middle + 1, logit, effects, counts) >= goal:
                    high = middle
                else:
                    low = middle + 1
            return low
        force = reached
        day, bucket = end, bucket + 1
    return NEVER


# ---------------------------------------------------------------- what is known at issue


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


@register_jitable
def counted_delay(paid: int, due: int) -> int:
    """Return the days a line was late as far as they count: negative when it was paid before it was due.

    Examples
    --------
    >>> counted_delay(34, 30), counted_delay(1, 60), counted_delay(400, 30)
    (4, -30, 90)
    """
    return min(max(paid - due, LEAST_DELAY), MOST_DELAY)


@register_jitable
def remembered(earlier: float, latest: int, months: int, memory: float) -> float:
    """Return what is left of a running sum after so many firsts of a month, on each of which it forgets.

    `latest` are the whole numbers that came in since the last of these days: as they are added up first, it cannot
    matter in which order they came.

    Examples
    --------
    >>> remembered(8.0, 2, 0, 0.5), remembered(8.0, 2, 2, 0.5)
    (10.0, 2.5)
    """
    total = earlier + latest
    for _ in range(months):
        total *= memory
    return total


@register_jitable
def mean_delay(days: float, lines: float, prior_days: float, prior_lines: float) -> float:
    """Return the customer's mean days late of paid lines to date, shrunk towards the prior.

    `days` and `lines` are their sum and number, both as `remembered`.

    Examples
    --------
    >>> mean_delay(0.0, 0.0, 5.0, 3.0), mean_delay(28.0, 4.0, 0.0, 3.0)
    (5.0, 4.0)
    """
    return (days + prior_days * prior_lines) / (lines + prior_lines)


@register_jitable
def drivers(
    late: float,
    delay: float,
    term_days: int,
    amount_fen: int,
    median_fen: int,
    history_weight: float,
    delay_weight: float,
    term_weight: float,
    amount_weight: float,
) -> float:
    """Return the part of a line's payment logit that is settled when the line is issued.

    Parameters
    ----------
    late, delay : float
        The customer's `late_share` and `mean_delay` as of the day of issue.
    term_days : int
        Days from issue to due.
    amount_fen, median_fen : int
        The line's amount and the world's median order value, both above 0.
    history_weight, delay_weight, term_weight, amount_weight : float
        Their weights: per unit of late share, per 30 days late, per 30 days of term beyond 30, per log of the amount.

    Examples
    --------
    >>> drivers(0.5, 30.0, 60, 100, 100, -1.0, -0.5, -0.2, 0.1)
    -1.2
    """
    return (
        history_weight * late
        + delay_weight * (delay / 30.0)
        + term_weight * ((term_days - 30) / 30.0)
        + amount_weight * math.log(float(amount_fen) / float(median_fen))
    )
