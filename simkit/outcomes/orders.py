"""What is counted of the policy year's orders: what they sold, and how they were decided."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from simkit.outcomes.approval import approval_days_mean, withdrawn_share
from simkit.outcomes.ratio import Ratio
from simkit.outcomes.reading import Reading
from simkit.outcomes.receivables import Fen
from simkit.outcomes.sales import (
    cross_sell_rate,
    first_orders,
    lapsed_share,
    monthly_sales,
    refused_share,
    repurchase_rate,
    total,
)
from simkit.outcomes.tally import Tally

HIGH_RISK_SCORE = 60.0


@dataclass(frozen=True)
class Sales(Tally):
    """The sales of the policy year, and of each calendar month up to its end, the latest first (``monthly_fen``)."""

    orders: int
    fen: int
    list_fen: int
    discount_fen: int
    term_days: int
    cross_sold: Ratio
    repurchased: Ratio
    monthly_fen: Fen

    @classmethod
    def count(cls, reading: Reading) -> Self:
        """Sum the sales of some regions."""
        sold, orders, window = reading.sold, reading.orders, reading.window
        monthly_fen, _ = monthly_sales(reading.sales, window.opening, window.last)
        return cls(
            orders=len(sold),
            fen=total(sold["value_fen"]),
            list_fen=total(sold["list_value_fen"]),
            discount_fen=total(sold["discount_fen"]),
            term_days=total(sold["term_days"]),
            cross_sold=cross_sell_rate.sums(sold),
            repurchased=repurchase_rate.sums(orders),
            monthly_fen=np.array(monthly_fen),
        )


@dataclass(frozen=True)
class Admission(Tally):
    """How the orders of the policy year were decided; see the measures of these names.

    ``high_risk`` are the customers on credit with a low score at their first order of the year.
    """

    high_risk: Ratio
    refused: Ratio
    withdrawn: Ratio
    approval_days: Ratio
    lapsed: Ratio

    @classmethod
    def count(cls, reading: Reading) -> Self:
        """Count the orders of some regions."""
        dated, sold = reading.dated, reading.sold
        on_credit = first_orders(sold[sold["term_days"].to_numpy(np.int64) > 0])
        return cls(
            high_risk=Ratio(np.count_nonzero(on_credit["score"] < HIGH_RISK_SCORE), len(on_credit)),
            refused=refused_share.sums(dated),
            withdrawn=withdrawn_share.sums(dated),
            approval_days=approval_days_mean.sums(dated),
            lapsed=lapsed_share.sums(dated),
        )
