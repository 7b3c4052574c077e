"""Parameter values with the place each came from: what files, overrides and defaults are merged as."""

import datetime
import enum
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from pydantic import BaseModel

from simkit.scenario.problem import Place, shown

Scalar = str | int | float | bool | None

# Above this a float no longer tells neighbouring whole numbers apart.
LARGEST_EXACT = 2**53
LARGEST_INT = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Node:
    """A scalar, a list or a mapping, and where it was given.

    ``text`` is what the user wrote, for messages. ``replaces`` marks a mapping that was laid over something
    else than a mapping: it hides whatever lies below it, which keeps :func:`merge` associative.
    """

    value: "Scalar | list[Node] | dict[str, Node]"
    place: Place
    text: str = ""
    replaces: bool = False

    def child(self, key: str | int) -> "Node | None":
        """Return the node under a name or a list index, or None."""
        if isinstance(self.value, dict):
            return self.value.get(str(key))
        if isinstance(self.value, list) and str(key).isdecimal() and int(key) < len(self.value):
            return self.value[int(key)]
        return None

    def children(self) -> "list[Node]":
        """Return the nodes right below."""
        if isinstance(self.value, dict):
            return list(self.value.values())
        return self.value if isinstance(self.value, list) else []


def merge(below: Node, above: Node) -> Node:
    """Return ``above`` laid over ``below``: mappings merge name by name, anything else is replaced.

    Associative, so a chain of files means the same however it is grouped.
    """
    if not isinstance(above.value, dict) or above.replaces:
        return above
    if not isinstance(below.value, dict):
        return Node(above.value, above.place, above.text, replaces=True)
    merged = dict(below.value)
    for name, node in above.value.items():
        merged[name] = merge(merged[name], node) if name in merged else node
    return Node(merged, above.place, above.text, below.replaces)


def plain(node: Node) -> Any:
    """Return the bare value of a tree; whole floats become ints, which fields of either kind accept."""
    value = node.value
    if isinstance(value, dict):
        return {name: plain(child) for name, child in value.items()}
    if isinstance(value, list):
        return [plain(child) for child in value]
    if isinstance(value, float) and value.is_integer() and abs(value) < LARGEST_EXACT:
        return int(value)
    return value


def node_of(value: Any, place: Place) -> Node:
    """Return a Python value as a tree, every part of it at one place.

    Raises
    ------
    ValueError
        If the value is none that a scenario file could hold; the text says why.
    """
    value = _bare(value)
    if isinstance(value, Mapping):
        if strange := [name for name in value if not isinstance(name, str)]:
            raise ValueError(f"the name {strange[0]!r} is not text")
        return Node({str(name): node_of(child, place) for name, child in value.items()}, place)
    if isinstance(value, list | tuple):
        return Node([node_of(child, place) for child in value], place)
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(f"{value} is not a finite number")
    if isinstance(value, int) and abs(value) > LARGEST_INT:
        raise ValueError(f"{value} is beyond 64 bits")
    if value is None or isinstance(value, bool | int | float):
        return Node(value, place, "nothing (null)" if value is None else str(value).lower())
    if isinstance(value, str):
        if has_lone_surrogate(value):
            raise ValueError(f"{value!a} holds half a character (a lone surrogate)")
        return Node(str(value), place, shown(value))
    raise ValueError(f"a value of type {type(value).__name__} cannot stand in a scenario")


def _bare(value: Any) -> Any:
    """Return the plain value that a model, a numpy value, an enum member or a date stands for."""
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if isinstance(value, np.generic | np.ndarray):
        return value.tolist()
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        return value.isoformat()
    return value


def has_lone_surrogate(text: str) -> bool:
    """Tell whether a text holds half a character, which no UTF-8 file could."""
    return any("\ud800" <= character <= "\udfff" for character in text)


def described(node: Node) -> str:
    """Return what was given, in words short enough for a message."""
    if isinstance(node.value, dict):
        return "a mapping"
    if isinstance(node.value, list):
        return f"a list of {len(node.value)}"
    return node.text
