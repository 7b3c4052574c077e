"""Sales: contracts signed and not lapsed, by signing date."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simkit.outcomes.ratio import ratio
from simkit.outcomes.receivables import DateLike, Flags, day, days_of

SOLD = ("signed", "delivered")
TURNED_AWAY = ("refused", "over_limit")


def sales(orders: pd.DataFrame) -> pd.DataFrame:
    """Return the orders that are sales: contracts signed and not lapsed (by their final status)."""
    return orders[orders["status"].isin(SOLD).to_numpy(bool)]


def in_period(orders: pd.DataFrame, period: str) -> pd.DataFrame:
    """Return the orders placed in a period (``warm_up``, ``policy`` or ``run_out``)."""
    return orders[orders["period"].isin([period]).to_numpy(bool)]


def new_customers(orders: pd.DataFrame, period: str) -> NDArray[np.int64]:
    """Return the ids of the customers whose first order ever was placed in a period, whatever came of it."""
    placed = in_period(orders, period)
    first = placed["new_customer"].to_numpy(bool)
    return np.unique(placed["customer_id"].to_numpy(np.int64)[first])


def of_customers(orders: pd.DataFrame, customer_ids: NDArray[np.int64]) -> Flags:
    """Return which orders are of the given customers."""
    return np.isin(orders["customer_id"].to_numpy(np.int64), customer_ids)


def first_orders(orders: pd.DataFrame) -> pd.DataFrame:
    """Return each customer's first order among the given ones."""
    order = np.lexsort([orders[column].to_numpy() for column in ("order_id", "order_date", "customer_id")])
    ids = orders["customer_id"].to_numpy(np.int64)[order]
    first = np.flatnonzero(np.diff(ids, prepend=-1))
    return orders.iloc[order[first]]


def repurchase_rate(orders: pd.DataFrame) -> float | None:
    """Return the share of customers with a sale in the warm-up year who buy again in the policy year."""
    sold = sales(orders)
    before = np.unique(in_period(sold, "warm_up")["customer_id"].to_numpy(np.int64))
    after = in_period(sold, "policy")["customer_id"].to_numpy(np.int64)
    return ratio(np.count_nonzero(np.isin(before, after)), len(before))


def refused_share(orders: pd.DataFrame) -> float | None:
    """Return the share of orders (by number) turned away: refused, or over the credit limit."""
    return ratio(np.count_nonzero(orders["status"].isin(TURNED_AWAY)), len(orders))


def lapsed_share(orders: pd.DataFrame) -> float | None:
    """Return the share of signed contracts (by number) that lapsed for want of the prepayment."""
    lapsed = np.count_nonzero(orders["status"].isin(["lapsed"]))
    return ratio(lapsed, lapsed + len(sales(orders)))


def monthly_sales(sold: pd.DataFrame, first: DateLike, last: DateLike) -> tuple[list[int], list[int]]:
    """Return sales in fen and days of each calendar month from ``last`` back to ``first``, latest first.

    The two end months hold only their days within the dates.
    """
    begin, end = day(first), day(last)
    months = np.arange(end.astype("datetime64[M]"), begin.astype("datetime64[M]") - 1, -1)
    starts = np.maximum(months.astype("datetime64[D]"), begin)
    ends = np.minimum((months + 1).astype("datetime64[D]"), end + 1)
    signed = days_of(sold["order_date"])
    within = (signed >= begin) & (signed <= end)
    months_back = (months[0] - signed[within].astype("datetime64[M]")).astype(np.int64)
    fen = np.zeros(len(months), dtype=np.int64)
    np.add.at(fen, months_back, sold["value_fen"].to_numpy(np.int64)[within])
    return fen.tolist(), (ends - starts).astype(np.int64).tolist()
