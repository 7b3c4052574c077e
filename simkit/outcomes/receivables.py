"""The book of receivables: the lines and the money received on them, as arrays that every measure reads."""

from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from functools import cached_property
from typing import Self, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simkit.outcomes.words import Codes, codes_of, is_one_of

Day: TypeAlias = np.datetime64
DateLike: TypeAlias = date | np.datetime64 | str
Days: TypeAlias = NDArray[np.datetime64]
Fen: TypeAlias = NDArray[np.int64]
Counts: TypeAlias = NDArray[np.int64]
Flags: TypeAlias = NDArray[np.bool_]


class Receipt(IntEnum):
    """Kinds of receipts; payments and recoveries reduce a line's balance, interest and penalties do not."""

    PAYMENT = 0
    INTEREST = 1
    PENALTY = 2
    RECOVERY = 3


PRINCIPAL = (Receipt.PAYMENT, Receipt.RECOVERY)
CHARGES = (Receipt.INTEREST, Receipt.PENALTY)


def day(when: DateLike) -> Day:
    """Return a date, a timestamp or an ISO text as a day."""
    return np.datetime64(pd.Timestamp(when), "D")


def moment(when: DateLike | Days) -> Day | Days:
    """Return a date as a day; an array of days, one a line, as it is."""
    return when if isinstance(when, np.ndarray) else day(when)


def days_of(column: "pd.Series[pd.Timestamp]") -> Days:
    """Return a column of dates as whole days; NaT stays NaT and compares as "not yet"."""
    return column.to_numpy("datetime64[D]")


@dataclass(frozen=True)
class Receivables:
    """The book of receivables of one run: lines, and receipts that point to their line by position.

    ``root`` is the position of the debt a line stands for: its own, except that an instalment stands for the
    line of the same order that was rescheduled into it. Measures that follow a debt (``follow=True``) credit
    the instalments' money to it, so rescheduling alone never makes a debt look paid.
    """

    line_id: NDArray[np.int64]
    amount: Fen
    prepayment: Flags
    issue: Days
    due: Days
    closed: Days
    credited: Flags
    written_off: Fen
    root: NDArray[np.int64]
    receipt_line: NDArray[np.int64]
    receipt_date: Days
    receipt_fen: Fen
    receipt_kind: Codes

    @classmethod
    def of(cls, receivables: pd.DataFrame, receipts: pd.DataFrame) -> Self:
        """Read the tables of one run (one replication).

        To measure a region, a grade or a cohort, pass the receivables of that group: receipts on other lines
        are left out. Keep an order's lines together, or its instalments lose the debt they stand for.

        Parameters
        ----------
        receivables : DataFrame
            Columns line_id, order_id, kind, status, issue_date, due_date, closed_date, amount_fen,
            written_off_fen.
        receipts : DataFrame
            Columns line_id, date, amount_fen, kind.
        """
        line_id = receivables["line_id"].to_numpy(np.int64)
        known, receipt_line = positions(line_id, receipts["line_id"].to_numpy(np.int64))
        return cls(
            line_id=line_id,
            amount=receivables["amount_fen"].to_numpy(np.int64),
            prepayment=is_one_of(receivables["kind"], "prepayment"),
            issue=days_of(receivables["issue_date"]),
            due=days_of(receivables["due_date"]),
            closed=days_of(receivables["closed_date"]),
            credited=is_one_of(receivables["status"], "credited"),
            written_off=receivables["written_off_fen"].to_numpy(np.int64),
            root=_roots(receivables),
            receipt_line=receipt_line,
            receipt_date=days_of(receipts["date"])[known],
            receipt_fen=receipts["amount_fen"].to_numpy(np.int64)[known],
            receipt_kind=codes_of(receipts["kind"], [kind.name.lower() for kind in Receipt])[known],
        )

    def only(self, lines: Flags) -> Self:
        """Return the book of some of the lines and the receipts on them, as :meth:`of` would make it of these."""
        place = np.cumsum(lines) - 1
        known = lines[self.receipt_line]
        own = np.arange(len(lines))
        roots = place[np.where(lines[self.root], self.root, own)]
        by_line = ("line_id", "amount", "prepayment", "issue", "due", "closed", "credited", "written_off")
        by_receipt = ("receipt_date", "receipt_fen", "receipt_kind")
        return type(self)(
            **{name: getattr(self, name)[lines] for name in by_line},
            root=roots[lines],
            receipt_line=place[self.receipt_line[known]],
            **{name: getattr(self, name)[known] for name in by_receipt},
        )

    @cached_property
    def receipt_debt(self) -> NDArray[np.int64]:
        """Position of the debt that each receipt is followed to: the root of its line."""
        return self.root[self.receipt_line]

    def received(self, until: Day | Days, *kinds: Receipt, follow: bool = False) -> Fen:
        """Return the money received on each line up to and including a day.

        Parameters
        ----------
        until : datetime64[D] or array of datetime64[D], one a line
            Last day that counts (the as-of rule).
        *kinds : Receipt
            Kinds of receipts that count.
        follow : bool
            Count an instalment's money for the debt it stands for (``until`` is then the debt's day).

        Returns
        -------
        int64 array, one a line, fen
        """
        line = self.receipt_debt if follow else self.receipt_line
        limit = until[line] if isinstance(until, np.ndarray) else until
        counted = self._is_of(kinds) & (self.receipt_date <= limit)
        total = np.zeros(len(self.amount), dtype=np.int64)
        np.add.at(total, line, np.where(counted, self.receipt_fen, 0))
        return total

    def _is_of(self, kinds: tuple[Receipt, ...]) -> Flags:
        # The last place is for position -1, a kind of another name.
        return np.array([*(kind in kinds for kind in Receipt), False])[self.receipt_kind]

    def balance(self, as_of: DateLike) -> Fen:
        """Return what is open on each line at the end of a day, in fen.

        A line is open from its issue date until the day it leaves the book (paid, rescheduled, written off or
        credited). Only receipts dated up to ``as_of`` count.
        """
        today = day(as_of)
        open_ = (self.issue <= today) & ~(self.closed <= today)
        return np.where(open_, self.amount - self.received(today, *PRINCIPAL), 0)

    def debts(self, as_of: DateLike | Days) -> Flags:
        """Return which lines are debts to follow: not another line's instalment, not credited by ``as_of``.

        A credited line was called off (the contract lapsed and nothing was shipped): nobody owes it. ``as_of``
        may be an array of days, one a line.
        """
        own: Flags = self.root == np.arange(len(self.amount))
        called_off = self.credited & (self.closed <= moment(as_of))
        return own & (self.amount > 0) & ~called_off

    def unpaid_after(self, days_after: int) -> Fen:
        """Return what of each debt is unpaid ``days_after`` days after its due date, in fen.

        Payments count up to and including that day, those on a debt's instalments too. A written-off or
        defaulted debt stays unpaid: recoveries do not cure it. Entries of instalments have no meaning of
        their own.
        """
        return self.amount - self.received(self.due + days_after, Receipt.PAYMENT, follow=True)

    def net_write_offs(self, as_of: DateLike) -> int:
        """Return the fen written off up to a day less what was recovered on those lines after the write-off.

        A recovery up to the closing day has already lowered the amount written off.
        """
        today = day(as_of)
        gross = int(self.written_off[self.closed <= today].sum())
        late = (self.receipt_kind == Receipt.RECOVERY) & (self.receipt_date <= today)
        late &= self.receipt_date > self.closed[self.receipt_line]
        return gross - int(self.receipt_fen[late].sum())

    def fen_days(self, as_of: DateLike) -> int:
        """Return the sum of the daily balances of all days up to and including ``as_of``, in fen x days."""
        end = np.fmin(self.closed, day(as_of) + 1)
        counted = self._is_of(PRINCIPAL) & (self.receipt_date < end[self.receipt_line])
        line, fen = self.receipt_line[counted], self.receipt_fen[counted]
        open_days = np.maximum((end - self.issue).astype(np.int64), 0)
        spared = (end[line] - self.receipt_date[counted]).astype(np.int64)
        return int((self.amount * open_days).sum() - (fen * spared).sum())


def _roots(receivables: pd.DataFrame) -> NDArray[np.int64]:
    order_id = receivables["order_id"].to_numpy(np.int64)
    instalment = is_one_of(receivables["kind"], "instalment")
    rescheduled = is_one_of(receivables["status"], "rescheduled") & ~instalment
    parents, children = np.flatnonzero(rescheduled), np.flatnonzero(instalment)
    found, parent = positions(order_id[parents], order_id[children])
    root = np.arange(len(order_id))
    root[children[found]] = parents[parent]
    return root


def positions(ids: NDArray[np.int64], wanted: NDArray[np.int64]) -> tuple[Flags, NDArray[np.int64]]:
    """Return which wanted ids exist, and for those that do their position in ``ids``."""
    if not len(ids):
        return np.zeros(len(wanted), dtype=bool), np.zeros(0, dtype=np.int64)
    order = np.argsort(ids, kind="stable")
    in_order = ids[order]
    place = np.minimum(np.searchsorted(in_order, wanted), len(ids) - 1)
    found = in_order[place] == wanted
    return found, order[place[found]]
