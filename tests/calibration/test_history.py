import numpy as np
import pandas as pd
import pytest

from simkit.behaviour.payment import late_share
from simkit.calibration.history import history_driver, history_prior
from simkit.calibration.person_periods import OPEN, known_history
from simkit.scenario.world.payment import Payment

BASE = Payment()


def lines_with(late):
    """Return lines, one customer a list, known to be late or not."""
    rows = [(code, flag) for code, flags in enumerate(late) for flag in flags]
    customer, flag = (np.array(column) for column in zip(*rows, strict=True))
    issue = np.arange(len(rows)) * 3
    return pd.DataFrame(
        {
            "customer": customer,
            "issue": issue,
            "due": issue + 10,
            "first": issue + 1,
            "paid": issue + np.where(flag, 15, 5),
            "end": issue.max() + 100,
            "paid_share": 1.0,
            "weight": 1.0,
        }
    )


def test_driver_is_the_engines_formula():
    lines = lines_with(np.random.default_rng(1).random((4, 12)) < 0.5)
    issue = lines["issue"].to_numpy()
    known, late = known_history(lines, issue)
    expected = [late_share(int(b), int(a), 0.3, 2.5) for a, b in zip(known, late, strict=True)]
    np.testing.assert_allclose(history_driver(lines, 0.3, 2.5, issue), expected)
    assert len(set(expected)) > 5


def test_prior_of_beta_binomial_customers():
    luck = np.random.default_rng(7)
    habits = luck.beta(0.6, 1.4, 1500)
    late = [luck.random(1 + luck.poisson(8)) < habit for habit in habits]
    share, worth = history_prior(lines_with(late), BASE)
    # Standard error of the mean: sqrt(var of beta / n) = 0.0068; of the worth, by trials, about 0.12.
    assert share == pytest.approx(0.3, abs=4 * 0.0068)
    assert worth == pytest.approx(2.0, abs=4 * 0.12)


def test_a_customer_of_many_lines_does_not_decide_what_an_unknown_one_is_like():
    many_late_lines = (
        [[True] * 2000] + [[False, False, True, False]] * 30 + [[True, False, False, False]] * 30
    )
    share, _ = history_prior(lines_with(many_late_lines), BASE)
    assert share < 0.5  # 0.92 of the lines are late


@pytest.mark.parametrize(
    ("late", "low", "high"),
    [
        ([[False] * 5] * 40, 0.0001, 0.05),
        ([[True] * 5] * 40, 0.95, 0.9999),
        ([[True, False] * 20], 0.4, 0.6),
        ([[True], [False], [True]], 0.4, 0.7),
    ],
)
def test_prior_is_sensible_where_the_ledger_says_little(late, low, high):
    share, worth = history_prior(lines_with(late), BASE)
    assert low < share < high
    assert 0.1 < worth <= 100.001


def test_prior_of_a_ledger_in_which_nothing_is_due_is_the_base_worlds():
    lines = lines_with([[False, True]])
    lines = lines.assign(end=lines["due"], paid=OPEN, paid_share=0.0)
    assert history_prior(lines, BASE) == pytest.approx((BASE.history_prior_share, BASE.history_prior_lines))
