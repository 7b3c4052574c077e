"""Collection rate: cash received against what fell due."""

from simkit.outcomes.cohorts import fell_due
from simkit.outcomes.ratio import ratio
from simkit.outcomes.receivables import PRINCIPAL, DateLike, Receivables, day


def collection_rate(book: Receivables, first: DateLike, last: DateLike) -> float | None:
    """Return cash received in a period against debts due in it / amount due in it (Handbook B5).

    What was paid before the period began is neither due nor received in it. Money that came through
    instalments or legal recovery counts for the debt it settles; called-off lines are out; written-off ones
    are due and not received. None when nothing was due.

    Parameters
    ----------
    book : Receivables
        All lines, whenever their contract was signed.
    first, last : date
        First and last day of the period, both in it.
    """
    members = fell_due(book, first, last, as_of=last)
    before = book.received(day(first) - 1, *PRINCIPAL, follow=True)[members]
    by_the_end = book.received(day(last), *PRINCIPAL, follow=True)[members]
    return ratio((by_the_end - before).sum(), (book.amount[members] - before).sum())
