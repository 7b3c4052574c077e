"""Dates as ledgers write them: ISO, day first or month first, month names, Chinese, Excel serials."""

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from simkit.errors import UserError
from simkit.portfolio.ledger_text import half_width

DateOrder = Literal["iso", "day_first", "month_first"]

FIRST_YEAR, LAST_YEAR = 1980, 2099
"""Dates outside are taken for slips of the pen."""

_TIME = (
    r"(?:[T ]+\d{1,2}[:.]\d{2}(?:[:.]\d{2}(?:[.,]\d+)?)?(?: ?[AP]\.?M\.?)?(?: ?(?:Z|UTC|[+-]\d{2}:?\d{2}))?)?"
)
_ISO = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})" + _TIME, re.IGNORECASE)
_CHINESE = re.compile(r"(\d{4}) ?年 ?(\d{1,2}) ?月 ?(\d{1,2}) ?[日号]?" + _TIME, re.IGNORECASE)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:\.0+)?")
_SERIAL = re.compile(r"(\d{5})(?:\.\d+)?")
# A year of two digits only with / or a dot: 20-01-05 would as well be the fifth of January 2020.
_YEAR_LAST = re.compile(
    r"(\d{1,2})(?:([/.])(\d{1,2})\2(\d{4}|\d{2})|-(\d{1,2})-(\d{4}))" + _TIME, re.IGNORECASE
)
_NAMED_DAY = re.compile(r"(\d{1,2})[ .-]*([A-Z]{3,9})[ ,.-]*(\d{4}|\d{2})" + _TIME, re.IGNORECASE)
_NAMED_MONTH = re.compile(r"([A-Z]{3,9})[ .-]*(\d{1,2})[ ,.-]+(\d{4})" + _TIME, re.IGNORECASE)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_EXCEL_DAY_ZERO = datetime.date(1899, 12, 30)

_NO_DATE = {"0", "00000000", "0000-00-00", "00.00.0000", "00/00/0000", "9999-12-31", "99991231", "31.12.9999"}
"""What databases and SAP write for "no date"."""


class Parts(NamedTuple):
    """A date whose year is sure; ``ordered`` tells whether first and second are surely month and day."""

    year: int
    first: int
    second: int
    ordered: bool


@dataclass(frozen=True)
class DateColumn:
    """A column of dates, read once per distinct text."""

    codes: npt.NDArray[np.intp]
    texts: list[str]
    parts: list[Parts | None]

    def example(self, day_first: bool) -> str | None:
        """Return the first text that can only be day first (or only month first), or None."""
        for text, parts in zip(self.texts, self.parts, strict=True):
            if parts and not parts.ordered:
                over = parts.first if day_first else parts.second
                if over > 12 >= (parts.second if day_first else parts.first):
                    return text
        return None

    def ambiguous(self) -> str | None:
        """Return the first text that means one date day first and another month first, or None."""
        for text, parts in zip(self.texts, self.parts, strict=True):
            if (
                parts
                and not parts.ordered
                and max(parts.first, parts.second) <= 12
                and parts.first != parts.second
            ):
                return text
        return None

    def resolve(self, order: DateOrder) -> tuple[pd.Series, npt.NDArray[np.bool_]]:
        """Return the dates (NaT where blank or unreadable) and a mask of the unreadable ones."""
        dates = [_date(parts, order) for parts in self.parts]
        values = np.array(dates, dtype="datetime64[ns]")
        unreadable = np.array(
            [bool(t) and np.isnat(v) for t, v in zip(self.texts, values, strict=True)], dtype=bool
        )
        return pd.Series(values[self.codes]), unreadable[self.codes]


def read_dates(texts: npt.NDArray[np.object_]) -> DateColumn:
    """Return a column of texts taken apart; texts that mean "no date" count as blank."""
    codes, distinct = pd.factorize(texts)
    cleaned = ["" if text[:10] in _NO_DATE else text for text in (half_width(text) for text in distinct)]
    return DateColumn(codes, cleaned, [_parts(text) for text in cleaned])


def _parts(text: str) -> Parts | None:
    if match := _ISO.fullmatch(text):
        return Parts(int(match[1]), int(match[3]), int(match[4]), ordered=True)
    if match := _CHINESE.fullmatch(text) or _COMPACT.fullmatch(text):
        return Parts(int(match[1]), int(match[2]), int(match[3]), ordered=True)
    if match := _SERIAL.fullmatch(text):
        day = _EXCEL_DAY_ZERO + datetime.timedelta(days=int(match[1]))
        return Parts(day.year, day.month, day.day, ordered=True)
    if match := _YEAR_LAST.fullmatch(text):
        return Parts(_year(match[4] or match[6]), int(match[1]), int(match[3] or match[5]), ordered=False)
    if match := _NAMED_DAY.fullmatch(text):
        return Parts(_year(match[3]), _month(match[2]), int(match[1]), ordered=True)
    if match := _NAMED_MONTH.fullmatch(text):
        return Parts(_year(match[3]), _month(match[1]), int(match[2]), ordered=True)
    return None


def _year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text)


def _month(name: str) -> int:
    """Return the number of an English month, 0 (which no date has) for any other word."""
    return _MONTHS.index(name[:3].lower()) + 1 if name[:3].lower() in _MONTHS else 0


def _date(parts: Parts | None, order: DateOrder) -> datetime.date | None:
    if parts is None or not FIRST_YEAR <= parts.year <= LAST_YEAR:
        return None
    month, day = parts.first, parts.second
    if not parts.ordered:
        if order == "iso":
            return None
        if order == "day_first":
            month, day = day, month
    try:
        return datetime.date(parts.year, month, day)
    except ValueError:
        return None


def choose_order(
    columns: Mapping[str, DateColumn], stated: DateOrder | None, place: str
) -> tuple[DateOrder, str | None]:
    """Return the order of day and month in a ledger and a note that says how it was found.

    A ledger has one order. Any day above 12 in any of its date columns shows which.

    Parameters
    ----------
    columns : mapping of str to DateColumn
        By the column's own name.
    stated : str, optional
        The mapping's ``date_order``, which wins.
    place : str
        The file (and sheet) for messages.

    Raises
    ------
    UserError
        If the columns contradict each other, or nothing in them tells the order.
    """
    if stated:
        return stated, None
    found = {
        order: next(
            ((name, text) for name, column in columns.items() if (text := column.example(day_first))), None
        )
        for order, day_first in (("day_first", True), ("month_first", False))
    }
    ask = "; state date_order: day_first or date_order: month_first in a mapping file"
    day_first, month_first = found["day_first"], found["month_first"]
    if day_first and month_first:
        raise UserError(
            f"{place}: mixed date orders: '{day_first[1]}' in column '{day_first[0]}' can only be day first, "
            f"'{month_first[1]}' in column '{month_first[0]}' only month first{ask}"
            " (the rows that do not fit are then rejected and listed)"
        )
    if day_first:
        return (
            "day_first",
            f"dates are day first: '{day_first[1]}' in column '{day_first[0]}' has no other reading",
        )
    if month_first:
        return "month_first", (
            f"dates are month first: '{month_first[1]}' in column '{month_first[0]}' has no other reading"
        )
    for name, column in columns.items():
        if text := column.ambiguous():
            raise UserError(
                f"{place}: column '{name}' holds dates such as '{text}', which may be day first or month "
                f"first, and no date in the ledger tells which{ask}"
            )
    return (
        "day_first" if any(p and not p.ordered for c in columns.values() for p in c.parts) else "iso"
    ), None
