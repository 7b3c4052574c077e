"""The reference table of parameters, generated from the models: what each means and what it may be."""

import json
import types
import typing
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import Enum
from functools import lru_cache
from typing import Any, Literal

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import to_jsonable_python

_WORDS: dict[Any, str] = {
    bool: "true or false",
    int: "whole number",
    float: "number",
    str: "text",
    date: "date as YYYY-MM-DD",
    type(None): "null",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One parameter: ``default`` and ``value`` differ only in a table made from a model instance."""

    path: str
    type: str
    unit: str
    bounds: str
    default: str
    value: str
    source: str
    description: str

    @property
    def allowed(self) -> str:
        """What a file may say here, in words."""
        unit = f" ({self.unit})" if self.unit not in ("", "-", "date") else ""
        return f"{self.type}{', ' if self.bounds else ''}{self.bounds}{unit}"


def describe(model: BaseModel | type[BaseModel], prefix: str = "") -> list[Row]:
    """Return one row for every parameter of a model, in the order of declaration.

    Parameters
    ----------
    model : BaseModel or type of BaseModel
        A section such as ``Policy``. Given an instance, rows show its values beside the defaults; given a
        class, ``value`` is the default.
    prefix : str
        Dotted path of the section, for instance ``policy``.

    Returns
    -------
    list of Row
        Models inside lists appear as ``path.*.name`` after the row of their list.
    """
    kind = model if isinstance(model, type) else type(model)
    defaults = _defaults(kind)
    values = defaults if isinstance(model, type) else model.model_dump(mode="json")
    return list(_rows(kind, prefix, defaults, values))


def _defaults(kind: type[BaseModel]) -> Any:
    """Return the default of every field that has one, as JSON values."""
    found: dict[str, Any] = {}
    for name, field in kind.model_fields.items():
        if not field.is_required():
            found[name] = to_jsonable_python(field.get_default(call_default_factory=True))
    return found


def _rows(kind: type[BaseModel], prefix: str, defaults: Any, values: Any) -> Iterator[Row]:
    for name, field in kind.model_fields.items():
        path = f"{prefix}.{name}" if prefix else name
        default = defaults.get(name) if isinstance(defaults, dict) else None
        value = values.get(name) if isinstance(values, dict) else None
        inner = model_in(field.annotation)
        if inner is not None and not is_collection(field.annotation):
            yield from _rows(inner, path, default, value)
            continue
        yield row_of(field, path, default, value)
        if inner is not None:
            yield from _rows(inner, f"{path}.*", _defaults(inner), _defaults(inner))


def row_of(field: FieldInfo, path: str, default: Any = None, value: Any = None) -> Row:
    """Return the row of one field."""
    extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
    return Row(
        path=path,
        type=type_words(field.annotation),
        unit=str(extra.get("unit", "")),
        bounds=bound_words(field.metadata, is_collection(field.annotation)),
        default=_written(default),
        value=_written(value),
        source=str(extra.get("source", "")),
        description=field.description or "",
    )


def _written(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def options(annotation: Any) -> tuple[Any, ...]:
    """Return the members of a union without ``None``, or the annotation alone."""
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        return tuple(option for option in typing.get_args(annotation) if option is not type(None))
    return (annotation,)


def is_collection(annotation: Any) -> bool:
    """Tell whether values are lists, tuples or free mappings."""
    return any(typing.get_origin(option) in (list, tuple, dict) for option in options(annotation))


def item_annotation(annotation: Any) -> Any:
    """Return what the items of a list, tuple or free mapping are, or None for anything else."""
    for option in options(annotation):
        arguments = typing.get_args(option)
        if typing.get_origin(option) in (list, tuple, dict) and arguments:
            return arguments[-1] if typing.get_origin(option) is dict else arguments[0]
    return None


def model_in(annotation: Any) -> type[BaseModel] | None:
    """Return the model a value is, or the items of a collection are; None when there is none."""
    for option in options(annotation):
        if isinstance(option, type) and issubclass(option, BaseModel):
            return option
    item = item_annotation(annotation)
    return model_in(item) if item is not None else None


def choices(annotation: Any) -> list[str]:
    """Return the values of a ``Literal`` or an enum, or nothing."""
    for option in options(annotation):
        if typing.get_origin(option) is Literal:
            return [str(choice) for choice in typing.get_args(option)]
        if isinstance(option, type) and issubclass(option, Enum):
            return [str(member.value) for member in option]
    return []


def type_words(annotation: Any) -> str:
    """Return the type of a value in words: ``whole number``, ``one of a, b``, ``list of number``."""
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        return " or ".join(type_words(option) for option in typing.get_args(annotation))
    if names := choices(annotation):
        return f"one of {', '.join(names)}"
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is tuple and Ellipsis not in arguments:
        return f"list of {len(arguments)} ({', '.join(type_words(item) for item in arguments)})"
    if origin in (list, tuple):
        return f"list of {type_words(arguments[0])}"
    return _WORDS.get(annotation, "mapping")


def bound_words(metadata: list[Any], collection: bool) -> str:
    """Return the bounds of a value, or of the length of a list or text, in words: ``0 to 1``."""
    found: dict[str, Any] = {}
    for bound in metadata:
        found |= {
            name: getattr(bound, name)
            for name in ("ge", "gt", "le", "lt", "min_length", "max_length")
            if getattr(bound, name, None) is not None
        }
    if text := _range(found, {"ge": "at least", "gt": "above"}, {"le": "at most", "lt": "below"}):
        return text
    length = _range(found, {"min_length": "at least"}, {"max_length": "at most"})
    return f"{length} {'items' if collection else 'characters'}" if length else ""


def _range(found: dict[str, Any], lowest: dict[str, str], highest: dict[str, str]) -> str:
    """Return a range in words: ``12``, ``0 to 1`` when both ends are allowed, ``above 0 and at most 1``."""
    low = next((name for name in lowest if name in found), None)
    high = next((name for name in highest if name in found), None)
    if low and high and found[low] == found[high]:
        return _number(found[low])
    if low and high and (lowest[low], highest[high]) == ("at least", "at most"):
        return f"{_number(found[low])} to {_number(found[high])}"
    words = {**lowest, **highest}
    return " and ".join(f"{words[name]} {_number(found[name])}" for name in (low, high) if name)


def _number(bound: float | date) -> str:
    if isinstance(bound, date):
        return bound.isoformat()
    return f"{bound:,.0f}" if float(bound).is_integer() else f"{bound:g}"


@lru_cache(maxsize=64)
def paths(kind: type[BaseModel], prefix: str = "") -> tuple[str, ...]:
    """Return the dotted paths of all fields of a model, its inner models included."""
    found: list[str] = []
    for name, field in kind.model_fields.items():
        path = f"{prefix}.{name}" if prefix else name
        found.append(path)
        inner = model_in(field.annotation)
        if inner is not None and not is_collection(field.annotation):
            found.extend(paths(inner, path))
    return tuple(found)
