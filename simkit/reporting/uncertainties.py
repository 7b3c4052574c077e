"""Uncertainties of the world in words: what each is, and values of it."""

import re

from simkit.reporting.assumptions import description, value_of
from simkit.reporting.markup import Html, element, joined
from simkit.reporting.texts import Language, interval
from simkit.scenario.space import field_of

DIGITS = 3
"""Significant digits of a value that an experiment found."""


def label(path: str, language: Language) -> str:
    """Return what the parameter at a dotted path is: its description up to the first semicolon or full stop."""
    return re.split("[;；]", description(str(field_of(path).description), language))[0].rstrip(".。")


def named(path: str, language: Language) -> Html:
    """Return what the parameter at a dotted path means, and the path."""
    return joined([label(path, language), " ", element("code", path)])


def written(value: float, path: str, language: Language) -> str:
    """Return a value of the parameter at a dotted path, rounded, with its unit."""
    extra = field_of(path).json_schema_extra
    unit = str(extra.get("unit", "")) if isinstance(extra, dict) else ""
    return value_of(float(f"{value:.{DIGITS}g}"), unit, language)


def between(low: float, high: float, path: str, language: Language) -> str:
    """Return a range of the parameter at a dotted path; a unit of both ends stands once, behind the upper one."""
    first, last = written(low, path, language), written(high, path, language)
    _, _, unit = last.partition(" ")
    return interval(first.removesuffix(f" {unit}") if unit else first, last, language)
