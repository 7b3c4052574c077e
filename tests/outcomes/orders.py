"""Small order books for tests, written by hand or drawn."""

from dataclasses import asdict, dataclass
from datetime import timedelta

import pandas as pd
from hypothesis import strategies as st

from tests.outcomes.ledgers import START, typed

SOLD = ("signed", "delivered")
STATUSES = (*SOLD, "delivered", "lapsed", "declined", "refused", "over_limit")
WARM_UP_DAYS = 30
POLICY_DAYS = 30


@dataclass(frozen=True)
class Order:
    """One order; days are integers from the first day: warm-up to day 29, policy year to day 59."""

    customer_id: int
    day: int
    value_fen: int
    status: str = "delivered"
    new_customer: bool = False
    term_days: int = 30
    score: float = 70.0
    grade: str = "B"
    region: str = "East"

    @property
    def period(self) -> str:
        if self.day < WARM_UP_DAYS:
            return "warm_up"
        return "policy" if self.day < WARM_UP_DAYS + POLICY_DAYS else "run_out"


def table(orders: list[Order]) -> pd.DataFrame:
    """Return orders as the engine's table."""
    rows = [
        asdict(order)
        | {"order_id": 10**6 + n, "order_date": START + timedelta(days=order.day), "period": order.period}
        for n, order in enumerate(orders)
    ]
    columns = list(rows[0]) if rows else [*table([Order(1, 0, 1)]).columns, "day"]
    return typed(pd.DataFrame(rows, columns=columns)).drop(columns="day")


drawn = st.lists(
    st.builds(
        Order,
        customer_id=st.integers(1, 6),
        day=st.integers(0, 99),
        value_fen=st.integers(1, 10**9),
        status=st.sampled_from(STATUSES),
        new_customer=st.booleans(),
        region=st.sampled_from(["East", "West"]),
    ),
    max_size=25,
)
