"""A known case is read beside what was reported of it."""

from pathlib import Path

import pandas as pd
import pytest
import yaml

from simkit.reporting.cases import case_table, compared
from simkit.reporting.measures import MEASURES
from simkit.reporting.texts import LANGUAGES, Language
from simkit.reporting.verdict import Estimate

CASES = Path(__file__).parents[2] / "params" / "cases"
NAN = float("nan")


def found(change: tuple[float, float, float] = (0.06, 0.04, 0.08)) -> pd.DataFrame:
    row: dict[str, object] = {"kpi": "core_repurchase_rate", "reported_before": 0.35, "reported_after": 0.55}
    row |= {"before": 0.62, "after": 0.68}
    return pd.DataFrame([row | dict(zip(("change", "change_low", "change_high"), change, strict=True))])


@pytest.mark.parametrize(
    ("reported", "change", "said"),
    [
        (0.2, (0.2, 0.1, 0.3), "agrees"),
        (0.2, (0.06, 0.04, 0.08), "weaker"),
        (-0.2, (-0.06, -0.08, -0.04), "weaker"),
        (0.2, (0.5, 0.4, 0.6), "stronger"),
        (0.2, (-0.1, -0.2, 0.1), "opposite"),
        (0.2, (0.2, NAN, NAN), "unknown"),
    ],
)
def test_the_simulation_is_compared_with_the_report(
    reported: float, change: tuple[float, float, float], said: str
) -> None:
    assert compared(reported, Estimate(*change)) == said


def test_both_are_shown_before_and_after_with_the_change() -> None:
    shown = case_table({"here": found(), "fitted": found((0.2, 0.1, 0.3)).assign(before=0.4)}, "en").text
    assert "35.0%\u00a0→\u00a055.0%+20.0 points" in shown
    assert "62.0%\u00a0→\u00a068.0%+6.0 points (+4.0 to +8.0 points)shows a weaker effect" in shown
    assert shown.endswith("40.0%\u00a0→\u00a068.0%+20.0 points (+10.0 to +30.0 points)agrees")


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_undefined_is_a_dash(language: Language) -> None:
    shown = case_table({"here": found((NAN, NAN, NAN)).assign(after=NAN)}, language).text
    assert "nan" not in shown
    assert "–" in shown


def test_every_outcome_of_the_shipped_cases_has_words() -> None:
    reported = {
        kpi for file in CASES.glob("*.yaml") for kpi in yaml.safe_load(file.read_text("utf-8"))["reported"]
    }
    assert reported
    assert reported <= set(MEASURES)
