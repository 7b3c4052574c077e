"""Dots on a line: how far one outcome of a policy moves from world to world, one line a policy."""

from collections.abc import Mapping

import altair as alt
import pandas as pd

from simkit.reporting import theme
from simkit.reporting.charts import PERCENT, Chart, axis_of, finished
from simkit.reporting.measures import Measure
from simkit.reporting.tables import records
from simkit.reporting.texts import Language, number, text

ROW_PIXELS = 46


def dumbbells(
    points: pd.DataFrame, colours: Mapping[str, str], measure: Measure, language: Language
) -> Chart:
    """Draw one outcome of every policy in every world; the ends of each line have their values in words.

    Parameters
    ----------
    points : pandas.DataFrame
        One row a policy and world, in order: ``name``, ``series`` (words of the world) and ``value`` (in the measure's
        unit; NaN where undefined, which has no dot).
    colours : mapping
        Colour of each world by its words.
    measure : Measure
        What the values are.
    language : {"en", "zh"}
        Language of the words.
    """
    known = points[points["value"].notna()]
    values = known["value"].to_numpy(dtype=float)
    scale, title = axis_of(measure.kind, values, language)
    told = [measure.value(value, language) for value in values]
    # The axis has the unit of money; beside each dot it would take the room of the line.
    bare = [number(value / scale, 1 if abs(value) >= 10 * scale else 2) for value in values]
    frame = known.assign(value=values / scale, told=told, shown=bare if measure.kind == "money" else told)
    lines = "; ".join(f"{row['name']} {row['series']} {row['told']}" for row in records(frame))
    label = measure.label(language)
    words = text("chart.groups_description", language, title=label, lines=lines)
    names = list(dict.fromkeys(points["name"]))
    share = measure.kind == "share"
    return finished(
        _layers(frame, names, colours, None if share else title, share),
        label,
        words,
        ROW_PIXELS * len(names) + 70,
    )


def _layers(
    frame: pd.DataFrame, names: list[str], colours: Mapping[str, str], title: str | None, share: bool
) -> list[alt.Chart]:
    name_axis = alt.Axis(domain=False, ticks=False, labelLimit=130, labelColor=theme.INK)
    y = alt.Y("name:N", sort=names, title=None, axis=name_axis, scale=alt.Scale(domain=names))
    room = alt.Scale(zero=False, nice=False, padding=58)
    axis = alt.Axis(format=PERCENT if share else ",.4~r", tickCount=4)
    x = alt.X("value:Q", title=title, axis=axis, scale=room)
    by = frame.groupby("name", sort=False)["value"]
    ends = pd.DataFrame({"low": by.min(), "high": by.max()}).reset_index()
    legend = alt.Legend(columns=3, symbolType="circle", symbolOpacity=1, labelLimit=150)
    colour = alt.Color(
        "series:N", scale=alt.Scale(domain=list(colours), range=list(colours.values())), legend=legend
    )
    least, most = frame.loc[by.idxmin()], frame.loc[by.idxmax()]
    most = most[~most.index.isin(least.index)]
    return [
        alt.Chart(ends)
        .mark_rule(color=theme.PALE_GREY, strokeWidth=4)
        .encode(x=alt.X("low:Q", scale=room), x2="high:Q", y=y),
        alt.Chart(frame).mark_point(filled=True, size=110, opacity=1).encode(x=x, y=y, color=colour),
        alt.Chart(least).mark_text(align="right", dx=-10).encode(x=x, y=y, text="shown:N"),
        alt.Chart(most).mark_text(align="left", dx=10).encode(x=x, y=y, text="shown:N"),
    ]
