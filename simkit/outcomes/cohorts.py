"""Cohorts: what became of the amounts that fell due, followed line by line.

Growth alone flatters a rate by balance, because young receivables are not due yet; so policies are compared
by cohort.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simkit.outcomes.ratio import Measure, Ratio
from simkit.outcomes.reading import Reading
from simkit.outcomes.receivables import DateLike, Days, Flags, Receipt, Receivables, day, moment
from simkit.outcomes.sales import in_period
from simkit.outcomes.tally import Tally
from simkit.outcomes.words import is_one_of

COHORT_DAYS = (1, 30, 60, 90)
"""Days after the due date at which what is unpaid of a cohort is told."""


def fell_due(
    book: Receivables, first: DateLike | Days, last: DateLike | Days, as_of: DateLike | Days
) -> Flags:
    """Return which lines are debts with a due date in a window, as known at the end of ``as_of``.

    Each of the three may be an array of days, one a line.
    """
    return book.debts(as_of) & (book.due >= moment(first)) & (book.due <= moment(last))


@Measure
def overdue_rate_cohort(
    book: Receivables, days_after: int, as_of: DateLike, window: tuple[DateLike, DateLike] | None = None
) -> Ratio:
    """Return the share of the amount that fell due still unpaid ``days_after`` days after its due date.

    Only debts whose day has come by ``as_of`` are in. Amounts paid early are in and paid; written-off and
    defaulted amounts are unpaid; a rescheduled line is unpaid until its instalments have paid it, counted
    from the
    *original* due date; called-off (credited) lines are out.

    Parameters
    ----------
    book : Receivables
        The lines of the cohort, for instance of the contracts signed in the policy year.
    days_after : int
        Days after the due date (1, 30, 60, 90).
    as_of : date
        Last day on which anything is known.
    window : (date, date), optional
        First and last due date; every due date when None.

    Returns
    -------
    float or None
        Share of the amount, None when nothing had fallen due.
    """
    members = book.debts(as_of) & (book.due + days_after <= day(as_of))
    if window is not None:
        members &= fell_due(book, *window, as_of)
    return Ratio(book.unpaid_after(days_after)[members].sum(), book.amount[members].sum())


@Measure
def late_share(book: Receivables, as_of: DateLike) -> Ratio:
    """Return the share of debts (by number) that were not paid in full by their due date; None without any.

    A debt is in from the day after its due date, when its outcome is known.
    """
    members = book.debts(as_of) & (book.due < day(as_of))
    return Ratio(np.count_nonzero(book.unpaid_after(0)[members] > 0), np.count_nonzero(members))


def days_late(book: Receivables, as_of: DateLike) -> NDArray[np.int64]:
    """Return for every debt paid in full by ``as_of`` the days from its due date to its last payment.

    Early payments are negative. Debts still open or written off are not in: their lateness is not known yet,
    and the overdue rate of the cohort is what counts them.
    """
    today = day(as_of)
    settled = book.debts(as_of) & (book.received(today, Receipt.PAYMENT, follow=True) >= book.amount)
    counted = (book.receipt_kind == Receipt.PAYMENT) & (book.receipt_date <= today)
    last_payment = np.full(len(book.amount), np.iinfo(np.int64).min)
    payment_day = book.receipt_date[counted].astype(np.int64)
    np.maximum.at(last_payment, book.root[book.receipt_line[counted]], payment_day)
    return last_payment[settled] - book.due[settled].astype(np.int64)


@Measure
def days_late_mean(book: Receivables, as_of: DateLike) -> Ratio:
    """Return the mean of :func:`days_late`, each debt counting once; None when none was paid."""
    late = days_late(book, as_of)
    return Ratio(late.sum(), len(late))


@Measure
def collection_period_days(book: Receivables, as_of: DateLike) -> Ratio:
    """Return the mean days from the issue of a balance to its payment, by amount (Handbook B3).

    Every payment up to ``as_of`` counts with its amount, one on an instalment from the issue of the debt it
    stands for: a plan does not make money come sooner. Prepayments are left out, for they are waited for and
    not collected; so is what has not been paid, which the overdue rate of the cohort counts. None when nothing
    was paid.
    """
    line = book.root[book.receipt_line]
    counted = (book.receipt_kind == Receipt.PAYMENT) & (book.receipt_date <= day(as_of))
    counted &= ~book.prepayment[line]
    fen = book.receipt_fen[counted]
    taken = (book.receipt_date[counted] - book.issue[line[counted]]).astype(np.int64)
    return Ratio((fen * taken).sum(), fen.sum())


@Measure
def dispute_share(lines: pd.DataFrame) -> Ratio:
    """Return the share of balance lines (by number) that were disputed (Handbook B2); None without any.

    Parameters
    ----------
    lines : DataFrame
        Receivables, for instance of the contracts signed in the policy year; columns kind, disputed_date.
    """
    balances = is_one_of(lines["kind"], "balance")
    disputed = lines["disputed_date"].notna().to_numpy(bool)
    return Ratio(np.count_nonzero(balances & disputed), np.count_nonzero(balances))


@dataclass(frozen=True)
class Cohort(Tally):
    """What became of the contracts signed in the policy year by the end of the run; see the measures of these names.

    ``overdue`` is the overdue rate of the cohort by the days after the due date.
    """

    overdue: dict[int, Ratio]
    late: Ratio
    days_late: Ratio
    collection_period: Ratio
    disputed: Ratio

    @classmethod
    def count(cls, reading: Reading) -> Self:
        """Count the contracts of some regions."""
        book, end = reading.cohort, reading.window.end
        return cls(
            overdue={days: overdue_rate_cohort.sums(book, days, end) for days in COHORT_DAYS},
            late=late_share.sums(book, end),
            days_late=days_late_mean.sums(book, end),
            collection_period=collection_period_days.sums(book, end),
            disputed=dispute_share.sums(in_period(reading.lines, "policy")),
        )
