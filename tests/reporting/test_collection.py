"""The page on collection: who is paid soonest, what that costs in work, money and goodwill."""

import numpy as np
import pytest

from simkit.reporting import collection
from simkit.reporting.groups import grouped_bars
from simkit.reporting.markup import foreign_markup
from simkit.reporting.texts import LANGUAGES, Language
from tests.reporting.fake_runs import comparison, repeated, scenario
from tests.reporting.fakes import HOSTILE

NAN = float("nan")
NAMES = ("as today", "slow", HOSTILE[0], "alerts")


def desk_rows(utilisation: float) -> list[dict[str, object]]:
    return [
        {
            "scenario": name,
            "desk": desk,
            "submitted": 10,
            "waiting_hours": NAN if desk == "legal" else 2.5,
            "utilisation": utilisation * (2 if (name, desk) == (HOSTILE[0], "legal") else 1),
            "queue_mean": 0.5,
        }
        for name in NAMES
        for desk in (*collection.DESKS, "meeting")
    ]


def made(periods=(60.0, 61.0, 55.0, 58.0), profits=(1e8, 1e8, 0.9e8, 1.2e8), utilisation=0.2):
    luck = np.array([-0.1, 0.0, 0.1])
    values = {
        name: {
            "collection_period_days": list(period + luck * (place > 0)),
            "profit_fen": list(profit * (1 + 0.001 * luck * (place > 0))),
            "overdue_rate_cohort_1": 0.4,
            "overdue_rate_cohort_30": 0.2,
        }
        for place, (name, period, profit) in enumerate(zip(NAMES, periods, profits, strict=True))
    }
    tables = {"desks": repeated(desk_rows(utilisation))}
    return comparison([scenario(name) for name in NAMES], values, tables)


def test_faster_is_what_surely_shortens_the_collection_period() -> None:
    assert collection.faster(made()) == [HOSTILE[0], "alerts"]


def test_the_answer_names_the_soonest_and_the_one_that_earns_most() -> None:
    answer = collection.answer(made(), "en")
    assert answer.text.startswith(f"{HOSTILE[0]} is paid soonest, by 5.0 days (4.8 to 5.2 days): it ")
    assert "Alerts earns most: sooner by 2.0 days" in answer.text
    assert "Not surely slower" not in answer.text
    assert "<script>" not in answer.source


def test_who_is_not_surely_slower_is_told() -> None:
    tied = made(periods=(60.0, 61.0, 55.0, 55.0))
    assert collection.not_slower(tied, HOSTILE[0]) == ["alerts"]
    assert "Not surely slower: Alerts." in collection.answer(tied, "en").text


def test_one_strategy_may_be_both() -> None:
    both = collection.answer(made(profits=(1e8, 1e8, 2e8, 1.2e8)), "en").text
    assert "earns most" not in both


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_called_sooner_that_is_not_surely_so(language: Language) -> None:
    none = collection.answer(made(periods=(60.0, 60.0, 62.0, 60.0)), language).text
    assert (
        none
        == {
            "en": "No strategy is surely paid sooner than today.",
            "zh": "没有哪种策略的回款确定快于现状。",
        }[language]
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_day_of_every_strategy_has_its_bar(language: Language) -> None:
    rows = collection.overdue_rows(made(), language)
    assert len(rows) == 4 * len(NAMES)
    assert rows["share"].head(2).tolist() == pytest.approx([0.4, 0.2])
    colours = collection.day_colours(language)
    assert list(colours) == rows["series"].head(4).tolist()
    assert "40.0%" in grouped_bars(rows, colours, "x", language).description


@pytest.mark.parametrize("language", LANGUAGES)
def test_desks_are_told_in_full(language: Language) -> None:
    table = collection.desk_table(made(), language)
    assert "40.0%" in table.text
    assert "nan" not in table.text
    assert table.text.count("2.5") == 3 * len(NAMES)
    assert foreign_markup(table.source) == []
    busiest = collection.busiest(made(), language)
    assert "40.0%" in busiest.text
    assert HOSTILE[0] in busiest.text
    assert collection.busiest(made(utilisation=NAN), language).text == ""


@pytest.mark.parametrize("subject", ["speed", "money", "goodwill"])
def test_outcomes_are_told_by_strategy(subject: str) -> None:
    table = collection.outcome_table(made(), getattr(collection, subject.upper()), subject, "en")
    assert "Strategy" in table.text
    assert foreign_markup(table.source) == []


def test_numbers_are_recorded(recorded) -> None:
    collection.record_strategies(made())
    names = [output["metadata"]["simkit"]["name"] for output in recorded]
    kpis = {*collection.SPEED, *collection.GOODWILL, *collection.MONEY}
    assert len(set(names)) == len(names) == len(NAMES) * 2 * len(kpis)
