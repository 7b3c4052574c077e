"""How many customers default in a year, as far as a ledger tells: those of whom a line had to be given up.

The slowest of payers are among them, so that this is an upper bound of how many fail.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import gamma

YEAR = 365


@dataclass(frozen=True)
class DefaultRate:
    """Annual probability of default of a customer.

    Attributes
    ----------
    defaults : int
        Customers with a line given up.
    customer_years : float
        Years on the books of lines old enough to have been given up, until the first that was.
    mean, low, high : float
        Posterior mean and 95 % interval (share a year).
    """

    defaults: int
    customer_years: float
    mean: float
    low: float
    high: float


def default_rate(lines: pd.DataFrame, as_of: int, write_off_days: int, base_pd: float) -> DefaultRate:
    """Return the annual probability of default, shrunk to the base world's.

    A customer is on the books from the issue of its first line to the due date of its last. Only lines that could have
    been given up by now count. Defaults are Poisson in customer-years; the prior is exponential around the base
    world's rate, that is, worth one default.

    Parameters
    ----------
    lines : DataFrame
        As `simkit.calibration.person_periods.ledger_lines` returns.
    as_of : int
        The day the ledger was drawn up.
    write_off_days : int
        Days overdue after which a line was given up.
    base_pd : float
        The base world's annual probability of default, between 0 and 1.
    """
    told = lines[lines["due"] + write_off_days <= as_of]
    lost = told[told["written_off"]].groupby("customer")["due"].min()
    by_customer = told.groupby("customer")
    last = by_customer["due"].max()
    until = lost.reindex(last.index).fillna(last)
    years = float((until - by_customer["issue"].min()).sum()) / YEAR
    base_rate = -np.log1p(-min(max(base_pd, 1e-4), 0.5))
    law = gamma(1 + len(lost), scale=1 / (1 / base_rate + years))
    mean, low, high = -np.expm1(-np.array([law.mean(), *law.ppf([0.025, 0.975])]))
    return DefaultRate(len(lost), years, float(mean), float(low), float(high))
