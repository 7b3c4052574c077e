"""A policy whose sections contradict each other is refused by both names; what has no effect is not."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simkit.scenario import Policy, ScenarioError, load
from simkit.scenario.policy.contradictions import contradictions

FIXED_TERM = {"contract.term_negotiable": False, "contract.term_days": 120}
ONLY_A = {f"credit.grades.{grade}.admission": "refuse" for grade in "BCD"}
NO_REVIEW = {"approval.new_customers": False, "approval.over_limit": False}

CONTRADICTIONS = {
    "a standard contract that no audit lets pass": (
        FIXED_TERM,
        "contract.term_days (120) is above credit.grades.C.term_limit_days (90), the longest limit there is, while "
        "contract.term_negotiable is false and credit.audit_catch_rate is 1; the audit would stop every contract",
    ),
    "limits of who buys for cash do not count": (
        FIXED_TERM | {"credit.grades.D.term_limit_days": 365},
        "contract.term_days (120) is above credit.grades.C.term_limit_days (90), the longest limit there is, while "
        "contract.term_negotiable is false and credit.audit_catch_rate is 1; the audit would stop every contract",
    ),
    "a promotion for a grade that may not buy": (
        ONLY_A,
        "funnel.first_order.lowest_grade is B, but credit.grades.B.admission is refuse; name a grade that may buy, "
        "or set funnel.first_order.discount_share to 0",
    ),
    "a ladder that ends before a line is seen": (
        {"monitoring.alerts.level_1_days": 32, "monitoring.alerts.level_2_days": 33},
        "monitoring.alerts.level_1_days (32) is after collections.legal.start_day (31); the alert must show a line "
        "before the last step of the ladder",
    ),
    "an alert on what is written off": (
        {"monitoring.alerts.level_2_days": 60, "collections.write_off_days": 60},
        "monitoring.alerts.level_2_days (60) is not before collections.write_off_days (60); the alert would never "
        "be raised",
    ),
    "a penalty on what is written off": (
        {"contract.penalty_after_days": 365},
        "contract.penalty_after_days (365) is not before collections.write_off_days (365); no penalty would ever "
        "fall due: lower it, or set contract.penalty_share to 0",
    ),
    "reviews by nobody": (
        {"desks.risk_reviewers.staff": 0},
        "desks.risk_reviewers.staff is 0, but approval.new_customers and approval.over_limit are true; applications "
        "would wait for ever: give the desk people, or ask for no review",
    ),
    "one kind of review by nobody": (
        {"desks.risk_reviewers.staff": 0, "approval.over_limit": False},
        "desks.risk_reviewers.staff is 0, but approval.new_customers is true; applications would wait for ever: "
        "give the desk people, or ask for no review",
    ),
    "a meeting that settles nothing": (
        {"approval.meeting.capacity": 0},
        "approval.meeting.capacity is 0, but approval.meeting.enabled is true; high-risk cases would wait for ever: "
        "let the meeting settle some, or set enabled to false",
    ),
    "a sanction that nothing leads to": (
        {"incentives.appraisal.malus_below": 0.0},
        "incentives.career.sanction is demotion, but incentives.appraisal.malus_below is 0 and no collection rate "
        "is below that; set sanction to none, or malus_below above 0",
    ),
}
NONE = {
    "the handbook": {},
    "the standard term is the longest limit": FIXED_TERM | {"contract.term_days": 90},
    "a negotiable term": FIXED_TERM | {"contract.term_negotiable": True},
    "an audit that lets some pass": FIXED_TERM | {"credit.audit_catch_rate": 0.99},
    "nobody buys on credit": FIXED_TERM | {f"credit.grades.{grade}.admission": "cash" for grade in "ABCD"},
    "a promotion for the one grade that may buy": ONLY_A | {"funnel.first_order.lowest_grade": "A"},
    "a promotion of nothing": ONLY_A | {"funnel.first_order.discount_share": 0.0},
    "nobody may buy at all": {f"credit.grades.{grade}.admission": "refuse" for grade in "ABCD"},
    "seen on the day of the suit": {
        "monitoring.alerts.level_1_days": 31,
        "monitoring.alerts.level_2_days": 32,
    },
    "late alerts of a system that is off": {
        "monitoring.enabled": False,
        "monitoring.alerts.level_1_days": 180,
        "monitoring.alerts.level_2_days": 365,
    },
    "an alert on the last day": {"monitoring.alerts.level_2_days": 59, "collections.write_off_days": 60},
    "a penalty on the last day": {"contract.penalty_after_days": 364},
    "a penalty of nothing": {"contract.penalty_after_days": 365, "contract.penalty_share": 0.0},
    "nobody to review what nobody asks to review": NO_REVIEW | {"desks.risk_reviewers.staff": 0},
    "a meeting without reviews": NO_REVIEW | {"approval.meeting.capacity": 0},
    "a meeting that is off": {"approval.meeting.enabled": False, "approval.meeting.capacity": 0},
    "a meeting without cases": {
        "approval.meeting.capacity": 0,
        "approval.meeting.below_score": 0.0,
        "approval.meeting.collateral_below": 0.0,
        "approval.meeting.refuse_below": 0.0,
    },
    "no sanction": {"incentives.appraisal.malus_below": 0.0, "incentives.career.sanction": "none"},
}


def told(folder: Path, levers: dict[str, Any]) -> list[str]:
    """What the loader says of a policy with some levers moved from the handbook."""
    file = folder / "a.yaml"
    file.write_text("schema: 1\nname: a\n", encoding="utf-8")
    try:
        load(file, {f"policy.{path}": value for path, value in levers.items()})
    except ScenarioError as error:
        return [str(problem) for problem in error.problems]
    return []


@pytest.mark.parametrize("name", CONTRADICTIONS)
def test_a_contradiction_is_told_by_both_names(tmp_path: Path, name: str) -> None:
    levers, message = CONTRADICTIONS[name]
    assert told(tmp_path, levers) == [f"override: policy: {message}"]


@pytest.mark.parametrize("name", NONE)
def test_what_is_none_is_taken(tmp_path: Path, name: str) -> None:
    assert told(tmp_path, NONE[name]) == []


def test_all_contradictions_are_told_each_on_its_own_line(tmp_path: Path) -> None:
    together = ("a penalty on what is written off", "reviews by nobody", "a sanction that nothing leads to")
    levers = {path: value for name in together for path, value in CONTRADICTIONS[name][0].items()}
    assert told(tmp_path, levers) == [f"override: policy: {CONTRADICTIONS[name][1]}" for name in together]


def test_it_is_told_in_the_file_that_brings_it_about(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("base.yaml").write_text("schema: 1\nname: base\npolicy: {approval: {over_limit: false}}\n")
    Path("top.yaml").write_text(
        "schema: 1\nname: top\nextends: base.yaml\npolicy: {desks: {risk_reviewers: {staff: 0}}}\n"
    )
    Path("above.yaml").write_text("schema: 1\nname: above\nextends: top.yaml\n")
    for file in ("top.yaml", "above.yaml"):
        with pytest.raises(ScenarioError) as caught:
            load(file)
        (problem,) = caught.value.problems
        assert str(problem).startswith(
            "top.yaml:4: policy: desks.risk_reviewers.staff is 0, but approval.new_customers is true; "
        )


@given(st.booleans(), st.integers(60, 400), st.integers(1, 180), st.integers(2, 365), st.integers(0, 365))
def test_whatever_is_taken_can_happen(
    enabled: bool, write_off: int, first: int, second: int, penalty_after: int
) -> None:
    """Second count: is there a day overdue, before the write-off, on which each thing asked for happens?"""
    policy = Policy()
    alerts = policy.monitoring.alerts.model_copy(update={"level_1_days": first, "level_2_days": second})
    changed = policy.model_copy(
        update={
            "monitoring": policy.monitoring.model_copy(update={"enabled": enabled, "alerts": alerts}),
            "collections": policy.collections.model_copy(update={"write_off_days": write_off}),
            "contract": policy.contract.model_copy(update={"penalty_after_days": penalty_after}),
        }
    )
    overdue = range(1, write_off + 1)  # a line may still be paid on the day it is written off
    penalised = any(day > penalty_after for day in overdue)
    alerted = not enabled or second in overdue[:-1]
    shown = not enabled or first <= policy.collections.legal.start_day
    assert (contradictions(changed) == []) is (penalised and alerted and shown)
