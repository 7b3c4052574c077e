"""Commission on two tracks and the appraisal's thresholds."""

from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from simkit.rules.incentives import (
    appraisal_fen,
    cash_share_of_pay,
    collection_commission_fen,
    signing_commission_fen,
)

FEN = st.integers(0, 10**12)
SHARE = st.floats(0, 1)
HANDBOOK = {"bonus_at": 0.95, "bonus_share": 0.10, "malus_below": 0.80, "malus_share": 0.05}


@given(FEN, st.floats(0, 0.5), SHARE)
def test_two_tracks_of_a_contract_paid_in_full_make_its_commission(value, rate, split) -> None:
    both = signing_commission_fen(value, rate, split) + collection_commission_fen(value, rate, split)
    assert abs(both - Fraction(rate) * value) <= 1 + Fraction(value, 2**50)


@given(FEN, st.floats(0, 0.5))
def test_split_at_its_ends_leaves_one_track(value, rate) -> None:
    assert collection_commission_fen(value, rate, 1.0) == 0
    assert signing_commission_fen(value, rate, 0.0) == 0


@given(st.integers(1, 10**9), st.integers(0, 2000))
@example(1000, 950)
@example(1000, 949)
@example(1000, 800)
@example(1000, 799)
def test_appraisal_thresholds_of_the_handbook(commission, received) -> None:
    change = appraisal_fen(commission, received, 1000, **HANDBOOK)
    if received >= 950:
        assert change == (commission + 5) // 10
    elif received < 800:
        assert change == -((commission + 10) // 20)
    else:
        assert change == 0


@pytest.mark.parametrize(("commission", "due"), [(0, 100), (-500, 100), (1000, 0)])
def test_nothing_to_appraise(commission, due) -> None:
    assert appraisal_fen(commission, 0, due, **HANDBOOK) == 0


@given(SHARE, SHARE)
def test_cash_share_of_pay_is_a_share_that_rises_with_both_levers(split, weight) -> None:
    w = cash_share_of_pay(split, weight)
    assert 0 <= w <= 1
    assert cash_share_of_pay(split / 2, weight) >= w
    assert cash_share_of_pay(split, min(1.0, weight + 0.1)) >= w
