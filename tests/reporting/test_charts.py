"""Charts say in words what they draw, hold the numbers they are given, and are drawn by Vega-Lite without a warning."""

import json
from collections.abc import Callable
from itertools import combinations
from typing import Any

import altair as alt
import pandas as pd
import pytest
import vl_convert
from hypothesis import given
from hypothesis import strategies as st

from simkit.reporting import charts, comparison, frontier, ledger, scatter, theme
from simkit.reporting.measures import MEASURES
from simkit.reporting.texts import LANGUAGES, Language
from simkit.reporting.verdict import verdict
from tests.reporting import fakes

EFFECTS = {"Dual wheel": (-0.05, -0.08, 3e7), fakes.HOSTILE[0]: (0.0, -0.02, 0.0)}


def of_comparison(language: Language) -> charts.Chart:
    made = fakes.comparison(EFFECTS)
    return scatter.growth_against_overdue(
        comparison.points(made, verdict(made.differences(), made.names[0]), language), language
    )


def of_frontier(language: Language) -> charts.Chart:
    made = fakes.frontier(
        [("loose", 0.1, 0.2), ("middle", 0.05, 0.1), ("strict", 0.0, 0.05), ("x", 0.0, 0.3)], "middle"
    )
    return scatter.growth_against_overdue(frontier.points(made, language), language)


def of_differences(kpi: str) -> Callable[[Language], charts.Chart]:
    made = fakes.comparison(EFFECTS)
    measure = MEASURES[kpi]
    return lambda language: charts.difference_bars(
        comparison.difference_rows(made, measure, language), measure, language
    )


def of_fans(column: str, kind: str) -> Callable[[Language], charts.Chart]:
    made = fakes.comparison(EFFECTS)
    return lambda language: charts.fans(
        comparison.weekly(made, column, made.names[:2], language), column, kind, language
    )


def of_histogram(language: Language) -> charts.Chart:
    return charts.histogram(pd.Series([1.0, 2.0, 3.0, None, 100.0]), "Title", "axis", "number", language)


def of_shares(language: Language) -> charts.Chart:
    return charts.histogram(pd.Series([0.1, 0.2, 0.3]), "Title", "axis", "share", language)


def of_grades(language: Language) -> charts.Chart:
    shares = pd.DataFrame(
        {"grade": list("ABCD"), "customers": [0.4, 0.3, 0.3, 0], "purchases": [0.5, 0.3, 0.2, 0]}
    )
    return charts.grade_bars(shares, language)


def of_hazards(language: Language) -> charts.Chart:
    return charts.hazards(ledger.hazard_rows(fakes.Fitted(), language), language)


EVERY = {
    "comparison": of_comparison,
    "frontier": of_frontier,
    "growth": of_differences("sales_growth"),
    "profit": of_differences("profit_fen"),
    "days": of_differences("dso_days"),
    "count": of_differences("new_customers"),
    "cash": of_fans("cash_fen", "money"),
    "overdue": of_fans("overdue_rate_balance", "share"),
    "histogram": of_histogram,
    "shares": of_shares,
    "grades": of_grades,
    "hazards": of_hazards,
}


def spec_of(chart: charts.Chart) -> dict[str, Any]:
    """Return what a notebook would store for a chart."""
    bundle = chart._repr_mimebundle_()
    assert set(bundle) == {charts.MIME, "text/plain"}
    spec: dict[str, Any] = bundle[charts.MIME]
    return spec


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", EVERY)
def test_every_chart_is_drawn_and_described(
    name: str, language: Language, capfd: pytest.CaptureFixture[str]
) -> None:
    spec = spec_of(EVERY[name](language))
    assert spec["description"]
    assert "{" not in spec["description"]
    assert spec["width"] == "container"
    assert spec["$schema"] == charts.NOTEBOOK_SCHEMA
    drawn = charts.drawn({charts.MIME: spec})
    assert drawn is not None
    svg = vl_convert.vegalite_to_svg(drawn | {"width": 600}, vl_version="6.4")
    assert svg.count("<path") > 2
    assert "<script" not in svg
    assert "NaN" not in svg
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("name", EVERY)
def test_charts_speak_their_language(name: str) -> None:
    english, chinese = (spec_of(EVERY[name](language)) for language in LANGUAGES)
    assert english["description"] != chinese["description"]
    assert any("\u4e00" <= letter <= "\u9fff" for letter in chinese["description"])


def test_the_picture_holds_the_numbers() -> None:
    made = fakes.comparison({"A": (0.05, -0.08, 3e7)})
    judged = verdict(made.differences(), made.names[0])
    points = comparison.points(made, judged, "en").set_index("name")
    assert list(points["role"]) == ["status_quo", "recommended"]
    assert points.loc["A", "label"] == "A (recommended)"
    difference = made.difference("A", "sales_growth")
    base = made.estimate("Status quo", "sales_growth").mean
    assert points.loc["A", "growth"] == pytest.approx(base + difference.mean)
    assert points.loc["A", "growth_low"] == pytest.approx(base + difference.low)
    assert points.loc["A", "growth_high"] == pytest.approx(base + difference.high)
    assert points.loc["Status quo", "growth_low"] == points.loc["Status quo", "growth_high"] == base


def test_a_chart_without_words_is_refused() -> None:
    chart = alt.Chart(pd.DataFrame({"x": [1]})).mark_point().encode(x="x:Q")
    with pytest.raises(ValueError, match="needs a description"):
        charts.renderer(chart.to_dict())
    with pytest.raises(ValueError, match="needs a description"):
        charts.renderer(chart.properties(description="  ").to_dict())


def test_numbers_are_stored_at_six_digits() -> None:
    chart = (
        alt.Chart(pd.DataFrame({"x": [0.1 + 0.2, 1 / 3]}))
        .mark_point()
        .encode(x="x:Q")
        .properties(description="d")
    )
    [rows] = spec_of(chart)["datasets"].values()
    assert [row["x"] for row in rows] == [0.3, 0.333333]


def test_only_charts_are_drawn() -> None:
    assert charts.drawn({"text/plain": "x"}) is None
    assert charts.drawn({charts.MIME: "not a specification"}) is None


def test_unsure_differences_are_grey_and_sure_ones_coloured() -> None:
    frame = pd.DataFrame(
        [("up", 1e8, 5e7, 2e8), ("down", -1e8, -2e8, -5e7), ("?", 1e8, -1e8, 3e8), ("one", 1e8, None, None)],
        columns=["name", "mean", "low", "high"],
    )
    spec = spec_of(charts.difference_bars(frame, MEASURES["profit_fen"], "en"))
    rows = next(rows for rows in spec["datasets"].values() if len(rows) == 4)
    assert [row["colour"] for row in rows] == [theme.BLUE, theme.ORANGE, theme.GREY, theme.GREY]
    assert [row["shape"] for row in rows] == ["circle", "diamond", "square", "square"]
    assert [row["mean"] for row in rows] == [1.0, -1.0, 1.0, 1.0]
    assert "million yuan" in json.dumps(spec)


def test_a_long_name_is_folded_between_words() -> None:
    assert charts.folded("Refusal of shorter terms × 0.5") == ["Refusal of shorter", "terms × 0.5"]
    assert charts.folded("60 天以内") == ["60 天以内"]
    assert charts.folded("x" * 40) == ["x" * 40]
    assert charts.folded(" ") == [" "]


def test_points_of_a_frontier_that_fall_together_are_named_once() -> None:
    made = fakes.frontier([("loose", 0.1, 0.2), ("same", 0.1, 0.2), ("strict", 0.0, 0.05)], "loose")
    spec = spec_of(scatter.growth_against_overdue(frontier.points(made, "en"), "en"))
    words = [layer for layer in spec["layer"] if layer["mark"]["type"] == "text"]
    assert len(words) == 2


def plot(spots: list[tuple[float, float]], width: int = 440) -> scatter.Plot:
    return scatter.Plot(width, spots, [(x - 6, y - 6, x + 6, y + 6) for x, y in spots])


@given(
    st.lists(st.tuples(st.floats(10, 400), st.floats(10, 300)), min_size=1, max_size=6),
    st.text(min_size=1, max_size=40),
)
def test_a_label_takes_a_free_place_if_one_of_its_places_is_free(
    spots: list[tuple[float, float]], label: str
) -> None:
    one = plot(spots)
    sides = [(side, dy) for side in scatter.OFFSETS for dy in (-29, -13, 14, 30)]
    costs = [one.cost(one.box(0, label, *at), one.taken) for at in sides]
    box = one.box(0, label, *scatter.best_places([one], {0: label})[0])
    assert one.cost(box, one.taken) == min(costs)
    assert box[1] > spots[0][1] or box[3] < spots[0][1]  # below its point, or above


@given(st.floats(150, 250), st.floats(100, 200), st.floats(-12, 12), st.floats(-12, 12))
def test_labels_avoid_each_other(x: float, y: float, apart: float, below: float) -> None:
    one = plot([(x, y), (x + apart, y + below)])
    names = {0: "a name", 1: "another"}
    boxes = [one.box(place, names[place], *at) for place, at in scatter.best_places([one], names).items()]
    assert scatter.overlap(*boxes) == 0


def test_names_make_room_for_later_ones() -> None:
    """Placed once and never again, two of these names cover each other."""
    one = plot([(210.0, 150.0), (240.0, 130.0), (190.0, 140.0), (270.0, 140.0)])
    names = dict.fromkeys(range(4), "a name of it")
    boxes = [one.box(place, names[place], *at) for place, at in scatter.best_places([one], names).items()]
    assert all(scatter.overlap(*pair) == 0 for pair in combinations(boxes, 2))


def test_a_name_stands_free_at_every_width() -> None:
    """On the page there is room on either side of the point; on the telephone, on its left alone."""
    page, telephone = plot([(300.0, 100.0)], 620), plot([(280.0, 100.0)], 300)
    assert scatter.best_places([page], {0: "a long name"})[0][0] == "left"
    assert scatter.best_places([page, telephone], {0: "a long name"})[0][0] == "right"


def test_labels_avoid_the_bars_of_other_points() -> None:
    """The second point's bar along growth stands where the first one's name would."""

    def offsets(half: float) -> tuple[int, int]:
        made = {"name": ["a", "b"], "growth": [0.0, -0.1], "overdue": [0.1, 0.11], "label": ["a name", ""]}
        frame = pd.DataFrame(made | {"role": ["alternative", "alternative"]})
        for axis, reach in (("growth", half), ("overdue", 0.1)):
            frame[f"{axis}_low"], frame[f"{axis}_high"] = frame[axis] - reach, frame[axis] + reach
        spec = spec_of(scatter.growth_against_overdue(frame, "en"))
        (words,) = (layer["mark"] for layer in spec["layer"] if layer["mark"]["type"] == "text")
        return words["dx"], words["dy"]

    assert offsets(0.0) == (10, -13)
    assert offsets(0.2)[0] == -10


def test_the_status_quo_is_grey_and_colours_come_round() -> None:
    assert theme.colour_of(0) == theme.GREY
    assert theme.colour_of(len(theme.SERIES)) == theme.GREY
    assert all(contrast(colour) >= 3 for colour in theme.SERIES)


def contrast(colour: str) -> float:
    """Return the contrast of a colour against white, as the web's accessibility rules define it."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 1.05 / (0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05)
