"""Charts of the reports: Altair through one renderer, each taking a tidy table and a language.

Importing this module makes its renderer and theme Altair's own, so that a chart shown in a notebook can be drawn by
JupyterLab and published by a page, and never carries Altair's HTML, in which a data value could run as a script.
"""

import json
from collections.abc import Mapping
from itertools import product
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from simkit.reporting import theme
from simkit.reporting.measures import Measure
from simkit.reporting.texts import FEN_PER_YUAN, Language, money_unit, percent, text

MIME = "application/vnd.vegalite.v5+json"
NOTEBOOK_SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
SIGNIFICANT_DIGITS = 6
BARS = 24
PLOT_WIDTH, PLOT_HEIGHT = 600, 330
LABEL_PIXELS = 200
FIRST_WIDE = 0x2E80  # from here on letters are as wide as high
_PERCENT_AXIS = ".3~%"


def renderer(spec: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Return the outputs a notebook stores for a chart: its specification and its description in words.

    Raises
    ------
    ValueError
        When the chart has no description; a reader who cannot see it would have nothing.
    """
    if not str(spec.get("description") or "").strip():
        raise ValueError("a chart needs a description: chart.properties(description=...)")
    drawn = _rounded(json.loads(json.dumps(spec, default=str)))
    return {MIME: {**drawn, "$schema": NOTEBOOK_SCHEMA}, "text/plain": spec["description"]}


def _rounded(value: Any) -> Any:
    """Return a specification with its numbers at six digits: the same bytes on every machine."""
    if isinstance(value, float):
        return float(f"{value:.{SIGNIFICANT_DIGITS}g}")
    if isinstance(value, dict):
        return {key: _rounded(inner) for key, inner in value.items()}
    return [_rounded(inner) for inner in value] if isinstance(value, list) else value


alt.renderers.register("simkit", renderer)
alt.renderers.enable("simkit")
alt.theme.register("simkit", enable=True)(theme.theme)
alt.data_transformers.disable_max_rows()


def _finished(chart: alt.LayerChart | alt.Chart, title: str, description: str, height: int) -> alt.LayerChart | alt.Chart:
    """Give a chart its title, its words and the width of the page."""
    return chart.properties(title=title, description=description, width="container", height=height)


Chart = alt.LayerChart | alt.Chart


def growth_against_overdue(points: pd.DataFrame, language: Language) -> Chart:
    """Draw sales growth against the cohort overdue rate, each point with bars on both axes.

    Parameters
    ----------
    points : pandas.DataFrame
        One row a point: ``name``, ``growth``, ``growth_low``, ``growth_high``, ``overdue``, ``overdue_low``,
        ``overdue_high`` (shares: the ends of the bars), ``role`` (status_quo, alternative, recommended, efficient or dominated) and
        ``label`` (empty where the point is not named on the chart). Points whose role is efficient or recommended are
        joined by a line when any is efficient.
    language : {"en", "zh"}
        Language of the words.
    """
    frame = points.assign(
        colour=[_point_colour(role, position) for position, role in enumerate(points["role"])],
        overdue_shown=points["overdue"].map(percent),
        growth_shown=points["growth"].map(percent),
    )
    base = alt.Chart(frame)
    overdue = alt.X("overdue:Q", title=text("chart.overdue_axis", language), axis=alt.Axis(format=_PERCENT_AXIS, tickCount=6),
                    scale=alt.Scale(zero=False, nice=True, padding=20))  # fmt: skip
    growth = alt.Y("growth:Q", title=text("chart.growth_axis", language), axis=alt.Axis(format=_PERCENT_AXIS, tickCount=6),
                   scale=alt.Scale(zero=False, nice=True, padding=20))  # fmt: skip
    colour = alt.Color("colour:N", scale=None)
    faint = alt.condition(alt.datum.role == "dominated", alt.value(0.35), alt.value(0.8))
    layers: list[alt.Chart] = [
        base.mark_rule(strokeWidth=1.5).encode(x="overdue_low:Q", x2="overdue_high:Q", y=growth, color=colour, opacity=faint),
        base.mark_rule(strokeWidth=1.5).encode(x=overdue, y="growth_low:Q", y2="growth_high:Q", color=colour, opacity=faint),
        base.mark_point(filled=True, opacity=1).encode(
            x=overdue,
            y=growth,
            color=colour,
            size=alt.condition(alt.datum.role == "dominated", alt.value(40), alt.value(110)),
            shape=alt.Shape("role:N", legend=None, scale=alt.Scale(domain=list(_SHAPES), range=list(_SHAPES.values()))),
            tooltip=[
                alt.Tooltip("name:N", title=text("chart.policy", language)),
                alt.Tooltip("growth_shown:N", title=text("measure.sales_growth", language)),
                alt.Tooltip("overdue_shown:N", title=text("measure.overdue_rate_cohort_30", language)),
            ],
        ),
    ]
    chain = frame[frame["role"].isin(["efficient", "recommended"])]
    if (frame["role"] == "efficient").any():
        line = alt.Chart(chain).mark_line(color=theme.BLUE, strokeWidth=1.5, strokeDash=[4, 3], opacity=0.7)
        layers.insert(0, line.encode(x=overdue, y=growth, order="overdue:Q"))
    layers += _point_labels(frame, overdue, growth)
    names = [f"{row.label or row.name}: {row.growth_shown}, {row.overdue_shown}" for row in frame.itertuples(index=False)]
    return _finished(
        alt.layer(*layers),
        text("chart.growth_title", language),
        text("chart.growth_description", language, points="; ".join(names)),
        380,
    )


_SHAPES = {
    "status_quo": "square",
    "alternative": "circle",
    "recommended": "diamond",
    "efficient": "circle",
    "dominated": "circle",
}


def _point_colour(role: str, position: int) -> str:
    fixed = {"recommended": theme.ORANGE, "efficient": theme.BLUE, "dominated": theme.GREY, "status_quo": theme.GREY}
    return fixed.get(role, theme.BLUE if position else theme.GREY)


def _point_labels(frame: pd.DataFrame, x: alt.X, y: alt.Y) -> list[alt.Chart]:
    """Name points beside them, where the words cover no other point and no other name."""
    spots = _pixels(frame)
    taken = [(left - 6, top - 6, left + 6, top + 6) for left, top in spots]
    layers = []
    for position in np.flatnonzero(frame["label"] != ""):
        row = frame.iloc[[position]]
        align, dx, dy, box = _best_place(spots[position], str(row["label"].iloc[0]), taken)
        taken.append(box)
        mark = alt.Chart(row).mark_text(align=align, dx=dx, dy=dy, baseline="middle", fontWeight=600, limit=LABEL_PIXELS)
        layers.append(mark.encode(x=x, y=y, text="label:N", color=alt.Color("colour:N", scale=None)))
    return layers


def _pixels(frame: pd.DataFrame) -> list[tuple[float, float]]:
    """Return where points come to lie on a page of ordinary width."""
    places = []
    for axis, reach in (("overdue", PLOT_WIDTH), ("growth", PLOT_HEIGHT)):
        values = frame[axis].to_numpy(dtype=float)
        low, high = np.nanmin(frame[[axis, f"{axis}_low"]]), np.nanmax(frame[[axis, f"{axis}_high"]])
        places.append(20 + (reach - 40) * (values - low) / max(high - low, 1e-9))
    return [(float(left), PLOT_HEIGHT - float(up)) for left, up in zip(*places, strict=True)]


Box = tuple[float, float, float, float]


def _best_place(spot: tuple[float, float], label: str, taken: list[Box]) -> tuple[str, int, int, Box]:
    """Return alignment, offsets and box of a label: of eight places the one that covers least."""
    width = min(LABEL_PIXELS, sum(13 if ord(letter) > FIRST_WIDE else 7 for letter in label))
    places = []
    for preference, (dy, side) in enumerate(product((-13, 14, -29, 30), ("left", "right"))):
        dx = 10 if side == "left" else -10
        left = spot[0] + dx - (0 if side == "left" else width)
        box = (left, spot[1] + dy - 8, left + width, spot[1] + dy + 8)
        outside = max(0.0, -left) + max(0.0, left + width - PLOT_WIDTH)
        cost = sum(_overlap(box, other) for other in taken) + 40 * outside + preference
        places.append((cost, preference, (side, dx, dy, box)))
    return min(places)[2]


def _overlap(a: Box, b: Box) -> float:
    return max(0.0, min(a[2], b[2]) - max(a[0], b[0])) * max(0.0, min(a[3], b[3]) - max(a[1], b[1]))


def difference_bars(differences: pd.DataFrame, measure: Measure, language: Language) -> Chart:
    """Draw what each alternative changes in one measure: a dot, its 95 % interval and the value in words.

    Parameters
    ----------
    differences : pandas.DataFrame
        One row an alternative: ``name``, ``mean``, ``low``, ``high`` (in the measure's own unit), against the status quo.
    measure : Measure
        The measure; it says which way is better. Intervals that include 0 are grey.
    language : {"en", "zh"}
        Language of the words.
    """
    scale, title = _axis_of(measure, differences[["mean", "low", "high"]].to_numpy(), language)
    if measure.kind == "share":
        scale, title = 0.01, text("unit.points", language)
    frame = pd.DataFrame(
        {
            "name": differences["name"].astype(str),
            **{column: differences[column].to_numpy(dtype=float) / scale for column in ("mean", "low", "high")},
            "shown": [measure.difference(value, language) for value in differences["mean"]],
            "colour": [_judged(row.low, row.high, measure.better) for row in differences.itertuples(index=False)],
        }
    )
    base = alt.Chart(frame)
    axis = alt.Axis(labelExpr="datum.value == 0 ? '0' : format(datum.value, '+,.4~r')", tickCount=5)
    rows = alt.Y("name:N", sort=None, title=None, axis=alt.Axis(domain=False, ticks=False, labelLimit=150, labelColor=theme.INK))
    colour = alt.Color("colour:N", scale=None)
    span = alt.Scale(zero=True, nice=True)
    layers = alt.layer(
        alt.Chart(pd.DataFrame({"zero": [0.0]})).mark_rule(color=theme.GREY, strokeWidth=1).encode(x="zero:Q"),
        base.mark_rule(strokeWidth=6, opacity=0.28).encode(x=alt.X("low:Q", title=title, axis=axis, scale=span), x2="high:Q", y=rows, color=colour),
        base.mark_point(filled=True, size=90, opacity=1).encode(x=alt.X("mean:Q", title=title), y=rows, color=colour),
        base.mark_text(dy=-13, fontWeight=600).encode(x="mean:Q", y=rows, text="shown:N", color=colour),
    )  # fmt: skip
    lines = [
        f"{row.name}: {measure.difference(row.mean, language)} {measure.range(row.low, row.high, language, differences=True)}"
        for row in differences.itertuples(index=False)
    ]
    return _finished(
        layers,
        measure.label(language),
        text("chart.difference_description", language, measure=measure.label(language), lines="; ".join(lines)),
        max(110, 52 * len(frame) + 30),
    )


def _judged(low: float, high: float, better: int) -> str:
    """Return the colour of a difference: blue surely better, orange surely worse, grey when 0 is inside."""
    if low <= 0 <= high:
        return theme.GREY
    direction = 1 if low > 0 else -1
    return theme.GREY if not better else theme.BLUE if direction == better else theme.ORANGE


def _axis_of(measure: Measure, values: Any, language: Language) -> tuple[float, str]:
    """Return what values are divided by and the axis title with its unit."""
    if measure.kind == "money":
        finite = np.abs(values[np.isfinite(values)])
        divisor, unit = money_unit(float(finite.max()) if finite.size else 0.0, language)
        return float(divisor * FEN_PER_YUAN), text(f"unit.money_{unit}", language)
    return 1.0, text(f"unit.{measure.kind}", language)


def fans(curves: pd.DataFrame, measure: str, kind: str, language: Language) -> Chart:
    """Draw a weekly measure over time: the mean of each scenario and the band that holds 90 % of replications.

    Parameters
    ----------
    curves : pandas.DataFrame
        ``name``, ``date`` (week), ``mean``, ``p05`` and ``p95``; money in fen, shares as shares.
    measure : str
        Key of the measure's words under ``curve.`` in the catalogue.
    kind : {"share", "money"}
        What the values are.
    language : {"en", "zh"}
        Language of the words.
    """
    values = curves[["mean", "p05", "p95"]].to_numpy(dtype=float)
    scale, title = _axis_of(Measure(measure, "money" if kind == "money" else "share", 0), values, language)
    frame = curves[["name", "date"]].assign(**{name: curves[name] / scale for name in ("mean", "p05", "p95")})
    names = list(dict.fromkeys(frame["name"]))
    colour = alt.Color(
        "name:N",
        scale=alt.Scale(domain=names, range=[theme.colour_of(position) for position in range(len(names))]),
        legend=alt.Legend(columns=2, symbolType="stroke", symbolStrokeWidth=3, labelLimit=170),
    )
    base = alt.Chart(frame)
    when = alt.X("date:T", title=None, axis=alt.Axis(format="%Y-%m", tickCount=6, grid=False, labelOverlap=True))
    axis = alt.Axis(format=_PERCENT_AXIS if kind == "share" else ",.4~r", tickCount=5)
    layers = alt.layer(
        base.mark_area(opacity=0.13).encode(x=when, y=alt.Y("p05:Q", title=title, axis=axis), y2="p95:Q", color=colour),
        base.mark_line(strokeWidth=2).encode(x=when, y=alt.Y("mean:Q", title=title), color=colour),
    )
    label = text(f"curve.{measure}", language)
    return _finished(layers, label, text("chart.fan_description", language, measure=label, names=", ".join(names)), 260)


def histogram(values: pd.Series, title: str, axis: str, kind: str, language: Language) -> Chart:
    """Draw how a number is spread over customers, with its median named.

    Parameters
    ----------
    values : pandas.Series
        The numbers; missing ones are left out.
    title, axis : str
        Words already in the language.
    kind : {"number", "share"}
        How the axis is written.
    language : {"en", "zh"}
        Language of the remaining words.
    """
    known = values.dropna().to_numpy(dtype=float)
    counts, edges = np.histogram(known, bins=BARS)
    frame = pd.DataFrame({"from": edges[:-1], "to": edges[1:], "count": counts})
    median = float(np.median(known))
    number_format = _PERCENT_AXIS if kind == "share" else ",.3~r"
    shown = percent(median) if kind == "share" else f"{median:,.3g}"
    mid = pd.DataFrame({"median": [median], "label": [text("chart.median", language, value=shown)]})
    layers = alt.layer(
        alt.Chart(frame).mark_bar(color=theme.BLUE, opacity=0.75, binSpacing=1).encode(
            x=alt.X("from:Q", bin="binned", title=axis, axis=alt.Axis(format=number_format, grid=False, tickCount=6)),
            x2="to:Q",
            y=alt.Y("count:Q", title=text("chart.customers_axis", language), axis=alt.Axis(tickCount=4)),
        ),
        alt.Chart(mid).mark_rule(color=theme.INK, strokeDash=[4, 3]).encode(x="median:Q"),
        alt.Chart(mid).mark_text(align="left", dx=6, dy=8, baseline="top").encode(x="median:Q", y=alt.value(0), text="label:N"),
    )  # fmt: skip
    return _finished(layers, title, text("chart.histogram_description", language, title=title, median=shown, count=f"{known.size:,}"), 220)


def grade_bars(shares: pd.DataFrame, language: Language) -> Chart:
    """Draw the share of customers and of purchases in each credit grade.

    Parameters
    ----------
    shares : pandas.DataFrame
        ``grade`` (A to D), ``customers`` and ``purchases`` (shares that each sum to 1).
    language : {"en", "zh"}
        Language of the words.
    """
    words = {"customers": text("chart.share_customers", language), "purchases": text("chart.share_purchases", language)}
    frame = shares.melt("grade", list(words), "of", "share").assign(of=lambda table: table["of"].map(words))
    frame["shown"] = frame["share"].map(percent)
    base = alt.Chart(frame)
    rows = alt.Y("grade:N", title=None, axis=alt.Axis(domain=False, ticks=False, labelColor=theme.INK, labelFontSize=14))
    side = alt.YOffset("of:N", sort=list(words.values()))
    colour = alt.Color("of:N", scale=alt.Scale(domain=list(words.values()), range=[theme.BLUE, "#8fbfe0"]))
    length = alt.X("share:Q", title=None, axis=None, scale=alt.Scale(domain=[0, float(frame["share"].max()) * 1.2 or 1.0]))
    layers = alt.layer(
        base.mark_bar(height=alt.RelativeBandSize(0.85)).encode(x=length, y=rows, yOffset=side, color=colour),
        base.mark_text(align="left", dx=4).encode(x=length, y=rows, yOffset=side, text="shown:N"),
    )
    lines = "; ".join(f"{row.grade} {row.of} {row.shown}" for row in frame.itertuples(index=False))
    return _finished(layers, text("chart.grades_title", language), text("chart.grades_description", language, lines=lines), 240)


def hazards(fit: pd.DataFrame, language: Language) -> Chart:
    """Draw the daily chance of payment by days from due: observed points with intervals, fitted line.

    Parameters
    ----------
    fit : pandas.DataFrame
        One row a bucket, in order: ``bucket`` (words such as ``1`` or ``4 to 7``), ``observed``, ``low``, ``high`` and
        ``fitted`` (shares a day).
    language : {"en", "zh"}
        Language of the words.
    """
    words = {"observed": text("chart.observed", language), "fitted": text("chart.fitted", language)}
    frame = fit.assign(observed_is=words["observed"], fitted_is=words["fitted"])
    base = alt.Chart(frame)
    where = alt.X("bucket:O", sort=None, title=text("chart.days_from_due", language), axis=alt.Axis(labelAngle=-45, labelOverlap=False))
    colour = alt.Scale(domain=list(words.values()), range=[theme.INK, theme.BLUE])
    axis = alt.Axis(format=_PERCENT_AXIS, tickCount=5)
    title = text("chart.hazard_axis", language)
    layers = alt.layer(
        base.mark_rule(color=theme.GREY).encode(x=where, y=alt.Y("low:Q", title=title, axis=axis), y2="high:Q"),
        base.mark_point(filled=True, size=55, opacity=1).encode(x=where, y=alt.Y("observed:Q", title=title), color=alt.Color("observed_is:N", scale=colour)),
        base.mark_line(strokeWidth=2).encode(x=where, y=alt.Y("fitted:Q", title=title), color=alt.Color("fitted_is:N", scale=colour)),
    )  # fmt: skip
    gap = float((fit["fitted"] - fit["observed"]).abs().max())
    return _finished(layers, text("chart.hazard_title", language), text("chart.hazard_description", language, gap=percent(gap, 2)), 280)


def drawn(outputs: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the specification in a notebook's output, without its schema address; None when it is no chart."""
    spec = outputs.get(MIME)
    return {key: value for key, value in spec.items() if key != "$schema"} if isinstance(spec, dict) else None
