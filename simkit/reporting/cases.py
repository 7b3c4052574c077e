"""A known case as people read it: what somebody reported of a policy change, beside what the simulation makes of it."""

import pandas as pd

from simkit.reporting.markup import Child, Html, element, joined
from simkit.reporting.measures import MEASURES, Measure
from simkit.reporting.tables import records, table
from simkit.reporting.texts import Language, text
from simkit.reporting.verdict import Estimate


def case_table(found: pd.DataFrame, language: Language) -> Html:
    """Return each outcome of a case: reported and simulated, before, after and by how much, and how they compare.

    Parameters
    ----------
    found : DataFrame
        One row an outcome, as `simkit.experiments.cases.known_case` returns them.
    language : {"en", "zh"}
        Language of the words.
    """
    columns = {
        key: text(f"cases.{key}", language) for key in ("outcome", "reported", "simulated", "compared")
    }
    rows: list[dict[str, Child]] = []
    for row in records(found):
        measure = MEASURES[row["kpi"]]
        change = Estimate(row["change"], row["change_low"], row["change_high"])
        reported = row["reported_after"] - row["reported_before"]
        range_ = measure.range(change.low, change.high, language, differences=True)
        shown = measure.difference(change.mean, language)
        rows.append(
            {
                "outcome": measure.label(language),
                "reported": _cell(
                    measure,
                    row["reported_before"],
                    row["reported_after"],
                    measure.difference(reported, language),
                    language,
                ),
                "simulated": _cell(
                    measure,
                    row["before"],
                    row["after"],
                    text("compare.with_range", language, value=shown, range=range_),
                    language,
                ),
                "compared": text(f"cases.{compared(reported, change)}", language),
            }
        )
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


def _cell(measure: Measure, before: float, after: float, change: str, language: Language) -> Html:
    ends = text(
        "tiers.from_to",
        language,
        before=measure.value(before, language),
        after=measure.value(after, language),
    )
    return joined([ends, element("div", change, class_="note")])
