"""A policy in other worlds, as people read it: where its effect turns, and how sure it is."""

import pandas as pd
import pytest

from simkit.reporting.markup import foreign_markup
from simkit.reporting.measures import GROWTH, OVERDUE, PROFIT
from simkit.reporting.other_worlds import OtherWorlds
from simkit.reporting.texts import LANGUAGES, Language
from tests.reporting.fakes import HOSTILE

NAN = float("nan")
PATHS = ("world.reps.selling_response", "world.demand.term_response")
MEANS = {
    GROWTH.name: [-0.03, -0.02, -0.05, -0.03, -0.03],
    OVERDUE.name: [-0.01, 0.02, -0.01, -0.01, -0.01],
    PROFIT.name: [NAN] * 5,
}


def elsewhere(width: float = 0.001) -> OtherWorlds:
    worlds = [("", 1.0), *((path, factor) for path in PATHS for factor in (0.5, 2.0))]
    tried = pd.DataFrame(
        [
            (path, factor, kpi, values[place], values[place] - width, values[place] + width)
            for place, (path, factor) in enumerate(worlds)
            for kpi, values in MEANS.items()
        ],
        columns=["path", "factor", "kpi", "mean", "low", "high"],
    )
    return OtherWorlds(HOSTILE[0], tried, (GROWTH, OVERDUE, PROFIT))


def test_worlds_in_which_the_sign_turns_are_counted() -> None:
    made = elsewhere().survival("en")
    assert (
        f"Sales growth: the effect of {HOSTILE[0]} has the same sign in all 5 worlds (5 of them sure)."
        in made.text
    )
    assert (
        f"30 days: the effect of {HOSTILE[0]} has the same sign in 4 of 5 worlds only (5 sure)." in made.text
    )
    assert (
        f"credit costs: the effect of {HOSTILE[0]} has the same sign in 0 of 5 worlds only (0 sure)."
        in made.text
    )
    assert "<script>" not in made.source


@pytest.mark.parametrize("language", LANGUAGES)
def test_worlds_are_named_and_their_table_has_no_gap(language: Language) -> None:
    made = elsewhere().table(language)
    assert made.text.replace("\N{NO-BREAK SPACE}", " ").count("× 0.5") == 2
    assert "nan" not in made.text
    assert foreign_markup(made.source) == []
    rows = elsewhere().rows(GROWTH, language)
    assert rows["mean"].tolist() == MEANS[GROWTH.name]
    assert rows["name"].is_unique


def test_numbers_are_recorded(recorded) -> None:
    elsewhere().record()
    names = [output["metadata"]["simkit"]["name"] for output in recorded]
    assert len(set(names)) == len(names) == 15
    assert "world.reps.selling_response x 0.5.sales_growth" in names
