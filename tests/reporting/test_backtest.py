from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from simkit.reporting import backtest as told
from simkit.reporting.charts import renderer
from simkit.reporting.texts import LANGUAGES

ROWS = pd.DataFrame({"view": "foretold", "months": "1-3"}, index=range(4)).assign(
    measure=["cash", "overdue_1_30", "late_share", "dso"],
    points=[13, 3, 3, 3],
    effective=[12.0, 2.4, 2.0, 1.5],
    within_80=[0.85, 1.0, 2 / 3, 0.0],
    within_95=[1.0, 1.0, 1.0, 0.0],
    wape_median=[0.05, 0.1, 0.02, 20.0],
    wape_roll_rates=[0.08, 0.2, np.nan, 0.3],
    wape_median_days=[0.1, 0.3, 0.2, 0.4],
)


@pytest.fixture
def tested():
    dates = pd.date_range("2024-01-31", periods=3, freq="ME")
    points = pd.DataFrame(
        [("foretold", measure, date, 2.0, 2.1, 2.05, 1.0, 1.5, 3.0, 4.0,
          np.nan if measure == "late_share" else 2.2, 1.9)
         for measure in told.CHARTS for date in dates],
        columns=["view", "measure", "date", "realised", "mean", "median", "p2.5", "p10", "p90", "p97.5", "roll_rates",
                 "median_days"],
    )  # fmt: skip
    return SimpleNamespace(
        cut=pd.Timestamp("2023-12-31"), last=pd.Timestamp("2024-03-31"), paths=100, points=points,
        notes=["a <b> note"], coverage=lambda: ROWS.loc[:, :"within_95"],
        errors=lambda: ROWS.drop(columns=["points", "effective", "within_80", "within_95"]),
    )  # fmt: skip


def test_the_answer_counts_what_chance_does_not_explain(tested):
    answer = told.answer(tested, "en").text
    assert "3 of 4 forecasts" in answer
    assert "Not always so: Days sales outstanding." in answer


@pytest.mark.parametrize(
    ("share", "nominal", "independent", "held"),
    [
        (1.0, 0.8, 3, True),
        (0.0, 0.8, 1, True),
        (0.0, 0.8, 2, False),
        (0.5, 0.95, 2, True),
        (0.5, 0.95, 10, False),
    ],
)
def test_chance(share, nominal, independent, held):
    """0 of 1 at 80 % has probability 0.2, 0 of 2 has 0.04; 1 of 2 or fewer at 95 % 0.0975, 5 of 10 6e-5."""
    assert told._by_chance(share, nominal, independent) is held


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_table_says_where_it_fits(tested, language):
    table = str(told.coverage_table(tested, language))
    assert table.count("<tr>") == 5
    assert "&gt; 1,000%" in table
    assert "85%" in table


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("measure", told.CHARTS)
def test_charts_tell_how_many_points_the_band_holds(tested, measure, language):
    spec = renderer(told.chart(tested, measure, language).to_dict())
    assert "3" in spec["text/plain"]
    lines = [
        layer
        for layer in spec["application/vnd.vegalite.v5+json"]["layer"]
        if layer["mark"]["type"] == "line"
    ]
    assert len(lines) == (2 if measure == "late_share" else 3)


def test_notes_are_escaped(tested):
    assert "a &lt;b&gt; note" in str(told.notes_list(tested))
