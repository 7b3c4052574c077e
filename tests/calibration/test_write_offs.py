import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import expon, poisson

from simkit.calibration.person_periods import given_up
from simkit.calibration.write_offs import default_rate
from tests.calibration.made_up import lines_of

AS_OF = 900


def book(rows):
    return given_up(lines_of(rows).assign(end=AS_OF), 100)


def test_customer_years_by_hand():
    rows = [
        (0, 0, 30, 20, 1.0), (0, 335, 30, 40, 1.0),  # a year from first issue to last due date
        (1, 0, 73, 1, 0.0), (1, 300, 30, 20, 1.0),  # given up after a fifth of a year; what comes later counts no more
        (2, 800, 60, 1, 0.0),  # too young to tell
        (3, 100, 0, 5, 1.0),
    ]  # fmt: skip
    found = default_rate(book(rows), AS_OF, 100, 0.02)
    assert found.defaults == 1
    assert found.customer_years == pytest.approx(1.2)


def test_interval_is_that_of_the_posterior_by_integration():
    rows = [(c, 0, 400, 390 if c % 20 else 1, 1.0 if c % 20 else 0.0) for c in range(200)]
    found = default_rate(book(rows), AS_OF, 100, 0.03)
    assert (found.defaults, found.customer_years) == (10, pytest.approx(200 * 400 / 365))
    prior = expon(scale=-np.log1p(-0.03))

    def density(rate):
        return prior.pdf(rate) * poisson.pmf(found.defaults, rate * found.customer_years)

    whole = quad(density, 0, 1)[0]
    assert quad(density, 0, -np.log1p(-found.low))[0] / whole == pytest.approx(0.025, abs=1e-6)
    assert quad(density, 0, -np.log1p(-found.high))[0] / whole == pytest.approx(0.975, abs=1e-6)
    mean = quad(lambda rate: rate * density(rate), 0, 1)[0] / whole
    assert found.mean == pytest.approx(-np.expm1(-mean), rel=1e-6)


def test_a_ledger_too_young_to_tell_has_the_base_worlds_rate():
    found = default_rate(book([(0, 850, 30, 1, 0.0)]), AS_OF, 100, 0.02)
    assert (found.defaults, found.customer_years) == (0, 0.0)
    assert found.mean == pytest.approx(0.02)
    assert found.low < 0.001 < 0.06 < found.high
