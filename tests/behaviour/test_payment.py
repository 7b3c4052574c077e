"""When a line is paid: against a day-by-day count, the geometric law, and an absorbing chain."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from simkit.behaviour.payment import (
    NEVER,
    accrue,
    bucket_of,
    daily_force,
    late_share,
    payment_day,
    threshold,
)
from simkit.scenario.world.payment import Payment

LOGIT = st.floats(-12, 6)
SHIFT = st.floats(-4, 4)
DRAW = st.floats(1e-9, 1 - 1e-9)
ISSUED = st.integers(-120, 30)


@st.composite
def hazards(draw) -> tuple[tuple[float, ...], tuple[int, ...]]:
    """Bucket effects and the starts of the buckets."""
    starts = draw(st.lists(st.integers(-60, 120), min_size=1, max_size=6, unique=True).map(sorted))
    alpha = draw(st.lists(LOGIT, min_size=len(starts) + 1, max_size=len(starts) + 1))
    return tuple(alpha), tuple(starts)


def hazard(day: int, shift: float, alpha, starts) -> float:
    """A day's probability of payment, written down from the formula."""
    bucket = sum(day >= start for start in starts)
    return 1 / (1 + math.exp(-(alpha[bucket] + shift)))


def forces(first: int, last: int, shift: float, alpha, starts) -> np.ndarray:
    """Accumulated -log(1-h) after each day from first to last."""
    return np.cumsum([-math.log1p(-hazard(day, shift, alpha, starts)) for day in range(first, last + 1)])


@given(st.integers(-200, 200), hazards())
def test_bucket_is_the_number_of_starts_not_after_the_day(day, table) -> None:
    assert bucket_of(day, table[1]) == sum(start <= day for start in table[1])


@given(LOGIT)
def test_daily_force_is_minus_log_of_not_paying(logit) -> None:
    assert daily_force(logit) == pytest.approx(-math.log1p(-1 / (1 + math.exp(-logit))), rel=1e-9)


@pytest.mark.parametrize(("logit", "force"), [(-math.inf, 0.0), (800.0, 800.0), (-800.0, 0.0)])
def test_daily_force_at_its_ends(logit, force) -> None:
    assert daily_force(logit) == force


@given(ISSUED, st.integers(0, 300), SHIFT, hazards(), st.floats(0, 10))
def test_accrued_force_is_the_sum_over_days(since, length, shift, table, force) -> None:
    counted = forces(since, since + length - 1, shift, *table)
    total = force + (counted[-1] if length else 0.0)
    assert accrue(force, since, since + length, shift, *table) == pytest.approx(total, rel=1e-9)


@given(ISSUED, st.integers(0, 200), st.integers(0, 200), SHIFT, hazards())
def test_stopping_on_the_way_changes_nothing(since, one, other, shift, table) -> None:
    middle, end = since + one, since + one + other
    straight = accrue(0.0, since, end, shift, *table)
    halting = accrue(accrue(0.0, since, middle, shift, *table), middle, end, shift, *table)
    assert halting == pytest.approx(straight, rel=1e-12, abs=1e-300)


@given(DRAW, ISSUED, SHIFT, hazards())
def test_payment_day_is_where_a_day_by_day_count_arrives(u, since, shift, table) -> None:
    goal, days = threshold(u), 400
    counted = forces(since, since + days, shift, *table)
    # A draw within rounding of what a day completes may fall on either side of it.
    assume(np.min(np.abs(counted / goal - 1)) > 1e-9)
    reached = np.flatnonzero(counted >= goal)
    found = payment_day(0.0, goal, since, shift, *table)
    assert found == since + reached[0] if len(reached) else found > since + days


@given(DRAW, ISSUED, st.floats(0, 1), SHIFT, hazards())
def test_waiting_in_two_steps_pays_on_the_same_day(u, since, part, shift, table) -> None:
    goal = threshold(u)
    straight = payment_day(0.0, goal, since, shift, *table)
    halt = since + int(part * (min(straight, since + 400) - since))
    force = accrue(0.0, since, halt, shift, *table)
    assume(abs(force / goal - 1) > 1e-9)
    later = payment_day(force, goal, halt, shift, *table)
    assert abs(later - straight) <= 1e-9 * straight if straight > 10**5 else later == straight


@given(DRAW, ISSUED, SHIFT, hazards(), st.data())
def test_higher_odds_on_any_days_never_pay_later(u, since, shift, table, data) -> None:
    alpha, starts = table
    uplift = data.draw(st.lists(st.floats(0, 3), min_size=len(alpha), max_size=len(alpha)))
    raised = tuple(level + extra for level, extra in zip(alpha, uplift, strict=True))
    goal = threshold(u)
    assert payment_day(0.0, goal, since, shift, raised, starts) <= payment_day(
        0.0, goal, since, shift, alpha, starts
    )


@given(DRAW, DRAW, ISSUED, SHIFT, hazards())
def test_larger_draw_never_pays_earlier(one, other, since, shift, table) -> None:
    low, high = sorted([one, other])
    assert payment_day(0.0, threshold(low), since, shift, *table) <= payment_day(
        0.0, threshold(high), since, shift, *table
    )


@given(DRAW, ISSUED, hazards())
def test_without_odds_nothing_is_ever_paid(u, since, table) -> None:
    assert payment_day(0.0, threshold(u), since, -math.inf, *table) == NEVER
    assert accrue(0.0, since, since + 500, -math.inf, *table) == 0.0


@given(DRAW, ISSUED, hazards())
def test_what_is_already_reached_is_paid_at_once(u, since, table) -> None:
    assert payment_day(threshold(u), threshold(u), since, 0.0, *table) == since


# ---------------------------------------------------------------- the walk from bucket to bucket

WORLD = Payment()
STARTS, ALPHA = tuple(WORLD.bucket_starts), tuple(WORLD.alpha)
AT_THE_EDGES = st.one_of(
    st.sampled_from([start + step for start in STARTS for step in (-1, 0, 1)]), st.integers(-120, 400)
)


@given(AT_THE_EDGES, AT_THE_EDGES, SHIFT)
def test_buckets_of_the_world_accrue_as_their_days_do(one, other, shift) -> None:
    since, until = sorted([one, other])
    counted = sum(-math.log1p(-hazard(day, shift, ALPHA, STARTS)) for day in range(since, until))
    assert accrue(0.0, since, until, shift, ALPHA, STARTS) == pytest.approx(counted, rel=1e-9)


@given(AT_THE_EDGES, AT_THE_EDGES, SHIFT)
def test_line_due_to_pay_on_a_day_is_paid_on_it(one, other, shift) -> None:
    """The goal is put in the middle of a day's force, so that rounding cannot move it to another day."""
    since, day = sorted([one, other])
    before = accrue(1.0, since, day, shift, ALPHA, STARTS)
    goal = before - 0.5 * math.log1p(-hazard(day, shift, ALPHA, STARTS))
    assert payment_day(1.0, goal, since, shift, ALPHA, STARTS) == day


@pytest.mark.parametrize("days", [1, 2, 4])
@pytest.mark.parametrize("ends", [4, 5, 100])
def test_line_is_paid_on_the_day_that_reaches_its_goal_exactly(days, ends) -> None:
    """A doubled force is exact, and so is its tie with the goal: inside a bucket and on its last day."""
    assert payment_day(0.0, days * daily_force(-1.0), 0, -1.0, (0.0, 2.0), (ends,)) == days - 1


@given(AT_THE_EDGES, st.integers(0, 300), st.floats(0, 10), SHIFT)
def test_no_days_add_no_force(since, back, force, shift) -> None:
    assert accrue(force, since, since - back, shift, ALPHA, STARTS) == force


# ---------------------------------------------------------------- oracles

N = 20_000
LUCK = (np.arange(N) + 0.5) / N  # one draw from each of N equal slices: a share is exact to 1/N


@pytest.mark.parametrize("h", [0.02, 0.2, 0.7])
def test_constant_odds_give_the_geometric_law(h) -> None:
    """The one-state absorbing chain: P(paid within t days) = 1-(1-h)^t, mean wait 1/h."""
    logit = math.log(h / (1 - h))
    days = np.array([payment_day(0.0, threshold(u), 1, 0.0, (logit, logit), (5,)) for u in LUCK])
    for t in (1, 2, 5, 10, 40):
        assert np.mean(days <= t) == pytest.approx(1 - (1 - h) ** t, abs=1 / N)
    # The mean of N slices misses at most the longest slice's width: -log(1/2N)/h days, in a slice of 1/N.
    assert days.mean() == pytest.approx(1 / h, abs=2 * math.log(2 * N) / (h * N))


def test_collected_share_and_time_of_the_absorbing_chain() -> None:
    """Days from due are transient states, paid and written off absorb: B = NR and t = N1 with N = (I-Q)^-1."""
    alpha, starts, issued, given_up = (-4.0, -0.8, -2.0, -3.0), (0, 4, 31), -29, 91
    days = range(issued, given_up)
    h = np.array([hazard(day, 0.3, alpha, starts) for day in days])
    Q = np.diag(1 - h[:-1], k=1)
    R = np.zeros((len(h), 2))
    R[:, 0] = h
    R[-1, 1] = 1 - h[-1]
    fundamental = np.linalg.inv(np.eye(len(h)) - Q)
    collected, lost = (fundamental @ R)[0]
    paid = np.array([payment_day(0.0, threshold(u), issued, 0.3, alpha, starts) for u in LUCK])
    assert np.mean(paid < given_up) == pytest.approx(collected, abs=1 / N)
    assert collected + lost == pytest.approx(1)
    time_on_book = np.minimum(paid, given_up - 1) - issued + 1
    assert time_on_book.mean() == pytest.approx(fundamental[0].sum(), abs=len(h) / N)


# ---------------------------------------------------------------- history


@given(st.integers(0, 50), st.integers(0, 50), st.floats(0, 1), st.floats(0.1, 100))
def test_late_share_lies_between_prior_and_record(late, more, prior, weight) -> None:
    known = late + more
    share = late_share(late, known, prior, weight)
    record = late / known if known else prior
    slack = 1e-12
    assert min(prior, record) - slack <= share <= max(prior, record) + slack


def test_late_share_comes_to_trust_the_record() -> None:
    assert late_share(0, 0, 0.4, 3.0) == pytest.approx(0.4)
    assert late_share(10**9, 10**9, 0.4, 3.0) == pytest.approx(1.0)
    assert late_share(1, 2, 0.4, 2.0) == pytest.approx(0.45)
