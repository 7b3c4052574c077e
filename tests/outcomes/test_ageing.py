"""Ageing buckets and roll rates."""

import numpy as np
import pytest
from hypothesis import given

from simkit.outcomes.ageing import (
    BUCKETS,
    ageing,
    bucket_of,
    long_overdue_share,
    overdue_rate_balance,
    roll_rates,
)
from tests.outcomes import ledgers
from tests.outcomes.ledgers import Ledger, Line, on


@ledgers.many
@given(moment=ledgers.moments())
def test_buckets_are_those_of_every_line_and_sum_to_the_balance(moment: tuple[Ledger, int]) -> None:
    ledger, today = moment
    book = ledger.book()
    buckets = ageing(book, on(today))
    assert buckets.tolist() == ledgers.ageing(ledger, today)
    assert buckets.sum() == book.balance(on(today)).sum()


@pytest.mark.parametrize(
    ("days_past_due", "bucket"),
    [
        (-30, "not_due"),
        (0, "not_due"),
        (1, "1_30"),
        (30, "1_30"),
        (31, "31_60"),
        (60, "31_60"),
        (61, "61_90"),
        (90, "61_90"),
        (91, "91_plus"),
        (900, "91_plus"),
    ],
)
def test_bucket_limits(days_past_due: int, bucket: str) -> None:
    assert BUCKETS[int(bucket_of(np.array([days_past_due]))[0])] == bucket


def test_overdue_shares_of_the_balance() -> None:
    buckets = np.array([600, 200, 100, 60, 40])
    assert overdue_rate_balance(buckets) == pytest.approx(0.4)
    assert long_overdue_share(buckets) == pytest.approx(0.2)


def test_shares_of_nothing_are_undefined() -> None:
    assert overdue_rate_balance(np.zeros(5, dtype=np.int64)) is None
    assert long_overdue_share(np.zeros(5, dtype=np.int64)) is None


def test_roll_rates_of_a_hand_ledger() -> None:
    # Day 60: 1,000 not due (due on day 70), 400 in 1-30 (due on day 40), 100 in 31-60 (due on day 10).
    lines = [
        Line(1, 0, 70, 750).paid(80),
        Line(2, 0, 70, 250),
        Line(3, 0, 40, 300).paid(90),
        Line(4, 0, 40, 100),
        Line(5, 0, 10, 100),
    ]
    book = Ledger(lines).book()
    before, after = ageing(book, on(60)), ageing(book, on(90))
    assert before.tolist() == [1000, 400, 100, 0, 0]
    assert after.tolist() == [0, 250, 100, 100, 0]
    assert roll_rates(before, after) == [0.25, 0.25, 1.0, None]


def test_the_last_roll_rate_holds_what_stays_in_the_last_bucket() -> None:
    book = Ledger([Line(1, 0, 0, 100), Line(2, 0, 30, 100)]).book()
    assert roll_rates(ageing(book, on(100)), ageing(book, on(130)))[-1] == 2.0
