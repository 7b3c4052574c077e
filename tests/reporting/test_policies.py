"""Tables of policies by outcome: means, and paired differences only where something changes."""

import numpy as np
import pandas as pd
import pytest

from simkit.reporting.measures import MEASURES, Measure
from simkit.reporting.policies import Outcome, policy_table, with_range, yearly
from simkit.reporting.texts import LANGUAGES, Language
from simkit.reporting.verdict import Estimate
from tests.reporting.fake_runs import comparison, scenario
from tests.reporting.fakes import HOSTILE

NAN = float("nan")
NAMES = ("As it is", HOSTILE[0])


def compared(values=None, tables=None):
    return comparison([scenario(name) for name in NAMES], values or {}, tables or {})


def table_of(outcome: Outcome, language: Language = "en"):
    return policy_table(compared(), [outcome], language, "What it shows", "Policy")


def test_an_outcome_has_its_mean_and_the_paired_difference_below() -> None:
    made = compared({NAMES[0]: {"orders": [10, 20, 30]}, NAMES[1]: {"orders": [13, 24, 35]}})
    outcome = Outcome.of(made, MEASURES["orders"])
    assert outcome.mean(NAMES[1]) == 24
    difference = outcome.difference(*reversed(NAMES))
    assert difference.mean == 4
    half = 4.302652729911275 * np.std([3, 4, 5], ddof=1) / np.sqrt(3)
    assert difference.high - difference.mean == pytest.approx(half)
    assert "24+4 (+2 to +6)" in policy_table(made, [outcome], "en", "What", "Policy").text


def test_nothing_stands_below_what_does_not_change() -> None:
    same = Outcome(MEASURES["orders"], {name: np.array([1.0, NAN, 3.0]) for name in NAMES})
    made = table_of(same)
    assert "note" not in made.source
    assert made.text.endswith("2")


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_are_escaped_and_what_is_undefined_is_a_dash(language: Language) -> None:
    values = {NAMES[0]: np.full(3, NAN), NAMES[1]: np.array([1.0, NAN, NAN])}
    made = table_of(Outcome(MEASURES["dso_days"], values), language)
    assert "<script>" not in made.source
    assert HOSTILE[0] in made.text
    assert "nan" not in made.text
    assert "–" in made.text


def test_a_breakdown_is_summed_by_replication() -> None:
    rows = [
        {"scenario": name, "replication": place, "year": year, "quits": value}
        for name in NAMES
        for place in (2, 0, 1)
        for year, value in (("warm_up", 100), ("policy", 1 + place), ("policy", 10))
    ]
    found = yearly(compared(tables={"team": pd.DataFrame(rows)}), "team", "quits", "year", "policy")
    assert {name: values.tolist() for name, values in found.items()} == {
        name: [11.0, 12.0, 13.0] for name in NAMES
    }


def test_a_difference_may_be_written_without_a_plus() -> None:
    measure, estimate = Measure("quits", "average", 0), Estimate(1.25, 0.5, 2.0)
    assert with_range(measure, estimate, "en") == "+1.2 (+0.5 to +2.0)"
    assert with_range(measure, estimate, "en", signed=False) == "1.2 (0.5 to 2.0)"
