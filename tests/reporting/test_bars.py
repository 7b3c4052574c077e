"""Stacked and grouped bars and heat maps hold the numbers, say them in words, and are drawn without a complaint."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
import vl_convert
from hypothesis import given
from hypothesis import strategies as st

from simkit.reporting import charts, groups, heat, stacks, theme
from simkit.reporting.stacks import Stack
from simkit.reporting.texts import LANGUAGES, Language
from tests.reporting.fakes import HOSTILE

COLOURS = {"more": theme.BLUE, "less": theme.ORANGE}
NAN = float("nan")


def of_stacks(language: Language) -> charts.Chart:
    made = [
        Stack(HOSTILE[0], {"more": 5.0, "less": -2.0}, 3.0, "+3.0"),
        Stack("b", {"more": 1.0, "less": 0.0}, 1.0, "+1.0"),
    ]
    return stacks.stacked_bars(made, COLOURS, "points", "Stacks", language)


def of_groups(language: Language) -> charts.Chart:
    rows = [("a", "more", 0.1), ("a", "less", 0.4), ("b", "more", NAN), ("b", "less", 0.2)]
    return groups.grouped_bars(
        pd.DataFrame(rows, columns=["name", "series", "share"]), COLOURS, "Groups", language
    )


def of_ranks(language: Language) -> charts.Chart:
    rows = [("a", 5.0, "five", True), ("b", 1.0, "one", False), ("c", NAN, "–", False)]
    return groups.ranked_bars(
        pd.DataFrame(rows, columns=["name", "value", "shown", "marked"]), "Ranks", language
    )


def of_cells(framed: bool) -> Callable[[Language], charts.Chart]:
    rows = [
        ("East", "01", 70.0, framed),
        ("East", "02", -3.4, False),
        ("West", "01", NAN, False),
        ("West", "02", 0.2, False),
    ]
    cells = pd.DataFrame(rows, columns=["row", "column", "value", "framed"])
    return lambda language: heat.heat_map(cells, 60.0, "Heat", "month", language)


EVERY = {
    "stacks": of_stacks,
    "groups": of_groups,
    "ranks": of_ranks,
    "heat": of_cells(True),
    "calm": of_cells(False),
}


def spec_of(chart: charts.Chart) -> dict[str, Any]:
    spec: dict[str, Any] = chart._repr_mimebundle_()[charts.MIME]
    return spec


def rows_with(spec: dict[str, Any], column: str) -> list[dict[str, Any]]:
    """Return the rows of the data set that has a column."""
    return next(rows for rows in spec["datasets"].values() if column in rows[0])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", EVERY)
def test_every_chart_is_drawn_and_described(
    name: str, language: Language, capfd: pytest.CaptureFixture[str]
) -> None:
    spec = spec_of(EVERY[name](language))
    assert spec["description"]
    assert "{" not in spec["description"]
    assert "nan" not in spec["description"]
    drawn = charts.drawn({charts.MIME: spec})
    assert drawn is not None
    svg = vl_convert.vegalite_to_svg(drawn | {"width": 600}, vl_version="6.4")
    assert svg.count("<path") > 2
    assert "<script" not in svg
    assert "NaN" not in svg
    assert capfd.readouterr().err == ""


def test_the_description_says_the_parts_and_the_whole() -> None:
    spoken = spec_of(of_stacks("en"))["description"]
    assert spoken == f"Stacks. {HOSTILE[0]} +3.0 (more +5.0, less −2.0); b +1.0 (more +1.0, less 0.0)."


def test_parts_that_add_lie_right_of_zero_and_the_others_left() -> None:
    parts = {"more": 5.0, "less": -2.0, "least": -1.0, "most": 4.0, "again": 2.0}
    colours = COLOURS | {"least": theme.GREY, "most": theme.PALE_BLUE, "again": theme.BLUE}
    chart = stacks.stacked_bars([Stack("a", parts, 8.0, "+8.0")], colours, "", "t", "en")
    rows = rows_with(spec_of(chart), "part")
    assert [(row["from"], row["to"]) for row in rows] == [(0, 5), (-2, 0), (-3, -2), (5, 9), (9, 11)]
    assert [row["label"] for row in rows] == ["+5.0", "−2.0", "−1.0", "+4.0", "+2.0"]
    assert [row["ink"] for row in rows[1:4]] == ["#ffffff", theme.INK, theme.INK]


@pytest.mark.no_cover
@given(st.lists(st.lists(st.floats(-100, 100), min_size=1, max_size=5), min_size=1, max_size=4))
def test_the_axis_holds_every_bar(values: list[list[float]]) -> None:
    made = [
        Stack(str(place), {str(i): value for i, value in enumerate(parts)}, sum(parts), "")
        for place, parts in enumerate(values)
    ]
    low, high = stacks.reach_of(made)
    assert low <= 0 <= high
    for parts in values:
        assert low <= sum(value for value in parts if value < 0) + 1e-9
        assert high >= sum(value for value in parts if value > 0) - 1e-9
    domain = _domain(spec_of(stacks.stacked_bars(made, dict.fromkeys("01234", theme.BLUE), "", "t", "en")))
    assert domain[0] <= low
    assert domain[1] > high or high == 0


def _domain(spec: dict[str, Any]) -> list[float]:
    return next(
        layer["encoding"]["x"]["scale"]["domain"] for layer in spec["layer"] if layer["mark"]["type"] == "bar"
    )


def test_the_whole_is_marked_only_where_parts_take_away() -> None:
    def marks(made: list[Stack]) -> list[str]:
        spec = spec_of(stacks.stacked_bars(made, COLOURS, "", "t", "en", digits=0, signed=False))
        return [layer["mark"]["type"] for layer in spec["layer"]]

    added = [Stack("a", {"more": 1234.0}, 1234.0, "1,234")]
    assert "tick" not in marks(added)
    assert "tick" in marks([*added, Stack("b", {"more": 2.0, "less": -1.0}, 1.0, "1")])
    rows = rows_with(
        spec_of(stacks.stacked_bars(added, COLOURS, "", "t", "en", digits=0, signed=False)), "part"
    )
    assert rows[0]["label"] == "1,234"


def test_without_a_bar_the_axis_is_left() -> None:
    spec = spec_of(stacks.stacked_bars([], COLOURS, "points", "Nothing", "en"))
    assert _domain(spec)[0] == 0
    svg = vl_convert.vegalite_to_svg({**spec, "width": 600}, vl_version="6.4")
    assert "points" in svg
    assert "NaN" not in svg


def test_charts_to_be_compared_share_their_reach() -> None:
    small, large = Stack("a", {"more": 1.0}, 1.0, ""), Stack("b", {"more": 10.0, "less": -5.0}, 5.0, "")
    reach = stacks.reach_of([small, large])
    domains = [
        _domain(spec_of(stacks.stacked_bars([one], COLOURS, "", "t", "en", reach=reach)))
        for one in (small, large)
    ]
    assert domains[0] == domains[1]
    assert domains[0][0] < -5
    assert domains[0][1] > 10


def test_an_undefined_share_is_a_dash_and_no_bar() -> None:
    rows = rows_with(spec_of(of_groups("en")), "series")
    assert [row["shown"] for row in rows] == ["10.0%", "40.0%", "–", "20.0%"]
    assert rows[2]["share"] is None
    svg = vl_convert.vegalite_to_svg({**spec_of(of_groups("en")), "width": 600}, vl_version="6.4")
    assert [svg.count(f">{word}<") for word in ("10.0%", "40.0%", "–")] == [1, 1, 1]


def test_shares_that_are_all_undefined_or_zero_are_drawn() -> None:
    frame = pd.DataFrame([("a", "more", NAN), ("b", "more", NAN)], columns=["name", "series", "share"])
    nothing = spec_of(groups.grouped_bars(frame, COLOURS, "t", "en"))
    zeros = spec_of(groups.grouped_bars(frame.assign(share=0.0), COLOURS, "t", "en"))
    for spec in (nothing, zeros):
        assert spec["layer"][0]["encoding"]["x"]["scale"]["domain"] == [0, 1.2]


def test_the_marked_bar_stands_out() -> None:
    rows = rows_with(spec_of(of_ranks("en")), "shown")
    assert [(row["value"], row["colour"]) for row in rows] == [
        (5, theme.ORANGE),
        (1, theme.GREY),
        (0, theme.GREY),
    ]


def test_cells_are_numbered_framed_and_coloured_no_further_than_the_strongest() -> None:
    spec = spec_of(of_cells(True)("en"))
    rows = rows_with(spec, "framed")
    assert [row["shown"] for row in rows] == ["+70", "−3", "–", "0"]
    assert [row["value"] for row in rows] == [60, -3.4, 0, 0.2]
    assert spec["description"] == "Heat: 4 cells, 1 of them framed: East 01."
    assert spec_of(of_cells(False)("en"))["description"] == "Heat: 4 cells, none of them framed."


def test_words_on_a_colour_can_be_read() -> None:
    assert theme.ink_on("#000000") == theme.ink_on(theme.BLUE) == "#ffffff"
    assert theme.ink_on("#ffffff") == theme.ink_on(theme.PALE_BLUE) == theme.INK
