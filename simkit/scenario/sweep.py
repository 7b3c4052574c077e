"""A sweep: levers around one scenario, how they are searched, and what the recommended point must keep to."""

from itertools import product
from math import prod
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from simkit.scenario.parameter import Parameters, parameter

Kind = Literal["grid", "sobol", "nsga2"]
Order = Literal["free", "rising", "falling", "same"]

MOST_POINTS = 10_000


class Setting(Parameters):
    """One position of a lever: a label and the parameters it sets."""

    label: str = Field(min_length=1, max_length=60, description="Name shown in tables and charts.")
    set: dict[str, Any] = Field(
        default_factory=dict, description="Dotted policy path to value; empty leaves the scenario as it is."
    )

    @model_validator(mode="after")
    def _sets_the_policy(self) -> Self:
        _refuse_uncertainties(self.set)
        return self


class Range(Parameters):
    """A lever that moves between two ends, one draw for each of its parameters, which stay in order.

    Parameters that must not cross, such as cutoffs or the steps of the ladder, are one lever: their draws are sorted
    and kept ``gap`` apart, so that every point of the search is a policy.
    """

    set: list[str] = Field(min_length=1, max_length=20, description="Dotted policy paths.")
    low: float = Field(description="Least value of any of them.")
    high: float = Field(description="Largest value of any of them.")
    step: float | None = Field(None, gt=0, description="Values are this far apart from low; any when absent.")
    order: Order = Field("free", description="free, rising or falling along the paths, or the same for all.")
    gap: float = Field(0.0, ge=0, description="Least distance between two that rise or fall.")

    @property
    def draws(self) -> int:
        """How many numbers the search draws for the lever."""
        return 1 if self.order == "same" else len(self.set)

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        _refuse_uncertainties(self.set)
        if len(set(self.set)) != len(self.set):
            raise ValueError("set names a path twice")
        if self.low >= self.high:
            raise ValueError(f"low ({self.low:g}) must be below high ({self.high:g})")
        if self.gap and self.order not in ("rising", "falling"):
            raise ValueError(f"gap is for order rising or falling; order is {self.order}")
        if self.step is not None and self.step > self.high - self.low:
            raise ValueError(f"step ({self.step:g}) is above high - low ({self.high - self.low:g})")
        if self.room < 0:
            raise ValueError(
                f"no room for {len(self.set)} values {self.gap:g} apart between {self.low:g} and {self.high:g}"
            )
        return self

    @property
    def spacing(self) -> float:
        """Least distance between neighbours, in steps when there are steps."""
        return self.gap if self.step is None else -(-self.gap // self.step)

    @property
    def room(self) -> float:
        """Distance, in steps when there are steps, that is left to draw in after the gaps."""
        width = self.high - self.low
        whole = width if self.step is None else (width + 1e-9 * self.step) // self.step
        return float(whole - (self.draws - 1) * self.spacing)


def _refuse_uncertainties(paths: Any) -> None:
    for path in paths:
        if not path.startswith("policy."):
            raise ValueError(f"{path!r} is not a lever; a sweep sets paths that start with 'policy.'")


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


class Design(Parameters):
    """How the points of a sweep are chosen.

    ``grid`` runs every combination of the settings; ``sobol`` spreads points evenly over settings and ranges;
    ``nsga2`` breeds generations towards the efficient set. The last two search on the sweep's replications and run what
    they found again on ``confirm`` others, so that no point is recommended for its luck.
    """

    kind: Kind = parameter("grid", "Grid, sobol or nsga2.", unit="-", source="assumption")
    points: int | None = parameter(
        None, "Points of a sobol design, a power of 2.", unit="-", source="assumption", ge=2, le=8192
    )
    population: int | None = parameter(
        None, "Points of an nsga2 generation, even.", unit="-", source="assumption", ge=4, le=1000
    )
    generations: int | None = parameter(
        None, "Generations of an nsga2 search, the first included.", unit="-", source="assumption", ge=1, le=1000
    )  # fmt: skip
    seed: int = parameter(1, "Seed of the draws of a search.", unit="-", source="assumption", ge=0, lt=2**32)
    finalists: int = parameter(
        16, "Most points that a search confirms.", unit="-", source="assumption", ge=1, le=1000
    )
    confirm: int = parameter(
        12, "Further replications that the finalists are judged on.", unit="-", source="assumption", ge=2, le=100_000
    )  # fmt: skip

    @model_validator(mode="after")
    def _sizes_are_the_kinds(self) -> Self:
        wanted = {"grid": [], "sobol": ["points"], "nsga2": ["population", "generations"]}[self.kind]
        for name in ("points", "population", "generations"):
            if (getattr(self, name) is not None) != (name in wanted):
                verb = "is missing; it is needed" if name in wanted else "means nothing"
                raise ValueError(f"design.{name} {verb} when design.kind is {self.kind}")
        if self.points is not None and self.points & (self.points - 1):
            below = 1 << (self.points.bit_length() - 1)
            raise ValueError(
                f"design.points ({self.points}) must be a power of 2, such as {below} or {2 * below}"
            )
        if self.population is not None and self.population % 2:
            raise ValueError(f"design.population ({self.population}) must be even")
        if self.population and self.generations and self.population * self.generations > MOST_POINTS:
            raise ValueError(f"population x generations is more than {MOST_POINTS} points")
        return self


class Sweep(Parameters):
    """Levers around a scenario: lists of settings (``grid``), ranges (``levers``), and a design that combines them."""

    name: str = Field(min_length=1, max_length=120)
    description: str = ""
    scenario: str = Field(
        min_length=1, description="Scenario file the levers act on, relative to the sweep file."
    )
    replications: int = parameter(
        4, "Repetitions of every point.", unit="-", source="assumption", ge=2, le=100_000
    )
    design: Design = Field(default_factory=Design, description="How points are chosen.")
    grid: dict[str, list[Setting]] = Field(default_factory=dict, description="Levers and their settings.")
    levers: dict[str, Range] = Field(default_factory=dict, description="Levers and their ranges.")
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
        return self

    @model_validator(mode="after")
    def _levers_suit_the_design(self) -> Self:
        if self.design.kind == "grid":
            if self.levers:
                raise ValueError(
                    "levers with ranges need a design of kind sobol or nsga2; a grid has settings alone"
                )
            if not self.grid:
                raise ValueError("grid is missing or empty; give at least one lever with its settings")
            if prod(len(settings) for settings in self.grid.values()) > MOST_POINTS:
                raise ValueError(f"the grid has more than {MOST_POINTS} points")
        elif not self.grid and not self.levers:
            raise ValueError(f"a {self.design.kind} design needs levers (ranges), a grid (settings) or both")
        self._refuse_twice()
        return self

    def _refuse_twice(self) -> None:
        names = [*self.grid, *self.levers]
        if len(set(names)) != len(names):
            raise ValueError("a lever stands in both grid and levers; names must differ")
        seen: dict[str, str] = {}
        for lever, moved in self.levers.items():
            for path in moved.set:
                if path in seen:
                    raise ValueError(
                        f"levers.{lever}: {path} is set by {seen[path]!r} too; one lever may set it"
                    )
                seen[path] = lever
        for lever, settings in self.grid.items():
            for path in (path for setting in settings for path in setting.set if path in seen):
                raise ValueError(f"grid.{lever}: {path} is set by {seen[path]!r} too; one lever may set it")

    def points(self) -> list[dict[str, Setting]]:
        """Return every point of the grid: lever to setting; the last lever moves fastest."""
        return [dict(zip(self.grid, point, strict=True)) for point in product(*self.grid.values())]
