"""Sums that add up: the whole of a company is the sum of its regions."""

from dataclasses import fields
from typing import Any, Self


class Sums:
    """A dataclass of numbers, arrays, or other sums; two of them add field by field."""

    def __add__(self, other: Self) -> Self:
        values = (
            _added(getattr(self, field.name), getattr(other, field.name))
            for field in fields(self)  # type: ignore[arg-type]  # every subclass is a dataclass
        )
        return type(self)(*values)


def _added(one: Any, other: Any) -> Any:
    if isinstance(one, dict):
        return {name: one[name] + other[name] for name in one}
    return one + other
