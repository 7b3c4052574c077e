"""The verdict follows from the numbers, whatever they are."""

import re

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simkit.reporting.measures import GROWTH, MEASURES, OVERDUE
from simkit.reporting.texts import LANGUAGES, Language
from simkit.reporting.verdict import Estimate, Judgement, Verdict, estimates, sentence, tone, verdict
from tests.reporting.fakes import HOSTILE, comparison

NOTHING = (0.0, 0.0, 0.0)
ends = (
    st.tuples(*[st.floats(-0.5, 0.5)] * 3)
    .map(sorted)
    .map(lambda three: Estimate(three[1], three[0], three[2]))
)
judgements = st.builds(Judgement, st.sampled_from("abcdef"), ends, ends, ends)


def of(effects: dict[str, tuple[float, float, float]], replications: int = 12) -> Verdict:
    made = comparison(effects, replications)
    return verdict(made.differences(), made.names[0])


@given(judgements)
def test_a_kind_is_what_the_intervals_say(judged: Judgement) -> None:
    growth_better, growth_worse = judged.growth.low > 0, judged.growth.high < 0
    overdue_better, overdue_worse = judged.overdue.high < 0, judged.overdue.low > 0
    better, worse = growth_better or overdue_better, growth_worse or overdue_worse
    table = {(1, 0): "improves", (1, 1): "trade_off", (0, 1): "worsens", (0, 0): "unclear"}
    assert judged.kind == table[better, worse]


@given(st.lists(judgements, max_size=5))
def test_the_best_is_never_surely_worse_and_none_is_passed_over(judged: list[Judgement]) -> None:
    found = Verdict("today", tuple(judged), 12)
    improving = [each for each in judged if each.kind == "improves"]
    assert (found.best is None) == (not improving)
    if found.best:
        assert min(found.best.gains) >= 0
        assert max(sum(each.gains) for each in improving) == sum(found.best.gains)
    assert found.outcome == ("improves" if improving else "trade_off" if found.bargain else "nothing")
    assert found.shown[0] == "today"
    assert len(found.shown) == (2 if judged else 1)


@pytest.mark.parametrize("language", LANGUAGES)
@given(judged=judgements)
def test_a_sentence_says_the_direction_only_where_it_is_sure(language: Language, judged: Judgement) -> None:
    said = sentence(judged, language).text
    verbs = {
        "en": {1: "raises {}", -1: "lowers {}", 0: "no sure effect on {}"},
        "zh": {1: "使{}(提高|上升)", -1: "使{}下降", 0: "对{}没有确定的影响"},
    }[language]
    nouns = {"en": ("sales growth", "the cohort overdue rate"), "zh": ("销售增长率", "批次逾期率")}[language]
    for noun, estimate in zip(nouns, (judged.growth, judged.overdue), strict=True):
        for sign, verb in verbs.items():
            assert bool(re.search(verb.format(noun), said)) == (sign == estimate.sign)


def test_an_alternative_that_is_better_on_both_counts_is_the_verdict() -> None:
    found = of({"A": (0.02, -0.05, 1e7), "B": (0.0, -0.06, 9e7)})
    assert found.outcome == "improves"
    assert found.best is not None
    assert found.best.name == "A"
    said = found.headline("en").text
    assert said.startswith("Best alternative: A raises sales growth by 2.0 points (")
    assert "and lowers the cohort overdue rate by 5.0 points (" in said
    assert re.search(r"profit rises by ¥100\.0 thousand a year \(¥\d", said)


def test_of_two_equal_improvements_the_more_profitable_is_the_verdict() -> None:
    found = of({"A": (0.02, -0.05, 1e7), "B": (0.02, -0.05, 9e7)})
    assert found.best is not None
    assert found.best.name == "B"


def test_a_trade_off_is_said_to_be_one() -> None:
    found = of({"A": (-0.02, -0.05, 5e7), "B": (0.03, 0.05, 1e7)})
    assert (found.outcome, found.best, found.shown) == ("trade_off", None, ("Status quo", "A"))
    assert (
        "No alternative is better on both counts. The trade-off with most profit: A lowers sales growth"
        in (found.headline("en").text)
    )
    assert " but lowers the cohort overdue rate by 5.0 points" in found.headline("en").text


def test_a_trade_off_that_costs_profit_is_said_to_cost_it() -> None:
    assert (
        "every trade-off costs profit. The cheapest: A "
        in of({"A": (-0.02, -0.05, -5e7)}).headline("en").text
    )


@pytest.mark.parametrize(
    "effects", [{"A": NOTHING}, {"A": (-0.02, 0.0, 1e7)}, {"A": (-0.02, 0.03, 1e7), "B": NOTHING}]
)
def test_nothing_surely_better_is_said(effects: dict[str, tuple[float, float, float]]) -> None:
    found = of(effects)
    assert found.outcome == "nothing"
    assert found.headline("en").text == (
        "No alternative is surely better than Status quo on sales growth or on the overdue rate."
    )
    assert "现状" in found.headline("zh").text


def test_one_replication_makes_nothing_sure() -> None:
    found = of({"A": (0.5, -0.1, 1e9)}, replications=1)
    assert found.outcome == "nothing"
    assert found.sureness("en").startswith("One replication shows")
    assert found.judgements[0].kind == "unclear"
    assert "–" in found.lines("en").text


def test_the_number_of_replications_is_told() -> None:
    assert "over 12 replications" in of({"A": NOTHING}).lines("en").text


@pytest.mark.parametrize("language", LANGUAGES)
def test_hostile_names_stay_names(language: Language) -> None:
    found = of({HOSTILE[0]: (0.02, -0.05, 1e7), HOSTILE[1]: (0.0, 0.06, 9e7)})
    made = found.headline(language).source + found.lines(language).source
    assert "<script" not in made
    assert "<img" not in made
    assert HOSTILE[0] in found.headline(language).text


def test_tones() -> None:
    sure, unsure = Estimate(1, 0.5, 1.5), Estimate(1, -0.5, 1.5)
    assert [tone(sure, GROWTH), tone(sure, OVERDUE), tone(unsure, GROWTH)] == ["good", "bad", "unsure"]
    assert tone(sure, MEASURES["commission_fen"]) == "unsure"


def test_estimates_are_found_by_scenario_and_measure() -> None:
    frame = pd.DataFrame(
        [("a", "x", 1.0, 0.5, 1.5, 3)], columns=["scenario", "kpi", "mean", "low", "high", "n"]
    )
    assert estimates(frame) == {("a", "x"): Estimate(1.0, 0.5, 1.5)}
