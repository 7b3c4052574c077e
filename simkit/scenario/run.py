"""How a simulation is run: seed, replications, dates and size."""

from datetime import date
from typing import Self

from pydantic import model_validator

from simkit.scenario.parameter import Parameters, parameter


class Run(Parameters):
    """Seed, size and calendar of a run."""

    seed: int = parameter(
        20_250_101, "Seed of every random stream.", unit="-", source="assumption", ge=0, lt=2**32
    )
    replications: int = parameter(
        12, "Independent repetitions of the run.", unit="-", source="assumption", ge=1, le=100_000
    )
    customers: int = parameter(
        320, "Customers on the books on the first day, over all regions.", unit="customers", source="assumption",
        ge=1, le=40_000_000,
    )  # fmt: skip
    regions: list[str] = parameter(
        ["East", "South", "North", "West"], "Names of the sales regions.", unit="-", source="assumption",
        min_length=1, max_length=64,
    )  # fmt: skip
    start_date: date = parameter(
        date(2025, 1, 1), "First day of the warm-up year.", unit="date", source="assumption",
        ge=date(1900, 1, 1), le=date(2200, 1, 1),
    )  # fmt: skip
    warm_up_days: int = parameter(
        365, "Days under the status-quo policy.", unit="days", source="assumption", ge=30, le=3650
    )
    policy_days: int = parameter(
        365, "Days measured under the policy, from the switch date.", unit="days", source="assumption",
        ge=30, le=3650,
    )  # fmt: skip
    run_out_days: int = parameter(
        240, "Days after the policy year in which its contracts are followed.", unit="days", source="assumption",
        ge=90, le=3650,
    )  # fmt: skip
    holidays: list[date] = parameter(
        [], "Days on which no desk works, beside weekends.", unit="date", source="assumption", max_length=2000
    )
    parameter_uncertainty: bool = parameter(
        False,
        "Draw the fitted parameters afresh for each replication, from the draws of a calibrated world.",
        unit="-",
        source="assumption",
    )
    time_limit_seconds: int = parameter(
        600, "Longest time one notebook may take before it is stopped.", unit="seconds", source="assumption",
        ge=1, le=86_400,
    )  # fmt: skip

    @model_validator(mode="after")
    def _regions_differ(self) -> Self:
        if len(set(self.regions)) != len(self.regions):
            raise ValueError("regions must have different names")
        if any(not name.strip() for name in self.regions):
            raise ValueError("a region's name must not be blank")
        return self

    @property
    def horizon_days(self) -> int:
        """Days simulated in all."""
        return self.warm_up_days + self.policy_days + self.run_out_days
