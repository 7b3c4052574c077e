"""Levers of how overdue receivables come to light (Handbook B3)."""

from typing import Self

from pydantic import Field, model_validator

from simkit.scenario.parameter import Parameters, parameter


class Alerts(Parameters):
    """When the system alerts the rep and the risk officer to a receivable, counted from its due date."""

    before_due_days: int = parameter(
        7, "Days before due of the first alert.", unit="days", source="handbook", ge=0, le=90
    )
    level_1_days: int = parameter(
        3, "Days overdue of the level-1 alert.", unit="days", source="handbook", ge=1, le=180
    )
    level_2_days: int = parameter(
        15, "Days overdue of the level-2 alert.", unit="days", source="handbook", ge=2, le=365
    )
    minutes: int = parameter(
        5, "Working minutes spent on an alert.", unit="minutes", source="assumption", ge=0, le=480
    )

    @model_validator(mode="after")
    def _alerts_in_order(self) -> Self:
        if self.level_1_days >= self.level_2_days:
            raise ValueError(
                f"level_1_days ({self.level_1_days}) is not before level_2_days ({self.level_2_days}); "
                "alerts must be in order"
            )
        return self


class Monitoring(Parameters):
    """How overdue receivables come to light (Handbook B3)."""

    enabled: bool = parameter(
        True,
        "With the system alerts bring a line to light; without it, the month-end review does.",
        unit="-",
        source="handbook",
    )
    response_lag_days: int = parameter(
        1, "Days from an alert to the first move on it.", unit="days", source="assumption", ge=0, le=60
    )
    alerts: Alerts = Field(default_factory=Alerts, description="When the system alerts.")
