"""Overdue rates by cohort, late share and days late."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simkit.outcomes.cohorts import (
    collection_period_days,
    days_late,
    days_late_mean,
    dispute_share,
    late_share,
    overdue_rate_cohort,
)
from tests.outcomes import ledgers
from tests.outcomes.ledgers import Ledger, Line, on

END = on(500)


@ledgers.many
@given(moment=ledgers.moments(), days=st.sampled_from([0, 1, 30, 60, 90]))
def test_overdue_rate_is_that_of_every_debt(moment: tuple[Ledger, int], days: int) -> None:
    ledger, today = moment
    expected = ledgers.overdue_rate_cohort(ledger, days, today)
    assert overdue_rate_cohort(ledger.book(), days, on(today)) == expected


@ledgers.many
@given(ledger=ledgers.ledgers())
def test_overdue_rates_fall_with_the_days_once_all_are_seen(ledger: Ledger) -> None:
    rates = [overdue_rate_cohort(ledger.book(), days, on(700)) for days in (1, 30, 60, 90)]
    if None not in rates:
        assert sorted(rates, reverse=True) == rates
        assert all(0 <= rate <= 1 for rate in rates)


@ledgers.many
@given(moment=ledgers.moments())
def test_lateness_is_that_of_every_debt(moment: tuple[Ledger, int]) -> None:
    ledger, today = moment
    book = ledger.book()
    expected = ledgers.days_late(ledger, today)
    assert days_late(book, on(today)).tolist() == expected
    assert days_late_mean(book, on(today)) == (sum(expected) / len(expected) if expected else None)
    assert late_share(book, on(today)) == ledgers.late_share(ledger, today)


def test_the_day_itself_counts() -> None:
    book = Ledger([Line(1, 0, 30, 700).paid(31), Line(2, 0, 30, 300).paid(32)]).book()
    assert overdue_rate_cohort(book, 0, END) == 1.0
    assert overdue_rate_cohort(book, 1, END) == 0.3
    assert overdue_rate_cohort(book, 2, END) == 0.0


def test_early_payments_are_in_and_paid() -> None:
    book = Ledger([Line(1, 0, 30, 900).paid(5), Line(2, 0, 30, 100)]).book()
    assert overdue_rate_cohort(book, 30, END) == 0.1


def test_rescheduling_does_not_make_a_debt_look_paid() -> None:
    lines = [
        Line(1, 0, 30, 1000, closed=50, status="rescheduled"),
        Line(1, 50, 80, 400, kind="instalment", number=2).paid(60),
        Line(1, 50, 110, 600, kind="instalment", number=3).paid(200),
    ]
    book = Ledger(lines).book()
    assert [overdue_rate_cohort(book, days, END) for days in (1, 30, 90)] == [1.0, 0.6, 0.6]
    assert days_late(book, END).tolist() == [170]
    assert late_share(book, END) == 1.0


def test_recoveries_do_not_cure_a_default() -> None:
    lost = Line(1, 0, 30, 100, ((40, 60, "recovery"),), closed=40, status="written_off", written_off=40)
    assert overdue_rate_cohort(Ledger([lost]).book(), 90, END) == 1.0


def test_a_lapsed_contract_owes_nothing_once_it_has_lapsed() -> None:
    lapsed = Line(1, 0, 7, 100, kind="prepayment", number=0, closed=30, status="credited")
    book = Ledger([lapsed, Line(2, 0, 7, 100).paid(7)]).book()
    assert overdue_rate_cohort(book, 1, on(29)) == 0.5
    assert overdue_rate_cohort(book, 1, on(30)) == 0.0


def test_a_debt_is_in_from_the_day_its_outcome_is_known() -> None:
    book = Ledger([Line(1, 0, 30, 100)]).book()
    assert overdue_rate_cohort(book, 30, on(59)) is None
    assert overdue_rate_cohort(book, 30, on(60)) == 1.0
    assert late_share(book, on(30)) is None
    assert late_share(book, on(31)) == 1.0


def test_a_window_of_due_dates() -> None:
    book = Ledger([Line(1, 0, 30, 100), Line(2, 0, 31, 300).paid(31), Line(3, 0, 60, 50)]).book()
    assert overdue_rate_cohort(book, 1, END, window=(on(30), on(31))) == pytest.approx(0.25)
    assert overdue_rate_cohort(book, 1, END, window=(on(31), on(59))) == 0.0
    assert overdue_rate_cohort(book, 1, END, window=(on(61), on(99))) is None


def test_days_late_are_negative_before_the_due_date() -> None:
    book = Ledger([Line(1, 0, 30, 1).paid(20), Line(2, 0, 30, 1).paid(45), Line(3, 0, 30, 1)]).book()
    assert days_late(book, END).tolist() == [-10, 15]
    assert days_late_mean(book, END) == 2.5
    assert late_share(book, END) == pytest.approx(2 / 3)


@ledgers.many
@given(moment=ledgers.moments())
def test_the_collection_period_is_that_of_every_payment(moment: tuple[Ledger, int]) -> None:
    ledger, today = moment
    expected = ledgers.collection_period(ledger, today)
    assert collection_period_days(ledger.book(), on(today)) == expected


def test_a_plan_does_not_shorten_the_collection_period() -> None:
    lines = [
        Line(1, 0, 7, 9_000, kind="prepayment", number=0).paid(3),
        Line(1, 0, 30, 400, ((40, 100, "payment"),), closed=50, status="rescheduled"),
        Line(1, 50, 80, 300, kind="instalment", number=2).paid(80),
        Line(2, 0, 30, 500, ((60, 200, "recovery"),), closed=60, status="written_off", written_off=300),
    ]
    book = Ledger(lines).book()
    assert collection_period_days(book, END) == (100 * 40 + 300 * 80) / 400
    assert collection_period_days(book, on(79)) == 40
    assert collection_period_days(book, on(39)) is None


def test_disputes_are_counted_among_the_balances() -> None:
    lines = [
        Line(1, 0, 7, 10, kind="prepayment", number=0),
        Line(1, 10, 40, 10, disputed=12),
        Line(2, 10, 40, 10),
        Line(3, 10, 40, 10, kind="instalment", number=2, disputed=12),
        Line(4, 10, 40, 10),
    ]
    assert dispute_share(Ledger(lines).receivables()) == 1 / 3
    assert dispute_share(Ledger([]).receivables()) is None
