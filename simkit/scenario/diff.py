"""What differs between two scenarios, and the hash that tells whether anything does."""

import hashlib
import json
from collections.abc import Iterator
from typing import Any, Final

from pydantic import BaseModel

from simkit.scenario.scenario import Scenario


class _Absent:
    """Stands for a value that only the other side has."""

    def __repr__(self) -> str:
        return "(absent)"


ABSENT: Final = _Absent()
"""Value in a :func:`diff` of a path that one side does not have."""


def diff(a: BaseModel, b: BaseModel) -> list[tuple[str, Any, Any]]:
    """Return the changed leaves of two scenarios, or two sections, as (dotted path, value in a, value in b).

    Lists of equal length are compared item by item, others as a whole. ``name``, ``description`` and ``reported`` of a
    scenario are left out: they change nothing. So are ``draws``, which stand for the world they were fitted with.

    Examples
    --------
    >>> from simkit.scenario.policy.contract import Contract
    >>> diff(Contract(), Contract(term_days=45))
    [('term_days', 30, 45)]
    """
    return list(_changes("", _bare(a, _LABELS | {"draws"}), _bare(b, _LABELS | {"draws"})))


_LABELS = {"name", "description", "reported"}


def _bare(model: BaseModel, left_out: set[str]) -> Any:
    return model.model_dump(mode="json", exclude=left_out if isinstance(model, Scenario) else None)


def _changes(path: str, a: Any, b: Any) -> Iterator[tuple[str, Any, Any]]:
    if isinstance(a, dict) and isinstance(b, dict):
        pairs = [(name, a.get(name, ABSENT), b.get(name, ABSENT)) for name in {**a, **b}]
    elif isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
        pairs = [(str(index), left, right) for index, (left, right) in enumerate(zip(a, b, strict=True))]
    else:
        if a != b:
            yield path, a, b
        return
    for name, left, right in pairs:
        yield from _changes(f"{path}.{name}" if path else name, left, right)


def scenario_hash(scenario: Scenario) -> str:
    """Return the SHA-256 (hexadecimal) of all that decides a scenario's results.

    Policy, status quo, world, its draws and run as JSON with sorted names; name, description and what is reported do
    not count.
    """
    canonical = json.dumps(_bare(scenario, _LABELS), sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()
