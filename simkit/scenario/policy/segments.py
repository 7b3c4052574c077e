"""Levers of RFM tiers and of how each is treated (Handbook A2)."""

from itertools import pairwise
from typing import Any, Self

from pydantic import Field, model_validator

from simkit.scenario.parameter import Parameters, parameter


class Treatment(Parameters):
    """What is done for the customers of one tier."""

    account_manager: bool = parameter(
        False, "An account manager looks after the customer.", unit="-", source="handbook"
    )
    cross_sell: bool = parameter(
        False, "Reps offer further products with each order.", unit="-", source="handbook"
    )
    self_service: bool = parameter(
        False, "The customer orders by itself, online.", unit="-", source="handbook"
    )
    discount_share: float = parameter(
        0.0, "Discount on repeat orders.", unit="share", source="handbook", ge=0, le=0.9
    )


class Tier(Parameters):
    """The limits a customer must meet, all three, to be in a tier."""

    recency_days: int = parameter(
        ..., "Most days since the last order.", unit="days", source="handbook", ge=1, le=3650
    )
    frequency: int = parameter(
        ..., "Fewest orders in the trailing 365 days.", unit="orders", source="handbook", ge=0, le=10_000
    )
    monetary_fen: int = parameter(
        ...,
        "Least order value in the trailing 365 days.",
        unit="fen",
        source="handbook",
        ge=0,
        le=10**15,
    )
    treatment: Treatment = Field(default_factory=Treatment, description="What is done for the tier.")


def _tier(recency_days: int, frequency: int, yuan: int, **treatment: Any) -> Tier:
    return Tier(
        recency_days=recency_days,
        frequency=frequency,
        monetary_fen=yuan * 100,
        treatment=Treatment(**treatment),
    )


class Segments(Parameters):
    """The RFM tiers, best first; who meets none is dormant after ``basic.recency_days``, else unclassified."""

    core: Tier = Field(
        default_factory=lambda: _tier(30, 12, 10_000, account_manager=True), description="Core customers."
    )
    potential: Tier = Field(
        default_factory=lambda: _tier(60, 6, 5_000, cross_sell=True), description="Potential customers."
    )
    basic: Tier = Field(
        default_factory=lambda: _tier(90, 3, 1_000, self_service=True, discount_share=0.10),
        description="Basic customers.",
    )
    dormant: Treatment = Field(
        default_factory=lambda: Treatment(discount_share=0.20),
        description="Treatment of dormant customers: win-back.",
    )
    unclassified: Treatment = Field(
        default_factory=Treatment, description="Treatment of customers whom no rule fits."
    )

    @model_validator(mode="after")
    def _tiers_loosen(self) -> Self:
        for better, worse in pairwise(("core", "potential", "basic")):
            one, other = getattr(self, better), getattr(self, worse)
            if one.recency_days > other.recency_days:
                raise ValueError(
                    f"{better}.recency_days ({one.recency_days}) is above {worse}.recency_days "
                    f"({other.recency_days}); limits must loosen from core to basic"
                )
            for name in ("frequency", "monetary_fen"):
                if getattr(one, name) < getattr(other, name):
                    raise ValueError(
                        f"{better}.{name} ({getattr(one, name)}) is below {worse}.{name} "
                        f"({getattr(other, name)}); limits must loosen from core to basic"
                    )
        return self
