import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simkit.behaviour.payment import bucket_of
from simkit.calibration.person_periods import (
    OPEN,
    bucket_of_days,
    bucket_spells,
    given_up,
    is_late,
    kind_of_day,
    ledger_lines,
    person_periods,
)
from tests.calibration.made_up import line_rows, lines_of

STARTS = (-7, 0, 1, 5)


@given(st.integers(-500, 500), st.sets(st.integers(-100, 100), min_size=1, max_size=9))
def test_buckets_are_the_engines(day, starts):
    starts = sorted(starts)
    assert bucket_of_days(np.array([day]), starts)[0] == bucket_of(day, tuple(starts))


@given(st.integers(-20_000, 40_000))
def test_kinds_of_day_are_the_calendars(day):
    date = pd.Timestamp(0) + pd.Timedelta(days=day)
    month_end = (date + pd.Timedelta(days=3)).month != date.month
    assert kind_of_day(np.array([day]))[0] == date.weekday() + 7 * month_end


def one_by_one(lines):
    """Return days at risk and payments by (line, bucket, kind of day), from each line's days."""
    days, paid = {}, {}
    for number, line in enumerate(lines.itertuples()):
        shares = [(line.paid_share, line.paid, True), (1 - line.paid_share, line.end, False)]
        for share, last, pays in shares:
            for day in range(line.first, last + 1 if share else 0):
                cell = number, bucket_of(day - line.due, STARTS), int(kind_of_day(np.array([day]))[0])
                days[cell] = days.get(cell, 0.0) + share * line.weight
                paid[cell] = paid.get(cell, 0.0) + share * line.weight * (pays and day == last)
    return days, paid


@given(line_rows)
def test_days_at_risk_counted_one_by_one(rows):
    lines = lines_of(rows).assign(weight=lambda frame: 1.0 + frame["customer"])
    drivers = np.arange(2.0 * len(lines)).reshape(-1, 2)
    counted = person_periods(lines, drivers, STARTS)
    days, paid = one_by_one(lines)
    got_days, got_paid = {}, {}
    for cell, risk, pays in zip(
        zip(counted.line.tolist(), counted.bucket.tolist(), counted.kind.tolist(), strict=True),
        counted.days, counted.paid, strict=True,
    ):  # fmt: skip
        assert risk > 0
        got_days[cell] = got_days.get(cell, 0.0) + risk
        got_paid[cell] = got_paid.get(cell, 0.0) + pays
    assert got_days == pytest.approx(days)
    assert got_paid == pytest.approx(paid)
    assert (counted.customer == lines["customer"].to_numpy()[counted.line]).all()
    assert (np.diff(counted.customer) >= 0).all()
    assert (counted.drivers == drivers).all()


def test_a_line_issued_on_the_last_day_has_no_day_at_risk():
    lines = lines_of([(0, 100, 10, 1, 0.0)])
    assert len(bucket_spells(lines, STARTS).line) == 0
    assert len(person_periods(lines, np.zeros((1, 1)), STARTS).days) == 0


def test_what_is_open_too_long_is_given_up():
    lines = lines_of([(0, 0, 10, 25, 1.0), (0, 0, 10, 31, 1.0), (1, 0, 10, 5, 0.25), (1, 80, 10, 1, 0.0)])
    kept = given_up(lines, 20)
    assert kept["paid"].tolist() == [25, OPEN, 5, OPEN]  # money that comes on day 31 is a recovery
    assert kept["paid_share"].tolist() == [1, 0, 0.25, 0]
    assert kept["end"].tolist() == [30, 30, 30, 100]
    assert kept["written_off"].tolist() == [False, True, True, False]
    spells = bucket_spells(kept, STARTS)
    assert (
        spells.until - 1 + kept["due"].to_numpy()[spells.line] <= kept["end"].to_numpy()[spells.line]
    ).all()


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
