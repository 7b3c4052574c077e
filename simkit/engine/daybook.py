"""The book day by day: what was open, invoiced, paid, written off, and how old it was."""

import numpy as np
import numpy.typing as npt
import pandas as pd

BUCKETS = ("not_due_fen", "overdue_1_30_fen", "overdue_31_60_fen", "overdue_61_90_fen", "overdue_91_fen")
_STARTS = (1, 31, 61, 91)


def daybook(
    receivables: pd.DataFrame, receipts: pd.DataFrame, start: np.datetime64, days: int
) -> pd.DataFrame:
    """Return one row per day of a region's book, in fen.

    On every day opening + invoiced + interest = cash + written_off + credited + closing. Cash includes interest,
    penalty and recovery; interest (with penalty) is booked on the day it is paid; a lapsed prepayment and a
    rescheduled line are credited, the instalments that follow are invoiced.

    Parameters
    ----------
    receivables, receipts : DataFrame
        The region's lines and cash.
    start : datetime64
        First day of the run.
    days : int
        Days of the run.
    """
    issued = _day(receivables["issue_date"], start, days)
    closed = _day(receivables["closed_date"], start, days)
    amount = receivables["amount_fen"].to_numpy()
    credited = receivables["status"].isin(["credited", "rescheduled"]).to_numpy()
    on_charge = receipts["kind"].isin(["interest", "penalty"]).to_numpy()
    paid_day = _day(receipts["date"], start, days)
    received = receipts["amount_fen"].to_numpy()

    book = {
        "invoiced_fen": _sum(issued, amount, days),
        "interest_fen": _sum(paid_day[on_charge], received[on_charge], days),
        "cash_fen": _sum(paid_day, received, days),
        "written_off_fen": _sum(closed, receivables["written_off_fen"].to_numpy(), days),
        "credited_fen": _sum(closed[credited], amount[credited], days),
    }
    change = (
        book["invoiced_fen"]
        + book["interest_fen"]
        - book["cash_fen"]
        - book["written_off_fen"]
        - book["credited_fen"]
    )
    closing = np.cumsum(change)
    dates = start + np.arange(days).astype("timedelta64[D]")
    return pd.DataFrame(
        {
            "date": dates,
            "opening_fen": closing - change,
            **book,
            "closing_fen": closing,
            **_ages(issued, closed, _day(receivables["due_date"], start, 10**6), amount, days),
        }
    )


def _ages(
    issued: npt.NDArray[np.int64],
    closed: npt.NDArray[np.int64],
    due: npt.NDArray[np.int64],
    amount: npt.NDArray[np.int64],
    days: int,
) -> dict[str, npt.NDArray[np.int64]]:
    """Return the open amount by days overdue at the end of each day, counted line by line.

    A line is in a bucket from the day it enters (its issue, or its due date plus the bucket's first day) until it
    closes or enters the next.
    """
    edges = [issued, *(np.maximum(issued, due + first) for first in _STARTS), np.full_like(issued, days)]
    ages = {}
    for name, enters, leaves in zip(BUCKETS, edges[:-1], edges[1:], strict=True):
        until = np.minimum(leaves, closed)
        inside = enters < until
        ages[name] = np.cumsum(
            _sum(enters[inside], amount[inside], days) - _sum(until[inside], amount[inside], days)
        )
    return ages


def _day(dates: pd.Series, start: np.datetime64, missing: int) -> npt.NDArray[np.int64]:
    """Return dates as days of the run; a missing date is `missing`."""
    values = dates.to_numpy(dtype="datetime64[D]")
    day = (values - start.astype("datetime64[D]")).astype("int64")
    return np.where(np.isnat(values), missing, day)


def _sum(day: npt.NDArray[np.int64], amount: npt.NDArray[np.int64], days: int) -> npt.NDArray[np.int64]:
    total = np.zeros(days, dtype=np.int64)
    inside = day < days
    np.add.at(total, day[inside], amount[inside])
    return total
