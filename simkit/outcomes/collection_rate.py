"""Collection rate: cash received against what fell due."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from simkit.outcomes.cohorts import fell_due
from simkit.outcomes.ratio import Measure, Ratio
from simkit.outcomes.reading import Reading
from simkit.outcomes.receivables import PRINCIPAL, DateLike, Days, Fen, Receivables, moment
from simkit.outcomes.tally import Tally


def due_and_received(book: Receivables, first: DateLike | Days, last: DateLike | Days) -> tuple[Fen, Fen]:
    """Return what was due on each line in a period and what of it was received by the period's end, in fen.

    What was paid before the period began is neither due nor received in it. Money that came through
    instalments or legal recovery counts for the debt it settles; called-off lines are out; written-off ones
    are due and not received.

    Parameters
    ----------
    book : Receivables
        All lines, whenever their contract was signed.
    first, last : date, or array of datetime64[D], one a line
        First and last day of the period, both in it; each line may have its own.

    Returns
    -------
    two int64 arrays, one a line, fen
        Zero for a line that is no debt or not due in the period.
    """
    members = fell_due(book, first, last, as_of=last)
    before = book.received(moment(first) - 1, *PRINCIPAL, follow=True)
    by_the_end = book.received(moment(last), *PRINCIPAL, follow=True)
    return np.where(members, book.amount - before, 0), np.where(members, by_the_end - before, 0)


@Measure
def collection_rate(book: Receivables, first: DateLike, last: DateLike) -> Ratio:
    """Return cash received in a period against debts due in it / amount due in it (Handbook B5).

    What counts is in :func:`due_and_received`. None when nothing was due.
    """
    due, received = due_and_received(book, first, last)
    return Ratio(received.sum(), due.sum())


@dataclass(frozen=True)
class Collected(Tally):
    """What was received in the policy year of what was due in it."""

    policy: Ratio

    @classmethod
    def count(cls, reading: Reading) -> Self:
        """Sum what was due in some regions."""
        return cls(collection_rate.sums(reading.book, reading.window.first, reading.window.last))
