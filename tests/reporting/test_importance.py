"""What matters most: the bars are the effects, coloured by the way they go, the longest first."""

import pandas as pd
import pytest

from simkit.experiments.sensitivity import Sensitivity
from simkit.reporting import importance, theme
from simkit.reporting.charts import MIME
from simkit.reporting.markup import foreign_markup
from simkit.reporting.measures import GROWTH, OVERDUE
from simkit.reporting.texts import LANGUAGES, Language
from simkit.scenario.uncertainties import Span

NAN = float("nan")
PATHS = (
    "world.market.growth_per_year",
    "world.economy.factor",
    "world.payment.frailty_sd",
    "world.recovery.none",
)
MU = ((0.2, 0.2), (-0.1, 0.1), (0.01, 0.05), (NAN, NAN))


def found() -> Sensitivity:
    rows = [
        (kpi, path, mu, size, size * 0.8, size * 1.3)
        for kpi in (GROWTH.name, OVERDUE.name)
        for path, (mu, size) in zip(PATHS, MU, strict=True)
    ]
    columns = ["kpi", "path", "mu", "mu_star", "mu_star_low", "mu_star_high"]
    return Sensitivity(pd.DataFrame(rows, columns=columns), 0, (), 0)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_foremost_is_told_with_its_interval(language: Language) -> None:
    said = importance.words(found(), GROWTH, language)
    assert foreign_markup(said.source) == []
    assert "20.0" in said.text
    assert "16.0" in said.text
    assert "26.0" in said.text
    nothing = Sensitivity(found().table.iloc[:0], 0, (), 0)
    assert importance.words(nothing, GROWTH, language).source == ""


@pytest.mark.parametrize(
    ("measure", "up", "down"), [(GROWTH, theme.BLUE, theme.ORANGE), (OVERDUE, theme.ORANGE, theme.BLUE)]
)
def test_colours_tell_which_way_is_better(measure, up: str, down: str) -> None:
    spec = importance.bars(found(), measure, "en")._repr_mimebundle_()[MIME]
    rows = max(spec["datasets"].values(), key=len)
    assert [row["colour"] for row in rows] == [up, down, theme.GREY]
    assert [row["size"] for row in rows] == pytest.approx([20, 10, 5])
    assert "nan" not in spec["description"]


def test_few_are_looked_at_further_in_their_own_order() -> None:
    spans = [Span(path, 0.0, -1.0, 1.0, "assumption", "", False) for path in reversed(PATHS)]
    kept = importance.narrowed(found(), GROWTH.name, spans, 2)
    assert [span.path for span in kept] == [PATHS[1], PATHS[0]]


def test_what_is_unknown_is_not_recorded(recorded) -> None:
    importance.record_importance(found())
    names = [output["metadata"]["simkit"]["name"] for output in recorded]
    assert len(set(names)) == len(names) == 6
