import numpy as np
import pytest
from scipy.special import logsumexp

from simkit.calibration.person_periods import KINDS, PersonPeriods
from simkit.calibration.random_effect import RandomEffectModel

DESIGN = np.column_stack([np.arange(KINDS) % 7 == 0, np.arange(KINDS) >= 7]).astype(float)
"""Mondays, and month ends."""

CENTRE = np.array([-3.0, -1.0, -2.0, 0.1, 0.0, -0.5, 0.2, -0.2])
PRECISION = np.array([0.25] * 7 + [1.0])
THETA = np.array([-2.5, -0.7, -2.2, 0.3, 0.2, -1.0, 0.5, 0.1])
CUSTOMERS, LINES = 12, 40


@pytest.fixture
def model():
    luck = np.random.default_rng(3)
    count = 80
    line = np.sort(luck.integers(0, LINES, count))
    days = luck.integers(1, 20, count).astype(float)
    rows = PersonPeriods(
        customer=line * (CUSTOMERS - 1) // LINES,  # the last customer has no rows
        line=line,
        bucket=luck.integers(0, 3, count),
        kind=luck.integers(0, KINDS, count),
        days=days,
        paid=(luck.random(count) < 0.4) * np.minimum(days, luck.integers(1, 3, count)),
        drivers=luck.random((LINES, 2)),
    )
    return RandomEffectModel(rows, CUSTOMERS, DESIGN, CENTRE, PRECISION)


def brute_force(model, theta):
    """Return the marginal log-likelihood by a fine grid over z."""
    rows, grid = model.rows, np.linspace(-9, 9, 20_001)
    fixed = theta[rows.bucket] + DESIGN[rows.kind] @ theta[3:5] + rows.drivers[rows.line] @ theta[5:7]
    logit = fixed[:, None] + np.exp(theta[-1]) * grid
    terms = rows.paid[:, None] * logit - rows.days[:, None] * np.logaddexp(0, logit)
    joint = np.zeros((CUSTOMERS, len(grid)))
    np.add.at(joint, rows.customer, terms)
    joint += -(grid**2) / 2 - 0.5 * np.log(2 * np.pi)
    return logsumexp(joint, axis=1).sum() + CUSTOMERS * np.log(grid[1] - grid[0])


@pytest.mark.parametrize("shift", [0.0, -0.8, 0.9])
def test_quadrature_agrees_with_a_fine_grid(model, shift):
    theta = THETA + shift
    assert model.posterior(theta).log_likelihood == pytest.approx(brute_force(model, theta), rel=1e-5)


def test_posterior_of_a_customer_without_rows_is_the_prior(model):
    known = model.posterior(THETA)
    z, probability = known.z[-1], known.probability[-1]
    np.testing.assert_allclose(known.probability.sum(axis=1), 1)
    moments = [probability @ z**power for power in (1, 2, 3, 4)]
    np.testing.assert_allclose(moments, [0, 1, 0, 3], atol=1e-9)


def test_slope_and_curvature_agree_with_differences(model):
    slope, curvature = model.slope_and_curvature(THETA)
    step = 1e-4
    for at in range(len(THETA)):
        move = step * (np.arange(len(THETA)) == at)
        up, down = model.value(THETA + move), model.value(THETA - move)
        # The nodes follow theta, so the difference carries the quadrature's own tiny error.
        assert slope[at] == pytest.approx((up - down) / (2 * step), abs=2e-3)
        slopes = [model.slope_and_curvature(THETA + sign * move)[0] for sign in (1, -1)]
        np.testing.assert_allclose(curvature[at], (slopes[0] - slopes[1]) / (2 * step), atol=1e-2)


def test_summit_is_flat_and_the_same_from_far_away(model):
    near, _ = model.fit(CENTRE)
    far, steps = model.fit(np.array([-12.0, 4.0, 3.0, 2.0, -2.0, 6.0, -3.0, 1.5]))
    np.testing.assert_allclose(near, far, atol=1e-3)
    assert steps < 60
    slope, curvature = model.slope_and_curvature(near)
    assert np.abs(slope).max() < 1e-2
    assert np.linalg.eigvalsh(curvature).max() < 0


def test_a_climb_that_may_take_one_step_takes_one(model, monkeypatch):
    before = model.value(CENTRE)
    monkeypatch.setattr("simkit.calibration.random_effect._MOST_STEPS", 1)
    theta, steps = model.fit(CENTRE)
    assert steps == 1
    assert model.value(theta) > before


def test_customers_scores_are_those_of_their_own_rows(model):
    """One customer's score is the slope of a model of it alone, without priors; one without rows has none."""
    scores = model.customer_scores(THETA)
    assert not scores[-1].any()
    own = model.rows.customer == 4
    names = ("line", "bucket", "kind", "days", "paid")
    part = {name: getattr(model.rows, name)[own] for name in names}
    rows = PersonPeriods(np.zeros(own.sum(), np.int64), **part, drivers=model.rows.drivers)
    alone = RandomEffectModel(rows, 1, DESIGN, CENTRE, np.zeros(len(CENTRE)))
    np.testing.assert_allclose(scores[4], alone.slope_and_curvature(THETA)[0], atol=1e-9)
