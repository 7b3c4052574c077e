"""Heat maps of regions by month: a number in every cell, coloured by how good it is, some of them framed."""

import altair as alt
import numpy as np
import pandas as pd

from simkit.reporting import theme
from simkit.reporting.charts import Chart, finished
from simkit.reporting.tables import records
from simkit.reporting.texts import Language, listing, number, text

CELL_PIXELS = 34
LETTER_PIXELS = 5.5
NAME_PIXELS = 90
FEWEST_ROWS = 4


def heat_map(cells: pd.DataFrame, strongest: float, title: str, axis: str, language: Language) -> Chart:
    """Draw one cell a row and column, blue where the value is above zero and orange where it is below.

    Parameters
    ----------
    cells : pandas.DataFrame
        One row a cell: ``row`` and ``column`` (words, in order), ``value`` (NaN where undefined) and ``framed``.
    strongest : float
        Size of a value from which on the colour is at its full.
    title, axis : str
        Words already in the language; the axis names the columns.
    language : {"en", "zh"}
        Language of the description.
    """
    values = cells["value"].to_numpy(dtype=float)
    frame = cells.assign(
        value=np.clip(np.nan_to_num(values), -strongest, strongest),
        shown=[number(value, signed=True) for value in values],
    )
    frame = frame.assign(room=LETTER_PIXELS * frame["shown"].str.len())
    framed = [f"{row['row']} {row['column']}" for row in records(frame) if row["framed"]]
    told = {"title": title, "cells": str(len(frame)), "count": str(len(framed))}
    if framed:
        words = text("chart.heat_description", language, **told, framed=listing(framed, language))
    else:
        words = text("chart.heat_description_none", language, **told)
    rows = len(dict.fromkeys(cells["row"]))
    return finished(_layers(frame, strongest, axis), title, words, CELL_PIXELS * max(rows, FEWEST_ROWS) + 70)


def _layers(frame: pd.DataFrame, strongest: float, axis: str) -> list[alt.Chart]:
    months = alt.Axis(domain=False, ticks=False, labelColor=theme.INK, labelAngle=0, labelOverlap=False)
    names = alt.Axis(domain=False, ticks=False, labelColor=theme.INK, labelLimit=NAME_PIXELS)
    # Cells are as wide as the page lets them be; a number that does not fit would run into its neighbours.
    fits = alt.condition("bandwidth('x') > datum.room", alt.value(1), alt.value(0))
    base = alt.Chart(frame).encode(
        x=alt.X("column:O", sort=list(dict.fromkeys(frame["column"])), title=axis, axis=months),
        y=alt.Y("row:N", sort=list(dict.fromkeys(frame["row"])), title=None, axis=names),
    )
    scale = alt.Scale(
        domain=[-strongest, 0, strongest], range=[theme.ORANGE, "#f7f8f9", theme.BLUE], interpolate="lab"
    )
    framed = base.transform_filter(alt.datum.framed)
    return [
        base.mark_rect(opacity=0.75, stroke="white").encode(
            color=alt.Color("value:Q", scale=scale, legend=None)
        ),
        base.mark_text(fontSize=11).encode(text="shown:N", opacity=fits),
        framed.mark_rect(filled=False, stroke=theme.INK, strokeWidth=2.5, cornerRadius=2),
    ]
