"""A number of the world that a fit may move: how far it may go, and how much doubt there is about it.

A free number is moved in units of its prior: at ``z`` = 0 it is what is assumed, and ``z`` = 1 is one standard
deviation of the doubt about it away. Numbers that are factors or weights of one sign move in logs, levels by addition.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from simkit.calibration.fitted_file import rounded
from simkit.errors import UserError
from simkit.scenario.parameter import Source
from simkit.scenario.problem import did_you_mean
from simkit.scenario.reference import Row, describe
from simkit.scenario.world import World

REACH = 4.0
"""Prior standard deviations that a number may move either way."""

DOUBT: dict[Source, float] = {
    "handbook": math.log(1.5),
    "survey": math.log(1.5),
    "estimated": math.log(1.5),
    "assumption": math.log(2.0),
}
"""Prior standard deviation of the log of a number by its source: an assumption may be off by a factor of two."""

EFFECT_DOUBT = 0.5
"""Prior standard deviation of an effect on the logit of payment: half a unit takes odds a day of 0.10 to 0.16."""

_SHARE_DIGITS = 6


@dataclass(frozen=True)
class Free:
    """A number of the world that may move, and by how much.

    Attributes
    ----------
    path : str
        Dotted path below ``world``.
    kind : {"factor", "shift", "tilt"}
        ``factor`` multiplies a number, or each of a list of them; ``shift`` adds to it; ``tilt`` shifts a list of
        credit terms and their shares towards shorter ones, exp(-tilt) for every 30 days.
    sd : float
        Prior standard deviation: of the log of the factor, of the sum, or of the tilt.
    low, high : float
        Bounds of the number.
    """

    path: str
    kind: Literal["factor", "shift", "tilt"]
    sd: float
    low: float = -math.inf
    high: float = math.inf

    def value(self, assumed: Any, z: float) -> Any:
        """Return what stands at the path, moved by ``z`` prior standard deviations, to six significant digits."""
        step = self.sd * z
        if self.kind == "tilt":
            return _tilted(assumed, step)
        if isinstance(assumed, list):
            return [self.value(one, z) for one in assumed]
        moved = assumed * math.exp(step) if self.kind == "factor" else assumed + step
        return rounded(min(max(float(moved), self.low), self.high))

    def slope(self, assumed: Any, z: float) -> float:
        """Return how fast the number changes with ``z``; for a list, its shift, factor or tilt."""
        if self.kind == "factor":
            return self.sd * abs(self.number(assumed, z))
        return self.sd

    def number(self, assumed: Any, z: float) -> float:
        """Return the moved number; for a list, how far it is moved."""
        if isinstance(assumed, list):
            return math.exp(self.sd * z) if self.kind == "factor" else self.sd * z
        return float(self.value(assumed, z))

    def limits(self, assumed: Any) -> tuple[float, float]:
        """Return the least and largest ``z`` within the bounds and ``REACH``."""
        if isinstance(assumed, list):
            return -REACH, REACH
        if self.kind == "shift":
            ends = [(end - assumed) / self.sd for end in (self.low, self.high)]
        else:
            ends = sorted(
                math.log(end / assumed) / self.sd if end / assumed > 0 else -math.inf
                for end in (self.low, self.high)
            )
        return max(-REACH, ends[0]), min(REACH, ends[1])


def response(path: str) -> Free:
    """Return a number of the world as a free factor with the doubt that its source leaves, within its own bounds.

    Raises
    ------
    UserError
        When the world has no such number.

    Examples
    --------
    >>> response("payment.effort_elasticity").limits(0.15)
    (-4.0, 4.0)
    """
    rows = _rows()
    if path not in rows or rows[path].type != "number":
        raise UserError(f"{path!r} is no number of the world{did_you_mean(path, rows)}")
    low, high = _bounds(path)
    return Free(path, "factor", _doubt(rows[path]), low, high)


def effect(path: str) -> Free:
    """Return an effect on the odds of payment as a free sum, by `EFFECT_DOUBT`, within its own bounds.

    In logs an effect that is assumed to be next to nothing could not become a strong one.

    Raises
    ------
    UserError
        When the world has no such number.
    """
    found = response(path)
    return Free(path, "shift", EFFECT_DOUBT, found.low, found.high)


def at(tree: Mapping[str, Any], path: str) -> Any:
    """Return what stands at a dotted path of a tree.

    Examples
    --------
    >>> at({"payment": {"stage": {"formal": 0.25}}}, "payment.stage.formal")
    0.25
    """
    found: Any = tree
    for name in path.split("."):
        found = found[name]
    return found


def laid(tree: Mapping[str, Any], values: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Return a tree with values laid at dotted paths; the tree given stays as it is.

    Examples
    --------
    >>> laid({"a": {"b": 1, "c": 2}}, [("a.b", 3), ("d.e", 4)])
    {'a': {'b': 3, 'c': 2}, 'd': {'e': 4}}
    """
    whole = dict(tree)
    for path, value in values:
        name, _, rest = path.partition(".")
        whole[name] = laid(whole.get(name, {}), [(rest, value)]) if rest else value
    return whole


@cache
def _rows() -> dict[str, Row]:
    return {row.path: row for row in describe(World)}


def _doubt(row: Row) -> float:
    return next(sd for source, sd in DOUBT.items() if source == row.source)


def _bounds(path: str) -> tuple[float, float]:
    model: Any = World
    *sections, name = path.split(".")
    for section in sections:
        model = model.model_fields[section].annotation
    low, high = -math.inf, math.inf
    for bound in model.model_fields[name].metadata:
        low = max(low, getattr(bound, "ge", low), getattr(bound, "gt", low))
        high = min(high, getattr(bound, "le", high), getattr(bound, "lt", high))
    return low, high


def _tilted(terms: list[dict[str, Any]], tilt: float) -> list[dict[str, Any]]:
    """Return credit terms with shares tilted towards the shorter ones; they sum to 1 as written."""
    weights = [term["share"] * math.exp(-tilt * term["days"] / 30) for term in terms]
    shares = [round(weight / sum(weights), _SHARE_DIGITS) for weight in weights]
    largest = max(range(len(shares)), key=shares.__getitem__)
    shares[largest] = round(1.0 - sum(shares[:largest] + shares[largest + 1 :]), _SHARE_DIGITS)
    kept = zip(terms, shares, strict=True)
    return [{**term, "share": share} for term, share in kept if share > 0]
