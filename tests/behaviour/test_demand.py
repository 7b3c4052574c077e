"""When customers order, what and how long they buy, and what they accept."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from simkit.behaviour.demand import (
    acceptance,
    cross_sell_factor,
    gap,
    leaving_day,
    log_mean_gap,
    order_day,
    order_intensity,
    order_value_fen,
    treatment_effect,
)
from simkit.behaviour.leads import stage_odds
from tests.compiled import caller

RATE = st.floats(1e-4, 5)
DAYS = st.integers(0, 365)
LOG = st.floats(-3, 3)
SHARE = st.floats(0, 1)
DRAW = st.floats(2.0**-53, 1 - 2.0**-53)
N = 20_000
LUCK = (np.arange(N) + 0.5) / N  # one draw from each of N equal slices: a share is exact to 1/N


@given(RATE, st.floats(0.1, 5), DAYS, DAYS, st.floats(0, 3), st.floats(-5, 0), LOG)
def test_intensity_is_the_handbooks_product(rate, season, term, wanted, theta, goodwill, treatment) -> None:
    product = (
        rate * season * math.exp(theta * (term - wanted) / 30) * math.exp(goodwill) * math.exp(treatment)
    )
    found = order_intensity(rate, season, term, wanted, theta, goodwill, treatment)
    assert found == pytest.approx(product)


@given(RATE, DAYS, DAYS)
def test_term_without_effect_changes_nothing_to_the_last_bit(rate, term, wanted) -> None:
    assert order_intensity(rate, 1.0, term, wanted, 0.0, 0.0, 0.0) == rate


# ---------------------------------------------------------------- treatment of tiers


@given(st.booleans(), st.booleans(), st.floats(0, 0.9), LOG, LOG, LOG)
def test_treatment_is_the_sum_of_what_the_tier_gets(
    manager, online, discount, by_manager, by_online, by_tenth
):
    parts = [by_manager] * manager + [by_online] * online + [discount / 0.1 * by_tenth]
    found = treatment_effect(manager, online, discount, by_manager, by_online, by_tenth)
    assert found == pytest.approx(sum(parts), abs=1e-12)


@given(LOG, LOG, LOG, st.floats(0, 0.9))
def test_no_treatment_and_no_response_are_no_effect_to_the_last_bit(
    by_manager, by_online, by_tenth, discount
):
    assert treatment_effect(False, False, 0.0, by_manager, by_online, by_tenth) == 0.0
    assert treatment_effect(True, True, discount, 0.0, 0.0, 0.0) == 0.0


@pytest.mark.parametrize("offered", [False, True])
@pytest.mark.parametrize(
    ("rate", "response", "uplift"), [(0.15, 0.64, 0.30), (0.4, 2.0, 1.5), (0.15, 0.64, 0.0)]
)
def test_cross_selling_is_worth_its_share_times_its_uplift(rate, response, uplift, offered) -> None:
    """The mean factor is (1 + uplift x share taken) / (1 + uplift x usual share): 1 when nothing is offered."""
    factors = np.array([cross_sell_factor(float(u), rate, response, offered, uplift) for u in LUCK])
    taken = 1 / (1 + (1 - rate) / rate * math.exp(-response)) if offered else rate
    assert factors.mean() == pytest.approx(
        (1 + uplift * taken) / (1 + uplift * rate), abs=(uplift + 1e-9) / N
    )
    if uplift:
        assert np.mean(factors > 1) == pytest.approx(taken, abs=1 / N)
        assert factors.max() / factors.min() == pytest.approx(1 + uplift)


def test_luck_at_the_share_itself_takes_nothing_further() -> None:
    assert cross_sell_factor(0.15, 0.15, 0.64, False, 0.30) < 1
    assert cross_sell_factor(math.nextafter(0.15, 0), 0.15, 0.64, False, 0.30) > 1


def test_cross_selling_of_the_known_case() -> None:
    """Handbook A2: from 15 to 25 % of the orders of potential customers."""
    assert stage_odds(0.15, 0.64) == pytest.approx(0.25, abs=0.01)


@given(DRAW, st.floats(0.01, 0.99), st.floats(0, 10), st.floats(0, 10))
def test_offer_never_takes_a_product_out_of_an_order(draw, rate, response, uplift) -> None:
    without, with_offer = (cross_sell_factor(draw, rate, response, on, uplift) for on in (False, True))
    assert without <= with_offer


# ---------------------------------------------------------------- orders


@given(st.floats(0, 20), st.floats(0, 20), st.integers(0, 700), st.integers(0, 40), st.floats(0, 5))
def test_order_day_is_where_a_day_by_day_count_arrives(done, goal, since, length, intensity) -> None:
    until = since + length
    reached = [done + intensity * (day - since + 1) for day in range(since, until)]
    # A goal within rounding of what a day completes may fall on either side of it.
    assume(all(abs(force - goal) > 1e-9 * max(1.0, goal) for force in reached))
    counted = next((since + n for n, force in enumerate(reached) if force >= goal), until)
    assert order_day(done, goal, since, until, intensity) == counted


@given(st.floats(0, 5), st.integers(0, 100), st.integers(1, 30))
def test_goal_already_reached_orders_at_once(goal, since, length) -> None:
    assert order_day(goal, goal, since, since + length, 0.0) == since
    assert order_day(goal, goal, since, since, 0.0) == since


@given(st.floats(0.001, 5), st.integers(0, 100), st.integers(0, 30))
def test_without_intensity_nothing_is_ordered(missing, since, length) -> None:
    assert order_day(0.0, missing, since, since + length, 0.0) == since + length


@pytest.mark.parametrize("shape", [0.5, 0.75, 1.0, 2.0, 5.0])
def test_gaps_are_weibull_with_mean_one(shape) -> None:
    """Mean 1 and variance G(1+2/k)/G(1+1/k)^2 - 1, by the integral over all luck."""
    # x = log(-log u) makes the integrand smooth; its weight is the derivative of the luck u = exp(-e^x).
    x = np.linspace(-60, 4.5, 40_001)
    luck = np.exp(-np.exp(x))
    weight = np.exp(x) * luck * (x[1] - x[0])
    inside = (luck > 0) & (luck < 1)
    gaps = np.array([gap(float(u), shape, log_mean_gap(shape)) for u in luck[inside]])
    mean = gaps @ weight[inside]
    assert mean == pytest.approx(1.0, rel=1e-4)
    variance = (gaps - 1) ** 2 @ weight[inside]
    closed_form = math.gamma(1 + 2 / shape) / math.gamma(1 + 1 / shape) ** 2 - 1
    assert variance == pytest.approx(closed_form, rel=1e-4)


@given(st.floats(1e-12, 1 - 1e-12), st.floats(0.3, 5))
def test_gap_inverts_the_distribution(u, shape) -> None:
    scale = 1 / math.gamma(1 + 1 / shape)
    survival = math.exp(-((gap(u, shape, log_mean_gap(shape)) / scale) ** shape))
    assert survival == pytest.approx(u, rel=1e-9)


OFFER = {
    "intercept": 3.5,
    "per_30_days": -0.25,
    "term_days": 60,
    "wanted_days": 60,
    "per_10_points": -0.12,
    "prepaid_share": 0.0,
    "conditions": 0.0,
}


def logit(**changes: float) -> float:
    p = acceptance(**OFFER | changes)
    return math.log(p / (1 - p))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, 3.5),
        ({"term_days": 30}, 3.25),
        ({"term_days": 90}, 3.5),  # more than wanted pleases no further
        ({"prepaid_share": 0.3}, 3.5 - 0.36),
        ({"conditions": -0.9}, 2.6),
        ({"term_days": 0, "prepaid_share": 1.0, "conditions": -1.5}, 3.5 - 0.5 - 1.2 - 1.5),
    ],
)
def test_acceptance_is_logistic_in_its_conditions(changes, expected) -> None:
    assert logit(**changes) == pytest.approx(expected)


# ---------------------------------------------------------------- values


@given(st.integers(10**8, 10**13), st.floats(0.2, 5), st.floats(0, 1), st.floats(-6, 6))
def test_value_is_lognormal_around_the_median(median, factor, spread, z) -> None:
    value = order_value_fen(median, factor, spread, z)
    assert isinstance(value, int)
    assert math.log(value / median) == pytest.approx(math.log(factor) + spread * z, abs=1e-4)


@given(st.integers(1, 10**13), st.floats(0, 3), st.floats(-8, 8), st.floats(-8, 8))
def test_better_luck_never_buys_less(median, spread, one, other) -> None:
    low, high = sorted([one, other])
    assert 100 <= order_value_fen(median, 1.0, spread, low) <= order_value_fen(median, 1.0, spread, high)


@given(st.integers(0, 10**13), st.floats(0, 3))
def test_median_luck_buys_the_median_to_the_fen(median, spread) -> None:
    assert order_value_fen(median, 1.0, spread, 0.0) == max(100, median)


def test_mean_value_is_the_lognormal_mean() -> None:
    z = np.linspace(-9, 9, 20_001)
    density = np.exp(-(z**2) / 2) / np.exp(-(z**2) / 2).sum()
    values = np.array([order_value_fen(6_000_000, 1.1, 0.6, float(score)) for score in z])
    assert density @ values == pytest.approx(6_600_000 * math.exp(0.6**2 / 2), rel=1e-6)


# ---------------------------------------------------------------- leaving


@pytest.mark.parametrize("churn", [0.02, 0.08, 0.5, 0.95])
def test_share_still_buying_after_some_years_is_one_less_churn_to_their_power(churn) -> None:
    days = np.array([leaving_day(float(u), 40, churn, 10**6) for u in LUCK])
    assert days.min() == 40
    for after in (1, 30, 365, 2 * 365, 1000, 3650):
        assert np.mean(days - 40 >= after) == pytest.approx((1 - churn) ** (after / 365), abs=1 / N)


@given(DRAW, DAYS, st.floats(0.001, 0.999), st.floats(0.001, 0.999))
def test_more_churn_never_leaves_later(draw, arrival, one, other) -> None:
    low, high = sorted([one, other])
    assert arrival <= leaving_day(draw, arrival, high, 4000) <= leaving_day(draw, arrival, low, 4000)


@given(DRAW, DAYS, st.floats(0, 1e-300))
def test_hardly_any_churn_is_none_within_the_run(draw, arrival, churn) -> None:
    assert leaving_day(draw, arrival, churn, 4000) >= 4000
    assert leaving_day(draw, arrival, 0.0, 4000) == 4000


def test_order_value_has_a_bound_that_compiled_code_can_hold() -> None:
    compiled = caller(order_value_fen)
    assert order_value_fen(10**15, 1.0, 3.0, 4.0) == compiled(10**15, 1.0, 3.0, 4.0) == 10**15
    assert order_value_fen(10**15, 1.0, 3.0, -0.1) < 10**15
