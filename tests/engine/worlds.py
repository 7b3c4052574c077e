"""Small scenarios for the engine, and the status quo of a company that lets things run."""

from datetime import date
from functools import cache
from typing import Any, TypeVar

from pydantic import BaseModel

from simkit.engine.result import Result
from simkit.engine.simulation import simulate
from simkit.scenario.policy import Policy
from simkit.scenario.run import Run
from simkit.scenario.scenario import Scenario
from simkit.scenario.world import World

Model = TypeVar("Model", bound=BaseModel)

SMALL = {
    "customers": 20,
    "regions": ["North", "South"],
    "warm_up_days": 120,
    "policy_days": 120,
    "run_out_days": 120,
}
BUSY = {"customers.orders_per_year": 24.0, "customers.new_per_year": 1.0, "reps.customers_per_rep": 4}
LAX = {
    "funnel.crm_reminder": False,
    "funnel.first_order.discount_share": 0.0,
    "segments.core.treatment.account_manager": False,
    "segments.potential.treatment.cross_sell": False,
    "segments.basic.treatment.self_service": False,
    "segments.basic.treatment.discount_share": 0.0,
    "segments.dormant.discount_share": 0.0,
    "credit.grades.A.min_score": 70.0,
    "credit.grades.A.term_limit_days": 120,
    "credit.grades.A.credit_limit_months": 12.0,
    "credit.grades.B.min_score": 50.0,
    "credit.grades.B.term_limit_days": 90,
    "credit.grades.B.security": "none",
    "credit.grades.B.credit_limit_months": 12.0,
    "credit.grades.C.min_score": 30.0,
    "credit.grades.C.security": "none",
    "credit.grades.C.credit_limit_months": 9.0,
    "credit.grades.D.admission": "credit",
    "credit.grades.D.term_limit_days": 60,
    "credit.grades.D.credit_limit_months": 6.0,
    "credit.audit_catch_rate": 0.5,
    "approval.over_limit": False,
    "approval.good_grades_first": False,
    "approval.meeting.enabled": False,
    "contract.prepayment_share": 0.0,
    "contract.penalty_share": 0.0,
    "monitoring.enabled": False,
    "monitoring.response_lag_days": 3,
    "collections.formal.start_day": 20,
    "collections.plan.start_day": 40,
    "collections.legal.start_day": 60,
    "collections.notice_days": 0,
    "collections.extension.enabled": False,
    "collections.write_off_days": 80,
    "incentives.commission.signing_share": 1.0,
    "incentives.appraisal.weight": 0.0,
    "incentives.appraisal.bonus_share": 0.0,
    "incentives.appraisal.malus_share": 0.0,
    "incentives.awards.winners": 0,
    "incentives.awards.team_share": 0.0,
    "incentives.career.promotion_months": 12,
    "incentives.career.sanction": "none",
    "incentives.training.hours_per_month": 0.0,
}
"""The status quo: every lever that `params/baseline.yaml` switches off is off, and debts are given up early."""

DESKS = ("risk_reviewers", "reps", "risk_officers", "sales_managers", "legal")
AMPLE = {f"desks.{desk}.staff": 500 for desk in DESKS}
NO_REVIEW = {"approval.new_customers": False, "approval.over_limit": False}
NOBODY = dict.fromkeys(AMPLE, 0) | NO_REVIEW
"""Desks: so many people that nothing ever waits, and none at all (when nothing may need a review)."""


def changed(model: Model, changes: dict[str, Any]) -> Model:
    """Return a model with other values at some dotted paths, checked again."""
    data = model.model_dump()
    for path, value in changes.items():
        *parents, name = path.split(".")
        section = data
        for parent in parents:
            section = section[parent]
        assert name in section, path
        section[name] = value
    return type(model).model_validate(data)


def scenario(
    policy: dict[str, Any] | None = None,
    status_quo: dict[str, Any] | None = None,
    world: dict[str, Any] | None = None,
    run: dict[str, Any] | None = None,
    name: str = "small",
) -> Scenario:
    """Return a small scenario: the handbook after the lax status quo, with changes to each."""
    return Scenario(
        name=name,
        policy=changed(Policy(), policy or {}),
        status_quo=changed(Policy(), LAX | (status_quo or {})),
        world=changed(World(), BUSY | (world or {})),
        run=changed(Run(), SMALL | (run or {})),
    )


@cache
def _run_once(canonical: str, replication: int) -> Result:
    return simulate(Scenario.model_validate_json(canonical, strict=False), "des", replication)


def run_once(scenario: Scenario, replication: int = 0) -> Result:
    """Return the result of a scenario, computed once for all tests."""
    return _run_once(scenario.model_dump_json(), replication)


# ---------------------------------------------------------------- scenarios with names

RISKY = {"firms.default.mean_pd": 0.35, "recovery.lag_days": 20, "economy.factor": 0.5}
STRICT_REPS = {
    "incentives.commission.budget": "constant",
    "incentives.career.promotion_months": 1,
    "incentives.career.promotion_satisfaction": 0.85,
    "incentives.career.sanction_months": 1,
    "incentives.career.sanction_lasts_months": 2,
    "incentives.training.hours_per_month": 10.0,
    "targets.sales_growth": -0.3,
}
BY_MONEY = {
    f"segments.{tier}.{name}": value
    for tier, fen in (("core", 3 * 10**8), ("potential", 2 * 10**8), ("basic", 10**8))
    for name, value in (
        ("monetary_fen", fen),
        ("frequency", 0),
        ("recency_days", 365),
        ("treatment.discount_share", 0.5),
    )
}
SCENARIOS = {
    "handbook": scenario(AMPLE, AMPLE),
    "as today": scenario({"monitoring.enabled": False, "contract.prepayment_share": 0.0} | AMPLE, AMPLE),
    "defaults": scenario(AMPLE, AMPLE, RISKY),
    "slow payers": scenario(
        AMPLE | {"collections.write_off_days": 60},
        AMPLE | {"collections.write_off_days": 61},
        {"payment.alpha": [-9.0, -8.0, -7.0, -6.0, -5.0, -4.0, *[-3.5] * 9], "payment.plan_acceptance": 0.8},
    ),
    "backlog": scenario({"collections.queue_rule": "largest"}, NOBODY, RISKY),
    "tight limits": scenario(
        AMPLE | {f"credit.grades.{grade}.credit_limit_months": 0.5 for grade in "ABC"}, AMPLE
    ),
    "disputes": scenario(
        AMPLE | {"collections.write_off_days": 60, "incentives.training.hours_per_month": 20.0},
        AMPLE | {"collections.write_off_days": 61, "collections.friendly.minutes": 2000},
        {
            "payment.dispute.share": 0.8,
            "payment.dispute.mean_days": 40.0,
            "payment.alpha": [-6.0] * 15,
            "customers.acceptance_days": 40,  # so that many contracts of the status quo are delivered under the policy
        },
    ),
    "careers": scenario(
        AMPLE | STRICT_REPS | {"incentives.career.sanction": "demotion"},
        AMPLE
        | STRICT_REPS
        | {"incentives.career.sanction": "pay_cut", "incentives.appraisal.malus_below": 0.6},
        {"reps.quits_when_sanctioned": 0.3, "reps.vacancy_months": 1, "reps.new_months": 2},
    ),
    "rewards": scenario(
        AMPLE | {"incentives.awards.winners": 1, "incentives.awards.team_repurchase_rate": 0.95},
        AMPLE
        | {
            "incentives.awards.winners": 2,
            "incentives.awards.team_share": 0.1,
            "incentives.awards.team_repurchase_rate": 0.7,
            "incentives.awards.repurchase_window_days": 20,
        },
        {"customers.new_per_year": 4.0},
    ),
    "tiers by money": scenario(AMPLE | BY_MONEY, AMPLE | BY_MONEY),
    "many leads": scenario(
        {"funnel.crm_reminder": False, "funnel.marketing.online_ads": 2.0, "funnel.marketing.partners": 0.2}
        | AMPLE,
        AMPLE | {"funnel.crm_reminder": True},
        {"customers.new_per_year": 4.0, "funnel.calls_per_rep": 2, "funnel.cooled": -0.5},
        {"holidays": [date(2025, 1, 20), date(2025, 1, 21), date(2025, 5, 1), date(2025, 5, 2)]},
    ),
    "paying habits": scenario(
        AMPLE,
        AMPLE,
        {
            "payment.calendar.weekday": [0.3, 0.1, 0.0, 0.0, 0.5, -1.5, -2.0],
            "payment.calendar.month_end": 0.6,
            "payment.delay_weight": -1.0,
            "payment.delay_prior_days": 5.0,
            "payment.delay_memory": 0.8,
            "payment.term_weight": -0.3,
            "payment.amount_weight": 0.2,
            "payment.plan_acceptance": 0.8,
            "customers.acceptance_days": 0,
        },
    ),
    "slow approval": scenario(
        {
            "approval.minutes": 700,
            "approval.meeting.below_score": 90.0,
            "approval.meeting.collateral_below": 65.0,
            "approval.meeting.refuse_below": 45.0,
            "approval.meeting.capacity": 2,
            "approval.meeting.interval_days": 9,
        },
        {"approval.minutes": 500, "approval.meeting.enabled": True, "approval.over_limit": True},
        {"customers.new_per_year": 3.0, "customers.churn_per_year": 0.8, "funnel.papers_days": 8.0},
    ),
}
"""Each makes some outcome common that is rare in the base world."""
