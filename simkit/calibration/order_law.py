"""How customers order, in five parameters, and what a ledger's window shows of each of them."""

import math
from dataclasses import dataclass, fields
from typing import Self

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import csr_matrix
from scipy.special import expit, logit

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

YEAR = 365


@dataclass(frozen=True)
class OrderLaw:
    """How customers order.

    Attributes
    ----------
    orders_per_day : float
        Mean rate over customers, those not seen among them.
    shape : float
        Of the gamma spread of rates.
    gap_shape : float
        Of the Weibull gaps.
    leaving_per_day : float
        Hazard at which a customer stops.
    cut_share : float
        Share of orders that are cut into several invoices of one day.
    old_share : float
        Share of the customers seen who were customers before the window.
    """

    orders_per_day: float
    shape: float
    gap_shape: float
    leaving_per_day: float
    cut_share: float
    old_share: float

    def free(self) -> Floats:
        """Return the parameters without bounds: logarithms, and logits of the shares."""
        values = np.array([getattr(self, field.name) for field in fields(self)])
        return np.concatenate([np.log(values[:-2]), logit(values[-2:])])

    @classmethod
    def of(cls, free: Floats) -> Self:
        """Return the law of parameters without bounds (see `free`)."""
        return cls(*np.exp(free[:-2]).tolist(), *expit(free[-2:]).tolist())

    @property
    def churn_per_year(self) -> float:
        """Share of customers who stop in a year."""
        return -math.expm1(-YEAR * self.leaving_per_day)


LOWEST = OrderLaw(1e-3 / YEAR, 0.05, 0.3, 1e-3 / YEAR, 1e-3, 1e-3)
HIGHEST = OrderLaw(1000.0 / YEAR, 100.0, 5.0, 3.0 / YEAR, 1 - 1e-3, 1 - 1e-3)
"""Where the search ends; the engine's own bounds, where it has some."""

PRIOR_SD = np.array([2.0, 1.0, 0.5, 1.0, 2.0, 2.0])
"""How far, in the terms of `OrderLaw.free`, a law may be from the one expected: wide beside what a ledger of a hundred
customers tells, narrow enough that one of three customers gives a law at all (assumption)."""


@dataclass(frozen=True)
class OrderHistories:
    """What a window shows of each customer who ordered in it.

    Attributes
    ----------
    days : int
        Length of the window.
    first, last : int array, shape (customers,)
        Day of the first and of the last order, from 0.
    single, several : int array, shape (customers,)
        Days with one invoice and with more.
    gaps : csr_matrix, shape (customers, days)
        How many gaps of 0, 1, 2, ... days between days with an order; none is 0.
    """

    days: int
    first: Ints
    last: Ints
    single: Ints
    several: Ints
    gaps: csr_matrix

    @classmethod
    def of(cls, customer: "pd.Series[str]", day: Ints, days: int) -> Self:
        """Return the histories of invoices, given by customer and by day of a window of so many days.

        Customers are in the order of their ids.
        """
        code, _ = pd.factorize(customer, sort=True)
        (code, day), invoices = np.unique(np.stack([code, day]), axis=1, return_counts=True)
        opens = np.concatenate([[True], code[1:] != code[:-1]])
        closes = np.concatenate([opens[1:], [True]])
        gap = (day[1:] - day[:-1])[~opens[1:]]
        counts = csr_matrix((np.ones(len(gap)), (code[1:][~opens[1:]], gap)), shape=(opens.sum(), days))
        single = np.bincount(code, invoices == 1).astype(np.int64)
        return cls(days, day[opens], day[closes], single, np.bincount(code) - single, counts)
