"""Grades are half-open, the audit catches its share, and what is beyond the limit is prepaid."""

import math

from hypothesis import assume, given
from hypothesis import strategies as st

from simkit.rules.admission import (
    Grade,
    audited_term,
    excess_over_limit_fen,
    grade_of,
    requested_term,
)

SCORE = st.floats(0, 100)
DAYS = st.integers(0, 365)
SHARE = st.floats(0, 1)
DRAW = st.floats(0, 1, exclude_min=True, exclude_max=True)
FEN = st.integers(0, 10**13)
CUTOFFS = st.lists(SCORE, min_size=3, max_size=3).map(lambda cutoffs: sorted(cutoffs, reverse=True))


@given(SCORE, CUTOFFS)
def test_grade_counts_the_cutoffs_above_the_score(score, cutoffs) -> None:
    assert grade_of(score, *cutoffs) == sum(score < cutoff for cutoff in cutoffs)


@given(CUTOFFS)
def test_each_grade_contains_its_cutoff_and_not_the_next(cutoffs) -> None:
    assume(cutoffs[0] > cutoffs[1] > cutoffs[2] > 0)
    for grade, cutoff in zip((Grade.A, Grade.B, Grade.C), cutoffs, strict=True):
        assert grade_of(cutoff, *cutoffs) == grade
        assert grade_of(math.nextafter(cutoff, -1), *cutoffs) == grade + 1


@given(SCORE, SCORE, CUTOFFS)
def test_better_score_never_gets_a_worse_grade(one, other, cutoffs) -> None:
    low, high = sorted([one, other])
    assert grade_of(high, *cutoffs) <= grade_of(low, *cutoffs)


@given(DAYS, DAYS)
def test_only_a_negotiable_contract_is_longer_than_the_standard(wanted, standard) -> None:
    assert requested_term(wanted, standard, False) == min(wanted, standard)
    assert requested_term(wanted, standard, True) == wanted


@given(DAYS, DAYS, DRAW)
def test_full_audit_lets_no_term_above_the_limit_pass(requested, limit, draw) -> None:
    assert audited_term(requested, limit, draw, 1.0) == min(requested, limit)
    assert audited_term(requested, limit, draw, 0.0) == requested


@given(DAYS, DAYS, DRAW, SHARE)
def test_audit_cuts_to_the_limit_or_not_at_all(requested, limit, draw, rate) -> None:
    caught = requested > limit and draw < rate
    assert audited_term(requested, limit, draw, rate) == (limit if caught else requested)


@given(FEN, FEN, FEN)
def test_prepaying_the_excess_keeps_to_the_limit(value, exposure, limit) -> None:
    excess = excess_over_limit_fen(value, exposure, limit)
    assert 0 <= excess <= value
    on_credit = exposure + value - excess
    assert on_credit <= max(limit, exposure)
    if excess:
        assert on_credit == max(limit, exposure)  # and no fen more is asked for than needed
