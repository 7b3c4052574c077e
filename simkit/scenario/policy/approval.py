"""Levers of how sales applications are approved (Handbook C1, C2)."""

from itertools import pairwise
from typing import Self

from pydantic import Field, model_validator

from simkit.scenario.parameter import Parameters, parameter


class Meeting(Parameters):
    """The joint meeting of sales and risk, which settles high-risk cases: extend, ask for collateral, refuse."""

    enabled: bool = parameter(True, "Whether high-risk cases go to the meeting.", unit="-", source="handbook")
    interval_days: int = parameter(
        7, "Days from one meeting to the next.", unit="days", source="handbook", ge=1, le=92
    )
    capacity: int = parameter(
        20, "Cases a meeting can settle.", unit="cases", source="assumption", ge=0, le=10_000
    )
    below_score: float = parameter(
        60.0,
        "Score below which an application on credit is a high-risk case.",
        unit="score",
        source="assumption",
        ge=0,
        le=100,
    )
    collateral_below: float = parameter(
        50.0,
        "Score below which the meeting asks for collateral; from it on it extends the term.",
        unit="score",
        source="assumption",
        ge=0,
        le=100,
    )
    refuse_below: float = parameter(
        30.0, "Score below which the meeting refuses credit.", unit="score", source="assumption", ge=0, le=100
    )
    extra_term_days: int = parameter(
        30,
        "Days beyond the grade's limit that the meeting may grant.",
        unit="days",
        source="assumption",
        ge=0,
        le=180,
    )

    @model_validator(mode="after")
    def _scores_in_order(self) -> Self:
        for lower, higher in pairwise(("refuse_below", "collateral_below", "below_score")):
            if getattr(self, lower) > getattr(self, higher):
                raise ValueError(
                    f"{lower} ({getattr(self, lower):g}) is above {higher} ({getattr(self, higher):g}); they must "
                    "rise: refuse_below, collateral_below, below_score"
                )
        return self


class Approval(Parameters):
    """Which applications the risk desk reviews, and in which order (Handbook C1, C2)."""

    new_customers: bool = parameter(True, "Review a new customer's first order.", unit="-", source="handbook")
    over_limit: bool = parameter(
        True, "Review an order beyond the customer's credit limit.", unit="-", source="handbook"
    )
    minutes: int = parameter(
        90, "Working minutes a review takes.", unit="minutes", source="assumption", ge=1, le=2400
    )
    good_grades_first: bool = parameter(
        True, "Review applicants of grade B and better first.", unit="-", source="handbook"
    )
    meeting: Meeting = Field(default_factory=Meeting, description="The weekly joint meeting.")
