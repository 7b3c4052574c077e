"""What a receivables book shows after a cut: cash by week; ageing, DSO and late share by month."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from simkit.calibration.person_periods import Floats, Ints

WEEK = 7
MONTH_DAYS = 30
"""A month where so many days are counted from the cut, before it and after it."""

SALES_DAYS = 91
"""Days of sales that DSO is measured against."""

BUCKETS = ("not_due", "overdue_1_30", "overdue_31_60", "overdue_61_90", "overdue_91_plus")
BUCKET_EDGES = np.array([1, 31, 61, 91])
"""First day overdue of each bucket after the first."""

CASH, LATE, DSO = "cash", "late_share", "dso"
MEASURES = (CASH, *BUCKETS, LATE, DSO)


@dataclass(frozen=True)
class Dates:
    """The days a backtest looks at: ends of weeks and of months after the cut, as far as the ledger reaches.

    Attributes
    ----------
    cut : int
        The last day that is known.
    weeks, months : int array
        Last day of each.
    """

    cut: int
    weeks: Ints
    months: Ints

    @classmethod
    def after(cls, cut: pd.Timestamp, months: int, last: pd.Timestamp) -> "Dates":
        """Return the days in the months after a cut, none of them after a last day."""
        ends = [cut + pd.DateOffset(months=number) for number in range(1, months + 1)]
        reach = min(ends[-1], last)
        weeks = pd.date_range(cut, reach, freq="7D")[1:]
        return cls(_day(cut), _days(weeks), _days(pd.DatetimeIndex([end for end in ends if end <= last])))

    @property
    def last(self) -> int:
        """The last day looked at."""
        return int(max(self.weeks.max(initial=self.cut), self.months.max(initial=self.cut)))

    def index(self) -> pd.DataFrame:
        """Return measure, date and month (1, 2, ... after the cut) of every value, in the order of `measured`."""
        month_of_week = np.searchsorted(self.months, self.weeks) + 1
        rows = [(CASH, day, month) for day, month in zip(self.weeks, month_of_week, strict=True)]
        rows += [
            (name, day, number) for number, day in enumerate(self.months, 1) for name in (*BUCKETS, LATE, DSO)
        ]
        frame = pd.DataFrame(rows, columns=["measure", "date", "month"])
        return frame.assign(date=pd.to_datetime(frame["date"], unit="D"))


@dataclass(frozen=True)
class Book:
    """Lines as they came to be: day of issue, due day, day of payment (far off if unpaid), amount, amount paid."""

    issue: Ints
    due: Ints
    paid: Ints
    amount: Floats
    paid_amount: Floats


def measured(book: Book, dates: Dates) -> Floats:
    """Return every value of a book, in the order of `Dates.index`; a late share of no line is NaN."""
    week = (book.paid - dates.cut - 1) // WEEK
    counted = (week >= 0) & (week < len(dates.weeks))
    cash = np.bincount(week[counted], book.paid_amount[counted], len(dates.weeks))
    months = [
        _month(book, start, end)
        for start, end in zip([dates.cut, *dates.months[:-1]], dates.months, strict=True)
    ]
    return np.concatenate([cash, *months])


def _month(book: Book, start: int, end: int) -> Floats:
    issued = book.issue <= end
    left = np.where(book.paid <= end, book.amount - book.paid_amount, book.amount) * issued
    bucket = np.searchsorted(BUCKET_EDGES, end - book.due, side="right")
    ageing = np.bincount(bucket, left, len(BUCKETS))
    fell_due = issued & (book.due > start) & (book.due <= end)
    late = (book.paid > book.due)[fell_due].mean() if fell_due.any() else np.nan
    return np.array([*ageing, late, dso(ageing.sum(), book, end)])


def dso(open_amount: float, book: Book, end: int) -> float:
    """Return open receivables in days of the sales of the last `SALES_DAYS` days; NaN without sales."""
    sales = book.amount[(book.issue <= end) & (book.issue > end - SALES_DAYS)].sum()
    return float(open_amount / sales * SALES_DAYS) if sales > 0 else float("nan")


def _day(date: pd.Timestamp) -> int:
    return int(np.datetime64(date, "D").astype(np.int64))


def _days(dates: pd.DatetimeIndex) -> Ints:
    return dates.to_numpy("datetime64[D]").astype(np.int64)
