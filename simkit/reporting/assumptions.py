"""Tables of parameters: what the scenario assumes and where each value comes from, and what the alternatives change."""

import json
import os
from collections.abc import Iterator, Sequence
from functools import lru_cache
from importlib import resources
from itertools import groupby
from pathlib import Path
from typing import Any

import yaml

from simkit.reporting.markup import Child, Html, element, joined
from simkit.reporting.tables import table
from simkit.reporting.texts import Language, catalogue, number, percent, scenario_name, text, yuan
from simkit.scenario.reference import Row, describe
from simkit.scenario.scenario import Scenario

SECTIONS = ("world", "policy", "run")
DISTRIBUTION = ": values at the cumulative shares"
SAME = "\N{MIDDLE DOT}"


def assumptions(
    scenario: Scenario, language: Language, calibrated: Sequence[str] = (), sections: Sequence[str] = ()
) -> Html:
    """Return every parameter of a scenario with its value, unit and source, in sections that open.

    Parameters
    ----------
    scenario : Scenario
        Whose values are shown.
    language : {"en", "zh"}
        Language of the words.
    calibrated : sequence of str
        Dotted paths that were estimated on the user's own ledger; what lies below them is too.
    sections : sequence of str
        The only sections to show, such as ``world.funnel``; all when none is named.
    """
    groups = groupby(parameters(scenario), key=_section_of)
    return joined(
        _section(name, list(rows), language, calibrated)
        for name, rows in groups
        if not sections or name in sections
    )


def _section_of(row: Row) -> str:
    """Return ``world.payment`` and the like; the run's parameters are one section."""
    top, part, *_ = row.path.split(".")
    return top if top == "run" else f"{top}.{part}"


def parameters(scenario: Scenario) -> list[Row]:
    """Return the rows of a scenario's world, policy and run; ``*`` rows, which describe list items, are left out."""
    rows = [row for section in SECTIONS for row in describe(getattr(scenario, section), section)]
    return [row for row in rows if ".*." not in row.path]


def counts(scenario: Scenario, calibrated: Sequence[str] = ()) -> dict[str, str]:
    """Return how many parameters there are, how many are assumed and how many the scenario file sets, as words."""
    tags = [source_of(row, calibrated) for row in parameters(scenario)]
    return {
        "all": str(len(tags)),
        "assumed": str(tags.count("assumption")),
        "scenario": str(tags.count("scenario")),
    }


def calibrated_paths(world: str | os.PathLike[str] | None) -> list[str]:
    """Return the dotted paths that a calibrated world's file sets; none without a file."""
    if world is None:
        return []
    found = yaml.safe_load(Path(world).read_text("utf-8"))["world"]
    return [f"world.{section}.{name}" for section, values in found.items() for name in values]


def source_of(row: Row, calibrated: Sequence[str] = ()) -> str:
    """Return where a value comes from: the ledger, the scenario file, or the default's own source."""
    if any(row.path == path or row.path.startswith(f"{path}.") for path in calibrated):
        return "ledger"
    return (row.source or "assumption") if row.value == row.default else "scenario"


def fitted_parameters(scenario: Scenario, language: Language, calibrated: Sequence[str]) -> Html:
    """Return the parameters that were estimated on the ledger, with their values in a scenario that uses them."""
    rows = [row for row in parameters(scenario) if source_of(row, calibrated) == "ledger"]
    return _table(rows, language, calibrated, text("ledger.fitted_table", language))


def _section(name: str, rows: list[Row], language: Language, calibrated: Sequence[str]) -> Html:
    tags = [source_of(row, calibrated) for row in rows]
    title = text(f"section.{name}", language)
    counted = text("assumptions.count", language, all=str(len(rows)), assumed=str(tags.count("assumption")))
    summary = element("summary", title, " ", element("small", counted))
    return element("details", summary, _table(rows, language, calibrated, title))


def _table(rows: list[Row], language: Language, calibrated: Sequence[str], caption: str) -> Html:
    columns = {key: text(f"assumptions.{key}", language) for key in ("parameter", "value", "source")}
    cells: Iterator[dict[str, Child]] = (
        {
            "parameter": named(row, language),
            "value": value_of(row.value, row.unit, language),
            "source": _tag(source_of(row, calibrated), language),
        }
        for row in rows
    )
    return table(columns, cells, caption=caption)


def named(row: Row, language: Language) -> Html:
    """Return what a parameter means and its path."""
    return joined([description(row.description, language), " ", element("code", row.path)])


def _tag(tag: str, language: Language) -> Html:
    return element("span", text(f"source.{tag}", language), class_=f"tag {tag}")


def description(english: str, language: Language) -> str:
    """Return what a parameter means, translated where the language is Chinese and a translation is at hand."""
    if language == "en":
        return english
    # A distribution's description ends with where its values stand; that is the same for all.
    subject, distribution, _ = english.partition(DISTRIBUTION)
    return translations().get(subject, subject) + (
        text("assumptions.distribution", language) if distribution else ""
    )


@lru_cache(maxsize=1)
def translations() -> dict[str, str]:
    """Return the Chinese of the parameters' descriptions by their English."""
    source = resources.files("simkit.reporting").joinpath("messages", "parameters_zh.yaml").read_text("utf-8")
    return {str(english): str(chinese) for english, chinese in yaml.safe_load(source).items()}


def value_of(value: Any, unit: str, language: Language) -> str:
    """Return a parameter's value with its unit in words; ``value`` may be JSON text, as the reference writes it."""
    plain = _parsed(value)
    if plain is None or plain == "":
        return "\N{EN DASH}"
    if isinstance(plain, bool):
        return text(f"assumptions.{'yes' if plain else 'no'}", language)
    if isinstance(plain, int | float):
        return _number(plain, unit, language)
    if isinstance(plain, list):
        return "; ".join(map(_compact, plain)) if any(map(_deep, plain)) else ", ".join(map(_compact, plain))
    return catalogue(language).get(f"choice.{plain}", str(plain))


def _deep(item: Any) -> bool:
    return isinstance(item, list | dict)


def _compact(item: Any) -> str:
    """Return an item of a list on as little room as it needs: ``days 30, share 0.15``."""
    if isinstance(item, dict):
        return ", ".join(f"{name} {_compact(value)}" for name, value in item.items())
    if isinstance(item, list):
        return ", ".join(map(_compact, item))
    return _digits(item) if isinstance(item, float) else str(item)


def _digits(value: float) -> str:
    """Return a number with as many decimals as it has, six digits at most."""
    decimals = len(f"{abs(value):.6g}".partition(".")[2]) if 1e-4 <= abs(value) < 1e6 else 0
    return f"{value:.6g}" if 0 < abs(value) < 1e-4 else number(value, decimals)


def _parsed(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


def _number(value: float, unit: str, language: Language) -> str:
    if unit == "fen":
        return yuan(value, language)
    if unit.startswith("share"):
        written = percent(value, 2).replace(".00%", "%")
    else:
        written = str(value) if unit == "-" and isinstance(value, int) else _digits(value)
    words = catalogue(language).get(f"unit_name.{unit}", unit)
    if value == 1 and language == "en" and " per " not in words:
        words = words.removesuffix("s")
    return f"{written} {words}".strip()


def changes(scenarios: Sequence[Scenario], language: Language) -> Html:
    """Return a table of the parameters in which alternatives differ from the first scenario.

    A dot means that the alternative leaves the parameter as it is.
    """
    names = [scenario_name(scenario.name, language) for scenario in scenarios]
    columns = {
        "parameter": text("assumptions.parameter", language),
        **{str(position): name for position, name in enumerate(names)},
    }
    cells: list[dict[str, Child]] = []
    for rows in zip(*map(parameters, scenarios), strict=True):
        today = rows[0]
        if any(row.value != today.value for row in rows):
            shown = [
                SAME if row.value == today.value else value_of(row.value, row.unit, language)
                for row in rows[1:]
            ]
            own = {str(position): value for position, value in enumerate(shown, start=1)}
            cells.append(
                {
                    "parameter": named(today, language),
                    "0": value_of(today.value, today.unit, language),
                    **own,
                }
            )
    return table(columns, cells, caption=text("assumptions.changes", language))
