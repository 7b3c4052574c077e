"""When customers order and what they accept."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from simkit.behaviour.demand import acceptance, gap, log_mean_gap, order_day, order_intensity

RATE = st.floats(1e-4, 5)
DAYS = st.integers(0, 365)
LOG = st.floats(-3, 3)


@given(RATE, st.floats(0.1, 5), DAYS, DAYS, st.floats(0, 3), st.floats(-5, 0))
def test_intensity_is_the_handbooks_product(rate, season, term, wanted, theta, goodwill) -> None:
    product = rate * season * math.exp(theta * (term - wanted) / 30) * math.exp(goodwill)
    assert order_intensity(rate, season, term, wanted, theta, goodwill) == pytest.approx(product)


@given(RATE, DAYS, DAYS)
def test_term_without_effect_changes_nothing_to_the_last_bit(rate, term, wanted) -> None:
    assert order_intensity(rate, 1.0, term, wanted, 0.0, 0.0) == rate


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
