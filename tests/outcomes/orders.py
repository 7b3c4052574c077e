"""Small order books for tests, written by hand or drawn."""

from dataclasses import asdict, dataclass
from datetime import timedelta

import pandas as pd
from hypothesis import strategies as st

from tests.outcomes.ledgers import START, typed

SOLD = ("signed", "delivered")


@dataclass(frozen=True)
class Order:
    """One order; days are integers from the first day, policy year from day 30 to 59 unless said otherwise."""

    customer_id: int
    day: int
    value_fen: int
    status: str = "delivered"
    new_customer: bool = False
    term_days: int = 30
    score: float = 70.0
    grade: str = "B"
    region: str = "East"
    warm_up_days: int = 30
    policy_days: int = 30

    @property
    def period(self) -> str:
        if self.day < self.warm_up_days:
            return "warm_up"
        return "policy" if self.day < self.warm_up_days + self.policy_days else "run_out"


def table(orders: list[Order]) -> pd.DataFrame:
    """Return orders as the engine's table."""
    rows = [
        asdict(order)
        | {"order_id": 10**6 + n, "order_date": START + timedelta(days=order.day), "period": order.period}
        for n, order in enumerate(orders)
    ]
    columns = list(rows[0]) if rows else table([Order(1, 0, 1)]).columns
    return typed(pd.DataFrame(rows, columns=columns)).drop(columns=["day", "warm_up_days", "policy_days"])


drawn = st.lists(
    st.builds(
        Order,
        customer_id=st.integers(1, 6),
        day=st.integers(0, 99),
        value_fen=st.integers(1, 10**9),
        status=st.sampled_from(
            ["signed", "delivered", "delivered", "lapsed", "declined", "refused", "over_limit"]
        ),
        new_customer=st.booleans(),
        region=st.sampled_from(["East", "West"]),
    ),
    max_size=25,
)
