"""Spans of days that follow one another: the calendar months of a period, or a period as a whole."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simkit.outcomes.receivables import DateLike, Days, day, days_of


@dataclass(frozen=True)
class Spans:
    """Spans of days in order of time that do not overlap; ``first`` and ``last`` are both inside."""

    first: Days
    last: Days

    @classmethod
    def months(cls, first: DateLike, last: DateLike) -> Self:
        """Return the calendar months from one day to another; the end months hold only the days between them."""
        begin, end = day(first), day(last)
        months = np.arange(begin.astype("datetime64[M]"), end.astype("datetime64[M]") + 1)
        starts, ends = months.astype("datetime64[D]"), (months + 1).astype("datetime64[D]") - 1
        return cls(np.maximum(starts, begin), np.minimum(ends, end))

    @classmethod
    def whole(cls, first: DateLike, last: DateLike) -> Self:
        """Return one span from one day to another."""
        return cls(np.array([day(first)]), np.array([day(last)]))

    def followed_by(self, later: "Spans") -> "Spans":
        """Return these spans and, behind them, later ones."""
        return Spans(np.concatenate([self.first, later.first]), np.concatenate([self.last, later.last]))

    def __len__(self) -> int:
        return len(self.first)

    @property
    def days(self) -> NDArray[np.int64]:
        """Number of days of each span."""
        return (self.last - self.first).astype(np.int64) + 1

    @property
    def month(self) -> NDArray[np.int64]:
        """Number of the calendar month in which each span begins."""
        return month_number(self.first)

    def place(self, when: Days) -> NDArray[np.int64]:
        """Return the position of the span each day lies in, -1 when in none (a day that is NaT is in none)."""
        place = np.searchsorted(self.first, when, side="right") - 1
        inside = (place >= 0) & (when <= self.last[place])
        return np.where(inside, place, -1)

    def a_year_earlier(self, earlier: "Spans") -> NDArray[np.int64]:
        """Return for each month the position of the latest of some months that has its name and lies before it.

        It is -1 where there is none: a month is never compared with the part of itself before the switch date.
        """
        apart = self.month[:, None] - earlier.month[None, :]
        same = (apart > 0) & (apart % 12 == 0)
        return np.where(same.any(axis=1), len(earlier) - 1 - same[:, ::-1].argmax(axis=1), -1)


def month_number(days: Days) -> NDArray[np.int64]:
    """Return the number of the calendar month each day lies in, counted from January 1970."""
    return days.astype("datetime64[M]").astype(np.int64)


def months_in(table: pd.DataFrame, first: DateLike, last: DateLike) -> pd.DataFrame:
    """Return the rows of a monthly table whose month begins in a period (first and last day both in it)."""
    month = days_of(table["month"])
    return table[(month >= day(first)) & (month <= day(last))]
