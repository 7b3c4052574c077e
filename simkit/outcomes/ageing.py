"""Ageing of receivables: buckets by days past due, and how balances roll from one to the next."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from simkit.outcomes.ratio import ratio
from simkit.outcomes.reading import Reading
from simkit.outcomes.receivables import DateLike, Fen, Receivables, day
from simkit.outcomes.tally import Tally

BUCKETS = ("not_due", "1_30", "31_60", "61_90", "91_plus")
BUCKET_STARTS = (1, 31, 61, 91)


def bucket_of(days_past_due: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the position in ``BUCKETS`` of each number of days past due (0 or less is not due).

    Examples
    --------
    >>> bucket_of(np.array([-5, 0, 1, 30, 31, 90, 91])).tolist()
    [0, 0, 1, 1, 2, 3, 4]
    """
    return np.searchsorted(BUCKET_STARTS, days_past_due, side="right")


def ageing(book: Receivables, as_of: DateLike) -> Fen:
    """Return the open balance in each of ``BUCKETS`` at the end of a day, in fen; they sum to the balance.

    A rescheduled line has left the book and its instalments age from their own due dates, so this view
    flatters a company that reschedules; the cohort view does not.
    """
    buckets = np.zeros(len(BUCKETS), dtype=np.int64)
    days_past_due = (day(as_of) - book.due).astype(np.int64)
    np.add.at(buckets, bucket_of(days_past_due), book.balance(as_of))
    return buckets


def overdue_rate_balance(buckets: Fen) -> float | None:
    """Return the overdue share of all open receivables at a date; None when nothing is open."""
    return ratio(buckets[1:].sum(), buckets.sum())


def long_overdue_share(buckets: Fen) -> float | None:
    """Return the share of open receivables more than 30 days overdue (Handbook B3); None without any."""
    return ratio(buckets[2:].sum(), buckets.sum())


def roll_rates(before: Fen, after: Fen) -> list[float | None]:
    """Return bucket k+1 at a date / bucket k one period (30 days) earlier, for each k.

    The last rate has in its numerator also what was in the last bucket before, so it may be above 1. A rate
    whose bucket was empty is None.
    """
    return [ratio(after[k + 1], before[k]) for k in range(len(before) - 1)]


@dataclass(frozen=True)
class Balances(Tally):
    """Open receivables in fen: of the evening before the policy year, and of its last by ageing bucket."""

    beginning: int
    ending: Fen

    @classmethod
    def count(cls, reading: Reading) -> Self:
        """Sum the balances of some regions."""
        book, window = reading.book, reading.window
        return cls(int(book.balance(window.eve).sum()), ageing(book, window.last))
