import numpy as np
import pandas as pd
import pytest

from simkit.calibration.backtest import ISSUED, backtest
from simkit.calibration.book_measures import BUCKETS
from simkit.calibration.extract import still_unpaid
from simkit.calibration.person_periods import OPEN
from simkit.scenario.world.payment import Payment

CUT, END = pd.Timestamp("2024-03-31"), pd.Timestamp("2024-10-22")
WORLD = Payment(**{**Payment().model_dump(), "frailty_sd": 0.7, "history_weight": -1.2})
QUICK = Payment(**{**WORLD.model_dump(), "alpha": [value + 1 for value in WORLD.alpha]})


@pytest.fixture
def invoices(simulated_invoices):
    return simulated_invoices(5, QUICK, customers=60, days=640, as_of_day=660)


def foretold(ledger, cut=CUT, months=6):
    result = backtest(ledger, cut, paths=20, months=months)
    points = result.points[(result.points["view"] == ISSUED) & (result.points["measure"] != "cash")]
    return points.set_index(["measure", "month"])["realised"], result.notes


def test_a_ledger_with_unpaid_invoices_shows_everything(invoices, ledger_of):
    realised, notes = foretold(ledger_of(invoices, END))
    assert realised.notna().all()
    assert "not compared" not in notes[-1]


def test_what_an_extract_of_paid_invoices_lacks_is_not_compared(invoices, ledger_of):
    """Its old lines that were not paid by its end are missing: the nearer the end, the more of them."""
    paid = invoices[invoices["paid_date"].notna()].reset_index(drop=True)
    whole, _ = foretold(ledger_of(invoices, END))
    realised, notes = foretold(ledger_of(paid, END))
    assert np.isnan(realised["overdue_91_plus", 6])
    assert realised["overdue_1_30", 1] == pytest.approx(whole["overdue_1_30", 1], rel=0.05)
    kept = realised.notna().groupby("month").sum()
    assert kept.iloc[0] > kept.iloc[-1]
    assert "the ledger holds no unpaid invoice" in notes[-1]
    assert "overdue_91_plus from" in notes[-1]


def test_where_all_will_have_been_paid_an_extract_shows_everything(simulated_invoices, ledger_of):
    prompt = Payment(**{**WORLD.model_dump(), "alpha": [value + 2 for value in WORLD.alpha]})
    paid = simulated_invoices(5, prompt, customers=60, days=640, as_of_day=1500)
    paid = paid[paid["paid_date"].notna()].reset_index(drop=True)
    realised, _ = foretold(ledger_of(paid, CUT + pd.DateOffset(months=12)), months=2)
    assert realised.notna().all()


def test_how_much_was_still_unpaid_so_many_days_later():
    """Four lines due on day 10: paid on days 12, 45, 75, and not yet."""
    lines = pd.DataFrame(
        {"issue": 0, "due": 10, "paid": [12, 45, 75, OPEN], "amount_fen": [1.0, 2.0, 4.0, 8.0]}
    )
    share = still_unpaid(lines, 100, 50)  # as of days 50 and 20
    assert share[BUCKETS.index("overdue_1_30")] == pytest.approx(12 / 14)
    assert share[BUCKETS.index("overdue_31_60")] == pytest.approx(8 / 12)
    assert np.isnan(share[BUCKETS.index("overdue_61_90")])
    assert share[-2] == pytest.approx(2 / 4), "of the four that fell due"
    assert share[-1] == pytest.approx(20 / 26)
