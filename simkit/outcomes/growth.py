"""Growth of sales, split exactly into where it came from (Handbook A1)."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simkit.outcomes.ratio import difference, ratio
from simkit.outcomes.reading import Reading
from simkit.outcomes.sales import is_sale, new_buyers, new_customers, of_customers
from simkit.outcomes.tally import Tally
from simkit.outcomes.words import is_one_of


@dataclass(frozen=True)
class Growth:
    """Sales of two periods and the four parts of their difference, in fen; the parts sum to it exactly.

    ``before_fen`` is the warm-up year's sales, brought to the length of the policy year when the two differ.
    """

    before_fen: int
    after_fen: int
    new_customers_fen: int
    repurchase_fen: int
    order_value_fen: int
    other_fen: int

    @property
    def rate(self) -> float | None:
        """Sales growth = after / before - 1; None without sales before."""
        return self.share(self.after_fen - self.before_fen)

    def share(self, part_fen: int) -> float | None:
        """Return a part as a share of the sales before (points of growth); None without sales before."""
        return ratio(part_fen, self.before_fen)


def split(
    before_fen: int, before_orders: int, after_fen: int, after_orders: int, new_fen: int, length: Fraction
) -> Growth:
    """Split the growth from one period's sales to another's.

    New customers' part is all they bought. What existing customers add is compared as orders x average value:
    *repurchase* is the change in orders at the old value, *order value* the change in value at the old number
    of orders, and *other* the remainder: both changing together, and rounding.

    Parameters
    ----------
    before_fen, before_orders : int
        Sales of the first period.
    after_fen, after_orders : int
        Sales of the second period to customers who are not new.
    new_fen : int
        Sales of the second period to new customers.
    length : Fraction
        Length of the second period / length of the first.
    """
    n0, s0, n1 = before_orders * length, before_fen * length, after_orders
    v0 = s0 / n0 if n0 else Fraction(0)
    v1 = Fraction(after_fen, n1) if n1 else v0
    base = round(s0)
    repurchase, order_value = round((n1 - n0) * v0), round((v1 - v0) * n0)
    return Growth(
        before_fen=base,
        after_fen=after_fen + new_fen,
        new_customers_fen=new_fen,
        repurchase_fen=repurchase,
        order_value_fen=order_value,
        other_fen=after_fen - base - repurchase - order_value,
    )


@dataclass(frozen=True)
class Sold(Tally):
    """Sales of the warm-up and the policy year, those to new customers and to the others apart, and who is new."""

    before_fen: int
    before_orders: int
    after_fen: int
    after_orders: int
    new_fen: int
    new_buyers_before: int
    new_buyers: int

    @classmethod
    def count(cls, reading: Reading) -> Self:
        """Count the sales of some regions."""
        return cls.among(reading.orders, new_customers(reading.orders, "policy"))

    @classmethod
    def among(cls, orders: pd.DataFrame, new_ids: NDArray[np.int64]) -> Self:
        """Count the sales among some orders; those to the given customers are the ones to new ones."""
        sold, fen = is_sale(orders), orders["value_fen"].to_numpy(np.int64)
        before, after = (sold & is_one_of(orders["period"], period) for period in ("warm_up", "policy"))
        new = after & of_customers(orders, new_ids)
        return cls(
            before_fen=int(fen[before].sum()),
            before_orders=int(np.count_nonzero(before)),
            after_fen=int(fen[after & ~new].sum()),
            after_orders=int(np.count_nonzero(after & ~new)),
            new_fen=int(fen[new].sum()),
            new_buyers_before=new_buyers(orders, "warm_up"),
            new_buyers=new_buyers(orders, "policy"),
        )

    def growth(self, warm_up_days: int, policy_days: int) -> Growth:
        """Return the growth of sales, split."""
        length = Fraction(policy_days, warm_up_days)
        return split(
            self.before_fen, self.before_orders, self.after_fen, self.after_orders, self.new_fen, length
        )

    def new_customers_growth(self, warm_up_days: int, policy_days: int) -> float | None:
        """Return the growth of the number of new customers with a sale."""
        before = self.new_buyers_before * Fraction(policy_days, warm_up_days)
        return difference(ratio(self.new_buyers, float(before)), 1.0)


def growth(orders: pd.DataFrame, warm_up_days: int, policy_days: int) -> Growth:
    """Return the growth of sales from the warm-up year to the policy year, split.

    Sales are contracts signed and not lapsed, by signing date. New customers are those whose first order ever
    lies in the policy year; all they buy in that year is theirs. When the two periods differ in length the
    first is scaled per day.
    """
    return Sold.among(orders, new_customers(orders, "policy")).growth(warm_up_days, policy_days)


def growth_by(orders: pd.DataFrame, column: str, warm_up_days: int, policy_days: int) -> dict[str, Growth]:
    """Return the growth of each group of a column (region, grade), split.

    A customer who is new is new in every group. Sales and the new customers' part of the groups sum to those
    of the whole; repurchase and order value need not, since each group has its own average value.
    """
    ids = new_customers(orders, "policy")
    groups = orders[column].astype(str)
    return {
        name: Sold.among(orders[(groups == name).to_numpy(bool)], ids).growth(warm_up_days, policy_days)
        for name in sorted(groups.unique())
    }


def new_customers_growth(orders: pd.DataFrame, warm_up_days: int, policy_days: int) -> float | None:
    """Return the growth of the number of new customers with a sale, policy year / warm-up year - 1 (Handbook A1).

    The warm-up year's number is scaled per day when the two periods differ in length; None when it is zero.
    """
    sold = Sold.among(orders, new_customers(orders, "policy"))
    return sold.new_customers_growth(warm_up_days, policy_days)
