"""The least-squares problem of moments and priors, on functions whose answer a second solver or algebra gives."""

import numpy as np
import pytest
from scipy.optimize import least_squares

from simkit.calibration.moment_problem import MomentProblem
from simkit.errors import UserError
from tests.calibration.moment_curves import Curve, problem


def bent(z: np.ndarray) -> list[float]:
    return [0.2 * np.exp(0.3 * z[0]) + 0.05 * z[1], 0.1 * z[0] * z[1] + 0.2 * z[1]]


def test_linear_moments_have_the_solution_of_ridge_regression() -> None:
    slopes = np.array([[0.03, 0.01, 0.0], [0.0, 0.02, 0.01]])
    targets = np.array([0.05, -0.03])
    curve = Curve(lambda z: slopes @ z, {"a": targets[0], "b": targets[1]}, np.arange(3))
    task = problem(3, curve)
    found = task.solve(np.zeros(3))
    scaled = slopes / task.scales[0][:, None]
    precision = scaled.T @ scaled + np.eye(3)
    ridge = np.linalg.solve(precision, scaled.T @ (targets / task.scales[0]))
    assert found.settled
    assert found.z == pytest.approx(ridge, abs=0.02)
    assert found.covariance == pytest.approx(np.linalg.inv(precision))


def test_bent_moments_have_the_solution_of_another_solver() -> None:
    targets = {"a": 0.35, "b": 0.30}
    task = problem(2, Curve(bent, targets, np.arange(2)))
    found = task.solve(np.zeros(2))

    def residuals(z: np.ndarray) -> np.ndarray:
        return np.concatenate([(np.array(bent(z)) - [*targets.values()]) / task.scales[0], z])

    other = least_squares(residuals, np.zeros(2))
    assert found.z == pytest.approx(other.x, abs=0.02)
    assert (found.deviations**2).sum() + (found.z**2).sum() == pytest.approx(2 * other.cost, rel=1e-3)


def test_numbers_stay_within_their_limits() -> None:
    curve = Curve(lambda z: [0.1 * z[0]], {"a": 1.0}, np.arange(1))
    assert problem(1, curve).solve(np.zeros(1)).z == pytest.approx([4.0])


def test_years_share_some_numbers_and_own_others() -> None:
    """Two companies of their own level and a shared response: each level is found, and the response by both."""
    first = Curve(lambda z: [0.1 * z[1], 0.1 * z[1] + 0.1 * z[0]], {"a": 0.1, "b": 0.2}, np.array([0, 1]))
    other = Curve(lambda z: [0.1 * z[2], 0.1 * z[2] + 0.1 * z[0]], {"a": -0.1, "b": 0.0}, np.array([0, 2]))
    found = problem(3, first, other).solve(np.zeros(3))
    assert found.z == pytest.approx([1.0, 1.0, -1.0], abs=0.05)
    assert (found.jacobian[:2, 2] == 0).all()
    assert (found.jacobian[2:, 1] == 0).all()


def test_a_number_without_a_part_in_a_year_is_tried_once() -> None:
    curve = Curve(lambda z: [0.1 * z[0]], {"a": 0.2}, np.arange(2))
    task = problem(2, curve)
    found = task.solve(np.zeros(2))
    assert not task.feels(0, 1)
    assert task.feels(0, 0)
    assert (found.jacobian[:, 1] == 0).all()
    assert sum(z[1] != 0 for z in curve.asked) == 1


def test_a_step_to_where_an_outcome_is_undefined_is_not_made() -> None:
    curve = Curve(lambda z: [0.02 * z[0] if z[0] < 1.2 else np.nan], {"a": 0.5}, np.arange(1))
    found = problem(1, curve).solve(np.zeros(1))
    assert 0 < found.z[0] < 1.2


def test_an_outcome_that_is_undefined_from_the_start_is_refused() -> None:
    curve = Curve(lambda z: [np.nan], {"core_repurchase_rate": 0.5}, np.arange(1))
    with pytest.raises(UserError, match="'made up': core_repurchase_rate is undefined after the case"):
        problem(1, curve).solve(np.zeros(1))


def test_scales_hold_tolerance_and_luck() -> None:
    curve = Curve(lambda z: [0.0], {"a": 0.0}, np.arange(1))
    task: MomentProblem = problem(1, curve)
    drawn = [curve.outcomes(np.zeros(1), number)["a"] for number in range(4)]
    assert task.scales[0] == pytest.approx(np.sqrt([0.01**2 + np.var(drawn, ddof=1) / 4]))
