"""A policy as the engines read it, on the handbook's numbers."""

import math

import pytest

from simkit.engine.terms import GradeTerms, Terms, TierLimits, TierTerms
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


# ---------------------------------------------------------------- tiers, promotion, training


def test_limits_and_treatments_of_the_handbook() -> None:
    limits = HANDBOOK.limits
    assert limits == TierLimits((30, 60, 90), (12, 6, 3), (1_000_000, 500_000, 100_000))
    response, per_10_points = World().treatments, World().demand.discount_response
    core, potential, basic, dormant, unclassified = HANDBOOK.tiers
    assert core == TierTerms(0.0, False, response.account_manager, response.account_manager_fen)
    assert potential == TierTerms(0.0, True, 0.0, response.cross_sell_fen)
    assert (basic.discount_share, basic.cross_sell, basic.cost_fen) == (
        0.10,
        False,
        response.self_service_fen,
    )
    assert basic.effect == pytest.approx(response.self_service + per_10_points)
    assert (dormant.discount_share, dormant.cross_sell, dormant.cost_fen) == (0.20, False, 0)
    assert dormant.effect == pytest.approx(2 * per_10_points)
    assert unclassified == TierTerms(0.0, False, 0.0, 0)


@pytest.mark.parametrize(("grade", "position"), [("A", 0), ("B", 1), ("C", 2), ("D", 3)])
def test_promoted_grades_by_number(grade, position) -> None:
    policy = changed(Policy(), {"funnel.first_order.lowest_grade": grade})
    assert Terms.of(policy, World()).promoted_from == position


def test_training_wins_leads_and_spares_disputes() -> None:
    policy, world = changed(Policy(), {"incentives.training.hours_per_month": 20.0}), World()
    reps, disputes, w = world.reps, world.payment.dispute, 1 - 0.6 * (1 - 0.35)
    trained, untrained_wins = Terms.of(policy, world), -reps.selling_response * w
    assert trained.winning_shift == pytest.approx(2 * reps.training_wins + untrained_wins)
    spared = disputes.mismatch_share * (1 - math.exp(2 * reps.training_disputes))
    assert trained.dispute_probability == pytest.approx(disputes.share * (1 - spared))
    idle = Terms.of(policy, changed(world, {"reps.training_wins": 0.0, "reps.training_disputes": 0.0}))
    assert idle.winning_shift == pytest.approx(untrained_wins)
    assert idle.dispute_probability == pytest.approx(disputes.share)
