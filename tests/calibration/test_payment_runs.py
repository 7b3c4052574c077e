import numpy as np
import pandas as pd
import pytest

from simkit.calibration.forward import Lines
from simkit.calibration.payment_runs import PaymentRuns, RunPayer
from simkit.calibration.person_periods import OPEN

CUT = 150


def ledger(customer, runs, paid_from=10):
    """Return lines due every third day, each paid on the first run at which it is old enough."""
    due = np.arange(0, CUT, 3)
    paid = np.array([next((run for run in runs if run - day >= paid_from), OPEN) for day in due])
    paid = np.where(paid > CUT, OPEN, paid)
    return pd.DataFrame(
        {"customer": customer, "issue": due - 15, "first": due - 14, "due": due, "paid": paid}
    )  # fmt: skip


def book(lines):
    is_open = lines[lines["paid"] == OPEN]
    customer, issue, due = (is_open[name].to_numpy() for name in ("customer", "issue", "due"))
    after = np.full(len(is_open), CUT + 1)
    return Lines(customer, issue, due, after, np.full(len(is_open), 100.0), is_open["paid"].to_numpy())


def test_a_payer_in_runs_pays_old_lines_together_after_its_usual_gap():
    lines = ledger(0, range(28, CUT + 60, 28))
    runs, waiting = PaymentRuns.of(lines, 1, CUT), book(lines)
    assert len(runs.payers) == 1
    for path in range(20):
        paid = runs.paid_days(waiting, path, CUT + 60)
        told = paid[paid < OPEN]
        assert set(told) <= {168, 196}, "runs come every 28 days; the last one was on day 140"
        old = 168 - waiting.due >= 15
        assert (paid[old] == 168).mean() > 0.8
    assert (runs.settled(waiting).first <= CUT).all(), "daily odds must not pay these lines as well"


@pytest.mark.parametrize("runs", [range(1, CUT, 2), (28, 56)])
def test_who_pays_on_most_days_or_was_seen_twice_is_no_payer_in_runs(runs):
    assert RunPayer.of(ledger(0, runs)) is None


def test_customers_who_paid_on_the_same_days_keep_one_calendar():
    same = [ledger(customer, (30, 58, 93, 121, 149)) for customer in (0, 1)]
    lines = pd.concat([*same, ledger(2, (20, 41, 83, 104, 146))])
    runs = PaymentRuns.of(lines, 1, CUT)
    one, two, other = (
        np.array([payer.runs(1, path, CUT, 400).tolist() for path in [3]]) for payer in runs.payers
    )
    np.testing.assert_array_equal(one, two)
    assert one.tolist() != other.tolist()
