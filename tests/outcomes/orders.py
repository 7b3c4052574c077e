"""Small order books for tests, written by hand or drawn."""

from dataclasses import asdict, dataclass

import pandas as pd
from hypothesis import strategies as st

from tests.outcomes.ledgers import on, typed

SOLD = ("signed", "delivered")
STATUSES = (*SOLD, "delivered", "lapsed", "declined", "refused", "withdrawn", "pending")
TIERS = ("core", "potential", "basic", "dormant", "unclassified")
WARM_UP_DAYS = 30
POLICY_DAYS = 30


@dataclass(frozen=True)
class Order:
    """One order; days are integers from the first day: warm-up to day 29, policy year to day 59.

    ``day`` is the day of the decision (the signing), ``waited`` the days since the application; a pending order has
    no decision and is dated by its application.
    """

    customer_id: int
    day: int
    value_fen: int
    status: str = "delivered"
    new_customer: bool = False
    term_days: int = 30
    score: float = 70.0
    grade: str = "B"
    region: str = "East"
    waited: int = 0
    discount_fen: int = 0
    cross_sold: bool = False
    tier: str = "basic"
    route: str = "direct"

    @property
    def applied(self) -> int:
        return self.day - self.waited

    @property
    def dated(self) -> int:
        return self.applied if self.status == "pending" else self.day

    @property
    def period(self) -> str:
        if self.dated < WARM_UP_DAYS:
            return "warm_up"
        return "policy" if self.dated < WARM_UP_DAYS + POLICY_DAYS else "run_out"


def table(orders: list[Order]) -> pd.DataFrame:
    """Return orders as the engine's table."""
    rows = [
        asdict(order)
        | {
            "order_id": 10**6 + n,
            "order_date": on(order.applied),
            "decided_date": None if order.status == "pending" else on(order.day),
            "list_value_fen": order.value_fen + order.discount_fen,
            "period": order.period,
        }
        for n, order in enumerate(orders)
    ]
    columns = list(rows[0]) if rows else [*table([Order(1, 0, 1)]).columns, "day", "waited"]
    return typed(pd.DataFrame(rows, columns=columns)).drop(columns=["day", "waited"])


drawn = st.lists(
    st.builds(
        Order,
        customer_id=st.integers(1, 6),
        day=st.integers(0, 99),
        value_fen=st.integers(1, 10**9),
        status=st.sampled_from(STATUSES),
        new_customer=st.booleans(),
        region=st.sampled_from(["East", "West"]),
        waited=st.integers(0, 12),
        cross_sold=st.booleans(),
        tier=st.sampled_from(TIERS),
        route=st.sampled_from(["direct", "review", "meeting"]),
    ),
    max_size=25,
)
