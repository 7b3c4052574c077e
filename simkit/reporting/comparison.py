"""A comparison as people read it: points, cards, tables and curves made from its numbers."""

from collections.abc import Iterable, Sequence
from typing import Protocol

import pandas as pd

from simkit.reporting.cards import Card, cards
from simkit.reporting.markup import Html, element, joined
from simkit.reporting.measures import EVIDENCE, GROWTH, HEADLINE, MEASURES, OVERDUE, Measure
from simkit.reporting.record import record
from simkit.reporting.tables import table
from simkit.reporting.texts import Language, scenario_name, text
from simkit.reporting.verdict import Effect, Verdict

KEYS = ["scenario", "kpi"]


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
    """Return the points of ``charts.growth_against_overdue``, the recommended alternative marked.

    Bars are the intervals of the paired difference, laid around the alternative's own mean: where they miss the status
    quo's value the difference is sure.
    """
    summary, differences = compared.summary().set_index(KEYS), compared.differences().set_index(KEYS)
    best = judged.best.name if judged.best else None
    rows = []
    for position, name in enumerate(compared.names):
        role = "recommended" if name == best else "alternative" if position else "status_quo"
        shown = scenario_name(name, language)
        label = f"{shown} ({text('compare.best_role', language)})" if name == best else shown
        row = {"name": shown, "label": label, "role": role}
        for key, measure in (("growth", GROWTH), ("overdue", OVERDUE)):
            row |= {key: summary.loc[(name, measure.name)]["mean"]}
            row |= bars(row[key], key, differences.loc[(name, measure.name)] if position else None)
        rows.append(row)
    return pd.DataFrame(rows)


def bars(mean: float, key: str, difference: pd.Series | None) -> dict[str, float]:
    """Return the ends of a point's bar: its mean, moved by as much as its paired difference may be off."""
    low, high = (0.0, 0.0) if difference is None else (difference["low"] - difference["mean"], difference["high"] - difference["mean"])
    return {f"{key}_low": mean + low, f"{key}_high": mean + high}


def difference_rows(compared: Compared, measure: Measure, language: Language) -> pd.DataFrame:
    """Return the rows of ``charts.difference_bars`` for one measure."""
    differences = compared.differences()
    rows = differences[differences["kpi"] == measure.name]
    return rows.assign(name=[scenario_name(name, language) for name in rows["scenario"]])[["name", "mean", "low", "high"]]


def headline_cards(compared: Compared, judged: Verdict, language: Language) -> Html:
    """Return the headline measures: of the alternative the verdict names, against the status quo, else of the status quo."""
    summary = compared.summary().set_index(KEYS)
    if judged.chosen is None:
        return cards(_own_card(summary, compared.names[0], MEASURES[name], language) for name in HEADLINE)
    differences = compared.differences().set_index(KEYS)
    today = scenario_name(compared.names[0], language)
    return cards(_against_card(summary, differences, judged.chosen.name, today, MEASURES[name], language) for name in HEADLINE)


def _own_card(summary: pd.DataFrame, name: str, measure: Measure, language: Language) -> Card:
    row = summary.loc[(name, measure.name)]
    range_ = measure.range(row["low"], row["high"], language)
    return Card(measure.label(language), measure.value(row["mean"], language), text("compare.own_range", language, range=range_))


def _against_card(
    summary: pd.DataFrame, differences: pd.DataFrame, name: str, today: str, measure: Measure, language: Language
) -> Card:
    row = differences.loc[(name, measure.name)]
    note = text(
        "compare.against",
        language,
        difference=measure.difference(row["mean"], language),
        status_quo=today,
        range=measure.range(row["low"], row["high"], language, differences=True),
    )
    value = measure.value(summary.loc[(name, measure.name)]["mean"], language)
    return Card(measure.label(language), value, note, tone(Effect(row["mean"], row["low"], row["high"]), measure))


def tone(effect: Effect, measure: Measure) -> str:
    """Return how a difference is coloured: good, bad, or unsure when its interval includes 0."""
    return {1: "good", -1: "bad", 0: "unsure"}[effect.sign * measure.better]


def evidence(compared: Compared, language: Language, names: Iterable[str] = EVIDENCE) -> Html:
    """Return a table of measures by scenario: means, and the paired differences with their intervals."""
    summary = compared.summary().set_index(KEYS)
    differences = compared.differences().set_index(KEYS)
    columns = {
        "measure": text("compare.measure", language),
        **{str(position): scenario_name(name, language) for position, name in enumerate(compared.names)},
    }
    rows = []
    for measure in (MEASURES[name] for name in names):
        row: dict[str, str | Html] = {"measure": measure.label(language)}
        for position, name in enumerate(compared.names):
            value = measure.value(summary.loc[(name, measure.name)]["mean"], language)
            row[str(position)] = value if position == 0 else _cell(value, differences.loc[(name, measure.name)], measure, language)
        rows.append(row)
    return table(columns, rows, caption=text("compare.table", language))


def _cell(value: str, difference: pd.Series, measure: Measure, language: Language) -> Html:
    shown = measure.difference(difference["mean"], language)
    range_ = measure.range(difference["low"], difference["high"], language, differences=True)
    return joined([value, element("div", f"{shown} ({range_})", class_="note")])


def weekly(compared: Compared, column: str, names: Sequence[str], language: Language) -> pd.DataFrame:
    """Return the rows of ``charts.fans`` for one column of the curves: mean and 5 % to 95 % over replications."""
    curves = compared.curves[compared.curves["scenario"].isin(names)]
    grouped = curves.groupby(["scenario", "date"], sort=False)[column]
    frame = pd.DataFrame({"mean": grouped.mean(), "p05": grouped.quantile(0.05), "p95": grouped.quantile(0.95)})
    frame = frame.dropna().reset_index()
    frame = frame.assign(place=[names.index(name) for name in frame["scenario"]]).sort_values(["place", "date"])
    return frame.assign(name=[scenario_name(name, language) for name in frame["scenario"]])


def failures(compared: Compared, language: Language) -> Html:
    """Return which runs failed, as a note; empty when none did."""
    if not compared.failed:
        return Html("")
    words = text("compare.failed", language, count=str(len(compared.failed)), names="; ".join(compared.failed))
    return element("p", words, class_="note")


def record_differences(compared: Compared) -> None:
    """Record every headline difference with the ends of its interval, by scenario and measure."""
    rows = compared.differences()
    for row in rows[rows["kpi"].isin(HEADLINE)].itertuples(index=False):
        for end in ("mean", "low", "high"):
            record(f"{row.scenario}.{row.kpi}.{end}", getattr(row, end))
