"""A comparison as people read it: points, cards, tables and curves made from its numbers."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

import pandas as pd

from simkit.reporting.cards import Card, cards
from simkit.reporting.markup import Child, Html, element, joined
from simkit.reporting.measures import EVIDENCE, GROWTH, HEADLINE, MEASURES, OVERDUE, Measure
from simkit.reporting.record import record
from simkit.reporting.tables import table
from simkit.reporting.texts import Language, scenario_name, text
from simkit.reporting.verdict import Estimate, Verdict, estimates, marked, tone

OVERDUE_BUCKETS = ("overdue_1_30_fen", "overdue_31_60_fen", "overdue_61_90_fen", "overdue_91_fen")
"""Columns of the weekly curves: what is overdue, by how long."""

Known = Mapping[tuple[str, str], Estimate]


class Compared(Protocol):
    """What the reports read of a comparison."""

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the scenarios, the status quo first."""

    @property
    def curves(self) -> pd.DataFrame:
        """Weekly curves: scenario, replication, date and the measures."""

    @property
    def failed(self) -> tuple[str, ...]:
        """Runs that failed."""

    def summary(self) -> pd.DataFrame:
        """Return scenario, kpi, mean, low, high."""

    def differences(self) -> pd.DataFrame:
        """Return scenario, kpi, mean, low, high, n against the first scenario."""


def points(compared: Compared, judged: Verdict, language: Language) -> pd.DataFrame:
    """Return the points of ``scatter.growth_against_overdue``, the recommended alternative marked."""
    best = judged.best.name if judged.best else None
    rows = []
    for position, name in enumerate(compared.names):
        role = "recommended" if name == best else "alternative" if position else "status_quo"
        shown = scenario_name(name, language)
        label = f"{shown} ({text('compare.best_role', language)})" if name == best else shown
        rows.append({"name": shown, "label": label, "role": role} | spot(compared, name))
    return pd.DataFrame(rows)


def spot(compared: Compared, name: str) -> dict[str, float]:
    """Return where a scenario lies on the chart of growth against overdue rate, and the ends of its bars.

    Bars are the intervals of the paired difference, laid around the scenario's own mean: where they miss the first
    scenario's value the difference is sure. The first scenario has none.
    """
    summary, differences = estimates(compared.summary()), estimates(compared.differences())
    ends = {}
    for key, measure in (("growth", GROWTH), ("overdue", OVERDUE)):
        mean = summary[name, measure.name].mean
        difference = differences.get((name, measure.name), Estimate(0.0, 0.0, 0.0))
        ends[key] = mean
        ends[f"{key}_low"] = mean + difference.low - difference.mean
        ends[f"{key}_high"] = mean + difference.high - difference.mean
    return ends


def difference_rows(compared: Compared, measure: Measure, language: Language) -> pd.DataFrame:
    """Return the rows of ``charts.difference_bars`` for one measure."""
    differences = compared.differences()
    rows = differences[differences["kpi"] == measure.name]
    return rows.assign(name=[scenario_name(name, language) for name in rows["scenario"]])[
        ["name", "mean", "low", "high"]
    ]


def headline_cards(compared: Compared, judged: Verdict, language: Language) -> Html:
    """Return the headline measures of the alternative the verdict names, else of the status quo."""
    return measure_cards(compared, judged.chosen.name if judged.chosen else compared.names[0], language)


def measure_cards(compared: Compared, name: str, language: Language) -> Html:
    """Return the headline measures of a scenario, with its differences from the status quo."""
    summary, differences = estimates(compared.summary()), estimates(compared.differences())
    today = scenario_name(compared.names[0], language)
    measures = [MEASURES[kpi] for kpi in HEADLINE]
    return cards(
        _card(measure, summary[name, measure.name], differences.get((name, measure.name)), today, language)
        for measure in measures
    )


def _card(
    measure: Measure, level: Estimate, difference: Estimate | None, today: str, language: Language
) -> Card:
    """Return a measure's level with its difference from the status quo, or with its own interval if there is none."""
    label, value = measure.label(language), measure.value(level.mean, language)
    if difference is None:
        range_ = measure.range(level.low, level.high, language)
        return Card(label, value, text("compare.own_range", language, range=range_))
    note = text(
        "compare.against",
        language,
        difference=measure.difference(difference.mean, language),
        status_quo=today,
        range=measure.range(difference.low, difference.high, language, differences=True),
    )
    return Card(label, value, note, tone(difference, measure), marked(difference, measure, language))


def evidence(compared: Compared, language: Language, names: Iterable[str] = EVIDENCE) -> Html:
    """Return a table of measures by scenario: means, and the paired differences with their intervals."""
    summary, differences = estimates(compared.summary()), estimates(compared.differences())
    shown = {str(place): scenario_name(name, language) for place, name in enumerate(compared.names)}
    rows = []
    for measure in (MEASURES[name] for name in names):
        row: dict[str, Child] = {"measure": measure.label(language)}
        for place, name in enumerate(compared.names):
            value = measure.value(summary[name, measure.name].mean, language)
            difference = differences.get((name, measure.name))
            row[str(place)] = _cell(value, difference, measure, language) if difference else value
        rows.append(row)
    columns = {"measure": text("compare.measure", language)} | shown
    return table(columns, rows, caption=text("compare.table", language))


def _cell(value: str, difference: Estimate, measure: Measure, language: Language) -> Html:
    if difference.low == difference.high == 0:
        return joined([value])
    shown = measure.difference(difference.mean, language)
    range_ = measure.range(difference.low, difference.high, language, differences=True)
    note = text("compare.with_range", language, value=shown, range=range_)
    return joined([value, element("div", note, class_="note")])


def weekly(compared: Compared, column: str, names: Sequence[str], language: Language) -> pd.DataFrame:
    """Return the rows of ``charts.fans`` for one column of the curves: mean and 5 % to 95 % over replications."""
    curves = compared.curves[compared.curves["scenario"].isin(names)]
    grouped = curves.groupby(["scenario", "date"], sort=False)[column]
    frame = pd.DataFrame(
        {"mean": grouped.mean(), "p05": grouped.quantile(0.05), "p95": grouped.quantile(0.95)}
    )
    frame = frame.dropna().reset_index()
    frame = frame.assign(place=[names.index(name) for name in frame["scenario"]]).sort_values(
        ["place", "date"]
    )
    return frame.assign(name=[scenario_name(name, language) for name in frame["scenario"]])


def failures(compared: Compared, language: Language) -> Html:
    """Return which runs failed, as a note; empty when none did."""
    if not compared.failed:
        return Html("")
    words = text(
        "compare.failed", language, count=str(len(compared.failed)), names="; ".join(compared.failed)
    )
    return element("p", words, class_="note")


def record_differences(compared: Compared) -> None:
    """Record every headline difference with the ends of its interval, by scenario and measure."""
    for (name, kpi), difference in estimates(compared.differences()).items():
        if kpi in HEADLINE:
            for end in ("mean", "low", "high"):
                record(f"{name}.{kpi}.{end}", getattr(difference, end))
