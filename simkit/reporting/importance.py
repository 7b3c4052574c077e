"""Which uncertainty matters most, as people read it: bars with intervals, and the few that are looked at further."""

from collections.abc import Sequence

import altair as alt
import pandas as pd

from simkit.experiments.sensitivity import Sensitivity
from simkit.reporting import theme
from simkit.reporting.charts import Chart, finished
from simkit.reporting.markup import Html, element
from simkit.reporting.measures import Measure
from simkit.reporting.record import record
from simkit.reporting.tables import records
from simkit.reporting.texts import Language, filled, text
from simkit.reporting.uncertainties import label
from simkit.scenario.uncertainties import Span

SHOWN = 8
LOOKED_AT = 6
"""Of the uncertainties that move an outcome most: in worlds drawn over more, few misses look like a box by chance."""

ROW_PIXELS = 46
ONE_WAY = 0.9
"""Share of the size of the effects that their mean reaches where they nearly all have one sign."""


def foremost(found: Sensitivity, kpi: str, count: int = SHOWN) -> pd.DataFrame:
    """Return the rows of the uncertainties that move an outcome most, the most important first."""
    rows = found.table[(found.table["kpi"] == kpi) & found.table["mu_star"].notna()]
    return rows.head(count)


def narrowed(found: Sensitivity, kpi: str, spans: Sequence[Span], count: int) -> list[Span]:
    """Return the ranges of the uncertainties that move an outcome most, in the order given."""
    kept = set(foremost(found, kpi, count)["path"])
    return [span for span in spans if span.path in kept]


def words(found: Sensitivity, measure: Measure, language: Language) -> Html:
    """Return what moves a measure most and by how much; empty when nothing is known."""
    rows = records(foremost(found, measure.name, 1))
    if not rows:
        return Html("")
    size = measure.difference(rows[0]["mu_star"], language, signed=False)
    said = filled(
        "importance.most",
        language,
        measure=measure.label(language),
        parameter=element("strong", label(rows[0]["path"], language)),
        size=size,
        range=measure.range(
            rows[0]["mu_star_low"], rows[0]["mu_star_high"], language, differences=True, signed=False
        ),
    )
    return element("p", said)


def bars(found: Sensitivity, measure: Measure, language: Language) -> Chart:
    """Draw how far each of the foremost uncertainties moves a share over its plausible range, with 95 % intervals.

    Blue where more of it is better, orange where more of it is worse, grey where that depends on the rest.
    """
    table = foremost(found, measure.name)
    rows = []
    for row in records(table):
        shown = measure.difference(row["mu_star"], language, signed=False)
        ends = [row[f"mu_star{end}"] * 100 for end in ("", "_low", "_high")]
        rows.append((label(row["path"], language), shown, _colour(row, measure), *ends))
    frame = pd.DataFrame(rows, columns=["name", "shown", "colour", "size", "low", "high"])
    title = text("importance.title", language, measure=measure.label(language))
    lines = "; ".join(f"{row['name']} {row['shown']}" for row in records(frame))
    told = text("chart.groups_description", language, title=title, lines=lines)
    return finished(_layers(frame, text("unit.points", language)), title, told, ROW_PIXELS * len(frame) + 60)


def _colour(row: dict[str, float], measure: Measure) -> str:
    if abs(row["mu"]) < ONE_WAY * row["mu_star"]:
        return theme.GREY
    return theme.BLUE if row["mu"] * measure.better > 0 else theme.ORANGE


def _layers(frame: pd.DataFrame, unit: str) -> list[alt.Chart]:
    """Lay names above their bars, where the longest has room, and the interval over the bar."""
    longest = float(frame[["size", "high"]].max().max()) or 1.0
    y = alt.Y("name:N", sort=None, axis=None, scale=alt.Scale(paddingInner=0.1))
    x = alt.X(
        "size:Q",
        title=unit,
        axis=alt.Axis(tickCount=4),
        scale=alt.Scale(domain=[0, longest * 1.25], nice=False),
    )
    base = alt.Chart(frame).encode(y=y)
    colour = alt.Color("colour:N", scale=None)
    return [
        base.mark_bar(height=14, yOffset=9, opacity=0.8).encode(x=x, color=colour),
        base.mark_rule(yOffset=9, y2Offset=9, color=theme.INK, strokeWidth=1.5).encode(
            x=alt.X("low:Q"), x2="high:Q"
        ),
        base.mark_text(align="left", dx=6, dy=9, fontWeight=600)
        .encode(x=alt.X("end:Q"), text="shown:N")
        .transform_calculate(end="max(datum.size, datum.high)"),
        base.mark_text(align="left", dy=-8, limit=alt.ExprRef("width")).encode(x=alt.value(2), text="name:N"),
    ]


def record_importance(found: Sensitivity) -> None:
    """Record how far the foremost uncertainties move each outcome."""
    for kpi in dict.fromkeys(found.table["kpi"]):
        for row in records(foremost(found, kpi)):
            record(f"{row['path']}.{kpi}.mu_star", row["mu_star"])
