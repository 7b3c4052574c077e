"""Ways of chasing what is overdue, as people read them: how soon they are paid, what work and goodwill they cost."""

import math
from collections.abc import Sequence

import pandas as pd

from simkit.experiments.compare import Comparison
from simkit.outcomes.kpis import COHORT_DAYS
from simkit.reporting import theme
from simkit.reporting.markup import Child, Html, element, joined
from simkit.reporting.measures import GROWTH, MEASURES, OVERDUE, PROFIT, Measure
from simkit.reporting.policies import Outcome, policy_table, with_range
from simkit.reporting.record import record
from simkit.reporting.stacks import Stack
from simkit.reporting.tables import records, table
from simkit.reporting.texts import (
    FEN_PER_YUAN,
    Language,
    filled,
    money_unit,
    number,
    percent,
    scenario_name,
    text,
)
from simkit.reporting.verdict import Estimate, phrase

PERIOD = MEASURES["collection_period_days"]
SATISFACTION = MEASURES["customer_satisfaction"]
COST = MEASURES["collection_cost_fen"]
SPEED = (*(f"overdue_rate_cohort_{days}" for days in COHORT_DAYS), PERIOD.name, "dso_days", "collection_rate")
GOODWILL = (SATISFACTION.name, "repurchase_rate", GROWTH.name)
MONEY = (COST.name, "funding_cost_fen", "bad_debt_fen", PROFIT.name)
SHADES = (theme.GREY, theme.PALE_BLUE, theme.BLUE, "#0b3c5d")
DESKS = ("reps", "risk_officers", "sales_managers", "legal")

PARTS: dict[str, tuple[dict[str, int], str]] = {
    "margin": ({"gross_profit_fen": 1, "commission_fen": -1}, theme.BLUE),
    "collection": ({"collection_cost_fen": -1}, theme.ORANGE),
    "losses": ({"bad_debt_fen": -1, "provision_fen": -1}, theme.VIOLET),
    "funding": ({"funding_cost_fen": -1, "interest_income_fen": 1}, theme.PALE_BLUE),
    "other": (
        {
            "acquisition_cost_fen": -1,
            "treatment_cost_fen": -1,
            "training_cost_fen": -1,
            "approval_cost_fen": -1,
        },
        theme.PALE_GREY,
    ),
}
"""Parts of profit that collection moves, with the outcomes they are made of and their signs; they sum to the profit."""


def _difference(compared: Comparison, name: str, measure: Measure) -> Estimate:
    return Estimate(*compared.difference(name, measure.name)[:3])


def faster(compared: Comparison) -> list[str]:
    """Return the strategies that surely shorten the collection period, the shortest first."""
    found = {name: _difference(compared, name, PERIOD) for name in compared.names[1:]}
    return sorted((name for name in found if found[name].sign < 0), key=lambda name: found[name].mean)


def answer(compared: Comparison, language: Language) -> Html:
    """Return which strategy is paid soonest and at what cost, and which of the faster ones earns most."""
    names = faster(compared)
    if not names:
        return Html(text("collection.none", language))
    best = max(names, key=lambda name: _difference(compared, name, PROFIT).mean)
    parts = [_told("collection.fastest", compared, names[0], language)]
    if best != names[0]:
        parts.append(_told("collection.most_profit", compared, best, language))
    gap = text("list.gap", language)
    return joined(piece for part in parts for piece in (part, gap))


def _told(key: str, compared: Comparison, name: str, language: Language) -> Html:
    period, cost = (_difference(compared, name, measure) for measure in (PERIOD, COST))
    return filled(
        key,
        language,
        name=element("strong", scenario_name(name, language)),
        period=with_range(PERIOD, period, language),
        cost=with_range(COST, cost, language),
        satisfaction=with_range(SATISFACTION, _difference(compared, name, SATISFACTION), language),
        **{
            part: phrase(part, _difference(compared, name, measure), measure, language)
            for part, measure in (("growth", GROWTH), ("overdue", OVERDUE), ("profit", PROFIT))
        },
    )


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


def outcome_table(compared: Comparison, names: Sequence[str], caption: str, language: Language) -> Html:
    """Return outcomes by strategy, each with its paired difference from today."""
    outcomes = [Outcome.of(compared, MEASURES[name]) for name in names]
    return policy_table(
        compared, outcomes, language, text(caption, language), text("collection.strategy", language)
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


def profit_stacks(compared: Comparison, language: Language) -> list[Stack]:
    """Return the bars of what each strategy changes in yearly profit, in the unit of ``unit_of``."""
    fen, _, digits = unit_of(compared, language)
    stacks = []
    for name in compared.names[1:]:
        change = changes(compared, name)
        profit = _difference(compared, name, PROFIT).mean
        if math.isfinite(profit):
            parts = {text(f"collection.bar_{part}", language): value / fen for part, value in change.items()}
            shown = number(profit / fen, digits, signed=True)
            stacks.append(Stack(scenario_name(name, language), parts, profit / fen, shown))
    return stacks


def changes(compared: Comparison, name: str) -> dict[str, float]:
    """Return the mean change of each part of profit from today, in fen; the parts sum to that of the profit."""
    return {
        part: sum(sign * compared.difference(name, kpi).mean for kpi, sign in outcomes.items())
        for part, (outcomes, _) in PARTS.items()
    }


def unit_of(compared: Comparison, language: Language) -> tuple[float, str, int]:
    """Return what amounts are divided by, the unit in words and the decimals, so that changes are easily read."""
    sizes = (abs(value) for name in compared.names[1:] for value in changes(compared, name).values())
    largest = max(filter(math.isfinite, sizes), default=0.0)
    divisor, unit = money_unit(largest, language)
    fen = float(divisor * FEN_PER_YUAN)
    return fen, text(f"unit.money_{unit}", language), 2 if largest < 100 * fen else 1


def bar_colours(language: Language) -> dict[str, str]:
    """Return the colour of each part of ``profit_stacks`` by its words, in order."""
    return {text(f"collection.bar_{part}", language): colour for part, (_, colour) in PARTS.items()}


def record_strategies(compared: Comparison) -> None:
    """Record what every strategy changes in how soon it is paid, what that costs and what goodwill it takes."""
    for name in compared.names:
        for kpi in dict.fromkeys((*SPEED, *GOODWILL, *MONEY)):
            record(f"{name}.{kpi}", compared.estimate(name, kpi).mean)
            record(f"{name}.{kpi}.change", compared.difference(name, kpi).mean)
