"""The picture of the reports: sales growth against the overdue rate, every point named where its name fits."""

from itertools import product
from math import dist
from typing import Any, Literal

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
PLOT_WIDTH, PLOT_HEIGHT = 440, 330  # between a telephone's and a page's
LABEL_PIXELS, LEAST_LABEL_PIXELS = 240, 40
AXIS_PIXELS = 40
DOT_PIXELS = 6
LEAST_SPREAD = 0.005
"""Half of the least length of an axis: without it the ticks of a single point would be its own digits."""

Box = tuple[float, float, float, float]
Side = Literal["left", "right"]


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
    spots, rows = _pixels(frame), records(frame)
    taken = [*(_around(*spot, *spot) for spot in spots), *_bars(frame)]
    layers, named = [], list[tuple[float, float]]()
    for place in sorted(range(len(rows)), key=lambda place: rows[place]["role"] != "recommended"):
        row, spot = rows[place], spots[place]
        hidden = row["role"] == "efficient" and any(dist(spot, other) < 2 * DOT_PIXELS for other in named)
        if row["label"] and not hidden:
            named.append(spot)
            side, dx, dy, box = best_place(spot, row["label"], taken)
            taken.append(box)
            words = alt.Chart(pd.DataFrame([row])).mark_text(
                align=side, dx=dx, dy=dy, baseline="middle", fontWeight=600, limit=_room(side)
            )
            layers.append(words.encode(x=x, y=y, text="label:N", color=alt.Color("colour:N", scale=None)))
    return layers


def _room(side: Side) -> alt.ExprRef:
    """Return how long a name may be on the plot as wide as it turns out: to its edge, on the left over the axis."""
    here = "scale('x', datum.overdue)"
    room = f"width - {here} - 10" if side == "left" else f"{here} + {AXIS_PIXELS} - 10"
    return alt.ExprRef(f"max({LEAST_LABEL_PIXELS}, min({LABEL_PIXELS}, {room}))")


def _pixels(frame: pd.DataFrame) -> list[tuple[float, float]]:
    """Return where points come to lie on a plot of middling width."""
    return list(zip(*(_along(frame, axis, axis) for axis in ("overdue", "growth")), strict=True))


def _bars(frame: pd.DataFrame) -> list[Box]:
    """Return what the bars of all points cover; of a point without an interval, nothing more than the point."""
    left, low, right = (_along(frame, "overdue", f"overdue{end}") for end in ("", "_low", "_high"))
    top, bottom, high = (_along(frame, "growth", f"growth{end}") for end in ("", "_low", "_high"))
    across = [_around(a, y, b, y, 1) for a, b, y in zip(low, right, top, strict=True)]
    along = [_around(x, a, x, b, 1) for a, b, x in zip(high, bottom, left, strict=True)]
    return across + along


def _along(frame: pd.DataFrame, axis: str, column: str) -> list[float]:
    """Return how far values lie along an axis, in pixels from the left or from the top."""
    ends = frame[[axis, f"{axis}_low", f"{axis}_high"]].to_numpy(dtype=float)
    values = frame[column].fillna(frame[axis]).to_numpy(dtype=float)
    share = (values - np.nanmin(ends)) / max(np.nanmax(ends) - np.nanmin(ends), 1e-9)
    places = (
        20 + (PLOT_WIDTH - 40) * share if axis == "overdue" else PLOT_HEIGHT - 20 - (PLOT_HEIGHT - 40) * share
    )
    return [float(place) for place in places]


def _around(left: float, top: float, right: float, bottom: float, pixels: float = DOT_PIXELS) -> Box:
    return left - pixels, top - pixels, right + pixels, bottom + pixels


def best_place(spot: tuple[float, float], label: str, taken: list[Box]) -> tuple[Side, int, int, Box]:
    """Return alignment, offsets and box of a label: of eight places the one that covers least.

    Parameters
    ----------
    spot : tuple of float
        The point, in pixels from the left and from the top.
    label : str
        The words.
    taken : list of Box
        What must not be covered: left, top, right, bottom.
    """
    width = min(LABEL_PIXELS, pixels_of(label))
    sides: tuple[Side, Side] = ("left", "right")
    best, least = None, float("inf")
    for preference, (dy, side) in enumerate(product((-13, 14, -29, 30), sides)):
        dx = 10 if side == "left" else -10
        left = spot[0] + dx - (0 if side == "left" else width)
        box = (left, spot[1] + dy - 8, left + width, spot[1] + dy + 8)
        outside = max(0.0, -left) + max(0.0, left + width - PLOT_WIDTH)
        cost = sum(overlap(box, other) for other in taken) + 40 * outside + preference
        if best is None or cost < least:
            best, least = (side, dx, dy, box), cost
    assert best is not None
    return best


def overlap(a: Box, b: Box) -> float:
    """Return the area two boxes share."""
    return max(0.0, min(a[2], b[2]) - max(a[0], b[0])) * max(0.0, min(a[3], b[3]) - max(a[1], b[1]))
