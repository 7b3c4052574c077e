"""Provision matrix."""

import numpy as np
import pytest
from hypothesis import given

from simkit.outcomes.provision import loss_rates, provision, provision_matrix, reached_and_lost
from tests.outcomes import ledgers
from tests.outcomes.ledgers import Ledger, Line, on

WORKED = [0.02, 0.04, 2 / 23, 0.25, 1.0]


def test_worked_check() -> None:
    rates = loss_rates([100_000, 50_000, 23_000, 8_000, 2_000], 2_000)
    assert rates == pytest.approx(WORKED)
    assert [round(100 * rate, 1) for rate in rates if rate is not None] == [2.0, 4.0, 8.7, 25.0, 100.0]


def test_worked_check_from_a_ledger() -> None:
    # 50k paid when due, 27k within 30 days, 15k within 60, 6k within 90, 2k never.
    amounts = {30: 50_000, 60: 27_000, 90: 15_000, 120: 6_000}
    paid = [Line(n, 0, 30, amount).paid(day) for n, (day, amount) in enumerate(amounts.items(), start=1)]
    lost = Line(9, 0, 30, 2_000, closed=395, status="written_off", written_off=2_000)
    book = Ledger([*paid, lost]).book()
    reached, unpaid = reached_and_lost(book, on(400))
    assert reached.tolist() == [100_000, 50_000, 23_000, 8_000, 2_000]
    assert unpaid == 2_000
    assert provision_matrix(book, on(400)) == pytest.approx(WORKED)


@ledgers.many
@given(moment=ledgers.moments())
def test_it_is_that_of_every_debt(moment: tuple[Ledger, int]) -> None:
    ledger, today = moment
    reached, lost = reached_and_lost(ledger.book(), on(today))
    assert (reached.tolist(), lost) == ledgers.reached_and_lost(ledger, today)
    # Who reaches a bucket has reached those before it, so rates rise and stay shares.
    known = [rate for rate in loss_rates(reached, lost) if rate is not None]
    assert known == sorted(known)
    assert all(0 <= rate <= 1 for rate in known)


def test_provision_is_balance_times_rate() -> None:
    assert provision(np.array([1000, 100, 10, 0, 7]), [0.02, 0.04, 0.1, None, 1.0]) == 20 + 4 + 1 + 7
    assert provision(np.array([1000, 0, 0, 0, 0]), [None] * 5) == 0
