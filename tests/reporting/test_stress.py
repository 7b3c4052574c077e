"""Policies in several worlds: what is drawn and said of them is what came out, and a lost world is a gap."""

import numpy as np
import pytest

from simkit.experiments.worlds import Sampled
from simkit.reporting import stress
from simkit.reporting.charts import MIME
from simkit.reporting.markup import foreign_markup
from simkit.reporting.measures import GROWTH, OVERDUE, PROFIT
from simkit.reporting.texts import LANGUAGES, Language
from tests.reporting.fakes import HOSTILE

LUCK = np.array([-0.01, 0.0, 0.01])
MEANS = {
    GROWTH.name: [[0.10, 0.30, -0.10], [0.05, 0.20, -0.05]],
    OVERDUE.name: [[0.15, 0.14, 0.18], [0.10, 0.09, 0.12]],
    PROFIT.name: [[9e8, 12e8, 4e8], [8e8, 10e8, 5e8]],
}
WORLDS = ("Base world", HOSTILE[1], "Downturn")


def made(lost: bool = False, profit: list[list[float]] | None = None) -> stress.Stressed:
    """Return the status quo and a hostile policy in three worlds."""
    given = MEANS | ({PROFIT.name: profit} if profit else {})
    values = {kpi: np.array(means)[..., None] * (1 + LUCK) for kpi, means in given.items()}
    for found in values.values():
        found[:, 1] = np.nan if lost else found[:, 1]
    return stress.Stressed(("Status quo", HOSTILE[0]), WORLDS, Sampled(values, (), int(lost)))


def test_the_answer_names_who_gives_away_least_and_where() -> None:
    found = made()
    said = stress.answer(found, found.regret, "en").text
    # 1 million in the downturn, where the other would lose 2 million in the boom
    assert said.startswith(
        "Status quo gives away least in the worst case: over 3 worlds at most ¥1.00 million"
    )
    assert "in this world: Downturn" in said
    assert f"between −10.0% (Downturn) and 30.0% ({HOSTILE[1]})" in said
    assert f"between 14.0% ({HOSTILE[1]}) and 18.0% (Downturn)" in said


def test_who_earns_most_everywhere_gives_nothing_away() -> None:
    found = made(profit=[[8e8, 10e8, 3e8], [9e8, 12e8, 4e8]])
    assert stress.answer(found, found.regret, "en").text.startswith(
        f"{HOSTILE[0]} earns most in all 3 worlds."
    )
    row = stress.regret_table(found.regret, "en").text.partition("chosen")[0]
    assert "¥0.00 to ¥0.00\N{EN DASH}" not in row
    assert "\N{EN DASH}" in row


def test_the_difference_is_from_the_first_policy_in_the_same_world() -> None:
    found = made()
    assert found.difference(GROWTH, 1, 2).mean == pytest.approx(0.05)
    assert found.mean(OVERDUE, 1, 0) == pytest.approx(0.10)
    assert "−5.0 points" in found.table("en").text
    assert "+5.0 points" in found.table("en").text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("lost", [False, True])
def test_words_and_tables_are_safe_and_whole(language: Language, lost: bool) -> None:
    found = made(lost)
    judged = found.regret
    for html in (
        stress.answer(found, judged, language),
        stress.criteria(judged, language),
        stress.regret_table(judged, language),
        found.table(language),
        stress.failures(HOSTILE, language),
    ):
        assert foreign_markup(html.source) == []
        assert "nan" not in html.text
        assert "{" not in html.text
    assert stress.failures((), language).source == ""


@pytest.mark.parametrize("measure", stress.MEASURES, ids=lambda measure: measure.name)
def test_a_lost_world_has_no_dot_and_the_ends_of_a_line_are_named(measure) -> None:
    bundle = made(lost=True).picture(measure, "zh")._repr_mimebundle_()
    words, layers = bundle["text/plain"], bundle[MIME]["layer"]
    assert "基准环境" in words
    assert HOSTILE[1] not in words
    dots = [layer for layer in layers if layer["mark"]["type"] == "point"]
    data = bundle[MIME]["datasets"][dots[0]["data"]["name"]]
    assert len(data) == 4
    assert sum(layer["mark"]["type"] == "text" for layer in layers) == 2


def test_all_is_recorded_by_name(recorded) -> None:
    found = made()
    found.record()
    stress.record_regret(found.regret)
    names = {
        output["metadata"]["simkit"]["name"]: output["metadata"]["simkit"]["value"] for output in recorded
    }
    assert len(names) == len(recorded) == 18 + 3 + 6
    assert names["choice.minimax"] == "Status quo"
    assert names["Status quo.max_regret"] == pytest.approx(1e8)
