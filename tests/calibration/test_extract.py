import numpy as np
import pandas as pd
import pytest

from simkit.calibration.backtest import ISSUED, backtest
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
