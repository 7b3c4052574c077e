"""The page on term limits: which frees most cash, what that costs, and what it does to lateness."""

import numpy as np
import pytest

from simkit.reporting import terms
from simkit.reporting.markup import foreign_markup
from simkit.reporting.texts import LANGUAGES, Language
from tests.reporting.fake_runs import comparison, repeated, scenario
from tests.reporting.fakes import HOSTILE

NAMES = ("as today", "loose", HOSTILE[0], "60 days at most")
LUCK = np.array([-0.1, 0.0, 0.1])


def made(days=(60.0, 60.5, 40.0, 50.0), earned=(1.0, 1.0, 0.9, 1.2), late=(8.0, 8.0, 11.0, 8.0)):
    values, rows = {}, []
    for place, name in enumerate(NAMES):
        spread = LUCK * (place > 0)
        values[name] = {
            "dso_days": list(days[place] + (6 if name == "loose" else 1) * spread),
            "profit_fen": list(1e8 * (earned[place] + 0.001 * spread)),
            "days_late_mean": list(late[place] + spread),
        }
        for week in (50, 51, 52):  # the policy year's last whole week is 51
            rows.append(
                {"scenario": name, "week": week, "closing_fen": 10**6 * (week == 51) * int(days[place])}
            )
    return comparison([scenario(name) for name in NAMES], values, {"weekly": repeated(rows)})


def test_shorter_is_what_surely_lowers_the_days_of_sales() -> None:
    assert terms.shorter(made()) == [HOSTILE[0], "60 days at most"]


def test_the_answer_names_who_frees_most_cash_and_who_earns_most() -> None:
    words = terms.answer(made(), "en").text
    assert words.startswith(f"{HOSTILE[0]} frees most cash: ¥200.0 thousand")
    assert "60 days at most earns most: ¥100.0 thousand" in words
    assert "No limit" in terms.answer(made(days=(60.0, 60.5, 61.0, 62.0)), "en").text
    best = terms.answer(made(earned=(1.0, 1.0, 1.3, 1.2)), "en").text
    assert "earns most" not in best
    assert "<script>" not in terms.answer(made(), "en").source


def test_cash_is_what_is_open_in_the_last_week_of_the_policy_year() -> None:
    assert terms.tied_up(made()).mean(HOSTILE[0]) == 40 * 10**6


@pytest.mark.parametrize(
    ("late", "said"),
    [
        (11.0, "pay 3.0 days (2.8 to 3.2 days) later"),
        (5.0, "pay 3.0 days (2.8 to 3.2 days) sooner"),
        (8.0, "as late against"),
    ],
)
def test_lateness_is_told_as_it_is(late, said) -> None:
    assert said in terms.habit(made(late=(8.0, 8.0, late, 8.0)), "en").text
    assert terms.habit(made(days=(60.0, 60.5, 61.0, 62.0)), "en").text == ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_table_has_no_gap(language: Language) -> None:
    table = terms.outcome_table(made(), language)
    assert "nan" not in table.text
    assert foreign_markup(table.source) == []


def test_numbers_are_recorded(recorded) -> None:
    terms.record_terms(made())
    names = [output["metadata"]["simkit"]["name"] for output in recorded]
    assert len(set(names)) == len(names) == 4 * (1 + 2 * 6)


def test_the_assumed_responses_are_those_of_the_world() -> None:
    changed = {"world__demand__term_response": 0.12, "world__demand__accept_term": -0.5}
    assert terms.responses(scenario("x", **changed)) == {"response": "0.12", "refusal": "−0.50"}
