"""The policies that a search may draw: a unit cube, every corner of which is decoded to levers that do not cross."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from simkit.errors import UserError
from simkit.scenario.reference import model_in, row_of
from simkit.scenario.scenario import Scenario
from simkit.scenario.sweep import Range, Sweep
from simkit.scenario.validation import unknown_name


@dataclass(frozen=True)
class Draw:
    """A point of a search: what each lever is called there, and the parameters it sets."""

    labels: dict[str, str]
    values: dict[str, Any]

    @property
    def name(self) -> str:
        """Name of the point, shown in tables and charts."""
        return " · ".join(self.labels.values())


class Space:
    """The unit cube of a sweep's levers, the grid's first.

    Parameters
    ----------
    sweep : Sweep
        Its ranges must name levers and lie within the levers' bounds.

    Raises
    ------
    UserError
        When a range names no lever, or an end of it is no value of the lever.
    """

    def __init__(self, sweep: Sweep) -> None:
        self.sweep = sweep
        _refuse_overlap(sweep)
        for name, lever in sweep.levers.items():
            for path in lever.set:
                for end, value in (
                    ("low", _number(lever, 0.0)),
                    ("high", _number(lever, lever.room + _shift(lever))),
                ):
                    refuse_wrong(f"levers.{name}", path, end, value)

    @property
    def dimensions(self) -> int:
        """Numbers that make a point."""
        return len(self.sweep.grid) + sum(lever.draws for lever in self.sweep.levers.values())

    def decode(self, unit: Sequence[float]) -> Draw:
        """Return the point of the cube, each coordinate in [0, 1]."""
        numbers = iter(unit)
        labels: dict[str, str] = {}
        values: dict[str, Any] = {}
        for name, settings in self.sweep.grid.items():
            setting = settings[min(int(next(numbers) * len(settings)), len(settings) - 1)]
            labels[name] = setting.label
            values |= setting.set
        for name, lever in self.sweep.levers.items():
            found = decoded(lever, [next(numbers) for _ in range(lever.draws)])
            labels[name] = "/".join(f"{value:g}" for value in found[: lever.draws])
            values |= dict(zip(lever.set, found, strict=True))
        return Draw(labels, values)


def _refuse_overlap(sweep: Sweep) -> None:
    seen: dict[str, str] = {}
    for lever, settings in sweep.grid.items():
        for path in dict.fromkeys(path for setting in settings for path in setting.set):
            if path in seen:
                raise UserError(f"grid.{lever}: {path} is set by {seen[path]!r} too; one lever may set it")
            seen[path] = lever


def decoded(lever: Range, unit: Sequence[float]) -> list[float]:
    """Return a lever's values at a point of its cube, in order and apart as it asks.

    Examples
    --------
    >>> cutoffs = Range(set=["policy.a", "policy.b"], low=0, high=100, step=5, order="falling", gap=10)
    >>> decoded(cutoffs, [0.2, 0.8])
    [85, 15]
    >>> decoded(cutoffs, [0.5, 0.5])
    [55, 45]
    """
    draws = list(unit)
    if lever.order in ("rising", "falling"):
        draws.sort()
    places = [_place(lever, draw) for draw in draws]
    if lever.order in ("rising", "falling"):
        places = [place + number * lever.spacing for number, place in enumerate(places)]
    found = [_number(lever, place) for place in places]
    if lever.order == "falling":
        found.reverse()
    return found * len(lever.set) if lever.order == "same" else found


def _place(lever: Range, draw: float) -> float:
    """Return how far a draw is from low; every step is as likely as any other."""
    if lever.step is None:
        return draw * lever.room
    return min(int(draw * (lever.room + 1)), int(lever.room))


def _shift(lever: Range) -> float:
    return (lever.draws - 1) * lever.spacing


def _number(lever: Range, place: float) -> float:
    """Return the value so far from low: whole when low and the steps are, since whole parameters take nothing else."""
    if lever.step is None:
        return lever.low + place
    value = round(lever.low + place * lever.step, 10)
    return int(value) if lever.low.is_integer() and lever.step.is_integer() else value


def field_of(path: str) -> FieldInfo:
    """Return the declaration of a parameter of a scenario.

    Raises
    ------
    UserError
        When there is none of that path.
    """
    parts = path.split(".")
    kind: Any = Scenario
    field: FieldInfo | None = None
    for number, part in enumerate(parts):
        names = list(kind.model_fields) if kind is not None else []
        if part not in names:
            raise UserError(f"{path}: {unknown_name(Scenario, parts[: number + 1], names)}")
        field = kind.model_fields[part]
        kind = model_in(field.annotation)
    if field is None or kind is not None:
        raise UserError(f"{path}: is a section; name a parameter in it")
    return field


def refuse_wrong(where: str, path: str, end: str, value: float) -> None:
    """Refuse an end of a range that is no value of its parameter."""
    try:
        field = field_of(path)
    except UserError as error:
        raise UserError(f"{where}: {error}") from None
    kind: Any = Annotated[field.annotation, field]
    try:
        TypeAdapter(kind).validate_python(value, strict=True)
    except ValidationError:
        whole = (
            "; give a whole low and step" if not isinstance(value, int) and field.annotation is int else ""
        )
        raise UserError(
            f"{where}: {end} makes {path} {value:g}; allowed: {row_of(field, path).allowed}{whole}"
        ) from None
