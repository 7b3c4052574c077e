"""A sweep: a grid of levers around one scenario, and what the recommended point must keep to."""

from itertools import product
from typing import Any, Self

from pydantic import Field, model_validator

from simkit.scenario.parameter import Parameters, parameter


class Setting(Parameters):
    """One position of a lever: a label and the parameters it sets."""

    label: str = Field(min_length=1, max_length=60, description="Name shown in tables and charts.")
    set: dict[str, Any] = Field(
        default_factory=dict, description="Dotted policy path to value; empty leaves the scenario as it is."
    )

    @model_validator(mode="after")
    def _sets_the_policy(self) -> Self:
        for path in self.set:
            if not path.startswith("policy."):
                raise ValueError(f"{path!r} is not a lever; a sweep sets paths that start with 'policy.'")
        return self


class Constraints(Parameters):
    """What a recommended policy must keep to; a constraint that is not given does not bind."""

    sales_growth_min: float | None = parameter(
        None, "Least sales growth.", unit="share", source="assumption", ge=-1, le=10
    )
    collection_rate_min: float | None = parameter(
        None, "Least collection rate.", unit="share", source="handbook", ge=0, le=1
    )
    overdue_rate_cohort_30_max: float | None = parameter(
        None, "Largest cohort overdue rate at 30 days.", unit="share", source="assumption", ge=0, le=1
    )


class Sweep(Parameters):
    """A full-factorial grid over levers, each a list of settings."""

    name: str = Field(min_length=1, max_length=120)
    description: str = ""
    scenario: str = Field(
        min_length=1, description="Scenario file the levers act on, relative to the sweep file."
    )
    replications: int = parameter(
        4, "Repetitions of every point.", unit="-", source="assumption", ge=2, le=100_000
    )
    grid: dict[str, list[Setting]] = Field(min_length=1, description="Levers and their settings.")
    constraints: Constraints = Field(
        default_factory=Constraints, description="What the recommended point must keep to."
    )

    @model_validator(mode="after")
    def _labels_differ(self) -> Self:
        for lever, settings in self.grid.items():
            labels = [setting.label for setting in settings]
            if not labels:
                raise ValueError(f"lever {lever!r} has no setting")
            if len(set(labels)) != len(labels):
                raise ValueError(f"lever {lever!r} has two settings with one label")
        if len(list(product(*self.grid.values()))) > 10_000:
            raise ValueError("the grid has more than 10000 points")
        return self

    def points(self) -> list[dict[str, Setting]]:
        """Return every point of the grid: lever to setting; the last lever moves fastest."""
        return [dict(zip(self.grid, point, strict=True)) for point in product(*self.grid.values())]
