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
    "credit.grades.A.min_score": 70.0,
    "credit.grades.B.min_score": 50.0,
    "credit.grades.B.security": "none",
    "credit.grades.C.min_score": 30.0,
    "credit.grades.D.admission": "credit",
    "credit.grades.D.term_limit_days": 60,
    "credit.grades.D.credit_limit_months": 6.0,
    "credit.audit_catch_rate": 0.5,
    "contract.prepayment_share": 0.0,
    "contract.penalty_share": 0.0,
    "monitoring.enabled": False,
    "monitoring.response_lag_days": 3,
    "collections.formal.start_day": 20,
    "collections.plan.start_day": 40,
    "collections.legal.start_day": 60,
    "collections.write_off_days": 80,
    "incentives.commission.signing_share": 1.0,
    "incentives.appraisal.weight": 0.0,
}
AMPLE = {f"desks.{desk}.staff": 500 for desk in ("reps", "risk_officers", "sales_managers", "legal")}
NOBODY = dict.fromkeys(AMPLE, 0)
"""Desks: so many people that nothing ever waits, and none at all."""


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
