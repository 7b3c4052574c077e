from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simkit.behaviour.payment import bucket_of
from simkit.calibration.person_periods import (
    OPEN,
    bucket_days,
    bucket_of_days,
    is_late,
    known_history,
    ledger_lines,
    person_periods,
)

STARTS = (-7, 0, 1, 5)

line_rows = st.lists(
    st.tuples(
        st.integers(0, 3),  # customer
        st.integers(0, 60),  # issue
        st.integers(0, 30),  # term
        st.integers(1, 60),  # days from issue to payment
        st.sampled_from([0.0, 0.25, 1.0]),  # share paid
    ),
    min_size=1,
    max_size=30,
)


def lines_of(rows):
    customer, issue, term, pays, share = (np.array(column) for column in zip(*rows, strict=True))
    return pd.DataFrame(
        {
            "customer": customer,
            "issue": issue,
            "due": issue + term,
            "first": issue + 1,
            "paid": np.where(share > 0, issue + pays, OPEN),
            "end": 100,
            "paid_share": share,
            "weight": 1.0,
        }
    )


@given(st.integers(-500, 500), st.sets(st.integers(-100, 100), min_size=1, max_size=9))
def test_buckets_are_the_engines(day, starts):
    starts = sorted(starts)
    assert bucket_of_days(np.array([day]), starts)[0] == bucket_of(day, tuple(starts))


@given(line_rows)
def test_days_at_risk_counted_one_by_one(rows):
    lines = lines_of(rows)
    days, paid = np.zeros((len(lines), 5)), np.zeros((len(lines), 5))
    for number, line in enumerate(lines.itertuples()):
        shares = [(line.paid_share, line.paid, True), (1 - line.paid_share, line.end, False)]
        for share, last, pays in shares:
            if share:
                for day in range(line.first, last + 1):
                    bucket = bucket_of(day - line.due, STARTS)
                    days[number, bucket] += share
                    paid[number, bucket] += share * (pays and day == last)
    line, bucket, counted, payments = bucket_days(lines, STARTS)
    assert (counted > 0).all()
    got_days, got_paid = np.zeros_like(days), np.zeros_like(paid)
    np.add.at(got_days, (line, bucket), counted)
    np.add.at(got_paid, (line, bucket), payments)
    np.testing.assert_allclose(got_days, days)
    np.testing.assert_allclose(got_paid, paid)


@given(line_rows)
def test_grouped_rows_hold_the_same_days_and_payments(rows):
    lines = lines_of(rows).assign(weight=lambda frame: 1.0 + frame["customer"])
    history = np.round(np.linspace(0, 1, len(lines)), 1)
    grouped = person_periods(lines, history, STARTS)
    line, bucket, days, paid = bucket_days(lines, STARTS)
    weight, customer = lines["weight"].to_numpy(), lines["customer"].to_numpy()
    for code, place, value in product(range(4), range(5), np.unique(history)):
        one = (customer[line] == code) & (bucket == place) & (history[line] == value)
        row = (grouped.customer == code) & (grouped.bucket == place) & (grouped.history == value)
        assert row.sum() == min(one.sum(), 1)
        assert grouped.days[row].sum() == pytest.approx((weight[line] * days)[one].sum())
        assert grouped.paid[row].sum() == pytest.approx((weight[line] * paid)[one].sum())


def test_a_line_issued_on_the_last_day_has_no_day_at_risk():
    lines = lines_of([(0, 100, 10, 1, 0.0)])
    assert all(len(part) == 0 for part in bucket_days(lines, STARTS))
    assert len(person_periods(lines, np.array([0.5]), STARTS).days) == 0


# ---------------------------------------------------------------- history


def history_one_by_one(lines, told=lambda line: line.due + 1, reach=lambda told, issue: told <= issue):
    """Return known and late counts by the definition; `told` and `reach` let a test plant a leak."""
    rows, late = list(lines.itertuples()), is_late(lines)
    known = [
        [
            late[j]
            for j, other in enumerate(rows)
            if other.customer == line.customer and reach(told(other), line.issue)
        ]
        for line in rows
    ]
    return np.array([len(those) for those in known]), np.array([sum(those) for those in known])


@given(line_rows)
def test_history_is_what_was_known_at_issue(rows):
    lines = lines_of(rows)
    known, late = known_history(lines)
    expected = history_one_by_one(lines)
    np.testing.assert_array_equal(known, expected[0])
    np.testing.assert_array_equal(late, expected[1])


def reaches_back(history, lines):
    """Tell whether what happens after a day changes the history of a line issued by that day."""
    for day in range(int(lines["issue"].min()), int(lines["issue"].max()) + 1):
        # From the day on, every line not yet paid behaves otherwise, and lines issued later are not there.
        other = lines.assign(
            paid=lines["paid"].where(lines["paid"] < day, np.maximum(lines["paid"] + 50, day)),
        )
        before = (lines["issue"] <= day).to_numpy()
        for changed in (other, lines[before]):
            kept = (changed["issue"] <= day).to_numpy()
            ours = [counts[before] for counts in history(lines)]
            theirs = [counts[kept] for counts in history(changed.reset_index(drop=True))]
            if any((a != b).any() for a, b in zip(ours, theirs, strict=True)):
                return True
    return False


@pytest.fixture
def busy_customer():
    luck = np.random.default_rng(5)
    return lines_of([(0, issue, 5, int(luck.integers(1, 12)), 1.0) for issue in range(40)])


def test_history_never_reaches_back_in_time(busy_customer):
    assert not reaches_back(known_history, busy_customer)


@pytest.mark.parametrize(
    "leak",
    [
        pytest.param({"reach": lambda told, issue: True}, id="the whole ledger"),
        pytest.param({"told": lambda line: line.issue}, id="known as soon as issued"),
        pytest.param({"told": lambda line: line.due - 1}, id="known the day before it is due"),
        pytest.param({"told": lambda line: line.due}, id="known on the due date"),
    ],
)
def test_a_planted_leak_is_caught(busy_customer, leak):
    assert reaches_back(lambda lines: history_one_by_one(lines, **leak), busy_customer)


def test_history_of_no_lines():
    known, late = known_history(lines_of([(0, 1, 1, 1, 1.0)]).iloc[:0])
    assert len(known) == len(late) == 0


# ---------------------------------------------------------------- ledger


def test_ledger_lines(invoices_of):
    frame = invoices_of(
        customer_id=["b", "a", "a", "a", "b", "b"],
        issue_date=["2024-01-10", "2024-01-01", "2024-01-12", "2024-02-01", "2024-02-02", "2024-02-03"],
        due_date=["2024-01-20", "2024-01-31", "2024-01-12", "2024-03-01", "2024-03-01", "2024-03-01"],
        paid_date=["2024-01-25", "2024-01-09", "2024-01-12", None, "2024-02-20", "2024-02-10"],
        amount_fen=np.array([100, 100, 100, 100, 200, 100]),
        paid_fen=np.array([100, 100, 100, 0, 50, 120]),
        disputed=[False, False, False, False, False, True],
    )
    lines, notes = ledger_lines(frame, pd.Timestamp("2024-02-28"))
    epoch = pd.Timestamp(0)
    days = {
        name: [str((epoch + pd.Timedelta(days=d)).date())[5:] for d in lines[name]]
        for name in ("first", "end")
    }
    assert lines["customer"].tolist() == [1, 0, 0, 0, 1]
    # The first payment is that of 9 January: the line issued on the first enters there.
    assert days["first"] == ["01-11", "01-09", "01-12", "02-02", "02-03"]
    assert set(days["end"]) == {"02-28"}
    assert lines["paid_share"].tolist() == [1, 1, 1, 0, 0.25]
    assert lines["paid"].iloc[3] == OPEN
    assert is_late(lines).tolist() == [True, False, False, True, True]
    assert notes == [
        "disputed invoices left out of the payment model: 1",
        "invoices paid in part, counted as a paid and an open share: 1",
        "invoices paid on the issue day, which is taken as their first day at risk: 1",
        "invoices issued before the ledger's first payment, at risk from that day: 1",
    ]


def test_payment_without_a_date_counts_as_open(invoices_of):
    frame = invoices_of(
        customer_id=["a", "a"],
        issue_date=["2024-01-01"] * 2,
        due_date=["2024-01-31"] * 2,
        paid_date=[None, "2024-01-20"],
        paid_fen=np.array([40_000, 100_000]),
    )
    lines, notes = ledger_lines(frame, pd.Timestamp("2024-03-01"))
    assert lines["paid_share"].tolist() == [0, 1]
    assert notes == ["invoices issued before the ledger's first payment, at risk from that day: 2"]


def test_ledger_without_payments(invoices_of):
    frame = invoices_of(
        customer_id=["a"], issue_date=["2024-01-01"], due_date=["2024-01-31"], paid_date=[None]
    )
    lines, _ = ledger_lines(frame, pd.Timestamp("2024-03-01"))
    assert lines["paid"].tolist() == [OPEN]
