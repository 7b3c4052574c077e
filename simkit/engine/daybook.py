"""The book day by day: what was open, invoiced, paid, written off, and how old it was."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

BUCKETS = ("not_due_fen", "overdue_1_30_fen", "overdue_31_60_fen", "overdue_61_90_fen", "overdue_91_fen")
_STARTS = (1, 31, 61, 91)

Ints = npt.NDArray[np.int64]


def daybook(
    receivables: pd.DataFrame, receipts: pd.DataFrame, regions: Sequence[str], start: date, days: int
) -> pd.DataFrame:
    """Return one row per region and day of the book, in fen.

    On every day opening + invoiced + interest = cash + written_off + credited + closing. Cash includes interest,
    penalty and recovery; interest (with penalty) is booked on the day it is paid; a lapsed prepayment and a
    rescheduled line are credited, the instalments that follow are invoiced.

    Parameters
    ----------
    receivables, receipts : DataFrame
        The regions' lines and cash.
    regions : sequence of str
        Their names, in the order of the rows that come back.
    start : date
        First day of the run.
    days : int
        Days of the run.
    """
    names = pd.Index(pd.array([*regions], dtype="string[pyarrow]"))
    book = _Book(names.get_indexer(pd.Index(receivables["region"])), np.datetime64(start), len(names), days)
    cash = _Book(names.get_indexer(pd.Index(receipts["region"])), np.datetime64(start), len(names), days)
    issued, closed = book.day(receivables["issue_date"], days), book.day(receivables["closed_date"], days)
    amount, received = receivables["amount_fen"].to_numpy(), receipts["amount_fen"].to_numpy()
    credited = receivables["status"].isin(["credited", "rescheduled"]).to_numpy()
    on_charge = receipts["kind"].isin(["interest", "penalty"]).to_numpy()
    paid = cash.day(receipts["date"], days)

    flows = {
        "invoiced_fen": book.sums(issued, amount),
        "interest_fen": cash.sums(paid, np.where(on_charge, received, 0)),
        "cash_fen": cash.sums(paid, received),
        "written_off_fen": book.sums(closed, receivables["written_off_fen"].to_numpy()),
        "credited_fen": book.sums(closed, np.where(credited, amount, 0)),
    }
    more, less = ("invoiced_fen", "interest_fen"), ("cash_fen", "written_off_fen", "credited_fen")
    change = sum(flows[name] for name in more) - sum(flows[name] for name in less)
    closing = np.cumsum(change, axis=1)
    columns = {"opening_fen": closing - change, **flows, "closing_fen": closing} | _ages(
        book, issued, closed, book.day(receivables["due_date"], 10**6), amount
    )
    dates = np.datetime64(start, "ns") + np.arange(days).astype("timedelta64[D]")
    return pd.DataFrame(
        {"region": names.repeat(days), "date": np.tile(dates, len(names))}
        | {name: column.ravel() for name, column in columns.items()}
    )


@dataclass(frozen=True)
class _Book:
    """Rows of a table, each of a region: their days, and what falls on each region's days."""

    region: Ints
    start: np.datetime64
    regions: int
    days: int

    def day(self, dates: pd.Series, missing: int) -> Ints:
        """Return dates as days of the run; a missing date is `missing`."""
        values = dates.to_numpy(dtype="datetime64[D]")
        day = (values - self.start).astype("int64")
        return np.where(np.isnat(values), missing, day)

    def sums(self, day: Ints, amount: Ints) -> Ints:
        """Return the amounts that fall on each region's days, those after the last left out."""
        total = np.zeros(self.regions * self.days, dtype=np.int64)
        counted = (day < self.days) & (amount != 0)
        np.add.at(total, self.region[counted] * self.days + day[counted], amount[counted])
        return total.reshape(self.regions, self.days)


def _ages(book: _Book, issued: Ints, closed: Ints, due: Ints, amount: Ints) -> dict[str, Ints]:
    """Return the open amount by days overdue at the end of each day, counted line by line.

    A line is in a bucket from the day it enters (its issue, or its due date plus the bucket's first day) until it
    closes or enters the next.
    """
    edges = [issued, *(np.maximum(issued, due + first) for first in _STARTS), np.full_like(issued, book.days)]
    ages = {}
    for name, enters, leaves in zip(BUCKETS, edges[:-1], edges[1:], strict=True):
        until = np.minimum(leaves, closed)
        held = np.where(enters < until, amount, 0)
        ages[name] = np.cumsum(book.sums(enters, held) - book.sums(until, held), axis=1)
    return ages
