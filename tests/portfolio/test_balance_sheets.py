"""Balance sheets: marginals, correlations, and the default risk that goes with them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats
from scipy.special import expit
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from simkit.portfolio.balance_sheets import default_intercept, financial_quality, firm_scores, ratios
from simkit.scenario.firms import KNOTS, SCORES, Default, DefaultDrivers, Firms
from simkit.streams import uniforms

N = 60_000
IDS = np.arange(N) + 10**8
FIRMS = Firms()
FIVE_ERRORS = 5.0  # one in two million a comparison


@pytest.fixture(scope="module")
def scores() -> np.ndarray:
    return firm_scores(FIRMS, lambda stream, index: uniforms(1, 0, stream, IDS, index))


def test_scores_are_standard_normal_with_the_stated_correlation(scores) -> None:
    assert scores.shape == (len(SCORES), N)
    for score in scores:
        assert stats.kstest(score, "norm").pvalue > 1e-6
    stated = np.array(FIRMS.correlation)
    error = (1 - stated**2) / np.sqrt(N)
    assert np.all(np.abs(np.corrcoef(scores) - stated) <= FIVE_ERRORS * error + 1e-12)


@pytest.mark.parametrize("name", ["current_ratio", "receivables_turnover", "debt_ratio"])
def test_stated_quantiles_are_recovered(scores, name) -> None:
    values, knots = ratios(FIRMS, scores)[name], getattr(FIRMS, name)
    for share, knot in zip(KNOTS, knots, strict=True):
        error = np.sqrt(share * (1 - share) / N)
        assert np.mean(values <= knot) == pytest.approx(share, abs=FIVE_ERRORS * error + 1e-12)


def test_rank_correlations_are_those_of_a_gaussian_copula(scores) -> None:
    found = ratios(FIRMS, scores)
    pairs = {
        ("current_ratio", "debt_ratio"): FIRMS.correlation[1][4],
        ("current_ratio", "receivables_turnover"): FIRMS.correlation[1][3],
        ("receivables_turnover", "debt_ratio"): FIRMS.correlation[3][4],
    }
    for (one, other), correlation in pairs.items():
        expected = 6 / np.pi * np.arcsin(correlation / 2)
        spearman = stats.spearmanr(found[one], found[other]).statistic
        assert spearman == pytest.approx(expected, abs=FIVE_ERRORS / np.sqrt(N))


def test_figures_of_one_firm_do_not_contradict_each_other(scores) -> None:
    found = ratios(FIRMS, scores)
    assert np.all(found["quick_ratio"] <= found["current_ratio"])
    assert np.array_equal(found["net_assets_million"] < 0, found["debt_ratio"] > 1)


def test_quality_is_standard_normal_and_orders_the_probabilities(scores) -> None:
    quality, annual_pd = financial_quality(FIRMS, scores)
    assert stats.kstest(quality, "norm").pvalue > 1e-6
    assert np.array_equal(np.argsort(quality, kind="stable"), np.argsort(-annual_pd, kind="stable"))
    error = annual_pd.std() / np.sqrt(N)
    assert annual_pd.mean() == pytest.approx(0.02, abs=FIVE_ERRORS * error)


def test_discrimination_is_as_in_real_firms(scores) -> None:
    quality, annual_pd = financial_quality(FIRMS, scores)
    failed = uniforms(1, 0, 99, IDS) < annual_pd
    # With 1,200 failures an AUC has a standard error of about sqrt(1 / (12 x 1,200)) = 0.008.
    assert 0.75 - 0.01 < roc_auc_score(failed, -quality) < 0.80 + 0.01
    # One ratio at a time: what the Polish companies have (below a half: higher is safer).
    polish = {"current_ratio": 0.27, "quick_ratio": 0.25, "receivables_turnover": 0.56, "debt_ratio": 0.72}
    for name, auc in polish.items():
        assert roc_auc_score(failed, ratios(FIRMS, scores)[name]) == pytest.approx(auc, abs=0.06)


def test_a_refit_recovers_the_drivers(scores) -> None:
    firms = Firms(default=Default(mean_pd=0.3))
    failed = uniforms(1, 0, 98, IDS) < financial_quality(firms, scores)[1]
    fit = LogisticRegression(C=np.inf, tol=1e-8, max_iter=1000).fit(scores.T, failed)
    stated = [getattr(firms.default.drivers, name) for name in SCORES]
    np.testing.assert_allclose(fit.coef_[0], stated, atol=0.08)


@given(st.floats(1e-4, 0.5), st.floats(0, 4))
def test_intercept_gives_the_mean(mean_pd, spread) -> None:
    intercept = default_intercept(mean_pd, spread)
    mean, _ = integrate.quad(lambda z: expit(intercept + spread * z) * stats.norm.pdf(z), -9, 9, limit=200)
    assert mean == pytest.approx(mean_pd, rel=1e-7)


def test_no_default_and_no_drivers() -> None:
    scores = np.zeros((len(SCORES), 3)) + 1.0
    immortal = Firms(default=Default(mean_pd=0.0))
    assert np.array_equal(financial_quality(immortal, scores)[1], np.zeros(3))
    alike = Firms(default=Default(drivers=DefaultDrivers(**dict.fromkeys(SCORES, 0.0))))
    quality, annual_pd = financial_quality(alike, scores)
    assert np.array_equal(quality, np.zeros(3))
    np.testing.assert_allclose(annual_pd, 0.02, rtol=1e-9)
