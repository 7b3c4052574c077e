"""When a line is paid whose odds depend on the date: against a count of dates, the closed form, and a chain."""

import math
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from simkit.behaviour.payment import (
    NEVER,
    accrue_by_date,
    counted_delay,
    drivers,
    mean_delay,
    payment_day,
    payment_day_by_date,
    remembered,
    threshold,
)
from tests.behaviour.test_payment import DRAW, LUCK, SHIFT, N, forces, hazard, hazards

RUN = 500
EFFECT = st.floats(-3, 3)


@st.composite
def dated(draw) -> tuple[list[float], tuple]:
    """What each day of a run adds to the logit, by weekday and at month ends; and that as the walk knows it."""
    weekday = draw(st.lists(EFFECT, min_size=7, max_size=7))
    month_end = draw(EFFECT)
    start = date(2024, 1, 1) + timedelta(days=draw(st.integers(0, 365)))
    days = [start + timedelta(days=day) for day in range(RUN)]
    added = [weekday[day.weekday()] + month_end * ((day + timedelta(days=3)).day <= 3) for day in days]
    return added, as_counts(added)


def as_counts(added: list[float]) -> tuple[tuple[float, ...], list[tuple[int, ...]]]:
    """The distinct additions, and how many days before each day have each."""
    effects = sorted(set(added))
    counts = np.cumsum(np.array(added)[:, None] == effects, axis=0)
    return tuple(effects), [(0,) * len(effects), *map(tuple, counts.tolist())]


def by_day(added: list[float], since: int, due: int, shift: float, alpha, starts) -> np.ndarray:
    """Accumulated -log(1-h) after each day of the run from due + since on."""
    odds = [hazard(day - due, shift + added[day], alpha, starts) for day in range(due + since, len(added))]
    return np.cumsum([-math.log1p(-h) for h in odds])


DUE = st.integers(0, 300)
ISSUED = st.integers(0, 120)


@given(DUE, ISSUED, st.integers(0, 150), SHIFT, hazards(), dated(), st.floats(0, 10))
def test_accrued_force_is_the_sum_over_dates(due, first, length, shift, table, dates, force) -> None:
    added, known = dates
    counted = by_day(added, first - due, due, shift, *table)
    total = force + (counted[length - 1] if length else 0.0)
    found = accrue_by_date(force, first - due, first - due + length, shift, *table, due, *known)
    assert found == pytest.approx(total, rel=1e-9)


@given(DRAW, DUE, ISSUED, SHIFT, hazards(), dated())
def test_payment_day_is_where_a_count_of_dates_arrives(u, due, first, shift, table, dates) -> None:
    added, known = dates
    goal, since = threshold(u), first - due
    counted = by_day(added, since, due, shift, *table)
    assume(np.min(np.abs(counted / goal - 1)) > 1e-9)
    reached = np.flatnonzero(counted >= goal)
    found = payment_day_by_date(0.0, goal, since, shift, *table, due, *known)
    assert found == (since + reached[0] if len(reached) else NEVER)


@given(DRAW, DUE, ISSUED, SHIFT, hazards(), dated(), st.floats(0, 1))
def test_line_is_paid_exactly_where_what_accrues_reaches_its_goal(
    u, due, first, shift, table, dates, part
) -> None:
    """To the last bit: a line that has waited for what changed cannot have missed its day."""
    goal, since, known = threshold(u), first - due, dates[1]
    found = payment_day_by_date(0.0, goal, since, shift, *table, due, *known)
    last = min(found, RUN - due)
    assert accrue_by_date(0.0, since, last, shift, *table, due, *known) < goal
    if found != NEVER:
        assert accrue_by_date(0.0, since, found + 1, shift, *table, due, *known) >= goal
    halt = since + int(part * (last - since))
    force = accrue_by_date(0.0, since, halt, shift, *table, due, *known)
    later = payment_day_by_date(force, goal, halt, shift, *table, due, *known)
    arrives = accrue_by_date(0.0, since, last + 1, shift, *table, due, *known) if last < RUN - due else 0.0
    assume(abs(arrives / goal - 1) > 1e-9)
    assume(abs(accrue_by_date(0.0, since, last, shift, *table, due, *known) / goal - 1) > 1e-9)
    assert later == found


@given(
    DRAW, DUE, ISSUED, SHIFT, hazards(), dated(), st.lists(st.floats(0, 3), min_size=14, max_size=14), SHIFT
)
def test_better_dates_never_pay_later(u, due, first, shift, table, dates, uplift, more) -> None:
    effects, counts = dates[1]
    raised = tuple(effect + extra for effect, extra in zip(effects, uplift, strict=False))
    goal, since = threshold(u), first - due
    before = payment_day_by_date(0.0, goal, since, shift, *table, due, effects, counts)
    assert payment_day_by_date(0.0, goal, since, shift, *table, due, raised, counts) <= before
    assert payment_day_by_date(0.0, goal, since, shift + abs(more), *table, due, effects, counts) <= before


@given(DRAW, DUE, ISSUED, SHIFT, hazards(), EFFECT)
def test_days_that_are_all_alike_keep_the_closed_form(u, due, first, shift, table, effect) -> None:
    """Known as one kind of day, to the last bit; known as two that happen to be alike, up to rounding."""
    goal, since = threshold(u), first - due
    one = [(day,) for day in range(RUN + 1)]
    two = [(day // 2, day - day // 2) for day in range(RUN + 1)]
    straight = payment_day(0.0, goal, since, shift + effect, *table)
    assert payment_day_by_date(0.0, goal, since, shift, *table, due, (effect,), one) == straight
    counted = forces(since, RUN - due - 1, shift + effect, *table)
    assume(np.min(np.abs(counted / goal - 1)) > 1e-9)
    halved = payment_day_by_date(0.0, goal, since, shift, *table, due, (effect, effect), two)
    assert halved == (straight if straight < RUN - due else NEVER)


@given(DRAW, DUE, ISSUED, st.floats(-2, 2))
def test_nobody_pays_on_days_without_odds(u, due, first, shift) -> None:
    added = [-50.0 if day % 7 >= 5 else 0.0 for day in range(RUN)]
    found = payment_day_by_date(
        0.0, threshold(u), first - due, shift, (-3.0, -1.0), (0,), due, *as_counts(added)
    )
    assert found == NEVER or (due + found) % 7 < 5


@given(DUE, ISSUED, hazards(), dated())
def test_without_odds_nothing_is_ever_paid(due, first, table, dates) -> None:
    since, known = first - due, dates[1]
    assert payment_day_by_date(0.0, 1.0, since, -math.inf, *table, due, *known) == NEVER
    assert accrue_by_date(0.0, since, since + 100, -math.inf, *table, due, *known) == 0.0


def test_collected_share_and_time_of_a_chain_whose_odds_depend_on_the_weekday() -> None:
    """Dates are transient states, paid and given up absorb: B = NR and t = N1 with N = (I-Q)^-1."""
    weekday, base, issued, given_up = [0.4, 0.0, -0.3, 0.2, 0.6, -2.0, -3.0], -2.5, 10, 80
    added = [weekday[day % 7] for day in range(RUN)]
    days = range(issued + 1, given_up)
    h = np.array([1 / (1 + math.exp(-(base + added[day]))) for day in days])
    Q = np.diag(1 - h[:-1], k=1)
    R = np.zeros((len(h), 2))
    R[:, 0] = h
    R[-1, 1] = 1 - h[-1]
    fundamental = np.linalg.inv(np.eye(len(h)) - Q)
    collected = (fundamental @ R)[0, 0]
    due, known = 40, as_counts(added)
    goals = [threshold(u) for u in LUCK]
    table = ((base, base), (0,))
    paid = [due + payment_day_by_date(0.0, g, issued + 1 - due, 0.0, *table, due, *known) for g in goals]
    assert np.mean(np.array(paid) < given_up) == pytest.approx(collected, abs=1 / N)
    time_on_book = np.minimum(paid, given_up - 1) - issued
    assert time_on_book.mean() == pytest.approx(fundamental[0].sum(), abs=len(h) / N)


# ---------------------------------------------------------------- what is known at issue


@given(st.floats(0, 1), st.floats(-30, 90), st.integers(0, 365), st.integers(1, 10**15), st.floats(-20, 20))
def test_each_driver_moves_the_logit_by_its_weight(late, delay, term, amount, weight) -> None:
    """One more unit of a driver: a late share of 1, 30 days late, 30 days of term, an amount e times as large."""
    median, weights = 10**6, np.eye(4) * weight
    for place, (more, other) in enumerate([(1.0, late), (30.0, delay), (30, term), (math.e, amount)]):
        values = [late, delay, term, amount]
        values[place] = other * more if place == 3 else other + more
        change = drivers(*values, median, *weights[place]) - drivers(
            late, delay, term, amount, median, *weights[place]
        )
        assert change == pytest.approx(weight, abs=1e-9 * (1 + abs(weight)))
    assert drivers(late, delay, term, amount, median, 0.0, 0.0, 0.0, 0.0) == 0.0
    assert drivers(0.0, 0.0, 30, median, median, weight, weight, weight, weight) == 0.0


@given(st.integers(0, 2000), st.integers(0, 2000))
def test_delays_count_from_thirty_days_early_to_ninety_late(paid, due) -> None:
    assert counted_delay(paid, due) == int(np.clip(paid - due, -30, 90))


@given(st.lists(st.integers(-30, 90), min_size=1), st.floats(-30, 90), st.floats(0.1, 100))
def test_mean_delay_lies_between_prior_and_record(delays, prior, weight) -> None:
    found = mean_delay(sum(delays), len(delays), prior, weight)
    record = sum(delays) / len(delays)
    assert min(prior, record) - 1e-9 <= found <= max(prior, record) + 1e-9
    assert mean_delay(0.0, 0.0, prior, weight) == pytest.approx(prior)


@given(st.floats(-1e3, 1e3), st.integers(-99, 99), st.integers(0, 40), st.integers(0, 40), st.floats(0.01, 1))
def test_months_pass_one_after_the_other(earlier, latest, some, more, memory) -> None:
    halfway = remembered(earlier, latest, some, memory)
    assert remembered(halfway, 0, more, memory) == remembered(earlier, latest, some + more, memory)
    assert halfway == pytest.approx((earlier + latest) * memory**some, rel=1e-9, abs=1e-300)
