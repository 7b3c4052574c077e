"""The daybook against a count of the lines day by day."""

from datetime import date

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from simkit.engine.daybook import BUCKETS, daybook

FIRST, DAYS = date(2025, 1, 1), 160
START = np.datetime64(FIRST, "ns")
REGIONS = ("South", "North")
LOWEST = (-(10**6), 1, 31, 61, 91)
FLOWS_IN = ("opening_fen", "invoiced_fen", "interest_fen")
FLOWS_OUT = ("cash_fen", "written_off_fen", "credited_fen", "closing_fen")


@st.composite
def lines(draw) -> dict:
    issued = draw(st.integers(0, DAYS - 1))
    status = draw(st.sampled_from(["open", "paid", "credited", "rescheduled", "written_off"]))
    amount = draw(st.integers(1, 10**9))
    recovered = draw(st.integers(0, amount)) if status == "written_off" else 0
    return {
        "region": draw(st.sampled_from(REGIONS)),
        "issued": issued,
        "due": issued + draw(st.integers(0, 130)),
        "closed": None if status == "open" else draw(st.integers(issued, DAYS - 1)),
        "amount_fen": amount,
        "status": status,
        "written_off_fen": amount - recovered if status == "written_off" else 0,
        "recovered": recovered,
        "interest": draw(st.integers(0, 10**6)) if status == "paid" else 0,
    }


def tables(book: list[dict]) -> tuple[pd.DataFrame, pd.DataFrame]:
    def dates(name: str) -> pd.Series:
        days = pd.Series([line[name] for line in book], dtype="float64")
        return START + pd.to_timedelta(days, unit="D")

    columns = ["region", "amount_fen", "status", "written_off_fen"]
    receivables = pd.DataFrame([{name: line[name] for name in columns} for line in book], columns=columns)
    receivables = receivables.astype(
        {"amount_fen": "int64", "written_off_fen": "int64", "status": "string", "region": "string"}
    )
    for name in ("issue", "due", "closed"):
        receivables[f"{name}_date"] = dates({"issue": "issued"}.get(name, name))
    cash = [
        (line["region"], line["closed"], amount, kind)
        for line in book
        for amount, kind in (
            (line["amount_fen"] if line["status"] == "paid" else 0, "payment"),
            (line["interest"], "interest"),
            (line["recovered"], "recovery"),
        )
        if amount
    ]
    receipts = pd.DataFrame(cash, columns=["region", "day", "amount_fen", "kind"])
    receipts = receipts.astype({"amount_fen": "int64"})
    receipts["date"] = START + pd.to_timedelta(receipts["day"].astype("float64"), unit="D")
    return receivables, receipts


@given(st.lists(lines(), max_size=8))
def test_every_day_of_each_region_balances_and_ages_as_counted(book) -> None:
    daybooks = daybook(*tables(book), REGIONS, FIRST, DAYS)
    assert list(daybooks["region"]) == [name for name in REGIONS for _ in range(DAYS)]
    for region in REGIONS:
        daily = daybooks[daybooks["region"] == region]
        assert (daily[[*FLOWS_IN]].sum(axis=1) == daily[[*FLOWS_OUT]].sum(axis=1)).all()
        assert list(daily["opening_fen"]) == [0, *daily["closing_fen"][:-1]]
        assert list(daily["date"]) == list(pd.date_range(START, periods=DAYS))
        expected = np.zeros((DAYS, len(BUCKETS)), dtype=np.int64)
        for line in book:
            for day in range(line["issued"], DAYS if line["closed"] is None else line["closed"]):
                bucket = sum(day - line["due"] >= lowest for lowest in LOWEST) - 1
                expected[day, bucket] += line["amount_fen"] * (line["region"] == region)
        np.testing.assert_array_equal(daily[[*BUCKETS]].to_numpy(), expected)
        np.testing.assert_array_equal(daily["closing_fen"], expected.sum(axis=1))
