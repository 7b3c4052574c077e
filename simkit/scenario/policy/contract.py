"""Levers of the contract (Handbook B2)."""

from typing import Self

from pydantic import model_validator

from simkit.scenario.parameter import Parameters, parameter


class Contract(Parameters):
    """Terms of the contract (Handbook B2)."""

    prepayment_share: float = parameter(
        0.30, "Share of the contract paid in advance.", unit="share", source="handbook", ge=0, le=1
    )
    prepayment_due_days: int = parameter(
        7, "Days from signing to the prepayment's due date.", unit="days", source="handbook", ge=0, le=90
    )
    lapse_days: int = parameter(
        30,
        "Days from signing after which an unpaid prepayment voids the contract.",
        unit="days",
        source="handbook",
        ge=1,
        le=365,
    )
    term_days: int = parameter(
        30, "Credit term of the standard contract.", unit="days", source="handbook", ge=0, le=365
    )
    term_negotiable: bool = parameter(
        True,
        "Whether a customer who wants longer than the standard term gets it, up to the grade's limit.",
        unit="-",
        source="assumption",
    )
    overdue_interest_per_day: float = parameter(
        0.0005, "Interest on the overdue amount.", unit="share/day", source="handbook", ge=0, le=0.01
    )
    penalty_share: float = parameter(
        0.05, "Penalty as a share of the contract value.", unit="share", source="handbook", ge=0, le=1
    )
    penalty_after_days: int = parameter(
        30, "Days overdue beyond which the penalty is due.", unit="days", source="handbook", ge=0, le=365
    )

    @model_validator(mode="after")
    def _lapse_after_due(self) -> Self:
        if self.lapse_days < self.prepayment_due_days:
            raise ValueError(
                f"lapse_days ({self.lapse_days}) is before prepayment_due_days ({self.prepayment_due_days})"
            )
        return self
