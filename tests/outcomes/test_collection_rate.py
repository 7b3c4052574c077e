"""Collection rate."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from simkit.outcomes.collection_rate import collection_rate, due_and_received
from simkit.outcomes.receivables import day
from tests.outcomes import ledgers
from tests.outcomes.ledgers import Ledger, Line, on


@ledgers.many
@given(ledger=ledgers.ledgers(), first=st.integers(0, 400), days=st.integers(0, 365))
def test_it_is_that_of_every_debt(ledger: Ledger, first: int, days: int) -> None:
    rate = collection_rate(ledger.book(), on(first), on(first + days))
    assert rate == ledgers.collection_rate(ledger, first, first + days)
    assert rate is None or 0 <= rate <= 1


@ledgers.many
@given(ledger=ledgers.ledgers(), starts=st.lists(st.integers(0, 400), min_size=2, max_size=2))
def test_each_line_may_have_its_own_period(ledger: Ledger, starts: list[int]) -> None:
    book = ledger.book()
    own = np.arange(len(ledger.lines)) % 2
    first = np.array([day(on(start)) for start in starts])[own]
    due, received = due_and_received(book, first, first + 60)
    for number, start in enumerate(starts):
        alone = due_and_received(book, on(start), on(start + 60))
        assert due[own == number].tolist() == alone[0][own == number].tolist()
        assert received[own == number].tolist() == alone[1][own == number].tolist()


def test_a_hand_ledger() -> None:
    lines = [
        Line(1, 80, 100, 500).paid(100),  # due and paid on the first day
        Line(2, 80, 199, 300).paid(200),  # due on the last day, paid the day after
        Line(3, 80, 99, 9_000).paid(150),  # due the day before: its cash is for an earlier period
        Line(4, 80, 200, 9_000).paid(150),  # due the day after
        Line(5, 80, 120, 9_000).paid(90),  # paid before the period began
        Line(6, 80, 120, 200, ((90, 50, "payment"), (130, 50, "payment"))),  # 150 due, 50 received
        Line(7, 80, 120, 50, ((180, 20, "recovery"),), closed=180, status="written_off", written_off=30),
        Line(8, 80, 120, 9_000, kind="prepayment", number=0, closed=130, status="credited"),
    ]
    assert collection_rate(Ledger(lines).book(), on(100), on(199)) == (500 + 0 + 50 + 20) / (
        500 + 300 + 150 + 50
    )


def test_cash_on_instalments_counts_for_the_debt() -> None:
    lines = [
        Line(1, 80, 110, 1000, closed=130, status="rescheduled"),
        Line(1, 130, 160, 400, kind="instalment", number=2).paid(160),
        Line(1, 130, 220, 600, kind="instalment", number=3).paid(220),
    ]
    book = Ledger(lines).book()
    assert collection_rate(book, on(100), on(199)) == 0.4
    assert collection_rate(book, on(150), on(230)) is None
