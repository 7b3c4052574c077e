"""The book of receivables: balances, what follows a debt, and the as-of rule."""

from collections.abc import Callable
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given

from simkit.outcomes import ageing, cohorts, provision
from simkit.outcomes.collection_rate import collection_rate
from simkit.outcomes.receivables import Receipt, Receivables, day
from tests.outcomes import ledgers
from tests.outcomes.ledgers import Ledger, Line, on

MEASURES: dict[str, Callable[[Receivables, date], object]] = {
    "balance": lambda book, t: int(book.balance(t).sum()),
    "ageing": lambda book, t: ageing.ageing(book, t).tolist(),
    "overdue_1": lambda book, t: cohorts.overdue_rate_cohort(book, 1, t),
    "overdue_30": lambda book, t: cohorts.overdue_rate_cohort(book, 30, t),
    "late_share": cohorts.late_share,
    "days_late": lambda book, t: sorted(cohorts.days_late(book, t).tolist()),
    "collection_rate": lambda book, t: collection_rate(book, on(100), t),
    "provision": lambda book, t: provision.provision_matrix(book, t),
    "net_write_offs": lambda book, t: book.net_write_offs(t),
    "fen_days": lambda book, t: book.fen_days(t),
}


@ledgers.many
@given(moment=ledgers.moments())
def test_nothing_later_than_the_as_of_date_counts(moment: tuple[Ledger, int]) -> None:
    ledger, today = moment
    now, then = ledger.book(), ledger.known_at(today).book()
    for name, measure in MEASURES.items():
        assert measure(now, on(today)) == measure(then, on(today)), name


@ledgers.many
@given(moment=ledgers.moments())
def test_balance_is_that_of_every_line(moment: tuple[Ledger, int]) -> None:
    ledger, today = moment
    expected = [ledgers.balance(line, today) for line in ledger.lines]
    assert ledger.book().balance(on(today)).tolist() == expected


@ledgers.many
@given(moment=ledgers.moments())
def test_net_write_offs(moment: tuple[Ledger, int]) -> None:
    ledger, today = moment
    assert ledger.book().net_write_offs(on(today)) == ledgers.net_write_offs(ledger, today)


@ledgers.many
@given(moment=ledgers.moments())
def test_fen_days_are_the_sum_of_daily_balances(moment: tuple[Ledger, int]) -> None:
    ledger, today = moment
    expected = sum(ledgers.balance(line, t) for line in ledger.lines for t in range(today + 1))
    assert ledger.book().fen_days(on(today)) == expected


def test_a_line_counts_on_its_issue_date_and_no_more_on_the_day_it_is_paid() -> None:
    book = Ledger([Line(1, issue=10, due=40, amount=500).paid(50)]).book()
    assert [int(book.balance(on(t))[0]) for t in (9, 10, 49, 50)] == [0, 500, 500, 0]


@pytest.mark.parametrize("status", ["written_off", "credited", "rescheduled"])
def test_a_line_that_leaves_unpaid_is_open_to_the_day_before(status: str) -> None:
    book = Ledger([Line(1, issue=10, due=40, amount=500, closed=50, status=status)]).book()
    assert [int(book.balance(on(t))[0]) for t in (49, 50)] == [500, 0]


def test_interest_and_penalty_do_not_reduce_the_balance() -> None:
    charges = ((5, 30, "interest"), (5, 40, "penalty"), (5, 100, "payment"))
    book = Ledger([Line(1, 0, 30, 500, charges)]).book()
    assert book.balance(on(5)).tolist() == [400]
    assert book.received(day(on(5)), Receipt.INTEREST, Receipt.PENALTY).tolist() == [70]


def test_an_instalment_stands_for_the_rescheduled_line_of_its_order() -> None:
    lines = [
        Line(1, 0, 30, 900, number=0, kind="prepayment").paid(3),
        Line(1, 50, 80, 300, kind="instalment", number=2),
        Line(1, 0, 30, 300, closed=50, status="rescheduled"),
        Line(3, 50, 80, 300, kind="instalment", number=2),
    ]
    book = Ledger(lines).book()
    assert book.root.tolist() == [0, 2, 2, 3]
    # An instalment whose debt is not in the tables is a debt of its own.
    assert book.debts(on(60)).tolist() == [True, False, True, True]


def test_receipts_on_lines_of_another_group_are_left_out() -> None:
    ledger = Ledger([Line(1, 0, 30, 100, region="East").paid(5), Line(2, 0, 30, 70, region="West").paid(5)])
    lines = ledger.receivables()
    book = Receivables.of(lines[lines["region"] == "West"], ledger.receipts())
    assert book.received(day(on(9)), Receipt.PAYMENT).tolist() == [70]


def test_an_empty_ledger_has_an_empty_book() -> None:
    ledger = Ledger([])
    receipts = Ledger([Line(1, 0, 30, 100).paid(5)]).receipts()
    book = Receivables.of(ledger.receivables(), receipts)
    assert book.balance(on(5)).tolist() == []
    assert ageing.ageing(book, on(5)).tolist() == [0] * 5
    assert book.fen_days(on(5)) == book.net_write_offs(on(5)) == 0


@pytest.mark.parametrize("when", [date(2025, 3, 1), "2025-03-01", pd.Timestamp("2025-03-01 13:00")])
def test_a_day_is_read_from_dates_texts_and_timestamps(when: date | str) -> None:
    assert day(when) == np.datetime64("2025-03-01", "D")
    assert day(np.datetime64("2025-03-01", "ns")) == np.datetime64("2025-03-01", "D")
