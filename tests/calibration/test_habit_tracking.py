import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import logsumexp

from simkit.calibration.drivers import weights_of
from simkit.calibration.habit_tracking import GRID, habits_as_of
from simkit.calibration.payment_model import fit_payment
from simkit.calibration.person_periods import OPEN, kind_of_day, ledger_lines
from simkit.scenario.world.payment import Payment
from tests.calibration.made_up import line_rows, lines_of

PAYMENT = Payment(
    bucket_starts=[-7, 0, 1, 5],
    alpha=[-4.0, -3.0, -1.0, -2.0, -2.5],
    calendar={"weekday": [0.2, 0.0, 0.0, 0.0, -0.2, -3.0, -4.0], "month_end": 0.7},
    frailty_sd=0.8,
)


def by_hand(lines, shift, as_of, memory):
    """Return the posterior on the grid: each line-day before `as_of`, faded by its age."""
    found = []
    for line, day in zip(lines.itertuples(), as_of, strict=True):
        joint = -(GRID**2) / 2
        for at, other in enumerate(lines.itertuples()):
            if other.customer != line.customer:
                continue
            for date in range(other.first, day):
                settled, waiting = other.weight * other.paid_share, other.weight * (1 - other.paid_share)
                at_risk = settled * (date <= other.paid) + waiting * (date <= other.end)
                kind = int(kind_of_day(np.array([date]))[0])
                bucket = np.searchsorted(PAYMENT.bucket_starts, date - other.due, side="right")
                logit = PAYMENT.alpha[bucket] + PAYMENT.calendar.weekday[kind % 7] + shift[at]
                logit = logit + PAYMENT.calendar.month_end * (kind // 7) + PAYMENT.frailty_sd * GRID
                fade = memory ** (12 / 365 * (day - 1 - date))
                joint = joint + fade * (
                    settled * (date == other.paid) * logit - at_risk * np.logaddexp(0, logit)
                )
        found.append(np.exp(joint - logsumexp(joint)))
    return np.array(found)


@pytest.mark.parametrize("memory", [1.0, 0.5])
def test_what_was_seen_line_by_line_and_day_by_day(memory):
    luck = np.random.default_rng(4)
    rows = [
        (
            at % 3,
            int(luck.integers(0, 60)),
            10,
            int(luck.integers(1, 40)),
            (1.0, 0.25, 0.0)[at % 3 if at > 5 else 0],
        )
        for at in range(12)
    ]
    lines = lines_of(rows)
    shift, as_of = luck.normal(size=len(lines)), lines["issue"].to_numpy() + 7
    habits, probability = habits_as_of(lines, shift, PAYMENT, as_of, memory)
    np.testing.assert_allclose(habits, np.tile(PAYMENT.frailty_sd * GRID, (12, 1)))
    np.testing.assert_allclose(probability, by_hand(lines, shift, as_of, memory), atol=1e-9)


@given(line_rows, st.integers(0, 70))
def test_a_habit_is_that_of_what_was_seen_before(rows, day):
    """Whatever happens from a day on, or is in the ledger only then, changes no habit as of that day."""
    lines = lines_of(rows)
    known = np.full(len(lines), day)
    before = (lines["issue"] < day).to_numpy()
    shift = np.linspace(-1, 1, len(lines))
    later = (lines["paid"] >= day) & (lines["paid"] < OPEN)
    ours = habits_as_of(lines, shift, PAYMENT, known, 0.8)[1][before]
    other = lines.assign(paid=lines["paid"].where(~later, lines["paid"] + 40))
    np.testing.assert_array_equal(habits_as_of(other, shift, PAYMENT, known, 0.8)[1][before], ours)
    cut = habits_as_of(lines[before], shift[before], PAYMENT, known[before], 0.8)[1]
    np.testing.assert_allclose(cut, ours, atol=1e-12)


def test_a_planted_leak_is_caught():
    lines = lines_of([(0, 0, 10, 8, 1.0), (0, 20, 10, 30, 1.0)])
    shift = np.zeros(2)
    at_issue, after = (
        habits_as_of(lines, shift, PAYMENT, day, 1.0)[1] for day in (np.array([0, 20]), np.array([60, 60]))
    )
    other = lines.assign(paid=[8, 21])
    assert (habits_as_of(other, shift, PAYMENT, np.array([0, 20]), 1.0)[1] == at_issue).all()
    assert not np.allclose(habits_as_of(other, shift, PAYMENT, np.array([60, 60]), 1.0)[1], after)


def test_at_the_end_it_is_the_fits_own_posterior(simulated_invoices):
    invoices = simulated_invoices(31, Payment(), customers=30)
    lines, _ = ledger_lines(invoices, pd.Timestamp("2024-10-22"))
    fit = fit_payment(lines, 30, Payment())
    end = np.full(len(lines), int(lines["end"].max()) + 1)
    shift = fit.drivers(lines) @ weights_of(fit.payment)
    habits, probability = habits_as_of(lines, shift, fit.payment, end, 1.0)
    ours = (fit.frailty * fit.frailty_probability).sum(axis=1)
    np.testing.assert_allclose((habits * probability).sum(axis=1), ours[lines["customer"]], atol=2e-3)
