"""A known case as people read it: what somebody reported of a policy change, beside what the simulation makes of it."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from simkit.reporting.markup import Child, Html, element, joined
from simkit.reporting.measures import MEASURES, Measure
from simkit.reporting.tables import records, table
from simkit.reporting.texts import Language, text
from simkit.reporting.verdict import Estimate


def case_table(worlds: Mapping[str, pd.DataFrame], language: Language) -> Html:
    """Return each outcome of a case: reported, and simulated in some worlds; before, after, by how much.

    Parameters
    ----------
    worlds : mapping of str to DataFrame
        By the end of a message's key (``here``, ``fitted``), one row an outcome, as
        `simkit.experiments.cases.known_case` returns them.
    language : {"en", "zh"}
        Language of the words.
    """
    columns = {key: text(f"cases.{key}", language) for key in ("outcome", "reported", *worlds)}
    rows: list[dict[str, Child]] = []
    for found in zip(*map(records, worlds.values()), strict=True):
        measure = MEASURES[found[0]["kpi"]]
        row: dict[str, Child] = {
            "outcome": measure.label(language),
            "reported": _reported(measure, found[0], language),
        }
        row |= {key: _simulated(measure, each, language) for key, each in zip(worlds, found, strict=True)}
        rows.append(row)
    return table(columns, rows, caption=text("cases.table", language))


def compared(reported: float, change: Estimate) -> str:
    """Return how the simulated change compares with the reported one.

    ``agrees`` when the reported change lies in the interval; else ``opposite``, ``weaker`` or ``stronger`` as the
    simulation has it, and ``unknown`` without an interval.
    """
    if not change.low <= change.high:
        return "unknown"
    if change.low <= reported <= change.high:
        return "agrees"
    if change.mean * reported < 0:
        return "opposite"
    return "weaker" if abs(change.mean) < abs(reported) else "stronger"


def _reported(measure: Measure, row: dict[str, Any], language: Language) -> Html:
    before, after = row["reported_before"], row["reported_after"]
    return _cell(measure, before, after, [measure.difference(after - before, language)], language)


def _simulated(measure: Measure, row: dict[str, Any], language: Language) -> Html:
    change = Estimate(row["change"], row["change_low"], row["change_high"])
    range_ = measure.range(change.low, change.high, language, differences=True)
    shown = measure.difference(change.mean, language)
    judged = compared(row["reported_after"] - row["reported_before"], change)
    notes = [
        text("compare.with_range", language, value=shown, range=range_),
        text(f"cases.{judged}", language),
    ]
    return _cell(measure, row["before"], row["after"], notes, language)


def _cell(measure: Measure, before: float, after: float, notes: Sequence[str], language: Language) -> Html:
    ends = text(
        "tiers.from_to",
        language,
        before=measure.value(before, language),
        after=measure.value(after, language),
    )
    return joined([ends, *(element("div", note, class_="note") for note in notes)])
