"""Provision matrix of expected credit losses (the simplified approach of IFRS 9)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from simkit.outcomes.ageing import BUCKET_STARTS, ageing
from simkit.outcomes.ratio import ratio
from simkit.outcomes.reading import Reading
from simkit.outcomes.receivables import PRINCIPAL, DateLike, Fen, Receivables, day
from simkit.outcomes.tally import Tally


def loss_rates(reached: Sequence[float] | Fen, lost: float) -> list[float | None]:
    """Return the loss rate of each ageing bucket: finally unpaid / ever reached the bucket.

    Examples
    --------
    >>> [round(100 * rate, 1) for rate in loss_rates([100_000, 50_000, 23_000, 8_000, 2_000], lost=2_000)]
    [2.0, 4.0, 8.7, 25.0, 100.0]
    """
    return [ratio(lost, amount) for amount in reached]


def reached_and_lost(book: Receivables, as_of: DateLike) -> tuple[Fen, int]:
    """Return the amount that ever reached each ageing bucket, and the amount finally unpaid, in fen.

    Debts count that have been due for at least 91 days by ``as_of``, so that each could have reached every
    bucket. Finally unpaid is what no payment or recovery has covered by ``as_of``, written off or still open:
    the rates err on the careful side while late money is still coming in.
    """
    mature = book.debts(as_of) & (book.due + BUCKET_STARTS[-1] <= day(as_of))
    reached = [book.amount, *(book.unpaid_after(start) for start in BUCKET_STARTS)]
    unpaid = book.amount - book.received(day(as_of), *PRINCIPAL, follow=True)
    return np.array([amounts[mature].sum() for amounts in reached], dtype=np.int64), int(unpaid[mature].sum())


def provision_matrix(book: Receivables, as_of: DateLike) -> list[float | None]:
    """Return the loss rate of each ageing bucket by the book's own history; None for one never reached."""
    reached, lost = reached_and_lost(book, as_of)
    return loss_rates(reached, lost)


def provision(buckets: Fen, rates: Sequence[float | None]) -> int:
    """Return the expected loss on open balances, in fen; a bucket without a known rate adds nothing."""
    return round(sum(int(amount) * (rate or 0.0) for amount, rate in zip(buckets, rates, strict=True)))


@dataclass(frozen=True)
class Losses(Tally):
    """What the provision is computed from at the end of the run, in fen.

    Amounts that reached each ageing bucket and the amount finally unpaid, of all debts; open balances by bucket, of
    the contracts signed in the policy year.
    """

    reached: Fen
    lost: int
    open: Fen

    @classmethod
    def count(cls, reading: Reading) -> Self:
        """Sum the amounts of some regions."""
        end = reading.window.end
        return cls(*reached_and_lost(reading.book, end), ageing(reading.cohort, end))

    @property
    def provision_fen(self) -> int:
        """The expected loss on what is open."""
        return provision(self.open, loss_rates(self.reached, self.lost))
