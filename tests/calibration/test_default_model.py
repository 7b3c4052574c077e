from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit, logit
from sklearn.linear_model import LogisticRegression

from simkit.calibration.default_metrics import calibration_line, default_metrics
from simkit.calibration.default_model import cross_validated, fit_default_model, logistic_pipeline
from simkit.calibration.indicator_selection import select_indicators
from simkit.calibration.indicator_terms import IndicatorTerms
from simkit.errors import UserError
from simkit.outcomes.discrimination import gini

POLISH = Path(__file__).parents[3] / "shared/data/polish_bankruptcy/year5.parquet"


def drawn(seed, count=2_000, base=-2.5):
    """Return firms from a known logistic world, who defaulted, and the true log-odds."""
    luck = np.random.default_rng(seed)
    firms = pd.DataFrame(luck.normal(size=(count, 3)), columns=["leverage", "liquidity", "noise"])
    truth = base + 0.9 * firms["leverage"].to_numpy() - 0.6 * firms["liquidity"].to_numpy()
    return firms, luck.random(count) < expit(truth), truth


@pytest.fixture(scope="module")
def world():
    return drawn(1, 4_000)


@pytest.fixture(scope="module")
def model(world):
    firms, bad, _ = world
    return fit_default_model(firms, bad)


def test_a_known_logistic_world_is_recovered(model):
    firms, bad, truth = drawn(2, 6_000)
    found = model.log_odds(firms)
    assert np.corrcoef(found, truth)[0, 1] > 0.97
    assert abs((expit(found) - expit(truth)).mean()) < 0.01
    assert gini(-found, bad) > 0.97 * gini(-truth, bad)
    contributions = pd.DataFrame(model.contributions(firms), columns=model.indicators)
    assert contributions["noise"].std() < 0.25 * contributions["liquidity"].std()


def test_probabilities_keep_their_level_on_their_own_data(model, world):
    firms, bad, _ = world
    assert model.probability(firms).mean() == pytest.approx(bad.mean(), rel=0.02)
    line = calibration_line(model.out_of_fold, bad)
    # The slope of predictions without their own fold is 1 by construction, but for its prior.
    assert line.slope == pytest.approx(1, abs=0.02)
    assert line.intercept == pytest.approx(0, abs=0.05)


def test_contributions_and_base_sum_to_the_log_odds(model, world):
    firms, _, _ = world
    values = firms.to_numpy()
    plain = model.intercept + model.slope * model.pipeline.decision_function(values)
    np.testing.assert_allclose(model.log_odds(firms), plain, atol=1e-9)


def test_intervals_cover_at_their_rate():
    """The bootstrap interval of AUC covers the AUC of the whole population about 95 times in 100."""
    _, bad, truth = drawn(3, 100_000)
    auc = (gini(-truth, bad) + 1) / 2
    covered = 0
    for seed in range(40):
        _, outcome, odds = drawn(100 + seed, 600)
        row = default_metrics(odds, outcome, seed, resamples=60).set_index("measure").loc["auc"]
        covered += row["low"] <= auc <= row["high"]
    assert covered >= 33  # binomial(40, 0.95) is below 33 with probability 0.0007


def test_units_of_indicators_change_nothing(world):
    firms, bad, _ = world
    firms, bad = firms.iloc[:800], bad[:800]
    plain = fit_default_model(firms, bad).log_odds(firms)
    in_other_units = 1_000 * firms - 7
    stretched = fit_default_model(in_other_units, bad).log_odds(in_other_units)
    np.testing.assert_allclose(stretched, plain, atol=1e-6)


def test_outliers_infinities_and_missing_values_are_taken_in(world):
    firms, bad, _ = world
    firms = firms.iloc[:800].copy()
    firms.iloc[:5, 0] = [1e30, -1e30, np.inf, -np.inf, np.nan]
    fitted = fit_default_model(firms, bad[:800])
    odd = pd.DataFrame({"leverage": [1e300, np.nan], "liquidity": [np.inf, np.nan], "noise": [0.0, np.nan]})
    assert np.isfinite(fitted.log_odds(odd)).all()


def test_what_a_missing_value_says_is_heard():
    firms, bad, _ = drawn(5, 1_500)
    luck = np.random.default_rng(6)
    firms.loc[luck.random(len(firms)) < np.where(bad, 0.5, 0.05), "noise"] = np.nan
    fitted = fit_default_model(firms, bad)
    asked = pd.DataFrame({"leverage": 0.0, "liquidity": 0.0, "noise": [0.0, np.nan]})
    plain = LogisticRegression(C=np.inf, tol=1e-8).fit(
        firms.fillna(0.0).assign(missing=firms["noise"].isna()), bad
    )
    assert np.diff(fitted.log_odds(asked))[0] == pytest.approx(plain.coef_[0, 3], abs=0.5)
    assert plain.coef_[0, 3] > 2


def test_perfect_separation_and_few_defaults_stay_finite():
    firms = pd.DataFrame({"debt": np.arange(200.0)})
    separated = fit_default_model(firms, firms["debt"] >= 190)
    assert np.isfinite(separated.log_odds(firms)).all()
    assert separated.probability(firms).mean() == pytest.approx(0.05, abs=0.03)
    assert np.corrcoef(separated.log_odds(firms), np.arange(200))[0, 1] > 0.5


@pytest.mark.parametrize("defaults", [0, 9, 91, 100])
def test_too_few_of_either_kind_are_refused(defaults):
    firms = pd.DataFrame({"debt": np.arange(100.0)})
    with pytest.raises(UserError, match=f"100 firms, {defaults} of them defaulted, are too few"):
        fit_default_model(firms, np.arange(100) < defaults)


def test_indicators_that_say_nothing_are_refused():
    firms = pd.DataFrame({"debt": np.ones(100), "size": np.full(100, np.nan)})
    with pytest.raises(UserError, match="an indicator that differs between firms; none does"):
        fit_default_model(firms, np.arange(100) < 50)


def test_a_column_without_values_beside_one_that_tells():
    firms, bad, _ = drawn(7, 800)
    with_blank = firms.assign(blank=np.nan, same=1.0)
    found = fit_default_model(with_blank, bad)
    np.testing.assert_allclose(
        found.log_odds(with_blank), fit_default_model(firms, bad).log_odds(firms), atol=1e-6
    )


def test_mid_ranks_are_those_of_scipy():
    from scipy.stats import rankdata

    values = np.random.default_rng(8).integers(0, 30, 300).astype(float)
    terms = IndicatorTerms().fit(values[:, None])
    expected = (rankdata(values) - 0.5) / len(values)
    np.testing.assert_allclose(terms.rank(values[:, None])[:, 0], expected, atol=1e-12)


def test_terms_have_mean_0_and_spread_1_among_those_who_have_them():
    values = np.random.default_rng(9).normal(size=(400, 2))
    values[:40, 1] = np.nan
    terms = IndicatorTerms().fit(values)
    columns = terms.transform(values)
    own = columns[:, terms.term_ == 0]
    np.testing.assert_allclose(own.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(own.std(axis=0), 1, atol=1e-12)
    assert terms.absences_.tolist() == [1]
    assert (columns[:40, -1] > 0).all()
    assert (columns[40:, -1] == 0).all()
    assert (columns[:40, terms.term_ == 1][:, :-1] == 0).all()


def test_the_pipeline_is_the_library_s_own_ridge_regression(world):
    """The fit is the maximum of the penalised likelihood: its gradient is 0."""
    firms, bad, _ = world
    pipeline = logistic_pipeline(0.1).fit(firms.to_numpy(), bad)
    columns = pipeline["terms"].transform(firms.to_numpy())
    weights = pipeline["logistic"].coef_[0]
    gradient = columns.T @ (bad - pipeline.predict_proba(firms.to_numpy())[:, 1]) - weights / 0.1
    assert np.abs(gradient).max() < 1e-3 * len(bad)


def test_selection_takes_what_tells_first():
    firms, bad, _ = drawn(10, 2_000)
    # A copy of the best adds nothing to it, so the next one is the other that tells.
    crowded = firms.assign(again=firms["leverage"] * 2)[["noise", "again", "liquidity", "leverage"]]
    chosen = select_indicators(crowded, bad, 2)
    assert chosen[0] in ("leverage", "again")
    assert chosen[1] == "liquidity"
    assert len(select_indicators(crowded, bad, 9)) == 4
    with pytest.raises(UserError, match="too few"):
        select_indicators(crowded, np.zeros(len(crowded), dtype=bool), 2)


def test_the_same_firms_give_the_same_model(world):
    firms, bad, _ = world
    first, again = (fit_default_model(firms.iloc[:600], bad[:600]).log_odds(firms) for _ in range(2))
    assert first.tobytes() == again.tobytes()


def test_real_companies():
    if not POLISH.exists():
        pytest.skip(f"{POLISH} is not here: real companies are kept beside the repository")
    table = pd.read_parquet(POLISH, columns=["X4", "X46", "X61", "X10", "X2", "class"]).astype(float)
    bad = table.pop("class").to_numpy(dtype=bool)
    log_odds = cross_validated(table, bad)
    found = default_metrics(log_odds, bad, resamples=50).set_index("measure")["value"]
    assert found["auc"] > 0.76
    assert found["brier"] < bad.mean() * (1 - bad.mean())
    assert found["calibration_slope"] == pytest.approx(1, abs=0.15)
    assert expit(log_odds).mean() == pytest.approx(bad.mean(), abs=0.005)
    assert np.isfinite(logit(expit(log_odds))).all()
