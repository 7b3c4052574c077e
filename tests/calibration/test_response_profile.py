"""Profiles of single numbers, on moments whose profile is known in closed form."""

import numpy as np
import pytest

from simkit.calibration.response_profile import RISE, profile
from tests.calibration.moment_curves import Curve, problem


def test_the_rise_is_the_chi_squared_quantile() -> None:
    assert pytest.approx(3.8415, abs=1e-4) == RISE


def test_an_interval_of_linear_moments_leaves_out_the_own_prior_alone() -> None:
    slopes, targets = np.array([[0.03, 0.02], [0.03, -0.01]]), np.array([0.02, 0.01])
    task = problem(2, Curve(lambda z: slopes @ z, {"a": targets[0], "b": targets[1]}, np.arange(2)))
    found = profile(task, task.solve(np.zeros(2)), 0)
    scaled = slopes / task.scales[0][:, None]
    others_prior = np.diag([0.0, 1.0])
    precision = scaled.T @ scaled + others_prior
    centre = np.linalg.solve(precision, scaled.T @ (targets / task.scales[0]))[0]
    half = np.sqrt(RISE * np.linalg.inv(precision)[0, 0])
    assert found.verdict == "pinned down"
    # Measured from the fit with the own prior, the ends lie where the misfit has risen by RISE from there.
    at_fit = task.solve(np.zeros(2)).z[0]
    half = np.sqrt(half**2 + (at_fit - centre) ** 2)
    assert (found.low, found.high) == pytest.approx((centre - half, centre + half), abs=0.02)


def test_what_no_moment_sees_is_not_pinned_at_all() -> None:
    task = problem(2, Curve(lambda z: [0.1 * z[0]], {"a": 0.1}, np.arange(2)))
    fit = task.solve(np.zeros(2))
    blind = profile(task, fit, 1)
    assert blind.verdict == "not at all"
    assert (blind.low, blind.high) == (-3.0, 3.0)
    assert np.isnan(blind.risen).all()
    assert profile(task, fit, 0).verdict == "pinned down"


def test_a_moment_that_saturates_closes_one_side() -> None:
    task = problem(1, Curve(lambda z: [0.1 * np.tanh(z[0] + 0.5)], {"a": 0.105}, np.arange(1)))
    found = profile(task, task.solve(np.zeros(1)), 0)
    assert found.verdict == "one-sided"
    assert found.high == 3.0
    assert -3.0 < found.low < 1.0


def test_two_numbers_seen_as_a_sum_are_pinned_by_each_others_prior_only() -> None:
    alone = problem(1, Curve(lambda z: [0.1 * z[0]], {"a": 0.0}, np.arange(1)))
    both = problem(2, Curve(lambda z: [0.1 * (z[0] + z[1])], {"a": 0.0}, np.arange(2)))
    narrow = profile(alone, alone.solve(np.zeros(1)), 0)
    wide = profile(both, both.solve(np.zeros(2)), 0)
    assert narrow.high == pytest.approx(np.sqrt(RISE) * 0.1, rel=0.02)
    assert wide.high == pytest.approx(np.sqrt(RISE * 1.01), rel=0.02)
