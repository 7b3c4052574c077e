"""Levers of what the company sets out to reach (Handbook A1, C1)."""

from typing import Self

from pydantic import Field, model_validator

from simkit.scenario.parameter import Parameters, parameter


class GrowthParts(Parameters):
    """Where the growth is to come from; what they leave of 100 % is unassigned and stays so."""

    new_customers: float = parameter(
        0.40, "Part of the growth from new customers.", unit="share", source="handbook", ge=0, le=1
    )
    repurchase: float = parameter(
        0.25, "Part of the growth from repurchase.", unit="share", source="handbook", ge=0, le=1
    )
    order_value: float = parameter(
        0.10, "Part of the growth from average order value.", unit="share", source="handbook", ge=0, le=1
    )

    @model_validator(mode="after")
    def _not_above_the_whole(self) -> Self:
        total = self.new_customers + self.repurchase + self.order_value
        if total > 1 + 1e-9:
            raise ValueError(
                f"new_customers + repurchase + order_value = {total:.1%} of the growth; at most 100 %"
            )
        return self


class KeyResults(Parameters):
    """Results that hang on the targets, each with its owner."""

    new_customers_growth: float = parameter(
        0.50, "Growth of the number of new customers.", unit="share", source="handbook", ge=-1, le=10
    )
    new_customers_owner: str = parameter(
        "sales_director", "Who answers for new customers.", unit="-", source="handbook",
        min_length=1, max_length=60,
    )  # fmt: skip
    repurchase_rate: float = parameter(
        0.40, "Repurchase rate to reach.", unit="share", source="handbook", ge=0, le=1
    )
    repurchase_owner: str = parameter(
        "customer_success_manager", "Who answers for the repurchase rate.", unit="-", source="handbook",
        min_length=1, max_length=60,
    )  # fmt: skip


class Targets(Parameters):
    """What is to be reached: growth and collection together (Handbook A1, C1)."""

    sales_growth: float = parameter(
        0.30, "Sales growth to reach in the policy year.", unit="share", source="handbook", ge=-1, le=10
    )
    parts: GrowthParts = Field(default_factory=GrowthParts, description="Where the growth is to come from.")
    collection_rate: float = parameter(
        0.90, "Collection rate to reach.", unit="share", source="handbook", ge=0, le=1
    )
    key_results: KeyResults = Field(default_factory=KeyResults, description="Key results.")
