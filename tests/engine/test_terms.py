"""A policy as the engines read it, on the handbook's numbers."""

import math

import pytest

from simkit.engine.terms import GradeTerms, Terms
from simkit.rules.admission import Admission, Security
from simkit.scenario.policy import Policy
from simkit.scenario.world import World
from tests.engine.worlds import changed

HANDBOOK = Terms.of(Policy(), World())


def test_grades_of_the_handbook() -> None:
    assert HANDBOOK.cutoffs == (80, 60, 40)
    assert HANDBOOK.grades[1] == GradeTerms(Admission.CREDIT, 60, Security.GUARANTOR, 3.0)
    assert HANDBOOK.grades[2].security is Security.COLLATERAL
    assert HANDBOOK.grades[3].admission is Admission.CASH


def test_ladder_of_the_handbook() -> None:
    assert HANDBOOK.stage_days == (1, 8, 16, 31)
    assert HANDBOOK.stage_minutes == (20, 40, 120, 360)
    assert HANDBOOK.stage_cost_fen == (0, 2_000, 10_000, 150_000)


@pytest.mark.parametrize(("name", "number"), [("oldest", 0), ("largest", 1), ("value_at_risk", 2)])
def test_queue_rules_by_number(name, number) -> None:
    policy = changed(Policy(), {"collections.queue_rule": name})
    assert Terms.of(policy, World()).queue_rule == number


def test_indicators_carry_the_whole_weight_and_two_are_soft() -> None:
    assert sum(table.weight for table in HANDBOOK.indicators) == pytest.approx(1)
    weights = {table.name: table.weight for table in HANDBOOK.indicators}
    assert weights["past_overdue"] == pytest.approx(0.21)
    assert [table.name for table in HANDBOOK.indicators if table.soft] == ["industry_phase", "market_rank"]


def test_reps_respond_to_the_share_of_pay_that_depends_on_cash() -> None:
    w = 1 - 0.6 * (1 - 0.35)
    reps = World().reps
    assert HANDBOOK.selling_effort == pytest.approx(math.exp(-reps.selling_response * w))
    assert HANDBOOK.log_collecting_effort == pytest.approx(reps.collecting_response * w)
    assert HANDBOOK.inflation_points == pytest.approx(6 * math.exp(-reps.inflation_response * w))
    today = changed(World(), {"reps.cash_share_today": 1 - 0.6 * (1 - 0.35)})
    assert Terms.of(Policy(), today).selling_effort == 1.0
    assert Terms.of(Policy(), today).log_collecting_effort == 0.0
