"""Invoices that are paid in part and left at that: how often, by whom, and how much of them.

A ledger names the day of a line's last payment alone. What is missing then has stayed open until the ledger's end, so
the forecast takes it to stay open: such remainders, not invoices forgotten whole, fill the oldest buckets of a ledger
whose customers pay short. Large lines are paid short more often than small ones, and some customers keep doing it: a
customer's record is compared with what lines of those sizes lead to expect (indirect standardisation), and shrunk
to it. How often lines are paid short changes with time: how far months strayed from their mean beyond chance tells how
far the months to come may stray from the half year before them.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd
from scipy.special import ndtri

from simkit.calibration.book_measures import MONTH_DAYS
from simkit.calibration.future_invoices import WINDOW_DAYS
from simkit.calibration.person_periods import Floats, Ints, Told, totals
from simkit.streams import Stream, uniforms

_SIZES = 4
_PRIOR = 1.0
_MONTHS = 24
_SURELY = 0.95


@dataclass(frozen=True)
class ShortPayments:
    """How lines are paid short.

    Attributes
    ----------
    seed : int
    edges, rate : float array, shape (sizes - 1,), (sizes,)
        Amounts (fen) that part the sizes, and the share of the paid lines of each that is paid short.
    factor : float array, shape (customers,)
        How much more often than that a customer does it.
    shares : float array
        Shares that were paid of lines paid short, none if no line was.
    spread : float
        Standard deviation of the log of how often lines are paid short, from one time to another.
    """

    seed: int
    edges: Floats
    rate: Floats
    factor: Floats
    shares: Floats
    spread: float

    @classmethod
    def of(cls, lines: pd.DataFrame, customers: int, seed: int, cut: int) -> Self:
        """Return what the lines known at a cut tell, as `simkit.calibration.person_periods.ledger_lines` has them.

        Those of the half year before it count: as orders do, so short payments follow what customers lately did.
        """
        paid = lines[(lines["paid_share"] > 0) & (lines["paid"] > cut - WINDOW_DAYS)]
        short: Floats = np.where(paid["paid_share"] < 1, 1.0, 0.0)
        amount, who = paid["amount_fen"].to_numpy(np.float64), paid["customer"].to_numpy()
        edges = np.quantile(amount, np.arange(1, _SIZES) / _SIZES) if len(paid) else np.zeros(_SIZES - 1)
        size = np.searchsorted(edges, amount, side="right")
        rate = totals(size, short, _SIZES) / np.maximum(np.bincount(size, minlength=_SIZES), 1)
        seen, expected = totals(who, short, customers), totals(who, rate[size], customers)
        factor = (seen + _PRIOR) / (expected + _PRIOR)
        shares = paid["paid_share"].to_numpy()[short > 0]
        return cls(seed, edges, rate, factor, shares, _spread(lines[lines["paid_share"] > 0], cut))

    def paid_amounts(self, customer: Ints, amount: Floats, later: Told, path: int) -> Floats:
        """Return what is paid of each line on one path.

        Parameters
        ----------
        customer : int array, shape (lines,)
            Codes; those beyond the known customers' are new ones.
        amount : float array, shape (lines,)
        later : bool array, shape (lines,)
            Which lines are paid after the cut, if at all; the others keep their amount.
        path : int
        """
        if not len(self.shares):
            return amount
        entity = np.arange(len(amount))
        luck = [uniforms(self.seed, path, Stream.SHORT_PAYMENT, entity, index) for index in (0, 1)]
        level = ndtri(uniforms(self.seed, path, Stream.SHORT_PAYMENT, np.array([0]), 2))
        often = np.exp(self.spread * level - self.spread**2 / 2)
        known = np.minimum(customer, len(self.factor))
        chance = (
            often
            * self.rate[np.searchsorted(self.edges, amount, side="right")]
            * np.append(self.factor, 1.0)[known]
        )
        short = later & (luck[0] < np.minimum(chance, _SURELY))
        share = self.shares[(luck[1] * len(self.shares)).astype(np.int64)]
        paid: Floats = np.where(short, np.round(amount * share), amount)
        return paid


def _spread(paid: pd.DataFrame, cut: int) -> float:
    """Return how far months stray from how often lines are paid short on the whole, in logs, beyond chance.

    Counts vary as Poisson ones do and, with the level, by the square of their mean (moments).
    """
    month = (cut - paid["paid"].to_numpy()) // MONTH_DAYS
    paid, month = paid[month < _MONTHS], month[month < _MONTHS]
    short = np.bincount(month, paid["paid_share"] < 1, _MONTHS)
    expected = np.bincount(month, minlength=_MONTHS) * short.sum() / max(len(month), 1)
    beyond = float(((short - expected) ** 2 - short).sum()) / max(float((expected**2).sum()), 1e-9)
    return float(np.sqrt(np.log1p(max(beyond, 0.0))))


def taken_as_paid(lines: pd.DataFrame) -> pd.DataFrame:
    """Return lines with those paid short taken as paid on the day of their last payment."""
    return lines.assign(paid_share=np.where(lines["paid_share"] > 0, 1.0, 0.0))
