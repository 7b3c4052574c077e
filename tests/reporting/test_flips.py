"""How sure a recommendation is, in words: values with their intervals, and what nothing flips is told as such."""

from dataclasses import replace

import pandas as pd
import pytest

from simkit.experiments.flip import EARNS, KEEPS, MISSES, Flips
from simkit.experiments.search import Search
from simkit.reporting import flips, frontier
from simkit.reporting.charts import MIME
from simkit.reporting.markup import foreign_markup
from simkit.reporting.texts import LANGUAGES, Language
from tests.reporting import fakes
from tests.reporting.fakes import HOSTILE

NAN = float("nan")
MARKET, ECONOMY, MARGIN = (
    "world.market.growth_per_year",
    "world.economy.factor",
    "world.economics.gross_margin",
)
COLUMNS = [
    "path",
    "value",
    "low",
    "high",
    "why",
    "rival",
    "outcome",
    "flips_at",
    "flips_low",
    "flips_high",
    "side",
    "sure",
]


def flipped(nothing: bool = False) -> Flips:
    rows = [
        (MARKET, 0.03, -0.1, 0.1, MISSES, "", "sales_growth", -0.0051, -0.02, 0.01, "below", False),
        (MARGIN, 0.18, 0.09, 0.27, EARNS, HOSTILE[0], "profit_fen", 0.118142, NAN, 0.13, "below", False),
        (ECONOMY, NAN, -1.5, 1.5, KEEPS, "strict", "sales_growth", NAN, NAN, NAN, "", True),
        (ECONOMY, NAN, -1.5, 1.5, EARNS, HOSTILE[0], "profit_fen", NAN, NAN, NAN, "", False),
    ]
    table = pd.DataFrame(rows[2:] if nothing else rows, columns=COLUMNS)
    rivals = pd.DataFrame(
        [(HOSTILE[0], EARNS, 4.67e7, -2e7, 1.1e8), ("strict", KEEPS, 0.02, 0.01, 0.03)],
        columns=["name", "why", "lead", "lead_low", "lead_high"],
    )
    return Flips("loose", rivals.iloc[:0] if nothing else rivals, table, ())


def grid(chances: bool = True) -> fakes.Frontier:
    made = fakes.frontier([("loose", 0.1, 0.2), (HOSTILE[0], 0.05, 0.1)], "loose")
    if not chances:
        return made
    sure = {"p_efficient": [1.0, 0.6], "p_feasible": [0.99, 0.5], "p_recommended": [0.97, 0.03]}
    return replace(made, points=made.points.assign(**sure))


def test_what_flips_soonest_is_told_with_its_interval() -> None:
    said = flips.summary(flipped(), "en").text
    assert "Growth of the market a year below −0.51% a year (−2% to 1% a year)" in said
    assert said.endswith("then loose cutoffs breaks the constraint on: Sales growth.")
    assert "No plausible value" in flips.summary(flipped(nothing=True), "en").text


def test_an_open_interval_is_left_out() -> None:
    rows = flipped().table.to_dict("records")
    assert flips.flips_at(rows[1], "en") == "below 11.80%"
    assert flips.flips_at(rows[2], "en") == "no plausible value does"
    assert "luck leaves it open" in flips.flips_at(rows[3], "en")


def test_rivals_are_told_by_how_much_they_fall_short() -> None:
    said = flips.nearest(flipped(), "en").text
    assert "earns ¥467.0 thousand a year less" in said
    assert "misses a constraint by 2.0 points (1.0 to 3.0 points)" in said
    assert "No other policy" in flips.nearest(flipped(nothing=True), "en").text


def test_chances_are_told_where_replications_can_be_drawn_again() -> None:
    said = flips.sureness(grid(), "en").text
    assert "loose cutoffs keeps to the constraints in 99% of the draws, is efficient in 100%" in said
    assert "recommended again in 97%" in said
    assert flips.sureness(grid(chances=False), "en").source == ""
    assert "60%" in frontier.evidence(grid(), "en").text


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_and_tables_are_safe_and_whole(language: Language) -> None:
    for html in (
        flips.sureness(grid(), language),
        flips.nearest(flipped(), language),
        flips.flip_table(flipped(), language),
        flips.summary(flipped(), language),
        frontier.evidence(grid(chances=False), language),
    ):
        assert foreign_markup(html.source) == []
        assert "nan" not in html.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_search_shows_its_convergence_and_a_grid_has_none(language: Language) -> None:
    assert flips.convergence(grid(), language).source == ""
    frame = pd.DataFrame(
        {"batch": [0, 1], "evaluated": [24, 48], "hypervolume": [0.001, 0.0025], "efficient": [3, 5]}
    )
    tried = Search(frame, frame, (0.0, 1.0), frame, (), {})
    bundle = flips.convergence(replace(grid(), search=tried), language)._repr_mimebundle_()
    assert "0.0025" in bundle["text/plain"]
    assert [row["evaluated"] for row in next(iter(bundle[MIME]["datasets"].values()))] == [24, 48]


def test_where_it_flips_is_recorded(recorded) -> None:
    flips.record_flips(grid(), flipped())
    names = {
        output["metadata"]["simkit"]["name"]: output["metadata"]["simkit"]["value"] for output in recorded
    }
    assert len(names) == len(recorded) == 8
    assert names[f"{MARKET}.misses loose.flips_at"] == -0.0051
    assert names["loose.p_recommended"] == 0.97
