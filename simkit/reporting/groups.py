"""Bars side by side: the same shares of several series, one group of bars a row."""

from collections.abc import Mapping

import altair as alt
import pandas as pd

from simkit.reporting import theme
from simkit.reporting.charts import Chart, finished
from simkit.reporting.tables import records
from simkit.reporting.texts import Language, percent, text

BAR_PIXELS = 17


def grouped_bars(shares: pd.DataFrame, colours: Mapping[str, str], title: str, language: Language) -> Chart:
    """Draw shares in groups, each bar with its value in words; an undefined share has no bar.

    Parameters
    ----------
    shares : pandas.DataFrame
        One row a bar: ``name`` (the group, in order), ``series`` and ``share`` (0 to 1, NaN where undefined).
    colours : mapping
        Colour of each series by its words, in the order drawn.
    title : str
        Words already in the language.
    language : {"en", "zh"}
        Language of the description.
    """
    frame = shares.assign(
        share=shares["share"].astype(float),
        shown=[percent(float(share)) for share in shares["share"]],
    )
    names = list(dict.fromkeys(frame["name"]))
    longest = float(frame["share"].fillna(0.0).max()) or 1.0
    rows = alt.Y(
        "name:N",
        sort=names,
        title=None,
        axis=_names(),
        scale=alt.Scale(paddingInner=0.28, paddingOuter=0.1),
    )
    scale = alt.Scale(domain=list(colours), range=list(colours.values()))
    colour = alt.Color("series:N", scale=scale, legend=alt.Legend(columns=2, labelLimit=150))
    base = alt.Chart(frame).encode(
        x=alt.X("share:Q", title=None, axis=None, scale=alt.Scale(domain=[0, longest * 1.2])),
        y=rows,
        # Padded here: a bar narrower than its band would be moved by a share of the whole group.
        yOffset=alt.YOffset("series:N", sort=list(colours), scale=alt.Scale(paddingInner=0.1)),
    )
    known = alt.datum.shown != percent(float("nan"))
    layers = [
        base.mark_bar().encode(color=colour),
        base.transform_filter(known).mark_text(align="left", dx=4, fontSize=11).encode(text="shown:N"),
        base.transform_filter(~known)
        .mark_text(align="left", dx=4, fontSize=11, color=theme.QUIET)
        .encode(x=alt.value(0), text="shown:N"),
    ]
    lines = "; ".join(f"{row['name']} {row['series']} {row['shown']}" for row in records(frame))
    words = text("chart.groups_description", language, title=title, lines=lines)
    return finished(layers, title, words, BAR_PIXELS * len(colours) * len(names) + 14 * len(names) + 50)


def ranked_bars(bars: pd.DataFrame, title: str, language: Language) -> Chart:
    """Draw one bar a row with its value in words; the marked one stands out.

    Parameters
    ----------
    bars : pandas.DataFrame
        One row a bar, top first: ``name``, ``value`` (at least 0, NaN where undefined), ``shown`` (the value in words)
        and ``marked``.
    title : str
        Words already in the language.
    language : {"en", "zh"}
        Language of the description.
    """
    frame = bars.assign(
        value=bars["value"].astype(float).fillna(0.0),
        colour=[theme.ORANGE if marked else theme.GREY for marked in bars["marked"]],
    )
    longest = float(frame["value"].max()) or 1.0
    base = alt.Chart(frame).encode(
        x=alt.X("value:Q", title=None, axis=None, scale=alt.Scale(domain=[0, longest * 1.3])),
        y=alt.Y("name:N", sort=list(frame["name"]), title=None, axis=_names()),
        color=alt.Color("colour:N", scale=None),
    )
    layers = [
        base.mark_bar(height=alt.RelativeBandSize(0.7)),
        base.mark_text(align="left", dx=5, fontWeight=600).encode(text="shown:N"),
    ]
    lines = "; ".join(f"{row['name']} {row['shown']}" for row in records(frame))
    words = text("chart.groups_description", language, title=title, lines=lines)
    return finished(layers, title, words, 34 * len(frame) + 50)


def _names() -> alt.Axis:
    return alt.Axis(domain=False, ticks=False, labelColor=theme.INK, labelLimit=190)
