"""Which way an application takes, who is reviewed first, and what the meeting decides."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simkit.rules.admission import Grade
from simkit.rules.approval import Route, Ruling, review_class, route_of, ruling
from simkit.scenario.policy.approval import Meeting

YES_OR_NO = st.booleans()
SCORE = st.floats(0, 100)
FACTS = st.fixed_dictionaries({"on_credit": YES_OR_NO, "is_new": YES_OR_NO, "over_limit": YES_OR_NO})
RULES = st.fixed_dictionaries({"review_new": YES_OR_NO, "review_over_limit": YES_OR_NO})
BOTH_REASONS = {"review_new": True, "review_over_limit": True}
ON_CREDIT = {"on_credit": True, "is_new": True, "over_limit": True}


@given(FACTS, RULES, SCORE, YES_OR_NO, SCORE)
def test_who_pays_cash_is_served_at_once(facts, rules, score, meeting, below) -> None:
    facts["on_credit"] = False
    assert route_of(**facts, score=score, **rules, meeting=meeting, below_score=below) == Route.DIRECT


def test_risk_desk_sees_an_application_for_each_of_two_reasons() -> None:
    """One desk, four facts and rules: of the 16 cases seven have a reason whose rule is on."""
    reviewed = set()
    for case in itertools.product((False, True), repeat=4):
        new, over, review_new, review_over = case
        facts = {"on_credit": True, "is_new": new, "over_limit": over}
        rules = {"review_new": review_new, "review_over_limit": review_over}
        if route_of(**facts, score=0.0, **rules, meeting=False, below_score=100.0) == Route.REVIEW:
            reviewed.add(case)
    for_new = {(True, over, True, rule) for over in (False, True) for rule in (False, True)}
    for_over = {(new, True, rule, True) for new in (False, True) for rule in (False, True)}
    assert reviewed == for_new | for_over
    assert len(reviewed) == 7


@given(FACTS, RULES, SCORE, SCORE)
def test_meeting_takes_the_low_scores_of_what_the_desk_reviews(facts, rules, score, below) -> None:
    without = route_of(**facts, score=score, **rules, meeting=False, below_score=below)
    with_it = route_of(**facts, score=score, **rules, meeting=True, below_score=below)
    assert without in (Route.DIRECT, Route.REVIEW)
    expected = Route.MEETING if without == Route.REVIEW and score < below else without
    assert with_it == expected


@pytest.mark.parametrize(("score", "route"), [(60.0, Route.REVIEW), (59.99, Route.MEETING)])
def test_score_at_the_threshold_is_not_below_it(score, route) -> None:
    assert route_of(**ON_CREDIT, score=score, **BOTH_REASONS, meeting=True, below_score=60.0) == route


def test_grade_b_and_better_go_first() -> None:
    applicants = [Grade.D, Grade.B, Grade.C, Grade.A]
    first = sorted(applicants, key=lambda grade: review_class(grade, True))
    assert first == [Grade.B, Grade.A, Grade.D, Grade.C]
    assert sorted(applicants, key=lambda grade: review_class(grade, False)) == applicants


@given(SCORE, SCORE, SCORE)
def test_ruling_counts_the_limits_above_the_score(score, one, other) -> None:
    refuse, collateral = sorted([one, other])
    assert ruling(score, collateral, refuse) == (score < refuse) + (score < collateral)


@pytest.mark.parametrize(
    ("score", "decided"),
    [(29.99, Ruling.REFUSE), (30.0, Ruling.COLLATERAL), (49.99, Ruling.COLLATERAL), (50.0, Ruling.EXTEND)],
)
def test_rulings_of_the_default_policy(score, decided) -> None:
    meeting = Meeting()
    assert ruling(score, meeting.collateral_below, meeting.refuse_below) == decided
