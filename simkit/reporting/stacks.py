"""Bars made of parts that sum to a whole: what adds lies right of zero, what takes away left of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import altair as alt
import numpy as np
import pandas as pd

from simkit.reporting import theme
from simkit.reporting.charts import Chart, finished, pixels_of
from simkit.reporting.texts import Language, number, text

SEGMENT = ["name", "part", "from", "to", "middle", "label", "room", "ink", "whole"]
WHOLE = ["name", "whole", "shown", "end"]
LEGEND_PIXELS = 230  # for the words of two columns on a telephone
ROOM = 0.16
"""Room beside the longest bar for the words of its whole, as a share of the axis."""


@dataclass(frozen=True, slots=True)
class Stack:
    """One bar: its name, its parts in the order drawn, the whole they sum to and how that is written."""

    name: str
    parts: Mapping[str, float]
    whole: float
    shown: str


def stacked_bars(
    stacks: Sequence[Stack],
    colours: Mapping[str, str],
    axis: str,
    title: str,
    language: Language,
    digits: int = 1,
    reach: tuple[float, float] | None = None,
    signed: bool = True,
) -> Chart:
    """Draw one bar a stack: its parts in colours, its whole in words and, where parts take away, as a mark.

    Parameters
    ----------
    stacks : sequence of Stack
        In the unit of the axis, top first; none leave the axis alone.
    colours : mapping
        Colour of each part by its words, in the order of the legend.
    axis, title : str
        Words already in the language.
    language : {"en", "zh"}
        Language of the description.
    digits : int
        Decimals of the numbers written on parts that are wide enough.
    reach : tuple of float, optional
        Least and most that the axis holds, for charts that are to be compared; what these stacks need by default.
    signed : bool
        Whether numbers carry a plus sign: changes do, amounts do not.
    """
    written = partial(number, digits=digits, signed=signed)
    segments = pd.DataFrame(
        [row for stack in stacks for row in _segments(stack, colours, written)], columns=SEGMENT
    )
    wholes = pd.DataFrame(
        [(stack.name, stack.whole, stack.shown, reach_of([stack])[1]) for stack in stacks], columns=WHOLE
    )
    spoken = (
        f"{stack.name} {stack.shown} ({', '.join(f'{part} {written(value)}' for part, value in stack.parts.items())})"
        for stack in stacks
    )
    layers = _layers(segments, wholes, colours, axis, _with_room(reach or reach_of(stacks)))
    words = text("chart.stack_description", language, title=title, lines="; ".join(spoken))
    return finished(layers, title, words, max(120, 34 * len(stacks) + 70))


def reach_of(stacks: Sequence[Stack]) -> tuple[float, float]:
    """Return the least and the most that bars reach; zero lies within."""
    parts = [np.array([*stack.parts.values(), 0.0]) for stack in stacks]
    low = min((float(np.minimum(values, 0).sum()) for values in parts), default=0.0)
    high = max((float(np.maximum(values, 0).sum()) for values in parts), default=0.0)
    return low, high


def _with_room(reach: tuple[float, float]) -> tuple[float, float]:
    low, high = reach
    span = (high - low) or 1.0
    return (low - 0.02 * span if low < 0 else 0.0), high + ROOM * span


def _segments(
    stack: Stack, colours: Mapping[str, str], written: Callable[[float], str]
) -> list[dict[str, object]]:
    """Return where each part begins and ends: those that add one after the other, those that take away likewise."""
    ends = {True: 0.0, False: 0.0}
    rows: list[dict[str, object]] = []
    for part, value in stack.parts.items():
        start = ends[value >= 0]
        ends[value >= 0] = start + value
        low, high = sorted((start, start + value))
        label = written(value)
        row = {"name": stack.name, "part": part, "from": low, "to": high, "middle": (low + high) / 2}
        row |= {"label": label, "room": pixels_of(label) + 4, "ink": theme.ink_on(colours[part])}
        rows.append(row | {"whole": stack.whole})
    return rows


def _layers(
    segments: pd.DataFrame,
    wholes: pd.DataFrame,
    colours: Mapping[str, str],
    axis: str,
    reach: tuple[float, float],
) -> list[alt.Chart]:
    bars, ends = alt.Chart(segments), alt.Chart(wholes)
    name_axis = alt.Axis(domain=False, ticks=False, labelLimit=150, labelColor=theme.INK)
    names = alt.Y("name:N", sort=list(wholes["name"]), title=None, axis=name_axis)
    scale = alt.Scale(domain=list(reach), nice=False)
    start = alt.X("from:Q", title=axis, scale=scale, axis=alt.Axis(format="~r", tickCount=6))
    beside = sum(
        max(map(pixels_of, column), default=0) for column in (list(colours)[::2], list(colours)[1::2])
    )
    columns = 2 if beside <= LEGEND_PIXELS else 1
    legend = alt.Legend(columns=columns, labelLimit=190, symbolType="square")
    colour = alt.Color(
        "part:N", scale=alt.Scale(domain=list(colours), range=list(colours.values())), legend=legend
    )
    # A number stands on its part where it fits and no mark runs through it; how wide that is shows only on the page.
    fits = "abs(scale('x', datum.to) - scale('x', datum.from)) > datum.room"
    marked = bool((segments["from"] < 0).any())
    if marked:
        fits += " && abs(scale('x', datum.whole) - scale('x', datum.middle)) > datum.room / 2"
    zero = alt.Chart(pd.DataFrame({"zero": [0.0]}))
    marks = ends.mark_tick(color=theme.INK, thickness=3, height=alt.RelativeBandSize(0.9))
    return [
        bars.mark_bar(height=alt.RelativeBandSize(0.72)).encode(x=start, x2="to:Q", y=names, color=colour),
        bars.mark_text(fontSize=11).encode(
            x=alt.X("middle:Q"),
            y=names,
            text="label:N",
            color=alt.Color("ink:N", scale=None),
            opacity=alt.condition(fits, alt.value(1), alt.value(0)),
        ),
        zero.mark_rule(color=theme.GREY, strokeWidth=1).encode(x="zero:Q"),
        *([marks.encode(x=alt.X("whole:Q"), y=names)] if marked else []),
        ends.mark_text(align="left", dx=7, fontWeight=600).encode(x="end:Q", y=names, text="shown:N"),
    ]
