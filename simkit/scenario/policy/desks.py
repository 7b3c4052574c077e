"""Levers of staffing: how many people work at which desk."""

from typing import Any

from pydantic import Field

from simkit.scenario.parameter import Parameters, parameter


class Desk(Parameters):
    """A desk of people; its capacity is working minutes on working days."""

    staff: int = parameter(
        ..., "People at the desk, per region.", unit="people", source="assumption", ge=0, le=500
    )


def _desk(what: str) -> Any:
    return Field(default_factory=lambda: Desk(staff=1), description=what)


class Desks(Parameters):
    """Who works at which desk, per region (Handbook B4, C2)."""

    risk_reviewers: Desk = _desk("Reviews of sales applications.")
    reps: Desk = _desk("Reps' time for reminders.")
    risk_officers: Desk = _desk("Formal notices.")
    sales_managers: Desk = _desk("Negotiated plans and extensions.")
    legal: Desk = _desk("Suits and arbitration.")
