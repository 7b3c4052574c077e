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
    old_share : float
        Share of the customers seen who were customers before the window.
    """

    orders_per_day: float
    shape: float
    gap_shape: float
    leaving_per_day: float
    old_share: float

    def free(self) -> Floats:
        """Return the parameters without bounds: logarithms, and the logit of the share."""
        *positive, share = (getattr(self, field.name) for field in fields(self))
        return np.array([*np.log(positive), logit(share)])

    @classmethod
    def of(cls, free: Floats) -> Self:
        """Return the law of parameters without bounds (see `free`)."""
        rate, shape, gap_shape, leaving = np.exp(free[:-1]).tolist()
        return cls(rate, shape, gap_shape, leaving, float(expit(free[-1])))

    @property
    def churn_per_year(self) -> float:
        """Share of customers who stop in a year."""
        return -math.expm1(-YEAR * self.leaving_per_day)


LOWEST = OrderLaw(1e-3 / YEAR, 0.05, 0.3, 1e-3 / YEAR, 1e-3)
HIGHEST = OrderLaw(1000.0 / YEAR, 100.0, 5.0, 3.0 / YEAR, 1 - 1e-3)
"""Where the search ends; the engine's own bounds, where it has some."""

PRIOR_SD = np.array([2.0, 1.0, 0.5, 1.0, 2.0])
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
    gaps : csr_matrix, shape (customers, days)
        How many gaps of 0, 1, 2, ... days between days with an order; none is 0.
    """

    days: int
    first: Ints
    last: Ints
    gaps: csr_matrix

    @classmethod
    def of(cls, customer: "pd.Series[str]", day: Ints, days: int) -> Self:
        """Return the histories of orders, given by customer and by day of a window of so many days.

        Customers are in the order of their ids.
        """
        code, _ = pd.factorize(customer, sort=True)
        code, day = np.unique(np.stack([code, day]), axis=1)
        opens = np.concatenate([[True], code[1:] != code[:-1]])
        closes = np.concatenate([opens[1:], [True]])
        gap = (day[1:] - day[:-1])[~opens[1:]]
        counts = csr_matrix((np.ones(len(gap)), (code[1:][~opens[1:]], gap)), shape=(opens.sum(), days))
        return cls(days, day[opens], day[closes], counts)
