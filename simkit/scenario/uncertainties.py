"""Which uncertainties of the world are looked at, and how far each may plausibly lie from its value."""

from dataclasses import dataclass
from functools import reduce
from typing import Any, Self

from pydantic import Field, model_validator

from simkit.errors import UserError
from simkit.scenario.parameter import Parameters, parameter
from simkit.scenario.scenario import Scenario
from simkit.scenario.space import field_of, refuse_wrong


class Between(Parameters):
    """A range of its own; where it is empty, the share of the parameter's source gives it."""

    low: float | None = Field(None, description="Least plausible value.")
    high: float | None = Field(None, description="Largest plausible value.")

    @model_validator(mode="after")
    def _both_or_none(self) -> Self:
        if (self.low is None) != (self.high is None):
            raise ValueError("give both low and high, or neither")
        if self.low is not None and self.high is not None and self.low >= self.high:
            raise ValueError(f"low ({self.low:g}) must be below high ({self.high:g})")
        return self


class Shares(Parameters):
    """How far a value may lie from what is set, as a share of it, by how it is known."""

    survey: float = parameter(0.25, "What surveys say.", unit="share", source="assumption", gt=0, le=1)
    estimated: float = parameter(
        0.2, "What is estimated from data.", unit="share", source="assumption", gt=0, le=1
    )
    handbook: float = parameter(
        0.25, "What the handbook says.", unit="share", source="assumption", gt=0, le=1
    )
    assumption: float = parameter(0.5, "What is assumed.", unit="share", source="assumption", gt=0, le=1)


class Uncertainties(Parameters):
    """The uncertainties of an analysis, by dotted path."""

    name: str = Field(min_length=1, max_length=120)
    description: str = ""
    shares: Shares = Field(default_factory=Shares, description="Ranges by source.")
    uncertainties: dict[str, Between] = Field(min_length=1, description="Dotted world path to its range.")

    @model_validator(mode="after")
    def _of_the_world(self) -> Self:
        for path in self.uncertainties:
            if not path.startswith("world."):
                raise ValueError(f"{path!r} is not an uncertainty; paths start with 'world.'")
        return self


@dataclass(frozen=True)
class Span:
    """The plausible range of an uncertainty: its ends, and its value in the scenario (None when drawn each time)."""

    path: str
    value: float | None
    low: float
    high: float
    source: str
    unit: str
    whole: bool

    def at(self, unit: float) -> float:
        """Return the value at a place between the ends, 0 to 1; a whole number where it must be one."""
        value = self.low + unit * (self.high - self.low)
        return round(value) if self.whole else value


def spans(uncertainties: Uncertainties, scenario: Scenario) -> list[Span]:
    """Return the plausible ranges around a scenario's own values, within the bounds of each parameter.

    Raises
    ------
    UserError
        When a path is no number of the world, a range lies outside its bounds, or nothing says how wide one is.
    """
    return [
        _span(path, given, uncertainties.shares, scenario)
        for path, given in uncertainties.uncertainties.items()
    ]


def _span(path: str, given: Between, shares: Shares, scenario: Scenario) -> Span:
    where = f"uncertainties.{path}"
    field = field_of(path)
    value: Any = reduce(getattr, path.split("."), scenario)
    if isinstance(value, bool) or not isinstance(value, int | float | None):
        raise UserError(f"{where}: is no number")
    extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
    source, whole = str(extra.get("source", "assumption")), field.annotation is int
    if given.low is not None and given.high is not None:
        low, high = given.low, given.high
    elif value is None or not (value or field.default):
        what = "is not set" if value is None else "is 0"
        raise UserError(f"{where}: {what}, of which no share can be taken; give low and high")
    else:
        # A calibrated world may have a 0 where nothing was found: what is usual says how far off that may be.
        reach = getattr(shares, source) * abs(value or field.default)
        low, high = _within(field, value - reach, value + reach)
    if whole:
        low, high = round(low), round(high)
        if low == high:
            raise UserError(f"{where}: holds the one whole number {low}; give low and high")
    for end, edge in (("low", low), ("high", high)):
        refuse_wrong(where, path, end, edge)
    return Span(path, value, low, high, source, str(extra.get("unit", "")), whole)


def _within(field: Any, low: float, high: float) -> tuple[float, float]:
    """Return the ends moved within the parameter's bounds; within open bounds by a thousandth of the range."""
    nudge = (high - low) / 1000
    for bound in field.metadata:
        for name, least in (("ge", 0.0), ("gt", nudge)):
            if (edge := getattr(bound, name, None)) is not None:
                low = max(low, edge + least)
        for name, least in (("le", 0.0), ("lt", nudge)):
            if (edge := getattr(bound, name, None)) is not None:
                high = min(high, edge - least)
    return low, high
