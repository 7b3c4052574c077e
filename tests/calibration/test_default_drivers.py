import numpy as np
import pytest
from scipy import stats

from simkit.calibration.default_drivers import PRIOR_SD, PRIOR_YEARS, DefaultFit, Drivers, fit_drivers
from simkit.portfolio.balance_sheets import financial_quality, firm_scores
from simkit.scenario.firms import BOUNDS, Default, DefaultDrivers, Firms

BASE = Firms()
NAMES = list(BOUNDS)


def world(luck, **changes):
    """Return a world whose drivers are those of the base world, with changes."""
    drivers = DefaultDrivers(**{**BASE.default.drivers.model_dump(), **changes})
    return BASE.model_copy(update={"default": Default(mean_pd=0.05, drivers=drivers)})


def customers(truth, luck, count, years=1.0):
    """Return the scores that ratios show of the engine's own customers, and who defaults in some years."""
    scores = firm_scores(truth, lambda stream, index: luck.random(count))
    annual = financial_quality(truth, scores)[1]
    bad = luck.random(count) < 1 - (1 - annual) ** years
    return scores[: len(NAMES)].T, bad, np.full(count, years)


@pytest.mark.parametrize("years", [0.5, 3.0])
def test_drivers_of_the_engine_s_own_world_are_recovered(years):
    luck = np.random.default_rng(1)
    truth = world(luck, profitability=-0.1, debt_ratio=0.6, receivables_turnover=-0.3)
    found = fit_drivers(*customers(truth, luck, 60_000, years), BASE)
    for name in NAMES:
        assert found.weights[name] == pytest.approx(
            getattr(truth.default.drivers, name), abs=4 * found.sd[name]
        )
        assert found.sd[name] < 0.08


def test_intervals_cover_at_their_rate():
    """Worlds drawn from the prior lie within the 90 % interval 90 times in 100."""
    luck = np.random.default_rng(2)
    inside = []
    for _ in range(40):
        changes = {n: getattr(BASE.default.drivers, n) + PRIOR_SD * luck.normal() for n in NAMES}
        truth = world(luck, **changes)
        found = fit_drivers(*customers(truth, luck, 1_500), BASE)
        inside += [abs(found.weights[name] - changes[name]) < 1.645 * found.sd[name] for name in NAMES]
    assert 0.84 < np.mean(inside) < 0.96  # 240 draws of 0.9: three standard errors are 0.06


@pytest.mark.parametrize("defaults", [0, 1, 40])
def test_none_few_or_only_defaults_stay_near_the_prior(defaults):
    luck = np.random.default_rng(3)
    scores = luck.normal(size=(40, len(NAMES)))
    found = fit_drivers(scores, np.arange(40) < defaults, np.ones(40), BASE)
    for name in NAMES:
        assert abs(found.weights[name] - getattr(BASE.default.drivers, name)) < 2 * PRIOR_SD
        assert 0 < found.sd[name] <= 1.001 * PRIOR_SD


def test_perfect_separation_is_finite():
    scores = np.zeros((200, len(NAMES)))
    scores[:, 4] = np.linspace(-3, 3, 200)
    found = fit_drivers(scores, scores[:, 4] > 2, np.ones(200), BASE)
    assert BASE.default.drivers.debt_ratio < found.weights["debt_ratio"] < 3


def test_nobody_leaves_the_prior():
    found = fit_drivers(np.empty((0, len(NAMES))), np.empty(0, dtype=bool), np.empty(0), BASE)
    assert found.weights == {name: pytest.approx(getattr(BASE.default.drivers, name)) for name in NAMES}


def known(defaults, years, base=0.02):
    """Return what is known of how common default is, and nothing of what it depends on."""
    return DefaultFit.of(defaults, years, base, Drivers({}, np.zeros((0, 0))))


def test_mean_pd_is_between_prior_and_rate_and_approaches_the_rate():
    assert known(0, 0).mean_pd == pytest.approx(0.02)
    assert 0 < known(0, 10_000).mean_pd < 0.0003
    assert 0.02 < known(10, 100).mean_pd < 0.1
    assert known(10**6, 10**7).mean_pd == pytest.approx(1 - np.exp(-0.1), rel=1e-3)
    assert known(100, 1).mean_pd == 0.5  # the most a world may have
    assert known(3, 100, base=0.0).mean_pd > 0


def test_draws_of_the_level_are_those_of_its_gamma_posterior():
    """A gamma prior of the base world's hazard, worth so many customer-years, updated by the defaults of others."""
    fit, luck = known(9, 400.0), np.random.default_rng(4).standard_normal(20_000)
    hazards = -np.log1p(-np.array([fit.drawn(np.array([z]))["mean_pd"] for z in luck]))
    posterior = stats.gamma(9 - PRIOR_YEARS * np.log1p(-0.02), scale=1 / (PRIOR_YEARS + 400.0))
    assert stats.kstest(hazards, posterior.cdf).pvalue > 0.001
    assert known(0, 50.0, base=0.0).drawn(np.zeros(1))["mean_pd"] == 0


def test_draws_of_the_weights_go_together_as_their_posterior():
    luck = np.random.default_rng(5)
    drivers = fit_drivers(*customers(world(luck), luck, 2_000, 3.0), BASE)
    fit = DefaultFit.of(60, 2_000.0, 0.02, drivers)
    normal = luck.standard_normal((20_000, 1 + len(NAMES)))
    drawn = np.array([[*fit.drawn(row)["drivers"].values()] for row in normal])
    np.testing.assert_allclose(drawn.mean(axis=0), [*drivers.weights.values()], atol=0.01)
    np.testing.assert_allclose(np.cov(drawn.T), drivers.covariance, atol=0.03 * drivers.covariance.max())
    np.testing.assert_allclose(
        fit.drawn(np.zeros(1 + len(NAMES)))["drivers"]["debt_ratio"], drivers.weights["debt_ratio"]
    )
