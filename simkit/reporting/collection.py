"""Ways of chasing what is overdue, as people read them: how soon they are paid, what work and goodwill they cost."""

from collections.abc import Sequence

import pandas as pd

from simkit.experiments.compare import Comparison
from simkit.outcomes.cohorts import COHORT_DAYS
from simkit.reporting import theme
from simkit.reporting.markup import Child, Html, element, joined
from simkit.reporting.measures import GROWTH, MEASURES, OVERDUE, PROFIT
from simkit.reporting.policies import Outcome, difference, policy_table, surely_lower, with_range
from simkit.reporting.record import record
from simkit.reporting.tables import records, table
from simkit.reporting.texts import Language, filled, listing, number, percent, scenario_name, text
from simkit.reporting.verdict import Estimate, phrase

PERIOD = MEASURES["collection_period_days"]
SATISFACTION = MEASURES["customer_satisfaction"]
COST = MEASURES["collection_cost_fen"]
SPEED = (*(f"overdue_rate_cohort_{days}" for days in COHORT_DAYS), PERIOD.name, "dso_days", "collection_rate")
GOODWILL = (SATISFACTION.name, "repurchase_rate", GROWTH.name)
MONEY = (COST.name, "funding_cost_fen", "bad_debt_fen", PROFIT.name)
SHADES = (theme.PALE_BLUE, "#4a9ac9", theme.BLUE, "#0b3c5d")
"""Colours of the days after due, darker the longer a debt is unpaid."""

DESKS = ("reps", "risk_officers", "sales_managers", "legal")


def faster(compared: Comparison) -> list[str]:
    """Return the strategies that surely shorten the collection period, the shortest first."""
    return surely_lower(compared, PERIOD)


def not_slower(compared: Comparison, fastest: str) -> list[str]:
    """Return the other faster strategies whose collection period is not surely longer than the fastest one's."""
    shortest, tied = compared.values[fastest, PERIOD.name], []
    for name in faster(compared):
        longer = compared.values[name, PERIOD.name] - shortest
        if name != fastest and Estimate.of(longer).sign <= 0:
            tied.append(name)
    return tied


def answer(compared: Comparison, language: Language) -> Html:
    """Return which strategy is paid soonest and at what cost, and which of the faster ones earns most."""
    names = faster(compared)
    if not names:
        return Html(text("collection.none", language))
    best = max(names, key=lambda name: difference(compared, name, PROFIT).mean)
    parts = [_told("fastest", compared, names[0], language)]
    tied = [scenario_name(name, language) for name in not_slower(compared, names[0])]
    if tied:
        parts.append(filled("collection.tied", language, names=listing(tied, language)))
    if best != names[0]:
        parts.append(_told("most_profit", compared, best, language))
    gap = text("list.gap", language)
    return joined([parts[0], *(piece for part in parts[1:] for piece in (gap, part))])


def _told(key: str, compared: Comparison, name: str, language: Language) -> Html:
    period = difference(compared, name, PERIOD)
    shorter = Estimate(-period.mean, -period.high, -period.low)
    values: dict[str, Child] = {
        part: phrase(part, difference(compared, name, measure), measure, language)
        for part, measure in (("growth", GROWTH), ("overdue", OVERDUE), ("profit", PROFIT))
    }
    for part, measure in (("cost", COST), ("satisfaction", SATISFACTION)):
        values[part] = with_range(measure, difference(compared, name, measure), language)
    values["name"] = element("strong", scenario_name(name, language))
    values["period"] = with_range(PERIOD, shorter, language, signed=False)
    return filled(f"collection.{key}", language, **values)


def overdue_rows(compared: Comparison, language: Language) -> pd.DataFrame:
    """Return the rows of ``groups.grouped_bars``: what is unpaid some days after due, a group of bars a strategy."""
    rows = [
        (
            scenario_name(name, language),
            text("collection.days_after", language, days=str(days)),
            compared.estimate(name, f"overdue_rate_cohort_{days}").mean,
        )
        for name in compared.names
        for days in COHORT_DAYS
    ]
    return pd.DataFrame(rows, columns=["name", "series", "share"])


def day_colours(language: Language) -> dict[str, str]:
    """Return the colour of each series of ``overdue_rows`` by its words, in order."""
    words = (text("collection.days_after", language, days=str(days)) for days in COHORT_DAYS)
    return dict(zip(words, SHADES, strict=True))


def outcome_table(compared: Comparison, names: Sequence[str], subject: str, language: Language) -> Html:
    """Return outcomes by strategy, each with its paired difference from today.

    ``subject`` (speed, money or goodwill) says which caption the table has.
    """
    outcomes = [Outcome.of(compared, MEASURES[name]) for name in names]
    return policy_table(
        compared,
        outcomes,
        language,
        text(f"collection.{subject}_table", language),
        text("collection.strategy", language),
    )


def desk_table(compared: Comparison, language: Language) -> Html:
    """Return how busy each desk is by strategy: share of its time, jobs, waiting, jobs that wait at month ends."""
    columns = {"strategy": text("collection.strategy", language)} | {
        desk: text(f"desk.{desk}", language) for desk in DESKS
    }
    rows: dict[str, dict[str, Child]] = {
        name: {"strategy": scenario_name(name, language)} for name in compared.names
    }
    for row in records(compared.mean_table("desks", ["desk"])):
        if row["desk"] in DESKS:
            rows[row["scenario"]][row["desk"]] = _desk(row, language)
    return table(columns, rows.values(), caption=text("collection.desk_table", language))


def _desk(row: dict[str, float], language: Language) -> Html:
    note = text(
        "collection.desk",
        language,
        jobs=number(row["submitted"]),
        hours=number(row["waiting_hours"], 1),
        queue=number(row["queue_mean"], 1),
    )
    return joined([percent(row["utilisation"]), element("div", note, class_="note")])


def busiest(compared: Comparison, language: Language) -> Html:
    """Return which desk is busiest under any strategy, and how busy; empty when no desk has opening hours."""
    means = compared.mean_table("desks", ["desk"])
    means = means[means["desk"].isin(DESKS) & means["utilisation"].notna()]
    if means.empty:
        return Html("")
    top = records(means.loc[[means["utilisation"].idxmax()]])[0]
    return element(
        "p",
        filled(
            "collection.busiest",
            language,
            desk=element("strong", text(f"desk.{top['desk']}", language)),
            share=percent(top["utilisation"]),
            name=scenario_name(top["scenario"], language),
        ),
    )


def record_strategies(compared: Comparison) -> None:
    """Record what every strategy changes in how soon it is paid, what that costs and what goodwill it takes."""
    for name in compared.names:
        for kpi in dict.fromkeys((*SPEED, *GOODWILL, *MONEY)):
            record(f"{name}.{kpi}", compared.estimate(name, kpi).mean)
            record(f"{name}.{kpi}.change", compared.difference(name, kpi).mean)
