"""Disputes: how many, on which day, and for how long they stop payment."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simkit.behaviour.disputes import dispute_day, dispute_probability, settlement_day

SHARE = st.floats(0, 1)
HOURS = st.floats(0, 40)
DRAW = st.floats(2.0**-53, 1 - 2.0**-53)
N = 20_000
LUCK = (np.arange(N) + 0.5) / N  # one draw from each of N equal slices: a share is exact to 1/N


@given(SHARE, SHARE, st.floats(-5, 0), HOURS)
def test_training_shrinks_the_mismatches_alone(share, mismatch, response, hours) -> None:
    by_cause = {
        "other": share * (1 - mismatch),
        "mismatch": share * mismatch * math.exp(response * hours / 10),
    }
    probability = dispute_probability(share, mismatch, response, hours)
    assert probability == pytest.approx(sum(by_cause.values()), rel=1e-9, abs=1e-15)
    assert by_cause["other"] - 1e-12 <= probability <= share * (1 + 1e-12)


@pytest.mark.parametrize(("response", "hours"), [(0.0, 10.0), (-0.4, 0.0)])
def test_without_training_or_response_disputes_stay_as_they_are(response, hours) -> None:
    assert dispute_probability(0.03, 0.5, response, hours) == 0.03


def test_ten_hours_are_worth_the_stated_log_change() -> None:
    assert dispute_probability(0.03, 1.0, -0.4, 10.0) == pytest.approx(0.03 * math.exp(-0.4))


@pytest.mark.parametrize("term", [0, 1, 6, 30, 89])
def test_dispute_is_even_over_the_days_from_issue_to_due(term) -> None:
    days = np.array([dispute_day(float(u), 100, 100 + term) for u in LUCK])
    counts = np.bincount(days - 100, minlength=term + 1)
    assert len(counts) == term + 1
    assert np.all(np.abs(counts - N / (term + 1)) <= 1)


@given(st.integers(0, 3000), st.integers(0, 3000))
def test_extreme_luck_disputes_on_the_first_and_the_last_day(issue, term) -> None:
    assert dispute_day(2.0**-53, issue, issue + term) == issue
    assert dispute_day(1 - 2.0**-53, issue, issue + term) == issue + term


@pytest.mark.parametrize("mean", [1.0, 8.0, 30.0])
def test_settlement_waits_exponentially_but_two_days_at_least(mean) -> None:
    days = np.array([settlement_day(float(u), 200, mean) for u in LUCK]) - 200
    assert days.min() == 2
    for k in (3, 4, 10, 60):
        assert np.mean(days >= k) == pytest.approx(math.exp(-(k - 0.5) / mean), abs=1 / N)


@given(DRAW, st.integers(0, 3000), st.floats(1, 1000), st.floats(1, 1000))
def test_slower_settlement_is_never_earlier(draw, day, one, other) -> None:
    fast, slow = sorted([one, other])
    assert day + 2 <= settlement_day(draw, day, fast) <= settlement_day(draw, day, slow)
