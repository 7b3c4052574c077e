import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simkit.calibration.default_model import fit_default_model
from simkit.calibration.grade_bands import BANDS, cutoffs, grade_table, grades
from simkit.calibration.scorecard import SHARES, Scale, points, points_table


@pytest.fixture(scope="module")
def firms():
    luck = np.random.default_rng(1)
    table = pd.DataFrame({"debt_ratio": luck.random(900), "current_ratio": luck.lognormal(size=900)})
    table.loc[:59, "current_ratio"] = np.nan
    return table


@pytest.fixture(scope="module")
def model(firms):
    chance = 0.3 * firms["debt_ratio"].to_numpy()
    return fit_default_model(firms, np.random.default_rng(2).random(900) < chance)


@given(st.floats(-20, 20), st.floats(1, 100), st.floats(1, 100))
def test_so_many_points_double_the_odds(log_odds, pdo, base_odds):
    scale = Scale(pdo=pdo, base_odds=base_odds)
    assert scale.score(log_odds - math.log(2)) - scale.score(log_odds) == pytest.approx(pdo)
    assert scale.score(-math.log(base_odds)) == pytest.approx(600)


def test_points_sum_to_the_score(model, firms):
    np.testing.assert_allclose(
        points(model, firms).sum(axis=1), Scale().score(model.log_odds(firms)), atol=1e-9
    )


def test_the_table_gives_the_points_of_its_values(model, firms):
    table = points_table(model)
    assert table["share"].dropna().tolist() == [*SHARES, *SHARES]
    missing = table[table["value"].isna()]
    assert missing["indicator"].tolist() == ["current_ratio"]
    asked = firms.iloc[:1].assign(current_ratio=np.nan, debt_ratio=0.5)
    assert missing["points"].item() == pytest.approx(points(model, asked)["current_ratio"].item())
    debt = table[table["indicator"] == "debt_ratio"]
    assert debt["value"].is_monotonic_increasing
    assert debt["points"].iloc[0] > debt["points"].iloc[-1]  # debt costs points
    row = debt.iloc[3]
    asked = firms.iloc[:1].assign(debt_ratio=row["value"])
    assert points(model, asked)["debt_ratio"].item() == pytest.approx(row["points"])


def test_cutoffs_and_bands_agree():
    scale = Scale()
    for name, least in list(cutoffs().items())[:-1]:
        at = 1 / (1 + math.exp((least - scale.offset) / scale.factor))
        assert grades([at * 0.999, at * 1.001]).tolist()[0] == name
        assert grades([at * 1.001]).tolist()[0] != name
    assert list(cutoffs().values())[-1] == -math.inf
    assert sorted(cutoffs().values(), reverse=True) == list(cutoffs().values())


@given(st.integers(0, 2**32), st.integers(1, 400), st.floats(0.1, 5))
def test_annual_pd_rises_from_grade_to_grade_and_is_a_probability(seed, count, years):
    luck = np.random.default_rng(seed)
    table = grade_table(luck.beta(0.5, 5, count), luck.random(count) < 0.2, years)
    assert table["grade"].tolist() == list(BANDS)
    assert table["annual_pd"].is_monotonic_increasing
    assert ((table["low"] <= table["annual_pd"]) & (table["annual_pd"] <= table["high"])).all()
    assert table["annual_pd"].between(0, 1, inclusive="neither").all()
    assert table["firms"].sum() == count


def test_a_grade_s_rate_is_between_what_was_foretold_and_what_was_seen():
    foretold = np.full(100, 0.02)
    seen = np.arange(100) < 10
    row = grade_table(foretold, seen).set_index("grade").loc["B"]
    assert row["annual_pd"] == pytest.approx((10 + 20 * 0.02) / 120)
    none = grade_table(foretold, np.zeros(100, dtype=bool)).set_index("grade").loc["B"]
    assert 0 < none["annual_pd"] < 0.02
