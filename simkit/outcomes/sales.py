"""Sales: contracts signed and not lapsed, by signing date."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simkit.outcomes.ratio import Measure, Ratio
from simkit.outcomes.receivables import DateLike, Days, Flags, days_of
from simkit.outcomes.spans import Spans
from simkit.outcomes.words import is_one_of

SOLD = ("signed", "delivered")


def is_sale(orders: pd.DataFrame) -> Flags:
    """Return which orders are sales: contracts signed and not lapsed (by their final status)."""
    return is_one_of(orders["status"], *SOLD)


def sales(orders: pd.DataFrame) -> pd.DataFrame:
    """Return the orders that are sales: contracts signed and not lapsed (by their final status)."""
    return orders[is_sale(orders)]


def is_decided(orders: pd.DataFrame) -> Flags:
    """Return which orders are no longer pending: signed, turned away, or taken back by the customer."""
    return ~is_one_of(orders["status"], "pending")


def dates(orders: pd.DataFrame) -> Days:
    """Return the day that dates each order: of the decision (signing), of the application while it is pending."""
    decision = days_of(orders["decided_date"])
    return np.where(np.isnat(decision), days_of(orders["order_date"]), decision)


def in_period(orders: pd.DataFrame, period: str) -> pd.DataFrame:
    """Return the orders dated in a period (``warm_up``, ``policy`` or ``run_out``), or the lines of theirs."""
    return orders[is_one_of(orders["period"], period)]


def new_customers(orders: pd.DataFrame, period: str) -> NDArray[np.int64]:
    """Return the ids of the customers whose first order ever is dated in a period, whatever came of it."""
    first = is_one_of(orders["period"], period) & orders["new_customer"].to_numpy(bool)
    return distinct(orders["customer_id"].to_numpy(np.int64)[first])


def buyers(orders: pd.DataFrame, period: str) -> NDArray[np.int64]:
    """Return the ids of the customers with a sale in a period."""
    bought = is_one_of(orders["period"], period) & is_sale(orders)
    return distinct(orders["customer_id"].to_numpy(np.int64)[bought])


def new_buyers(orders: pd.DataFrame, period: str) -> int:
    """Return the number of customers new in a period who have a sale in it."""
    return int(np.count_nonzero(is_among(new_customers(orders, period), buyers(orders, period))))


def distinct(ids: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return ids once each, lowest first; hashed, in an eighth of the time that ``np.unique`` takes to sort them."""
    return np.sort(pd.unique(ids))


def is_among(ids: NDArray[np.int64], known: NDArray[np.int64]) -> Flags:
    """Return which ids are among some; hashed, in a tenth of the time of ``np.isin``."""
    return pd.Index(ids).isin(known)


def of_customers(orders: pd.DataFrame, customer_ids: NDArray[np.int64]) -> Flags:
    """Return which orders are of the given customers."""
    return is_among(orders["customer_id"].to_numpy(np.int64), customer_ids)


def first_orders(orders: pd.DataFrame) -> pd.DataFrame:
    """Return each customer's first order among the given ones, by the day that dates it."""
    ids = orders["customer_id"].to_numpy(np.int64)
    order = np.lexsort([orders["order_id"].to_numpy(np.int64), dates(orders), ids])
    ids = ids[order]
    first = np.flatnonzero(np.diff(ids, prepend=-1))
    return orders.iloc[order[first]]


@Measure
def repurchase_rate(orders: pd.DataFrame) -> Ratio:
    """Return the share of customers with a sale in the warm-up year who buy again in the policy year."""
    before = buyers(orders, "warm_up")
    return Ratio(np.count_nonzero(is_among(before, buyers(orders, "policy"))), len(before))


@Measure
def refused_share(orders: pd.DataFrame) -> Ratio:
    """Return the share of decided orders (by number) that the company refused; None without any."""
    refused = is_one_of(orders["status"], "refused")
    return Ratio(np.count_nonzero(refused), np.count_nonzero(is_decided(orders)))


@Measure
def lapsed_share(orders: pd.DataFrame) -> Ratio:
    """Return the share of signed contracts (by number) that lapsed for want of the prepayment."""
    lapsed = np.count_nonzero(is_one_of(orders["status"], "lapsed"))
    return Ratio(lapsed, lapsed + np.count_nonzero(is_sale(orders)))


def monthly_sales(sold: pd.DataFrame, first: DateLike, last: DateLike) -> tuple[list[int], list[int]]:
    """Return sales in fen and days of each calendar month from ``last`` back to ``first``, latest first.

    The two end months hold only their days within the dates.
    """
    months = Spans.months(first, last)
    place = months.place(days_of(sold["decided_date"]))
    fen = np.zeros(len(months), dtype=np.int64)
    np.add.at(fen, place[place >= 0], sold["value_fen"].to_numpy(np.int64)[place >= 0])
    return fen[::-1].tolist(), months.days[::-1].tolist()


@Measure
def cross_sell_rate(sold: pd.DataFrame) -> Ratio:
    """Return the share of sales (by number) with a further product on top (Handbook A2); None without any."""
    return Ratio(np.count_nonzero(sold["cross_sold"].to_numpy(bool)), len(sold))


def total(column: "pd.Series[int]") -> int:
    """Return the sum of a column of whole numbers, as a number without bounds."""
    return int(column.to_numpy(np.int64).sum())
