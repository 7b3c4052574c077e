"""How sure a recommendation is, as people read it: the luck behind it, its rivals, and what would flip it."""

import math
from typing import Any

import altair as alt
import pandas as pd

from simkit.experiments.flip import EARNS, KEEPS, MISSES, Flips
from simkit.experiments.frontier import Frontier
from simkit.reporting import theme
from simkit.reporting.charts import Chart, finished
from simkit.reporting.markup import Child, Html, element
from simkit.reporting.measures import GROWTH, MEASURES, PROFIT
from simkit.reporting.record import record
from simkit.reporting.tables import records, table
from simkit.reporting.texts import Language, filled, percent, scenario_name, text
from simkit.reporting.uncertainties import between, label, named, written

WHY = {EARNS: "earns", MISSES: "misses", KEEPS: "keeps"}


def sureness(found: Frontier, language: Language) -> Html:
    """Return how often the recommendation comes out again when the replications are drawn again, and what else does."""
    best = found.recommendation
    if best is None or "p_recommended" not in found.points:
        return Html("")
    told: dict[str, Child] = {
        "name": element("strong", scenario_name(best["name"], language)),
        "recommended": percent(best["p_recommended"], 0),
        "efficient": percent(best["p_efficient"], 0),
        "feasible": percent(best["p_feasible"], 0),
    }
    return element("p", filled("flips.sureness", language, **told))


def nearest(found: Flips, language: Language) -> Html:
    """Return the nearest alternatives and by how much each falls short, in a list."""
    items = []
    for row in records(found.rivals):
        measure = PROFIT if row["why"] == EARNS else GROWTH  # every constraint is on a share
        size = measure.difference(row["lead"], language, signed=False)
        range_ = measure.range(row["lead_low"], row["lead_high"], language, differences=True, signed=False)
        key = f"flips.rival_{WHY[row['why']]}"
        name = element("strong", scenario_name(row["name"], language))
        items.append(element("li", filled(key, language, name=name, size=size, range=range_)))
    return element("ul", *items) if items else element("p", text("flips.no_rival", language))


def flip_table(found: Flips, language: Language) -> Html:
    """Return for each uncertainty and way to flip the value at which the choice changes, what flips soonest first."""
    keys = ("parameter", "now", "range", "why", "flips_at")
    columns = {key: text(f"flips.{key}", language) for key in keys}
    rows: list[dict[str, Child]] = []
    for row in records(found.table):
        path = row["path"]
        now = (
            text("flips.drawn", language)
            if math.isnan(row["value"])
            else written(row["value"], path, language)
        )
        rows.append(
            {
                "parameter": named(path, language),
                "now": now,
                "range": between(row["low"], row["high"], path, language),
                "why": _why(row, found.recommended, language),
                "flips_at": flips_at(row, language),
            }
        )
    return table(columns, rows, caption=text("flips.table", language))


def _why(row: dict[str, Any], recommended: str, language: Language) -> str:
    return text(
        f"flips.{WHY[row['why']]}",
        language,
        name=scenario_name(row["rival"] or recommended, language),
        measure=MEASURES[row["outcome"]].label(language),
    )


def flips_at(row: dict[str, Any], language: Language) -> str:
    """Return the value beyond which the choice is another, with its interval, or that no plausible value flips it."""
    if math.isnan(row["flips_at"]):
        return text("flips.never_sure" if row["sure"] else "flips.never", language)
    value = written(row["flips_at"], row["path"], language)
    words = text(f"flips.{row['side']}", language, value=value)
    if math.isnan(row["flips_low"]) or math.isnan(row["flips_high"]):
        return words
    range_ = between(row["flips_low"], row["flips_high"], row["path"], language)
    return text("compare.with_range", language, value=words, range=range_)


def summary(found: Flips, language: Language) -> Html:
    """Return in a sentence what flips the recommendation soonest, or that nothing does."""
    name = element("strong", scenario_name(found.recommended, language))
    rows = [row for row in records(found.table) if not math.isnan(row["flips_at"])]
    if not rows:
        return element("p", filled("flips.stands", language, name=name))
    words = filled(
        "flips.soonest",
        language,
        name=name,
        parameter=label(rows[0]["path"], language),
        at=flips_at(rows[0], language),
        why=_why(rows[0], found.recommended, language),
    )
    return element("p", words)


def convergence(found: Frontier, language: Language) -> Chart | Html:
    """Draw the hypervolume over the points that a search has tried; empty when every point of a grid was run."""
    if found.search is None:
        return Html("")
    frame: pd.DataFrame = found.search.convergence[["evaluated", "hypervolume"]].astype(float)
    x = alt.X("evaluated:Q", title=text("flips.evaluated", language), axis=alt.Axis(tickCount=6, format=",d"))
    y = alt.Y("hypervolume:Q", title=text("flips.hypervolume", language), scale=alt.Scale(zero=True))
    line = (
        alt.Chart(frame).mark_line(color=theme.BLUE, point={"color": theme.BLUE, "size": 50}).encode(x=x, y=y)
    )
    last, first = float(frame["hypervolume"].iloc[-1]), float(frame["hypervolume"].iloc[0])
    words = text("flips.convergence_description", language, first=f"{first:.4g}", last=f"{last:.4g}")
    return finished([line], text("flips.convergence", language), words, 220)


def record_flips(found: Frontier, flipped: Flips) -> None:
    """Record how sure every point is, and where the choice flips."""
    for row in records(found.points):
        for key in ("p_efficient", "p_recommended"):
            record(f"{row['name']}.{key}", row.get(key))
    for row in records(flipped.table):
        record(
            f"{row['path']}.{WHY[row['why']]} {row['rival'] or flipped.recommended}.flips_at", row["flips_at"]
        )
