"""The picture of the reports: sales growth against the overdue rate, every point named where its name fits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import dist
from typing import Any, Literal, Self

import altair as alt
import numpy as np
import pandas as pd

from simkit.reporting import theme
from simkit.reporting.charts import PERCENT, Chart, finished, pixels_of
from simkit.reporting.tables import records
from simkit.reporting.texts import Language, percent, text

ROLES = {
    "status_quo": ("square", theme.GREY),
    "alternative": ("circle", theme.BLUE),
    "recommended": ("diamond", theme.GREEN),
    "efficient": ("circle", theme.BLUE),
    "dominated": ("circle", theme.GREY),
}
PLOT_WIDTHS, PLOT_HEIGHT = (300, 620), 330  # a telephone's and a page's: names are to stand free on both
LABEL_PIXELS, LEAST_LABEL_PIXELS = 240, 40
AXIS_PIXELS = 40
DOT_PIXELS = 6
ROUNDS = 3
LEAST_SPREAD = 0.005
"""Half of the least length of an axis: without it the ticks of a single point would be its own digits."""

Box = tuple[float, float, float, float]
Side = Literal["left", "right"]

OFFSETS: dict[Side, int] = {"left": 10, "right": -10}
"""How a name is aligned, and how far to the right of its point it begins or ends."""


def growth_against_overdue(points: pd.DataFrame, language: Language) -> Chart:
    """Draw sales growth against the cohort overdue rate, each point with bars on both axes.

    Parameters
    ----------
    points : pandas.DataFrame
        One row a point: ``name``, ``growth``, ``growth_low``, ``growth_high``, ``overdue``, ``overdue_low``,
        ``overdue_high`` (shares; the ends of the bars), ``role`` (a key of ``ROLES``) and ``label`` (empty where the
        point is not named). A line joins the efficient points and the recommended one, if any point is efficient.
    language : {"en", "zh"}
        Language of the words.
    """
    frame = points.assign(
        colour=[ROLES[role][1] for role in points["role"]],
        overdue_shown=points["overdue"].map(percent),
        growth_shown=points["growth"].map(percent),
    )
    x, y = _axis(alt.X, "overdue", frame, language), _axis(alt.Y, "growth", frame, language)
    chain = frame[frame["role"].isin(["efficient", "recommended"])]
    line = alt.Chart(chain).mark_line(color=theme.BLUE, strokeWidth=1.5, strokeDash=[4, 3], opacity=0.7)
    joined = [line.encode(x=x, y=y, order="overdue:Q")] if (frame["role"] == "efficient").any() else []
    layers = [*joined, *_points(frame, x, y, language), *_labels(frame, x, y)]
    spoken = (f"{row['name']}: {row['growth_shown']}, {row['overdue_shown']}" for row in records(frame))
    words = text("chart.growth_description", language, points="; ".join(spoken))
    return finished(layers, text("chart.growth_title", language), words, 380)


def _axis(channel: Any, field: str, points: pd.DataFrame, language: Language) -> Any:
    """Return an axis that holds the points, and half a percentage point on either side of one that stands alone."""
    ends = points[[field, f"{field}_low", f"{field}_high"]].to_numpy(dtype=float)
    middle = (np.nanmin(ends) + np.nanmax(ends)) / 2
    held = [
        float(min(np.nanmin(ends), middle - LEAST_SPREAD)),
        float(max(np.nanmax(ends), middle + LEAST_SPREAD)),
    ]
    return channel(
        f"{field}:Q",
        title=text(f"chart.{field}_axis", language),
        axis=alt.Axis(format=PERCENT, tickCount=6),
        # The same on every layer: a union with each layer's data would be another one on each, which Vega-Lite tells.
        scale=alt.Scale(zero=False, nice=True, padding=20, domain=held),
    )


def _points(frame: pd.DataFrame, x: alt.X, y: alt.Y, language: Language) -> list[alt.Chart]:
    base = alt.Chart(frame).encode(color=alt.Color("colour:N", scale=None))
    beaten = alt.datum.role == "dominated"
    faint = alt.condition(beaten, alt.value(0.35), alt.value(0.8))
    shapes = alt.Scale(domain=list(ROLES), range=[shape for shape, _ in ROLES.values()])
    return [
        base.mark_rule(strokeWidth=1.5).encode(x="overdue_low:Q", x2="overdue_high:Q", y=y, opacity=faint),
        base.mark_rule(strokeWidth=1.5).encode(x=x, y="growth_low:Q", y2="growth_high:Q", opacity=faint),
        base.mark_point(filled=True, opacity=1).encode(
            x=x,
            y=y,
            size=alt.condition(beaten, alt.value(40), alt.value(110)),
            shape=alt.Shape("role:N", legend=None, scale=shapes),
            tooltip=[
                alt.Tooltip("name:N", title=text("chart.policy", language)),
                alt.Tooltip("growth_shown:N", title=text("measure.sales_growth", language)),
                alt.Tooltip("overdue_shown:N", title=text("measure.overdue_rate_cohort_30", language)),
            ],
        ),
    ]


def _labels(frame: pd.DataFrame, x: alt.X, y: alt.Y) -> list[alt.Chart]:
    """Name points beside them, where the words cover no other point and no other name.

    The recommended point is named first; an efficient one that lies on a named one is left to its tooltip.
    """
    plots, rows = [Plot.of(frame, width) for width in PLOT_WIDTHS], records(frame)
    names = dict[int, str]()
    for place in sorted(range(len(rows)), key=lambda place: rows[place]["role"] != "recommended"):
        row = rows[place]
        if row["label"] and not (row["role"] == "efficient" and plots[-1].hides(place, [*names])):
            names[place] = row["label"]
    layers = []
    for place, (side, dy) in best_places(plots, names).items():
        words = alt.Chart(pd.DataFrame([rows[place]])).mark_text(
            align=side, dx=OFFSETS[side], dy=dy, baseline="middle", fontWeight=600, limit=_room(side)
        )
        layers.append(words.encode(x=x, y=y, text="label:N", color=alt.Color("colour:N", scale=None)))
    return layers


def _room(side: Side) -> alt.ExprRef:
    """Return how long a name may be on the plot as wide as it turns out: to its edge, on the left over the axis."""
    here = "scale('x', datum.overdue)"
    room = f"width - {here} - 10" if side == "left" else f"{here} + {AXIS_PIXELS} - 10"
    return alt.ExprRef(f"max({LEAST_LABEL_PIXELS}, min({LABEL_PIXELS}, {room}))")


@dataclass
class Plot:
    """The picture at one width.

    Attributes
    ----------
    width : int
        Of the plot, in pixels.
    spots : list of tuple of float
        Its points, in pixels from the left and from the top.
    taken : list of Box
        Dots and bars, which names must not cover: left, top, right, bottom.
    """

    width: int
    spots: list[tuple[float, float]]
    taken: list[Box]

    @classmethod
    def of(cls, frame: pd.DataFrame, width: int) -> Self:
        """Return the plot of some points, of which their names may cover neither dots nor bars."""
        across, along = (20, width - 20), (PLOT_HEIGHT - 20, 20)
        left, low, right = (_along(frame, "overdue", end, across) for end in ("", "_low", "_high"))
        top, bottom, high = (_along(frame, "growth", end, along) for end in ("", "_low", "_high"))
        spots = list(zip(left, top, strict=True))
        lying = [_around(a, y, b, y, 1) for a, b, y in zip(low, right, top, strict=True)]
        standing = [_around(x, a, x, b, 1) for a, b, x in zip(high, bottom, left, strict=True)]
        return cls(width, spots, [*(_around(*spot, *spot) for spot in spots), *lying, *standing])

    def hides(self, place: int, named: Sequence[int]) -> bool:
        """Tell whether a point lies on one that is named."""
        return any(dist(self.spots[place], self.spots[other]) < 2 * DOT_PIXELS for other in named)

    def box(self, place: int, label: str, side: Side, dy: int) -> Box:
        """Return what the name of a point covers on a side of it, with a little room about."""
        x, y = self.spots[place]
        width = min(LABEL_PIXELS, pixels_of(label))
        left = x + OFFSETS[side] - (0 if side == "left" else width)
        return left - 4, y + dy - 8, left + width + 4, y + dy + 8

    def cost(self, box: Box, taken: Sequence[Box]) -> float:
        """Return the area that a name covers of what is taken, and dearly what reaches beyond the plot."""
        outside = max(0.0, -box[0]) + max(0.0, box[2] - self.width)
        return sum(overlap(box, other) for other in taken) + 40 * outside


def _along(frame: pd.DataFrame, axis: str, end: str, reach: tuple[float, float]) -> list[float]:
    """Return how far values, or the ends of their bars, lie along an axis that reaches from one pixel to another."""
    ends = frame[[axis, f"{axis}_low", f"{axis}_high"]].to_numpy(dtype=float)
    values = frame[f"{axis}{end}"].fillna(frame[axis]).to_numpy(dtype=float)
    share = (values - np.nanmin(ends)) / max(np.nanmax(ends) - np.nanmin(ends), 1e-9)
    return [float(place) for place in reach[0] + (reach[1] - reach[0]) * share]


def _around(left: float, top: float, right: float, bottom: float, pixels: float = DOT_PIXELS) -> Box:
    return left - pixels, top - pixels, right + pixels, bottom + pixels


def best_places(plots: Sequence[Plot], names: Mapping[int, str]) -> dict[int, tuple[Side, int]]:
    """Return on which side of its point each name stands, and how far below: of eight places the one that covers least.

    One after the other takes its place among those that have theirs, and then again, as the later may be in its way.

    Parameters
    ----------
    plots : sequence of Plot
        The picture at several widths, all of which count.
    names : mapping of int to str
        Of some points, by their number.
    """
    places: list[tuple[Side, int]] = [(side, dy) for dy in (-13, 14, -29, 30) for side in OFFSETS]
    found = dict[int, tuple[Side, int]]()
    for place, name in list(names.items()) * ROUNDS:
        found.pop(place, None)
        covered = [
            (plot, [*plot.taken, *(plot.box(other, names[other], *at) for other, at in found.items())])
            for plot in plots
        ]
        costs = {
            at: sum(plot.cost(plot.box(place, name, *at), taken) for plot, taken in covered) for at in places
        }
        found[place] = min(costs, key=lambda at: costs[at])
    return found


def overlap(a: Box, b: Box) -> float:
    """Return the area two boxes share."""
    return max(0.0, min(a[2], b[2]) - max(a[0], b[0])) * max(0.0, min(a[3], b[3]) - max(a[1], b[1]))
