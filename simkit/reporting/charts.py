"""Charts of the reports: Altair through one renderer, each taking a tidy table and a language.

Importing this module makes its renderer and theme Altair's own, so that a chart shown in a notebook can be drawn by
JupyterLab and published by a page, and never carries Altair's HTML, in which a data value could run as a script.
"""

import json
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simkit.reporting import theme
from simkit.reporting.measures import Measure
from simkit.reporting.tables import records
from simkit.reporting.texts import FEN_PER_YUAN, Language, listing, money_unit, percent, text
from simkit.reporting.verdict import Estimate, tone

MIME = "application/vnd.vegalite.v5+json"
NOTEBOOK_SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
SIGNIFICANT_DIGITS = 6
BARS = 24
NAME_LETTERS = 22
PERCENT = ".3~%"
FIRST_WIDE = 0x2E80  # from here on letters are as wide as high

Chart = alt.LayerChart


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


def finished(layers: Sequence[alt.Chart], title: str, description: str, height: int) -> Chart:
    """Lay marks over each other and give them a title, a description in words and the width of the page."""
    chart: Chart = alt.LayerChart(layer=list(layers))
    return chart.properties(title=title, description=description, width="container", height=height)


def difference_bars(differences: pd.DataFrame, measure: Measure, language: Language) -> Chart:
    """Draw what each alternative changes in one measure: a mark, its 95 % interval and the value in words.

    Parameters
    ----------
    differences : pandas.DataFrame
        One row an alternative: ``name``, ``mean``, ``low``, ``high`` against the status quo, in the measure's unit.
    measure : Measure
        The measure; it says which way is better. Intervals that include 0 are grey.
    language : {"en", "zh"}
        Language of the words.
    """
    ends = ["mean", "low", "high"]
    scale, title = axis_of(measure.kind, differences[ends].to_numpy(dtype=float), language)
    if measure.kind == "share":
        scale, title = 0.01, text("unit.points", language)
    rows = [(str(row["name"]), Estimate(*(row[end] for end in ends))) for row in records(differences)]
    shown = [measure.difference(estimate.mean, language) for _, estimate in rows]
    frame = differences[ends].astype(float) / scale
    frame = frame.assign(
        name=["\n".join(folded(name)) for name, _ in rows],
        shown=shown,
        colour=[_JUDGED[tone(estimate, measure)][0] for _, estimate in rows],
        shape=[_JUDGED[tone(estimate, measure)][1] for _, estimate in rows],
    )
    ranges = [measure.range(estimate.low, estimate.high, language, differences=True) for _, estimate in rows]
    lines = [
        f"{name}: {value}, {range_}" for (name, _), value, range_ in zip(rows, shown, ranges, strict=True)
    ]
    label = measure.label(language)
    words = text("chart.difference_description", language, measure=label, lines="; ".join(lines))
    return finished(_difference_layers(frame, title), label, words, max(110, 52 * len(frame) + 30))


_JUDGED = {"good": (theme.BLUE, "circle"), "bad": (theme.ORANGE, "diamond"), "unsure": (theme.GREY, "square")}
"""Colour and shape of a difference by its tone; the shape is for who does not see the colour."""


def pixels_of(words: str) -> int:
    """Return about how wide words of a chart are.

    >>> pixels_of("paid"), pixels_of("\u5df2\u4ed8")
    (28, 26)
    """
    return sum(13 if ord(letter) >= FIRST_WIDE else 7 for letter in words)


def folded(name: str) -> list[str]:
    """Return a name in lines that fit beside a chart; what is still too long is cut by the axis."""
    return textwrap.wrap(name, NAME_LETTERS, break_long_words=False) or [name]


def _difference_layers(frame: pd.DataFrame, title: str) -> list[alt.Chart]:
    base, zero = alt.Chart(frame), alt.Chart(pd.DataFrame({"zero": [0.0]}))
    axis = alt.Axis(labelExpr="datum.value == 0 ? '0' : format(datum.value, '+,.4~r')", tickCount=5)
    lines = "split(datum.label, '\\n')"
    name_axis = alt.Axis(
        domain=False, ticks=False, labelLimit=150, labelColor=theme.INK, labelExpr=lines, labelLineHeight=14
    )
    names = alt.Y("name:N", sort=None, title=None, axis=name_axis)
    low = alt.X("low:Q", title=title, axis=axis, scale=alt.Scale(zero=True, nice=True))
    mean = alt.X("mean:Q", title=title)
    colour = alt.Color("colour:N", scale=None)
    return [
        zero.mark_rule(color=theme.GREY, strokeWidth=1).encode(x="zero:Q"),
        base.mark_rule(strokeWidth=6, opacity=0.28).encode(x=low, x2="high:Q", y=names, color=colour),
        base.mark_point(filled=True, size=90, opacity=1).encode(
            x=mean, y=names, color=colour, shape=alt.Shape("shape:N", scale=None)
        ),
        base.mark_text(dy=-13, fontWeight=600).encode(x=mean, y=names, text="shown:N", color=colour),
    ]


def axis_of(kind: str, values: NDArray[np.float64], language: Language) -> tuple[float, str]:
    """Return what values are divided by and the axis title with its unit."""
    if kind != "money":
        return 1.0, text(f"unit.{kind}", language)
    divisor, unit = money_unit(float(np.nanmax(np.abs(values), initial=0.0)), language)
    return float(divisor * FEN_PER_YUAN), text(f"unit.money_{unit}", language)


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
    ends = ["mean", "p05", "p95"]
    scale, title = axis_of(kind, curves[ends].to_numpy(dtype=float), language)
    frame = (curves[ends] / scale).assign(name=curves["name"], date=curves["date"])
    names = list(dict.fromkeys(frame["name"]))
    colours = [theme.colour_of(position) for position in range(len(names))]
    legend = alt.Legend(columns=2, symbolType="stroke", symbolStrokeWidth=3, symbolOpacity=1, labelLimit=170)
    colour = alt.Color("name:N", scale=alt.Scale(domain=names, range=colours), legend=legend)
    when = alt.X(
        "date:T", title=None, axis=alt.Axis(format="%Y-%m", tickCount=6, grid=False, labelOverlap=True)
    )
    low = alt.Y(
        "p05:Q", title=title, axis=alt.Axis(format=PERCENT if kind == "share" else ",.4~r", tickCount=5)
    )
    base = alt.Chart(frame)
    layers = [
        base.mark_area(opacity=0.13).encode(x=when, y=low, y2="p95:Q", color=colour),
        base.mark_line(strokeWidth=2).encode(x=when, y=alt.Y("mean:Q", title=title), color=colour),
    ]
    label = text(f"curve.{measure}", language)
    words = text("chart.fan_description", language, measure=label, names=listing(names, language))
    return finished(layers, label, words, 260)


def histogram(values: pd.Series, title: str, axis: str, kind: str, language: Language) -> Chart:
    """Draw how a number is spread over customers, with its median named; the largest 1 % go into the last bar.

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
    counts, edges = np.histogram(np.minimum(known, np.quantile(known, 0.99)), bins=BARS)
    median = float(np.median(known))
    shown = percent(median) if kind == "share" else f"{median:,.3g}"
    bars = alt.Chart(pd.DataFrame({"from": edges[:-1], "to": edges[1:], "count": counts}))
    mid = alt.Chart(
        pd.DataFrame({"median": [median], "label": [text("chart.median", language, value=shown)]})
    )
    number_axis = alt.Axis(format=PERCENT if kind == "share" else ",.3~r", grid=False, tickCount=6)
    customers = alt.Y("count:Q", title=text("chart.customers_axis", language), axis=alt.Axis(tickCount=4))
    where = alt.X("median:Q")
    layers = [
        bars.mark_bar(color=theme.BLUE, opacity=0.75, binSpacing=1).encode(
            x=alt.X("from:Q", bin="binned", title=axis, axis=number_axis), x2="to:Q", y=customers
        ),
        mid.mark_rule(color=theme.INK, strokeDash=[4, 3]).encode(x=where),
        mid.mark_text(align="left", dx=6, dy=-6, baseline="bottom").encode(
            x=where, y=alt.value(0), text="label:N"
        ),
    ]
    words = text("chart.histogram_description", language, title=title, median=shown, count=f"{known.size:,}")
    return finished(layers, title, words, 200)


def grade_bars(shares: pd.DataFrame, language: Language) -> Chart:
    """Draw the share of customers and of purchases in each credit grade.

    Parameters
    ----------
    shares : pandas.DataFrame
        ``grade`` (A to D), ``customers`` and ``purchases`` (shares that each sum to 1).
    language : {"en", "zh"}
        Language of the words.
    """
    words = {key: text(f"chart.share_{key}", language) for key in ("customers", "purchases")}
    frame = shares.melt("grade", list(words), "of", "share")
    frame = frame.assign(of=frame["of"].map(words), shown=frame["share"].map(percent))
    longest = float(frame["share"].max())
    rows = alt.Y(
        "grade:N",
        title=None,
        axis=alt.Axis(domain=False, ticks=False, labelColor=theme.INK, labelFontSize=14),
    )
    side = alt.YOffset("of:N", sort=list(words.values()))
    colours = alt.Scale(domain=list(words.values()), range=[theme.BLUE, theme.PALE_BLUE])
    length = alt.X("share:Q", title=None, axis=None, scale=alt.Scale(domain=[0, longest * 1.2]))
    base = alt.Chart(frame).encode(x=length, y=rows, yOffset=side)
    layers = [
        base.mark_bar(height=alt.RelativeBandSize(0.85)).encode(color=alt.Color("of:N", scale=colours)),
        base.mark_text(align="left", dx=4).encode(text="shown:N"),
    ]
    lines = "; ".join(f"{row['grade']} {row['of']} {row['shown']}" for row in records(frame))
    title = text("chart.grades_title", language)
    return finished(layers, title, text("chart.grades_description", language, lines=lines), 240)


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
    words = {key: text(f"chart.{key}", language) for key in ("observed", "fitted")}
    base = alt.Chart(fit.assign(observed_is=words["observed"], fitted_is=words["fitted"]))
    day_axis = alt.Axis(labelAngle=-45, labelOverlap=False)
    where = alt.X("bucket:O", sort=None, title=text("chart.days_from_due", language), axis=day_axis)
    colours = alt.Scale(domain=list(words.values()), range=[theme.INK, theme.BLUE])
    title = text("chart.hazard_axis", language)
    low = alt.Y("low:Q", title=title, axis=alt.Axis(format=PERCENT, tickCount=5))
    layers = [
        base.mark_rule(color=theme.GREY).encode(x=where, y=low, y2="high:Q"),
        base.mark_point(filled=True, size=55, opacity=1).encode(
            x=where, y=alt.Y("observed:Q", title=title), color=alt.Color("observed_is:N", scale=colours)
        ),
        base.mark_line(strokeWidth=2).encode(
            x=where, y=alt.Y("fitted:Q", title=title), color=alt.Color("fitted_is:N", scale=colours)
        ),
    ]
    gap = percent(float((fit["fitted"] - fit["observed"]).abs().max()), 2)
    description = text("chart.hazard_description", language, gap=gap)
    return finished(layers, text("chart.hazard_title", language), description, 280)


def drawn(outputs: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the specification in a notebook's output, without its schema address; None when it is no chart."""
    spec = outputs.get(MIME)
    return {key: value for key, value in spec.items() if key != "$schema"} if isinstance(spec, dict) else None
