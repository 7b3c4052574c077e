import numpy as np
import pytest
from scipy.special import expit
from scipy.stats import ks_2samp
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, log_loss, roc_auc_score

from simkit.calibration.default_metrics import (
    calibration_line,
    default_metrics,
    hosmer_lemeshow,
    score_stability,
)


@pytest.fixture(scope="module")
def told():
    luck = np.random.default_rng(1)
    log_odds = luck.normal(-2, 1.2, 1_500)
    return log_odds, luck.random(1_500) < expit(0.3 + 0.8 * log_odds)


def test_measures_are_those_of_the_libraries(told):
    log_odds, bad = told
    found = default_metrics(log_odds, bad, resamples=20).set_index("measure")["value"]
    auc = roc_auc_score(bad, log_odds)
    assert found["auc"] == pytest.approx(auc)
    assert found["gini"] == pytest.approx(2 * auc - 1)
    assert found["ks"] == pytest.approx(ks_2samp(log_odds[bad], log_odds[~bad]).statistic)
    assert found["brier"] == pytest.approx(brier_score_loss(bad, expit(log_odds)))
    assert found["log_loss"] == pytest.approx(log_loss(bad, expit(log_odds)))
    plain = LogisticRegression(C=np.inf, tol=1e-10).fit(log_odds[:, None], bad)
    assert found["calibration_slope"] == pytest.approx(plain.coef_[0, 0], abs=1e-5)
    assert found["calibration_intercept"] == pytest.approx(plain.intercept_[0], abs=1e-5)


def test_intervals_hold_the_value_and_repeat(told):
    first, again = (default_metrics(*told, seed=3, resamples=60) for _ in range(2))
    assert first.equals(again)
    assert ((first["low"] <= first["value"]) & (first["value"] <= first["high"])).all()


def test_a_line_on_true_log_odds_is_the_diagonal():
    luck = np.random.default_rng(2)
    log_odds = luck.normal(-1, 1, 40_000)
    line = calibration_line(log_odds, luck.random(40_000) < expit(log_odds))
    assert line.slope == pytest.approx(1, abs=0.05)
    assert line.intercept == pytest.approx(0, abs=0.05)


def test_perfect_separation_has_no_line_without_a_prior_and_one_with_it():
    log_odds = np.linspace(-3, 3, 50)
    bad = log_odds > 0
    assert np.isnan(calibration_line(log_odds, bad)).all()
    line = calibration_line(log_odds, bad, slope_prior_sd=0.3)
    assert 1 < line.slope < 2
    flat = calibration_line(np.zeros(50), bad)
    assert np.isnan(flat).all()


def test_a_sharp_prior_keeps_the_slope_at_1(told):
    assert calibration_line(*told, slope_prior_sd=1e-4).slope == pytest.approx(1, abs=1e-3)


def test_hosmer_lemeshow_rejects_at_its_rate():
    luck = np.random.default_rng(3)
    values = []
    for _ in range(300):
        chance = expit(luck.normal(-1, 1, 500))
        bad = luck.random(500) < chance
        line = calibration_line(np.log(chance / (1 - chance)), bad)  # the test is for fitted probabilities
        values.append(
            hosmer_lemeshow(expit(line.intercept + line.slope * np.log(chance / (1 - chance))), bad).p_value
        )
    assert np.mean(np.array(values) < 0.05) == pytest.approx(0.05, abs=0.04)
    assert np.mean(values) == pytest.approx(0.5, abs=0.08)


def test_hosmer_lemeshow_by_hand():
    chance = np.repeat([0.25, 0.5], 4)
    bad = np.array([1, 1, 0, 0, 1, 1, 0, 0], dtype=bool)
    found = hosmer_lemeshow(chance, bad, groups=2)
    assert found.statistic == pytest.approx((2 - 1) ** 2 / (4 * 0.25 * 0.75))
    assert found.degrees == 0


def test_stability_of_scores():
    luck = np.random.default_rng(4)
    scores = luck.normal(size=5_000)
    assert score_stability(scores, scores) == (0.0, "stable")
    assert score_stability(scores, scores + 0.4)[1] == "shifting"
    psi, word = score_stability(scores, scores + 9)
    assert word == "shifted"
    # All in the highest tenth: nine empty ones count 1e-4, as does no other.
    expected = 0.9 * np.log(10) + 9 * (1e-4 - 0.1) * np.log(1e-3)
    assert psi == pytest.approx(expected)
