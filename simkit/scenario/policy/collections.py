"""Levers of the collections ladder (Handbook B4)."""

from itertools import pairwise
from typing import Literal, Self

from pydantic import Field, model_validator

from simkit.scenario.parameter import Parameters, parameter

QueueRule = Literal["oldest", "largest", "value_at_risk"]


class Stage(Parameters):
    """One step of the collections ladder (Handbook B4)."""

    start_day: int = parameter(
        ..., "Days overdue on which the step opens.", unit="days", source="handbook", ge=1, le=365
    )
    minutes: int = parameter(
        ..., "Working minutes the step takes its desk.", unit="minutes", source="assumption", ge=1, le=2400
    )
    cost_fen: int = parameter(
        ..., "Out-of-pocket cost of the step.", unit="fen", source="assumption", ge=0, le=100_000_000
    )


class Instalments(Parameters):
    """The negotiated plan of the ladder's third step; the remainder falls due with the last instalment."""

    count: int = parameter(3, "Number of instalments.", unit="-", source="handbook", ge=1, le=24)
    share: float = parameter(
        0.30, "Share of the debt in each instalment.", unit="share", source="handbook", gt=0, le=1
    )
    interval_days: int = parameter(
        30, "Days between two instalments.", unit="days", source="assumption", ge=1, le=180
    )

    @model_validator(mode="after")
    def _not_above_the_debt(self) -> Self:
        if self.count * self.share > 1 + 1e-9:
            raise ValueError(
                f"count x share = {self.count} x {self.share:g} = {self.count * self.share:.1%} of the debt; "
                "at most 100 %"
            )
        return self


class Extension(Parameters):
    """More time for a core customer, with approval and an extra guarantor, instead of a formal notice."""

    enabled: bool = parameter(
        True, "Whether core customers may get an extension.", unit="-", source="handbook"
    )
    days: int = parameter(
        30,
        "Days during which an extended line is not chased.",
        unit="days",
        source="assumption",
        ge=1,
        le=180,
    )
    minutes: int = parameter(
        60,
        "Working minutes the approval takes the sales manager.",
        unit="minutes",
        source="assumption",
        ge=1,
        le=2400,
    )


class Collections(Parameters):
    """The collections ladder (Handbook B4)."""

    friendly: Stage = Field(
        default_factory=lambda: Stage(start_day=1, minutes=20, cost_fen=0),
        description="Friendly reminder by the rep.",
    )
    formal: Stage = Field(
        default_factory=lambda: Stage(start_day=8, minutes=40, cost_fen=2_000),
        description="Formal notice by the risk officer.",
    )
    plan: Stage = Field(
        default_factory=lambda: Stage(start_day=16, minutes=120, cost_fen=10_000),
        description="Negotiated plan by the sales manager.",
    )
    legal: Stage = Field(
        default_factory=lambda: Stage(start_day=31, minutes=360, cost_fen=150_000),
        description="Suit or arbitration by the legal desk.",
    )
    instalments: Instalments = Field(default_factory=Instalments, description="The negotiated plan.")
    extension: Extension = Field(default_factory=Extension, description="Extension for core customers.")
    notice_days: int = parameter(
        3,
        "Days a formal notice gives for payment before the next step may open.",
        unit="days",
        source="handbook",
        ge=0,
        le=60,
    )
    queue_rule: QueueRule = parameter(
        "oldest", "Which waiting line a desk takes first.", unit="-", source="assumption"
    )
    write_off_days: int = parameter(
        365,
        "Days overdue after which a line is written off.",
        unit="days",
        source="assumption",
        ge=60,
        le=1095,
    )

    @model_validator(mode="after")
    def _steps_follow_each_other(self) -> Self:
        for earlier, later in pairwise(("friendly", "formal", "plan", "legal")):
            if getattr(self, earlier).start_day >= getattr(self, later).start_day:
                raise ValueError(
                    f"{earlier}.start_day ({getattr(self, earlier).start_day}) is not before "
                    f"{later}.start_day ({getattr(self, later).start_day}); steps must follow each other"
                )
        if self.write_off_days <= self.legal.start_day:
            raise ValueError(
                f"write_off_days ({self.write_off_days}) is not after legal.start_day ({self.legal.start_day})"
            )
        return self
