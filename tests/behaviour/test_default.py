"""Default: the normal distribution, the one-factor economy and the day."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numba import njit
from scipy.special import ndtr, ndtri

from simkit.behaviour.default import (
    NEVER,
    conditional_pd,
    default_day,
    default_hazard,
    normal_cdf,
    normal_quantile,
)

SHARE = st.floats(1e-9, 1 - 1e-9)
FACTOR = st.floats(-6, 6)
CORRELATION = st.floats(0, 0.95)
HORIZON = 10_000
untimed = settings(deadline=None)  # the first call compiles


def test_normal_quantile_agrees_with_scipy_in_all_three_ranges() -> None:
    shares = np.concatenate([10.0 ** -np.arange(1, 300, 0.7), np.linspace(1e-12, 1 - 1e-12, 2001)])
    ours = np.array([normal_quantile(float(p)) for p in shares])
    np.testing.assert_allclose(ours, ndtri(shares), rtol=5e-15, atol=5e-15)


def test_normal_cdf_agrees_with_scipy() -> None:
    scores = np.linspace(-37, 8, 901)
    ours = np.array([normal_cdf(float(z)) for z in scores])
    # A rounding of the score by one part in 2**53 moves the tail by about its square times as much.
    bound = 4 * np.finfo(float).eps * (1 + scores**2)
    assert np.all(np.abs(ours / ndtr(scores) - 1) <= bound)


@given(st.floats(1e-12, 1 - 1e-12))
def test_quantile_and_distribution_are_inverse(share) -> None:
    assert normal_cdf(normal_quantile(share)) == pytest.approx(share, rel=1e-12)


@pytest.mark.parametrize("correlation", [0.02, 0.12, 0.5])
@pytest.mark.parametrize("annual_pd", [0.001, 0.02, 0.3])
def test_probabilities_average_out_over_economies(annual_pd, correlation) -> None:
    factors = np.linspace(-10, 10, 4001)
    density = np.exp(-(factors**2) / 2) / np.exp(-(factors**2) / 2).sum()
    given_factor = [conditional_pd(annual_pd, float(z), correlation) for z in factors]
    assert density @ given_factor == pytest.approx(annual_pd, rel=1e-9)


def test_bad_year_is_the_vasicek_quantile() -> None:
    # Basel's 99.9 % worst year for a 1 % loan with rho = 0.2: 14.55 % (Vasicek 2002).
    worst = conditional_pd(0.01, normal_quantile(0.999), 0.2)
    assert worst == pytest.approx(0.1455, abs=5e-5)


@given(SHARE, FACTOR, FACTOR, CORRELATION)
def test_worse_economies_never_lower_a_probability(annual_pd, one, other, correlation) -> None:
    better, worse = sorted([one, other])
    assert conditional_pd(annual_pd, better, correlation) <= conditional_pd(annual_pd, worse, correlation)


@given(SHARE, FACTOR)
def test_without_correlation_the_economy_changes_nothing(annual_pd, factor) -> None:
    assert conditional_pd(annual_pd, factor, 0.0) == annual_pd


@pytest.mark.parametrize("certain", [0.0, 1.0])
def test_certainty_stays_certain_in_any_economy(certain) -> None:
    assert conditional_pd(certain, 3.0, 0.12) == certain


@given(st.floats(0, 0.999))
def test_hazard_adds_up_to_the_annual_probability(annual_pd) -> None:
    survived = math.exp(-365 * default_hazard(annual_pd))
    assert 1 - survived == pytest.approx(annual_pd, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("annual_pd", [0.01, 0.2, 0.9])
def test_share_defaulted_after_a_year_is_the_annual_probability(annual_pd) -> None:
    luck = (np.arange(20_000) + 0.5) / 20_000
    days = np.array([default_day(float(u), annual_pd, -1, HORIZON) for u in luck])
    assert np.mean(days < 365) == pytest.approx(annual_pd, abs=1e-4)
    assert np.mean(days < 100) == pytest.approx(1 - (1 - annual_pd) ** (100 / 365), abs=1e-4)


@given(st.floats(1e-6, 1 - 1e-6), st.floats(0.05, 0.999), st.integers(-1, 300), st.integers(1, 800))
def test_day_is_where_a_day_by_day_count_arrives(draw, annual_pd, arrival, horizon) -> None:
    hazard, goal = default_hazard(annual_pd), -math.log1p(-draw)
    # A draw within rounding of a whole number of days may fall on either side.
    if abs(goal / hazard - round(goal / hazard)) < 1e-9 * goal / hazard:
        return
    start = max(arrival, 0)
    counted = next((day for day in range(start, horizon) if (day - start + 1) * hazard >= goal), NEVER)
    assert default_day(draw, annual_pd, arrival, horizon) == counted


@given(SHARE, SHARE, SHARE, st.integers(-1, 1000))
def test_more_risk_never_means_later(draw, one, other, arrival) -> None:
    low, high = sorted([one, other])
    assert default_day(draw, high, arrival, HORIZON) <= default_day(draw, low, arrival, HORIZON)


@given(SHARE, st.integers(-1, 1000))
def test_edges(draw, arrival) -> None:
    assert default_day(draw, 0.0, arrival, HORIZON) == NEVER
    assert default_day(draw, 5e-324, arrival, HORIZON) == NEVER  # the wait is infinite in floating point
    assert default_day(draw, 1.0, arrival, HORIZON) == max(arrival, 0)
    assert default_day(draw, 1.0, HORIZON, HORIZON) == NEVER
    assert NEVER > HORIZON


@njit
def compiled(draw, annual_pd, factor, correlation, arrival, horizon):
    return default_day(draw, conditional_pd(annual_pd, factor, correlation), arrival, horizon)


@untimed
@given(SHARE, st.floats(0, 1), FACTOR, CORRELATION, st.integers(-1, 1000))
def test_compiled_code_agrees(draw, annual_pd, factor, correlation, arrival) -> None:
    plain = default_day(draw, conditional_pd(annual_pd, factor, correlation), arrival, HORIZON)
    assert compiled(draw, annual_pd, factor, correlation, arrival, HORIZON) == plain
