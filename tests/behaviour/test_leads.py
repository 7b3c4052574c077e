"""How leads move through the funnel: a shifted logit, and exponential waits in whole days."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simkit.behaviour.leads import stage_odds, wait_days

CONVERSION = st.floats(1e-6, 1 - 1e-6)
SHIFT = st.floats(-20, 20)
DRAW = st.floats(2.0**-53, 1 - 2.0**-53)
N = 20_000
LUCK = (np.arange(N) + 0.5) / N  # one draw from each of N equal slices: a share is exact to 1/N


def logit(p: float) -> float:
    return math.log(p / (1 - p))


@given(st.floats(0.001, 0.999), st.floats(-5, 5))
def test_shift_is_added_to_the_logit(conversion, shift) -> None:
    assert logit(stage_odds(conversion, shift)) == pytest.approx(logit(conversion) + shift, abs=1e-9)


@given(CONVERSION)
def test_no_shift_changes_nothing_to_the_last_bit(conversion) -> None:
    assert stage_odds(conversion, 0.0) == conversion
    assert stage_odds(conversion, 1e-12) == pytest.approx(conversion, rel=1e-9)


@given(CONVERSION, SHIFT, SHIFT)
def test_odds_rise_with_the_shift_and_stay_a_probability(conversion, one, other) -> None:
    low, high = (stage_odds(conversion, shift) for shift in sorted([one, other]))
    assert 0 < low <= high * (1 + 1e-12)
    assert high <= 1
    assert (stage_odds(conversion, abs(one)) >= conversion * (1 - 1e-12)) or one == 0


@given(CONVERSION, CONVERSION, SHIFT)
def test_better_stage_stays_the_better_one(one, other, shift) -> None:
    low, high = sorted([one, other])
    assert stage_odds(low, shift) <= stage_odds(high, shift) * (1 + 1e-12)


@pytest.mark.parametrize("mean", [0.3, 1.0, 2.5, 15.0])
def test_waits_are_exponential_to_the_nearest_day(mean) -> None:
    """P(k days or more) = exp(-(k-1/2)/m) for k > 0; their sum is the mean 1/(2 sinh(1/2m)), m to within 1/24m."""
    days = np.array([wait_days(float(u), mean) for u in LUCK])
    for k in (1, 2, 3, 10, 40):
        assert np.mean(days >= k) == pytest.approx(math.exp(-(k - 0.5) / mean), abs=1 / N)
    # Each of the days up to the longest misses its share by 1/N at most, and what lies beyond is worth mean/2N.
    slack = (days.max() + 1 + mean) / N
    assert days.mean() == pytest.approx(1 / (2 * math.sinh(1 / (2 * mean))), abs=slack)
    assert abs(days.mean() - mean) <= 1 / (24 * mean) + slack


@given(DRAW, DRAW, st.floats(0, 365))
def test_smaller_draw_never_waits_less(one, other, mean) -> None:
    low, high = sorted([one, other])
    assert wait_days(low, mean) >= wait_days(high, mean) >= 0


@given(DRAW, st.floats(0, 365), st.floats(0, 365))
def test_longer_mean_never_waits_less(draw, one, other) -> None:
    short, long = sorted([one, other])
    assert wait_days(draw, short) <= wait_days(draw, long)


@given(DRAW)
def test_nobody_waits_where_the_mean_is_nothing(draw) -> None:
    assert wait_days(draw, 0.0) == 0
