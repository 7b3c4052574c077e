"""Shares of fen, prepayment, interest and penalty against exact fractions."""

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simkit.rules.contract import overdue_interest_fen, penalty_fen, prepayment_fen, share_of_fen

FEN = st.integers(0, 10**12)
SHARE = st.floats(0, 1)
PERCENT = st.integers(0, 100)
LATE = st.integers(-400, 1200)


@given(FEN, SHARE)
def test_share_is_the_nearest_whole_fen(amount, share) -> None:
    part = share_of_fen(amount, share)
    assert abs(part - Fraction(share) * amount) <= Fraction(1, 2) + Fraction(amount, 2**52)
    assert 0 <= part <= amount


@given(FEN)
def test_half_a_fen_rounds_up(amount) -> None:
    assert share_of_fen(amount, 0.5) == math.ceil(amount / 2)


@given(FEN, SHARE, FEN)
def test_prepayment_and_balance_make_the_contract(value, share, excess) -> None:
    prepaid = prepayment_fen(value, share, excess)
    assert prepaid == min(value, max(share_of_fen(value, share), excess))
    assert 0 <= prepaid <= value


@pytest.mark.parametrize(("share", "part"), [(0.0, 0), (0.3, 30_000), (1.0, 100_000)])
def test_prepayment_within_the_limit_is_the_share(share, part) -> None:
    assert prepayment_fen(100_000, share, 0) == part


@given(FEN, LATE, st.integers(0, 100))
def test_interest_is_simple(amount, days, per_10_000) -> None:
    exact = Fraction(amount * max(days, 0) * per_10_000, 10_000)
    interest = overdue_interest_fen(amount, days, per_10_000 / 10_000)
    assert abs(interest - exact) <= Fraction(1, 2) + exact / 2**50


@given(FEN, LATE, PERCENT, st.integers(0, 365))
def test_penalty_only_after_its_day(contract, days, percent, after) -> None:
    penalty = penalty_fen(contract, days, percent / 100, after)
    assert penalty == (share_of_fen(contract, percent / 100) if days > after else 0)
