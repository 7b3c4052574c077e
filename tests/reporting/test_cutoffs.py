"""The page on credit cutoffs: the best of them, what a point of overdue rate costs, how well the score ranks."""

import numpy as np
import pytest

from simkit.reporting import cutoffs
from simkit.reporting.markup import foreign_markup
from simkit.reporting.texts import LANGUAGES, Language
from simkit.reporting.verdict import verdict
from tests.reporting.fake_runs import comparison, scenario
from tests.reporting.fakes import HOSTILE

NAN = float("nan")
NAMES = ("as today", "below 40 for cash", HOSTILE[0])
EFFECTS = {"below 40 for cash": (-0.03, -0.01, 1.05), HOSTILE[0]: (0.02, -0.02, 1.1)}


def made(gini: object = 0.4):
    luck = np.array([-0.001, 0.0, 0.001])
    values = {}
    for place, name in enumerate(NAMES):
        grown, overdue, earned = EFFECTS.get(name, (0.0, 0.0, 1.0))
        values[name] = {
            "sales_growth": list(0.1 + grown + luck * (place > 0)),
            "overdue_rate_cohort_30": list(0.2 + overdue + luck * (place > 0)),
            "profit_fen": list(1e8 * (earned + luck * (place > 0))),
            "gini": gini,
            "high_risk_share": 0.3 - 0.1 * place,
        }
    return comparison([scenario(name) for name in NAMES], values, {})


def answer(compared) -> str:
    return cutoffs.answer(compared, verdict(compared.differences(), NAMES[0]), "en").text


def test_the_answer_names_the_best_cutoff_and_how_the_score_ranks() -> None:
    words = answer(made())
    assert words.startswith(f"Best alternative: {HOSTILE[0]} raises sales growth by 2.0 points")
    assert "in 70.0% of pairs" in words  # a Gini of 0.4 is an area of 0.7
    assert "No customer defaulted" in answer(made(NAN))


def test_a_point_of_overdue_rate_has_a_price_where_both_surely_fall() -> None:
    words = cutoffs.price(made(), "en").text
    assert "Below 40 for cash: 3.0 points of sales growth for a point" in words
    assert HOSTILE[0] not in words


@pytest.mark.parametrize("language", LANGUAGES)
def test_tables_have_no_gap(language: Language) -> None:
    for table in (cutoffs.whom_table(made(), language), cutoffs.outcome_table(made(), language)):
        assert "nan" not in table.text
        assert foreign_markup(table.source) == []
    assert "30.0%" in cutoffs.whom_table(made(), language).text


def test_numbers_are_recorded(recorded) -> None:
    cutoffs.record_cutoffs(made())
    names = [output["metadata"]["simkit"]["name"] for output in recorded]
    assert len(set(names)) == len(names) == 1 + 3 * 2 * 8
