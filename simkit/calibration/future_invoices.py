"""Invoices after a cut: what each customer will order, drawn from how it ordered in the half year before.

A day on which a customer was invoiced is one order, with all that was invoiced. Orders come at a rate drawn from its
posterior (gamma prior of all customers, Poisson counts), each with the invoices of one of the customer's own orders
drawn at random: their amounts, their terms, their weekday. Customers who have left and customers who will come are not
told apart from the rest: over the half year they balance, as long as the company neither grows nor shrinks. How far the
whole strays from a level rate is seen from the months before and is common to all.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import gammaincinv, ndtri, pdtrik

from simkit.calibration.forward import Lines
from simkit.calibration.person_periods import OPEN, Floats, Ints
from simkit.streams import Stream, uniforms

WINDOW_DAYS = 182
_FEWEST_MONTHS = 3
_STRAY = 0.01
_MOST_MONTHS = 12
_LEAST_SHAPE, _LARGEST_SHAPE = 0.05, 100.0
_MOST_SPREAD = 0.5


@dataclass(frozen=True)
class Orders:
    """The orders of the window before a cut.

    Attributes
    ----------
    cut, days : int
        Last day, and length of the window.
    customer : int array, shape (orders,)
        By customer.
    weekday : int array, shape (orders,)
    first, invoices : int array, shape (orders,)
        Where the order's invoices begin, and how many there are.
    term : int array, shape (invoices,)
        Days from issue to due.
    amount : float array, shape (invoices,)
        Fen.
    shape : float
        Of the gamma law of order rates over customers.
    spread : float
        Standard deviation of the log of a month's orders around a level rate, beyond chance.
    """

    cut: int
    days: int
    customer: Ints
    weekday: Ints
    first: Ints
    invoices: Ints
    term: Ints
    amount: Floats
    shape: float
    spread: float

    @classmethod
    def of(cls, lines: pd.DataFrame, cut: int) -> "Orders":
        """Return the orders of lines known at a cut: customer, issue, due, amount_fen."""
        opening = int(np.quantile(lines["issue"], _STRAY))  # a few old invoices do not make a ledger
        days = min(WINDOW_DAYS, cut - opening + 1)
        recent = lines[lines["issue"] > cut - days].sort_values(["customer", "issue"], kind="stable")
        orders = recent.groupby(["customer", "issue"]).size()
        customer, issue = (orders.index.get_level_values(name).to_numpy() for name in ("customer", "issue"))
        invoices = orders.to_numpy()
        counts = np.bincount(customer)
        return cls(
            cut=cut,
            days=days,
            customer=customer,
            weekday=(issue + 3) % 7,
            first=np.cumsum(invoices) - invoices,
            invoices=invoices.astype(np.int64),
            term=(recent["due"] - recent["issue"]).to_numpy(),
            amount=recent["amount_fen"].to_numpy(np.float64),
            shape=_shape(counts[counts > 0].astype(np.float64)),
            spread=_spread(lines["issue"].to_numpy(), opening, cut),
        )

    def drawn(self, seed: int, path: int, last: int) -> Lines:
        """Return the invoices of one path, from the day after the cut to a last day."""
        factor = self._daily_factors(seed, path, last)
        number = np.repeat(np.arange(self.customer.max() + 1), self._counts(seed, path, factor.sum()))
        entity = np.arange(len(number))
        luck = [uniforms(seed, path, Stream.FUTURE_ORDER, entity, kind) for kind in (0, 1)]
        start = np.searchsorted(self.customer, number)
        stop = np.searchsorted(self.customer, number, side="right")
        order = start + ((stop - start) * luck[1]).astype(np.int64)
        day = self.cut + 1 + np.searchsorted(np.cumsum(factor) / factor.sum(), luck[0])
        day += (self.weekday[order] - (day + 3) % 7 + 3) % 7 - 3  # the nearest day that is that weekday
        kept = (day > self.cut) & (day <= last)
        return self._lines(number[kept], order[kept], day[kept])

    def _counts(self, seed: int, path: int, days: float) -> Ints:
        """Return how many orders each customer places."""
        known = np.bincount(self.customer)
        rate = self.shape / known[known > 0].mean() * self.days
        entity = np.arange(len(known))
        luck = [uniforms(seed, path, Stream.FUTURE_RATE, entity, index) for index in (0, 1)]
        mean = gammaincinv(self.shape + known, luck[0]) / (rate + self.days) * days
        counts: Ints = (
            np.where(known > 0, np.ceil(pdtrik(luck[1], mean) - 1e-9), 0).clip(min=0).astype(np.int64)
        )
        return counts

    def _daily_factors(self, seed: int, path: int, last: int) -> Floats:
        """Return how busy each day is: a level that all months share, and each month's own deviation."""
        day = np.arange(self.cut + 1, last + 1)
        month = (day - self.cut - 1) // 30
        luck = ndtri(uniforms(seed, path, Stream.FUTURE_LEVEL, np.arange(month.max(initial=0) + 2)))
        factor: Floats = np.exp(self.spread * (luck[0] + luck[1:][month]) - self.spread**2)
        return factor

    def _lines(self, customer: Ints, order: Ints, day: Ints) -> Lines:
        count = self.invoices[order]
        row = np.repeat(np.arange(len(order)), count)
        invoice = self.first[order][row] + np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
        issue = day[row]
        return Lines(
            customer=customer[row],
            issue=issue,
            due=issue + self.term[invoice],
            first=issue + 1,
            amount=self.amount[invoice],
            paid=np.full(len(row), OPEN),
        )


def _shape(counts: Floats) -> float:
    """Return the gamma shape of order rates by moments: what counts vary beyond chance (Poisson)."""
    mean = float(counts.mean())
    beyond = float(counts.var()) - mean
    return float(np.clip(mean**2 / beyond if beyond > 0 else _LARGEST_SHAPE, _LEAST_SHAPE, _LARGEST_SHAPE))


def _spread(issue: Ints, opening: int, cut: int) -> float:
    """Return how far months (of 30 days) of invoices stray from their mean, in logs, beyond chance."""
    month = (cut - issue) // 30
    whole = min(_MOST_MONTHS, (cut - opening) // 30)
    if whole < _FEWEST_MONTHS:
        return _MOST_SPREAD / 2
    counts = np.bincount(month[month < whole], minlength=whole).astype(np.float64) + 0.5
    beyond = float(np.log(counts).var(ddof=1)) - float((1 / counts).mean())
    return float(min(np.sqrt(max(beyond, 0.0)), _MOST_SPREAD))
