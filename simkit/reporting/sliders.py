"""The levers of a what-if: what each slider stands for, and the scenario that its positions make."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import ceil
from typing import Any

from simkit.scenario.scenario import Scenario

Positions = Mapping[str, float]
Overrides = dict[str, Any]


@dataclass(frozen=True)
class Slider:
    """One lever family: its ends, where it stands today, and what a position sets.

    Attributes
    ----------
    name : str
        Key of its words under ``whatif.`` in the catalogue.
    low, high, step : float
        Ends and step of the positions.
    today : callable
        The scenario to the position that stands for it; there the slider sets nothing.
    sets : callable
        The scenario and a position to overrides by dotted path.
    """

    name: str
    low: float
    high: float
    step: float
    today: Callable[[Scenario], float]
    sets: Callable[[Scenario, float], Overrides]


def _cutoff(scenario: Scenario, score: float) -> Overrides:
    """Who scores below buys for cash; the cutoffs above move up where they must."""
    grades = scenario.policy.credit.grades
    b = max(grades.B.min_score, score + 5)
    return {
        "policy.credit.grades.C.min_score": score,
        "policy.credit.grades.B.min_score": b,
        "policy.credit.grades.A.min_score": max(grades.A.min_score, b + 5),
        "policy.credit.grades.D.admission": "cash",
    }


def _terms(scenario: Scenario, days: float) -> Overrides:
    """No grade gets more days, and the audit stops every exception."""
    grades = scenario.policy.credit.grades
    limits = {
        f"policy.credit.grades.{name}.term_limit_days": min(getattr(grades, name).term_limit_days, int(days))
        for name in "ABCD"
    }
    return limits | {"policy.credit.audit_catch_rate": 1.0}


def _ladder(_: Scenario, day: float) -> Overrides:
    """The formal notice goes out on a day overdue, negotiation at twice and suit at four times that."""
    return {
        "policy.collections.formal.start_day": int(day),
        "policy.collections.plan.start_day": 2 * int(day),
        "policy.collections.legal.start_day": 4 * int(day),
    }


SLIDERS = (
    Slider("cutoff", 0, 70, 5, lambda scenario: 0.0, _cutoff),
    Slider("terms", 15, 120, 15, lambda scenario: 120.0, _terms),
    Slider(
        "prepayment",
        0,
        60,
        5,
        lambda scenario: round(100 * scenario.policy.contract.prepayment_share),
        lambda _, percent: {"policy.contract.prepayment_share": percent / 100},
    ),
    Slider(
        "signing",
        0,
        100,
        10,
        lambda scenario: round(100 * scenario.policy.incentives.commission.signing_share),
        lambda _, percent: {"policy.incentives.commission.signing_share": percent / 100},
    ),
    Slider("ladder", 5, 30, 1, lambda scenario: scenario.policy.collections.formal.start_day, _ladder),
)


def overrides(scenario: Scenario, positions: Positions, alerts: bool) -> Overrides:
    """Return what the sliders that were moved set, and whether alerts are raised.

    Examples
    --------
    >>> from simkit.scenario.scenario import Scenario
    >>> from simkit.scenario.policy import Policy
    >>> from simkit.scenario.world import World
    >>> from simkit.scenario.run import Run
    >>> handbook = Scenario(name="x", policy=Policy(), status_quo=Policy(), world=World(), run=Run())
    >>> overrides(handbook, {"prepayment": 30, "signing": 40}, handbook.policy.monitoring.enabled)
    {'policy.incentives.commission.signing_share': 0.4}
    """
    found: Overrides = {}
    for slider in SLIDERS:
        position = positions.get(slider.name, slider.today(scenario))
        if position != slider.today(scenario):
            found |= slider.sets(scenario, position)
    if alerts != scenario.policy.monitoring.enabled:
        found |= {"policy.monitoring.enabled": alerts}
        found |= {"policy.monitoring.response_lag_days": 1} if alerts else {}
    return found


def sized(scenario: Scenario, customers: int) -> Scenario:
    """Return a company of another size and of the same kind: as many people for each customer, today and tomorrow."""
    factor, data = customers / scenario.run.customers, scenario.model_dump()
    for policy in (data["status_quo"], data["policy"]):
        for desk in policy["desks"].values():
            desk["staff"] = ceil(desk["staff"] * factor)
        policy["approval"]["meeting"]["capacity"] = ceil(policy["approval"]["meeting"]["capacity"] * factor)
    data["run"]["customers"] = customers
    return Scenario.model_validate(data)
