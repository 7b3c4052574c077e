"""What is remembered of how late a customer has paid."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simkit.engine.calendar import Calendar
from simkit.engine.delays import Delays
from simkit.scenario.run import Run
from simkit.scenario.world.payment import Payment

CALENDAR = Calendar(Run(start_date=date(2025, 1, 20), warm_up_days=200, policy_days=200, run_out_days=90))
PAYMENTS = st.lists(st.tuples(st.integers(0, 400), st.integers(-30, 90)), max_size=12)
PAYMENT = Payment(delay_memory=0.7, delay_prior_days=4.0, delay_prior_lines=2.0)


def mean_after(payments: list[tuple[int, int]], asked: list[int], last: int) -> float:
    """The mean on the last day, asked for on other days too."""
    delays = Delays(30.0, 5.0)
    for day in range(last + 1):
        for paid, delay in payments:
            if paid == day:
                delays.pays(paid, delay)
        if day in asked:
            delays.mean(day, CALENDAR, PAYMENT)
    return delays.mean(last, CALENDAR, PAYMENT)


@given(PAYMENTS, st.integers(0, 400))
def test_a_line_counts_from_the_day_after_and_less_with_every_month(payments, last) -> None:
    days, lines = 30.0 * 0.7 ** CALENDAR.month(last), 5.0 * 0.7 ** CALENDAR.month(last)
    for paid, delay in payments:
        if paid < last:
            share = 0.7 ** (CALENDAR.month(last) - CALENDAR.month(paid))
            days, lines = days + share * delay, lines + share
    assert mean_after(payments, [], last) == pytest.approx((days + 8.0) / (lines + 2.0))


@given(PAYMENTS, st.lists(st.integers(0, 400)), st.integers(0, 400), st.randoms())
def test_neither_the_order_within_a_day_nor_asking_changes_a_bit(payments, asked, last, random) -> None:
    other = payments.copy()
    random.shuffle(other)
    assert mean_after(other, asked, last) == mean_after(payments, [], last)
