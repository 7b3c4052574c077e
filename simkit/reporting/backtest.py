"""A backtest as people read it: what was foretold from an earlier day beside what came, where it fits and where not."""

from typing import Protocol

import altair as alt
import numpy as np
import pandas as pd

from simkit.reporting import theme
from simkit.reporting.charts import PERCENT, Chart, finished
from simkit.reporting.markup import Html, element
from simkit.reporting.record import record
from simkit.reporting.tables import records, table
from simkit.reporting.texts import FEN_PER_YUAN, Language, filled, listing, money_unit, number, percent, text

CHARTS = ("cash", "overdue_1_30", "late_share", "dso")
"""The measures that are drawn."""

WHOLE = "foretold"
NOMINAL = {"within_80": 0.8, "within_95": 0.95}
CHANCE = 0.05
"""A coverage counts as off when, of so many independent points, chance gives one as far off less often than this."""


class Backtested(Protocol):
    """What the reports read of a backtest."""

    @property
    def cut(self) -> pd.Timestamp:
        """The last day that was known."""

    @property
    def last(self) -> pd.Timestamp:
        """The last day looked at."""

    @property
    def paths(self) -> int:
        """How many futures were simulated."""

    @property
    def points(self) -> pd.DataFrame:
        """One row a view, measure and date: realised, mean, median, p2.5, p10, p90, p97.5."""

    @property
    def notes(self) -> list[str]:
        """What the forecasts rest on."""

    def coverage(self) -> pd.DataFrame:
        """One row a view, measure and months: points, effective, within_80, within_95."""

    def errors(self) -> pd.DataFrame:
        """One row a view, measure and months: wape_median, wape_roll_rates, wape_median_days."""


def answer(tested: Backtested, language: Language) -> Html:
    """Return in a sentence how often the bands held, and where they did not."""
    judged = _judged(tested)
    held = judged[judged["held"]]
    told = (held["points"] * held["within_95"]).sum() / max(held["points"].sum(), 1)
    missed = judged.loc[~judged["held"], "measure"].drop_duplicates()
    off = [text(f"backtest.measure_{measure}", language) for measure in missed]
    return filled(
        "backtest.answer",
        language,
        cut=str(tested.cut.date()),
        last=str(tested.last.date()),
        held=number(len(held)),
        all=number(len(judged)),
        share=percent(told, 0),
        off=text("backtest.not_held", language, names=listing(off, language))
        if off
        else text("backtest.all_held", language),
    )


def _judged(tested: Backtested) -> pd.DataFrame:
    """Return the coverage with what chance allows: held where neither band misses more often than chance explains."""
    covered = tested.coverage()
    held = [
        all(_by_chance(row[band], nominal, row["effective"]) for band, nominal in NOMINAL.items())
        for row in records(covered)
    ]
    return covered.assign(held=held)


def _by_chance(share: float, nominal: float, independent: float) -> bool:
    """Return whether so many independent points may be inside a band so seldom by chance.

    The binomial law at the nearest whole number of points.
    """
    trials = max(1, round(independent))
    hits = np.arange(int(np.floor(share * trials + 1e-9)) + 1)
    ways = np.array([_ways(trials, int(hit)) for hit in hits])
    return bool((ways * nominal**hits * (1 - nominal) ** (trials - hits)).sum() >= CHANCE)


def _ways(trials: int, hits: int) -> float:
    return float(np.prod([(trials - k) / (k + 1) for k in range(hits)]))


def coverage_table(tested: Backtested, language: Language) -> Html:
    """Return how often the bands held what came, and the errors beside those of two plain forecasts."""
    errors = ("wape_median", "wape_roll_rates", "wape_median_days")
    keys = ("measure", "view", "months", "effective", *NOMINAL, *errors, "verdict")
    columns = {key: text(f"backtest.{key}", language) for key in keys}
    both = _judged(tested).merge(tested.errors(), on=["view", "measure", "months"], sort=False)
    rows = [
        {
            "measure": text(f"backtest.measure_{row['measure']}", language),
            "view": text(f"backtest.view_{row['view']}", language),
            "months": row["months"],
            "effective": text(
                "backtest.of_points",
                language,
                effective=number(row["effective"], 1),
                points=number(row["points"]),
            ),
            **{band: percent(row[band], 0) for band in NOMINAL},
            **{name: _error(row[name]) for name in errors},
            "verdict": text("backtest.fits" if row["held"] else "backtest.fits_not", language),
        }
        for row in records(both)
    ]
    numbers = ("months", "effective", *NOMINAL, *errors)
    return table(columns, rows, numbers=numbers, caption=text("backtest.table", language))


def _error(share: float) -> str:
    """Return a relative error; beyond tenfold the size of what was foretold is all but nothing."""
    if not np.isfinite(share):
        return number(share)
    return percent(share) if share < 10 else "> 1,000%"


def chart(tested: Backtested, measure: str, language: Language, view: str = WHOLE) -> Chart:
    """Draw the bands of a measure, its median, the two plain forecasts, and what came as dots.

    Parameters
    ----------
    tested : Backtested
    measure : str
        One of the measures of its points.
    language : {"en", "zh"}
    view : str
        One of its views.
    """
    points = tested.points
    shown = points[(points["view"] == view) & (points["measure"] == measure)]
    ends = ["realised", "median", "p2.5", "p10", "p90", "p97.5", "roll_rates", "median_days"]
    scale, title, form = _axis(measure, shown[ends].to_numpy(dtype=float), language)
    names = {"p2.5": "low95", "p97.5": "high95", "p10": "low80", "p90": "high80"}
    frame = (shown[ends] / scale).rename(columns=names).assign(date=shown["date"])
    words = {
        key: text(f"backtest.series_{key}", language)
        for key in ("realised", "median", "roll_rates", "median_days")
    }
    colours = [theme.INK, theme.BLUE, theme.ORANGE, theme.GREEN]
    legend = alt.Legend(columns=2, labelLimit=220, symbolOpacity=1)
    colour = alt.Scale(domain=list(words.values()), range=colours)
    when = alt.X(
        "date:T", title=None, axis=alt.Axis(format="%Y-%m-%d", tickCount=6, grid=False, labelOverlap=True)
    )
    axis = alt.Axis(format=form, tickCount=5)
    base = alt.Chart(frame)
    layers = [
        base.mark_area(opacity=0.13, color=theme.BLUE).encode(
            x=when, y=alt.Y("low95:Q", title=title, axis=axis), y2="high95:Q"
        ),
        base.mark_area(opacity=0.22, color=theme.BLUE).encode(
            x=when, y=alt.Y("low80:Q", title=title), y2="high80:Q"
        ),
    ]
    for key in ("roll_rates", "median_days", "median"):
        if frame[key].notna().any():
            series = alt.Color("series:N", scale=colour, legend=legend, title=None)
            line = alt.Chart(frame[["date", key]].assign(series=words[key]))
            dash = [1, 0] if key == "median" else [4, 3]
            layers.append(
                line.mark_line(strokeWidth=2 if key == "median" else 1.3, strokeDash=dash).encode(
                    x=when, y=alt.Y(f"{key}:Q", title=title), color=series
                )
            )
    dots = alt.Chart(frame[["date", "realised"]].assign(series=words["realised"]))
    layers.append(
        dots.mark_point(filled=True, size=45, opacity=1).encode(
            x=when,
            y=alt.Y("realised:Q", title=title),
            color=alt.Color("series:N", scale=colour, legend=legend),
        )
    )
    held = ((shown["p2.5"] <= shown["realised"]) & (shown["realised"] <= shown["p97.5"])).sum()
    label = text(f"backtest.measure_{measure}", language)
    described = text(
        "backtest.chart_description", language, measure=label, held=number(held), count=number(len(shown))
    )
    return finished(layers, label, described, 260)


def _axis(
    measure: str, values: "np.ndarray[tuple[int, ...], np.dtype[np.float64]]", language: Language
) -> tuple[float, str, str]:
    """Return what values are divided by, the axis title and the format of its numbers."""
    if measure == "late_share":
        return 1.0, text("unit.share", language), PERCENT
    if measure == "dso":
        return 1.0, text("unit.days", language), ",.4~r"
    divisor, unit = money_unit(float(np.nanmax(np.abs(values), initial=0.0)), language)
    return float(divisor * FEN_PER_YUAN), text(f"unit.money_{unit}", language), ",.4~r"


def notes_list(tested: Backtested) -> Html:
    """Return what the forecasts rest on, as it was written."""
    return element("ul", *(element("li", note) for note in tested.notes))


def record_coverage(tested: Backtested) -> None:
    """Record how often the bands held each measure."""
    for row in records(tested.coverage()):
        for band in NOMINAL:
            record(f"backtest.{row['view']}.{row['measure']}.{row['months']}.{band}", row[band])
