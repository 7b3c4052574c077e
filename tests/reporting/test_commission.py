"""The page on commission: which split it speaks of, and what it says of it."""

import numpy as np
import pytest

from simkit.errors import UserError
from simkit.reporting import commission
from simkit.reporting.markup import foreign_markup
from simkit.reporting.texts import LANGUAGES, Language
from simkit.reporting.verdict import verdict
from tests.reporting.fake_runs import comparison, repeated, scenario
from tests.reporting.fakes import HOSTILE

NAN = float("nan")
SHARE = "policy__incentives__commission__signing_share"
NAMES = ("as today", "half", HOSTILE[0], "package")
EFFECTS = {"half": (-0.02, 0.0), HOSTILE[0]: (-0.06, -0.03), "package": (-0.05, -0.02)}


def split(effects=EFFECTS, sales: float = 1e9) -> commission.Split:
    changed = [{}, {SHARE: 0.55}, {SHARE: 0.1}, {SHARE: 0.6, "policy__incentives__awards__winners": 3}]
    scenarios = [scenario(name, **each) for name, each in zip(NAMES, changed, strict=True)]
    values = {}
    for place, name in enumerate(NAMES):
        grown, overdue = effects.get(name, (0.0, 0.0))
        luck = np.array([-0.001, 0.0, 0.001]) * (place > 0)
        values[name] = {
            "sales_growth": list(0.1 + grown + luck),
            "overdue_rate_cohort_30": list(0.2 + overdue + luck),
            "profit_fen": list(1e8 * (1 + grown + luck)),
            "commission_fen": 2e7,
            "sales_fen": sales,
        }
    team = {
        "year": "policy",
        "rep_months": 24,
        "promotions": 1,
        "demotions": 0,
        "quits": 0,
        "months_below": 5,
    }
    team_rows = repeated([{"scenario": name} | team for name in NAMES])
    compared = comparison(scenarios, values, {"team": team_rows})
    return commission.Split(compared, verdict(compared.differences(), NAMES[0]))


def test_only_points_that_change_nothing_else_are_splits() -> None:
    made = split()
    assert made.shares == {"as today": 1.0, "half": 0.55, HOSTILE[0]: 0.1}
    assert made.handbook == "half"
    assert made.furthest == HOSTILE[0]


def test_the_answer_tells_the_handbook_split_and_the_furthest() -> None:
    words = commission.answer(split(), "en").text
    assert words.startswith("Paying commission on cash trades growth against punctual payment. half lowers")
    assert f"{HOSTILE[0]} lowers sales growth by 6.0 points" in words
    assert "<script>" not in commission.answer(split(), "en").source
    assert "package" not in words


def test_one_split_is_told_once() -> None:
    made = split()
    kept = ["as today", "half"]
    compared = comparison(
        made.compared.scenarios[:2], {name: {"sales_fen": [1.0, 2.0, 4.0]} for name in kept}, {}
    )
    single = commission.Split(compared, verdict(compared.differences(), "as today"))
    assert single.furthest == single.handbook == "half"
    assert commission.answer(single, "en").text.count("half") == 1


def test_a_sweep_without_a_split_is_refused() -> None:
    made = split().compared
    compared = comparison((made.scenarios[0], made.scenarios[3]), {}, {})
    with pytest.raises(
        UserError, match="no point that sets policy.incentives.commission.signing_share alone"
    ):
        _ = commission.Split(compared, verdict(compared.differences(), "as today")).handbook


@pytest.mark.parametrize(
    ("effect", "said"),
    [
        ((0.02, -0.02), "helps on both counts"),
        ((0.02, 0.02), "trades growth"),
        ((0.0, 0.0), "no sure effect"),
        ((-0.02, 0.0), "costs more than it surely brings"),
    ],
)
def test_the_verdict_follows_the_numbers(effect, said) -> None:
    assert said in commission.answer(split({HOSTILE[0]: effect}), "en").text


def test_the_rate_of_exchange_is_told_where_both_effects_are_sure() -> None:
    assert "costs 2.0 points of sales growth" in commission.exchange(split(), "en").text
    assert commission.exchange(split({HOSTILE[0]: (-0.06, 0.0)}), "en").text == ""
    assert commission.exchange(split({HOSTILE[0]: (0.06, -0.02)}), "en").text == ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_pay_is_told_for_the_company_and_for_a_rep(language: Language) -> None:
    made = commission.pay_table(split(), language)
    assert "2.0%" in made.text
    assert {"en": "¥100.0 thousand", "zh": "10.0 万元"}[language] in made.text  # 200,000 yuan for 2 posts
    assert foreign_markup(made.source) == []
    nothing = commission.pay_table(split(sales=0.0), language)
    assert "nan" not in nothing.text
    assert "–" in nothing.text


def test_the_team_is_told() -> None:
    made = commission.team_table(split(), "en")
    assert "Rep-months collecting below 80%" in made.text
    assert "5.0" in made.text


def test_numbers_are_recorded(recorded) -> None:
    commission.record_split(split(sales=0.0))
    names = [output["metadata"]["simkit"]["name"] for output in recorded]
    assert len(set(names)) == len(names) == 4 * 4
    assert "half.commission_to_sales" in names


def test_the_assumed_responses_are_those_of_the_world() -> None:
    changed = {
        "world__reps__selling_response": 0.12,
        "world__reps__collecting_response": 1.5,
    }
    assert commission.responses(scenario("x", **changed)) == {"selling": "0.12", "collecting": "1.50"}
