"""In which worlds a policy misses its target, as people read it: a box in words, what it is worth, its limits."""

from typing import Any

from simkit.experiments.prim import CHANCE, Discovery, Misses
from simkit.reporting.markup import Child, Html, element
from simkit.reporting.record import record
from simkit.reporting.tables import records, table
from simkit.reporting.texts import Language, filled, listing, percent, scenario_name, text
from simkit.reporting.uncertainties import between, label, named, written


def words(name: str, target: str, found: Misses, box: Discovery | None, language: Language) -> Html:
    """Return where a policy misses a target, in words.

    Parameters
    ----------
    name : str
        The policy.
    target : str
        The target in words, such as ``sales growth at least 0.0%``.
    found : Misses
        The worlds tried.
    box : Discovery, optional
        The box found in them; None when all of them miss, or none does.
    language : {"en", "zh"}
        Language of the words.
    """
    told: dict[str, Child] = {
        "name": element("strong", scenario_name(name, language)),
        "target": target,
        "missed": str(int(found.missed.sum())),
        "worlds": str(len(found.missed)),
    }
    if box is None:
        kind = "all" if found.missed.any() else "none"
        return element("p", filled(f"discovery.{kind}", language, **told))
    told |= {
        "density": percent(box.density, 0),
        "coverage": percent(box.coverage, 0),
        "base": percent(box.base_rate, 0),
    }
    if box.limits.empty or box.limits["p_value"].min() >= CHANCE:
        return element("p", filled("discovery.nowhere", language, **told))
    told["where"] = listing([limit(row, language) for row in records(box.limits)], language)
    return element("p", filled("discovery.box", language, **told))


def limit(row: dict[str, Any], language: Language) -> str:
    """Return a limit of a box in words: at least, at most, or between."""
    name = label(row["path"], language)
    if row["low"] <= row["from_low"]:
        return text(
            "discovery.at_most", language, name=name, value=written(row["high"], row["path"], language)
        )
    if row["high"] >= row["from_high"]:
        return text(
            "discovery.at_least", language, name=name, value=written(row["low"], row["path"], language)
        )
    return text(
        "discovery.between",
        language,
        name=name,
        range=between(row["low"], row["high"], row["path"], language),
    )


def limits(box: Discovery | None, language: Language) -> Html:
    """Return the limits of a box with what each is worth; empty without a box."""
    if box is None or box.limits.empty:
        return Html("")
    keys = ("parameter", "box_limits", "range", "without", "reproduced", "chance")
    columns = {key: text(f"discovery.{key}", language) for key in keys}
    rows: list[dict[str, Child]] = [
        {
            "parameter": named(row["path"], language),
            "box_limits": between(row["low"], row["high"], row["path"], language),
            "range": between(row["from_low"], row["from_high"], row["path"], language),
            "without": percent(row["density_without"], 0),
            "reproduced": percent(row["reproduced"], 0),
            "chance": percent(row["p_value"], 1),
        }
        for row in records(box.limits)
    ]
    return table(columns, rows, caption=text("discovery.table", language))


def record_box(found: Misses, box: Discovery | None) -> None:
    """Record in how many worlds the target is missed, and the box."""
    record("worlds", len(found.missed))
    record("missed", int(found.missed.sum()))
    if box is not None:
        for key in ("coverage", "density", "support"):
            record(f"box.{key}", getattr(box, key))
        for row in records(box.limits):
            record(f"box.{row['path']}.low", row["low"])
            record(f"box.{row['path']}.high", row["high"])
