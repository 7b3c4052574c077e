"""What is left of a customer's satisfaction, in whole billionths."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simkit.behaviour.relationship import BILLION, satisfaction

SHARE = st.floats(0, 1)
WEIGHT = st.floats(0, 20)
GOODWILL = st.floats(-5, 0)


@given(SHARE, WEIGHT, GOODWILL)
def test_satisfaction_is_the_nearest_billionth_of_a_share(base, weight, goodwill) -> None:
    found = satisfaction(base, weight, goodwill)
    assert isinstance(found, int)
    assert 0 <= found <= BILLION
    assert abs(found - base * math.exp(weight * goodwill) * BILLION) <= 0.5 + 1e-6


@given(st.integers(0, 1000), WEIGHT, GOODWILL)
def test_without_ill_feeling_or_weight_the_base_is_left(per_mille, weight, goodwill) -> None:
    assert satisfaction(per_mille / 1000, weight, 0.0) == per_mille * 1_000_000
    assert satisfaction(per_mille / 1000, 0.0, goodwill) == per_mille * 1_000_000


@given(SHARE, WEIGHT, GOODWILL, GOODWILL)
def test_more_ill_feeling_never_pleases(base, weight, one, other) -> None:
    worse, better = sorted([one, other])
    assert satisfaction(base, weight, worse) <= satisfaction(base, weight, better)


def test_a_unit_of_goodwill_is_worth_the_weight_in_logs() -> None:
    ratio = satisfaction(0.95, 1.5, -0.25) / satisfaction(0.95, 1.5, 0.0)
    assert math.log(ratio) == pytest.approx(-0.375, abs=1e-8)
