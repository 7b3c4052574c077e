"""RFM tiers: who is in them, what they buy and what their treatment costs (Handbook A2)."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simkit.outcomes.ratio import ratio
from simkit.outcomes.reading import Reading
from simkit.outcomes.receivables import Counts, Fen, days_of, positions
from simkit.outcomes.run import Run
from simkit.outcomes.sales import SOLD, is_sale
from simkit.outcomes.spans import Spans, month_number
from simkit.outcomes.tally import Summary, Tally
from simkit.outcomes.words import codes_of, is_one_of

TIERS = ("core", "potential", "basic", "dormant", "unclassified")
CONTRACT = (*SOLD, "lapsed")
EXPECTED_CUSTOMERS = {"core": 0.10, "potential": 0.20, "basic": 0.50, "dormant": 0.20}
"""Shares of the customers the handbook expects (A2); customers whom no rule fits are not expected."""
EXPECTED_SALES = {"core": 0.50, "potential": 0.30, "basic": 0.15, "dormant": 0.05}
"""Shares of the sales the handbook expects (A2)."""


@dataclass(frozen=True)
class Tiers(Tally):
    """Sums over the policy year for each of ``TIERS`` (arrays of that length).

    ``customer_months`` and ``buying_months`` count customers in business on the first of a month: all of them, and,
    month by month, those who placed a repeat order in it that became a sale. ``months`` are the rows of each month;
    what was bought in one without rows does not count. Sales are those signed in the year, by the tier the
    customer was in when it ordered; one who had none yet counts as unclassified.
    """

    months: Counts
    customer_months: Counts
    buying_months: Counts
    orders: Counts
    cross_sold: Counts
    sales_fen: Fen
    treatment_fen: Fen

    @classmethod
    def count(cls, reading: Reading) -> Self:
        """Count the tiers of some regions."""
        months = Spans.months(reading.window.first, reading.window.last)
        segments, sold = reading.window.policy_months(reading.run.segments), reading.sold
        tier, cross_sold = _codes(sold["tier"]), sold["cross_sold"].to_numpy(bool)
        segment = _codes(segments["tier"])
        month = month_number(days_of(segments["month"])) - months.month[0]
        return cls(
            months=np.bincount(month, minlength=len(months)),
            customer_months=_sums(segment, segments["customers"].to_numpy(np.int64)),
            buying_months=_buying_months(reading.orders, months.month),
            orders=_sums(tier, np.ones(len(tier), dtype=np.int64)),
            cross_sold=_sums(tier, cross_sold.astype(np.int64)),
            sales_fen=_sums(tier, sold["value_fen"].to_numpy(np.int64)),
            treatment_fen=_sums(segment, segments["treatment_fen"].to_numpy(np.int64)),
        )

    def customer_share(self, tier: str) -> float | None:
        """Return a tier's share of the customers, all months counting alike; None without customers."""
        return ratio(self.customer_months[TIERS.index(tier)], self.customer_months.sum())

    def sales_share(self, tier: str) -> float | None:
        """Return a tier's share of the sales; None without sales."""
        return ratio(self.sales_fen[TIERS.index(tier)], self.sales_fen.sum())

    def repurchase_rate(self, tier: str) -> float | None:
        """Return the share of a tier's customer-months with at least one repeat order that became a sale."""
        place = TIERS.index(tier)
        return ratio(self.buying_months[self.months > 0, place].sum(), self.customer_months[place])

    def cross_sell_rate(self, tier: str) -> float | None:
        """Return the share of a tier's sales (by number) with a further product on top."""
        place = TIERS.index(tier)
        return ratio(self.cross_sold[place], self.orders[place])

    def table(self) -> pd.DataFrame:
        """Return one row a tier, see :func:`tier_table`."""
        rows = [
            {
                "tier": tier,
                "customers": ratio(self.customer_months[place], np.count_nonzero(self.months)),
                "customer_share": self.customer_share(tier),
                "expected_customer_share": EXPECTED_CUSTOMERS.get(tier),
                "sales_fen": self.sales_fen[place],
                "sales_share": self.sales_share(tier),
                "expected_sales_share": EXPECTED_SALES.get(tier),
                "orders": self.orders[place],
                "repurchase_rate": self.repurchase_rate(tier),
                "cross_sell_rate": self.cross_sell_rate(tier),
                "treatment_fen": self.treatment_fen[place],
            }
            for place, tier in enumerate(TIERS)
        ]
        shares = [name for name in rows[0] if name.endswith(("_share", "_rate"))]
        types = dict.fromkeys(["customers", *shares], "float64") | {"tier": "string[pyarrow]"}
        return pd.DataFrame(rows).astype(types)


def tier_table(run: Run | Summary) -> pd.DataFrame:
    """Return one row a tier over the policy year, beside the shares the handbook expects.

    Columns
    -------
    tier, customers (mean over the months that begin in the year), customer_share, expected_customer_share,
    sales_fen, sales_share, expected_sales_share, orders, repurchase_rate (share of customer-months with a repeat
    order), cross_sell_rate, treatment_fen. Shares sum to 1; what is undefined, or not expected, is NaN.
    """
    return Tiers.of(run).table()


def _codes(tiers: "pd.Series[str]") -> Counts:
    codes = codes_of(tiers, TIERS)
    return np.where(codes < 0, TIERS.index("unclassified"), codes)


def _sums(tier: Counts, amounts: Counts) -> Counts:
    total = np.zeros(len(TIERS), dtype=np.int64)
    np.add.at(total, tier, amounts)
    return total


def _buying_months(orders: pd.DataFrame, months: Counts) -> Counts:
    """Count by month and tier the customers with a repeat order, of those who were there on the first of the month."""
    month = month_number(days_of(orders["order_date"]))
    counted = np.isin(month, months) & is_sale(orders) & ~_just_won(orders, month)
    customer, _ = pd.factorize(orders["customer_id"].to_numpy(np.int64)[counted])
    cells = len(months) * len(TIERS)
    cell = (month[counted] - months[0]) * len(TIERS) + _codes(orders["tier"][counted])
    once = pd.unique(customer * cells + cell) % cells
    return np.bincount(once, minlength=cells).reshape(len(months), len(TIERS))


def _just_won(orders: pd.DataFrame, month: Counts) -> NDArray[np.bool_]:
    """Return which orders are placed before or in the month in which their customer signed its first contract."""
    first = orders["new_customer"].to_numpy(bool) & is_one_of(orders["status"], *CONTRACT)
    ids, decided = orders["customer_id"].to_numpy(np.int64), days_of(orders["decided_date"])
    contracts = np.flatnonzero(first)[np.argsort(decided[first], kind="stable")]
    known, place = positions(ids[contracts], ids)
    just_won = np.zeros(len(ids), dtype=bool)
    just_won[known] = month[known] <= month_number(decided[contracts[place]])
    return just_won
