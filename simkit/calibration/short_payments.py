"""Invoices that are paid in part and left at that: how often, by whom, and how much of them.

A ledger names the day of a line's last payment alone. What is missing then has stayed open until the ledger's end, so
the forecast takes it to stay open: such remainders, not invoices forgotten whole, fill the oldest buckets of a ledger
whose customers pay short. Large lines are paid short more often than small ones, and some customers keep doing it: a
customer's record is compared with what lines of those sizes lead to expect (indirect standardisation), and shrunk
to it.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd

from simkit.calibration.future_invoices import WINDOW_DAYS
from simkit.calibration.person_periods import Floats, Ints, Told, totals
from simkit.streams import Stream, uniforms

_SIZES = 4
_PRIOR = 1.0
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
    """

    seed: int
    edges: Floats
    rate: Floats
    factor: Floats
    shares: Floats

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
        return cls(seed, edges, rate, factor, paid["paid_share"].to_numpy()[short > 0])

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
        known = np.minimum(customer, len(self.factor))
        chance = (
            self.rate[np.searchsorted(self.edges, amount, side="right")] * np.append(self.factor, 1.0)[known]
        )
        short = later & (luck[0] < np.minimum(chance, _SURELY))
        share = self.shares[(luck[1] * len(self.shares)).astype(np.int64)]
        paid: Floats = np.where(short, np.round(amount * share), amount)
        return paid


def taken_as_paid(lines: pd.DataFrame) -> pd.DataFrame:
    """Return lines with those paid short taken as paid on the day of their last payment."""
    return lines.assign(paid_share=np.where(lines["paid_share"] > 0, 1.0, 0.0))
