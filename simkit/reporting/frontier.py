"""A frontier as people read it: the answer in words, the points of its chart, its table."""

import math
from typing import Any, Protocol

import pandas as pd

from simkit.reporting.comparison import Compared, spot
from simkit.reporting.markup import Html, element
from simkit.reporting.measures import GROWTH, MEASURES, OVERDUE, PROFIT
from simkit.reporting.record import record
from simkit.reporting.tables import records, table
from simkit.reporting.texts import Language, filled, listing, percent, scenario_name, text
from simkit.reporting.verdict import estimates

SHOWN = (GROWTH.name, OVERDUE.name, "collection_rate", PROFIT.name)


class Explored(Protocol):
    """What the reports read of a frontier."""

    @property
    def comparison(self) -> Compared:
        """Outcomes of every policy of the grid, the first of it as the status quo."""

    @property
    def points(self) -> pd.DataFrame:
        """One row a policy of the grid, with its outcomes and whether it is feasible, efficient and recommended."""

    @property
    def recommendation(self) -> dict[str, Any] | None:
        """The recommended row, or None."""


def points(explored: Explored, language: Language) -> pd.DataFrame:
    """Return the points of ``scatter.growth_against_overdue``; the first and the efficient ones are named."""
    rows = []
    for place, point in enumerate(records(explored.points)):
        role, name = _role(point), scenario_name(point["name"], language)
        label = "" if place and role == "dominated" else name
        rows.append({"name": name, "label": label, "role": role} | spot(explored.comparison, point["name"]))
    return pd.DataFrame(rows)


def _role(row: dict[str, Any]) -> str:
    return "recommended" if row["recommended"] else "efficient" if row["efficient"] else "dominated"


def answer(explored: Explored, language: Language) -> Html:
    """Return which policy of the grid is recommended and on what numbers, in one sentence."""
    frame = explored.points
    counts = {"count": str(len(frame)), "efficient": str(int((frame["efficient"] & frame["feasible"]).sum()))}
    best = explored.recommendation
    if best is None:
        return filled(
            "frontier.answer_none", language, **{**counts, "efficient": str(int(frame["efficient"].sum()))}
        )
    words = {
        name: measure.value(best[measure.name], language)
        for name, measure in (("growth", GROWTH), ("overdue", OVERDUE))
    }
    name = element("strong", scenario_name(best["name"], language))
    today = frame["name"].iloc[0]
    if best["name"] == today:
        return filled("frontier.answer_stays", language, name=name, **counts, **words)
    differences = estimates(explored.comparison.differences())
    for key, measure in (("growth", GROWTH), ("overdue", OVERDUE)):
        found = differences[best["name"], measure.name]
        words[f"{key}_difference"] = measure.difference(found.mean, language)
        words[f"{key}_range"] = measure.range(found.low, found.high, language, differences=True)
    return filled(
        "frontier.answer_recommended",
        language,
        name=name,
        today=scenario_name(today, language),
        **counts,
        **words,
    )


def rate_of_exchange(explored: Explored, language: Language) -> Html:
    """Return what the whole length of the efficient line trades: points of overdue rate against points of growth.

    Empty when a single policy is efficient.
    """
    line = explored.points[explored.points["efficient"]].sort_values(OVERDUE.name)
    if len(line) < 2:
        return Html("")
    strictest, loosest = line.iloc[0], line.iloc[-1]
    fall = loosest[OVERDUE.name] - strictest[OVERDUE.name]
    return element(
        "p",
        filled(
            "frontier.rate_of_exchange",
            language,
            from_name=element("strong", scenario_name(loosest["name"], language)),
            to_name=element("strong", scenario_name(strictest["name"], language)),
            overdue=OVERDUE.difference(fall, language, signed=False),
            growth=GROWTH.difference(strictest[GROWTH.name] - loosest[GROWTH.name], language),
        ),
    )


def evidence(explored: Explored, language: Language) -> Html:
    """Return a table of the grid: each policy with its outcomes and its role, best overdue rate first."""
    columns = {
        "policy": text("frontier.policy", language),
        **{name: MEASURES[name].label(language) for name in SHOWN},
        "p_efficient": text("frontier.p_efficient", language),
        "verdict": text("frontier.verdict", language),
    }
    rows = []
    for row in records(explored.points.sort_values(OVERDUE.name)):
        role = text(f"frontier.role_{_role(row)}", language)
        role = role if row["feasible"] else text("frontier.infeasible", language, role=role)
        cells: dict[str, str | Html] = {
            "policy": scenario_name(row["name"], language),
            "verdict": role,
            "p_efficient": percent(row.get("p_efficient", math.nan), 0),
        }
        rows.append(cells | {name: MEASURES[name].value(row[name], language) for name in SHOWN})
    return table(columns, rows, numbers=(*SHOWN, "p_efficient"), caption=text("frontier.table", language))


def record_points(explored: Explored) -> None:
    """Record the outcomes of every policy of the grid by its name."""
    for row in records(explored.points):
        for name in SHOWN:
            record(f"{row['name']}.{name}", row[name])


def constraints(limits: Any, language: Language) -> str:
    """Return what the recommended policy must keep to, in words."""
    named = (
        ("growth", limits.sales_growth_min),
        ("collection", limits.collection_rate_min),
        ("overdue", limits.overdue_rate_cohort_30_max),
    )
    words = [
        text(f"frontier.constraint_{name}", language, value=percent(value))
        for name, value in named
        if value is not None
    ]
    return listing(words, language) or text("frontier.no_constraints", language)
