"""Small scenarios for the engine, and the status quo of a company that lets things run."""

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
BUSY = {"customers.orders_per_year": 24.0, "customers.new_per_year": 1.0}
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
    return simulate(Scenario.model_validate_json(canonical, strict=False), replication=replication)


def run_once(scenario: Scenario, replication: int = 0) -> Result:
    """Return the result of a scenario, computed once for all tests."""
    return _run_once(scenario.model_dump_json(), replication)
