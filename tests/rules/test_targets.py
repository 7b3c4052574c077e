"""What is left of the growth target stays visible, and what a rep is to sell."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simkit.rules.targets import rep_target_fen, unassigned_share
from simkit.scenario.policy.targets import GrowthParts

FEN = st.integers(0, 10**12)


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
def test_parts_and_what_is_left_of_them_make_the_whole(new, again, value) -> None:
    left = unassigned_share(new, again, value)
    assert new + again + value + left == pytest.approx(1)


def test_a_quarter_of_the_handbooks_growth_is_nobodys() -> None:
    assert unassigned_share(**GrowthParts().model_dump()) == pytest.approx(0.25)


@given(FEN, st.integers(-100, 1000), st.integers(1, 300))
def test_target_is_usual_purchases_by_season_and_growth(monthly, growth, season) -> None:
    exact = Fraction(monthly) * (100 + growth) * season / 10_000
    target = rep_target_fen(monthly, growth / 100, season / 100)
    assert abs(target - exact) <= Fraction(1, 2) + exact / 2**50


@given(FEN)
def test_without_growth_and_season_the_target_is_what_they_buy_anyway(monthly) -> None:
    assert rep_target_fen(monthly, 0.0, 1.0) == monthly
