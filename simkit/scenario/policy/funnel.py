"""Levers of winning new customers (Handbook A4, C1)."""

from typing import Literal

from pydantic import Field

from simkit.scenario.parameter import Parameters, parameter


class Marketing(Parameters):
    """How hard each channel is worked: a factor on the leads it brings, and on what it costs."""

    online_ads: float = parameter(
        1.0, "Leads from online advertising, as a multiple of today's.", unit="factor", source="assumption",
        ge=0, le=2,
    )  # fmt: skip
    trade_fairs: float = parameter(
        1.0,
        "Leads from trade fairs, as a multiple of today's.",
        unit="factor",
        source="assumption",
        ge=0,
        le=2,
    )
    partners: float = parameter(
        1.0, "Leads from partners, as a multiple of today's.", unit="factor", source="assumption", ge=0, le=2
    )


class FirstOrder(Parameters):
    """The promotion that a new customer gets on its first order."""

    discount_share: float = parameter(
        0.20, "Discount on a new customer's first order.", unit="share", source="handbook", ge=0, le=0.9
    )
    lowest_grade: Literal["A", "B", "C", "D"] = parameter(
        "B", "Lowest grade that gets the promotion.", unit="-", source="handbook"
    )


class Funnel(Parameters):
    """From lead to first order (Handbook A4, C1)."""

    crm_reminder: bool = parameter(
        True, "The CRM system reminds reps of leads, so that none cools off.", unit="-", source="handbook"
    )
    marketing: Marketing = Field(default_factory=Marketing, description="Work on each channel.")
    first_order: FirstOrder = Field(default_factory=FirstOrder, description="Promotion on the first order.")
