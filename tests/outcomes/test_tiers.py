"""RFM tiers."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simkit.outcomes.tiers import EXPECTED_CUSTOMERS, EXPECTED_SALES, tier_table
from tests.outcomes.ledgers import many, on, share
from tests.outcomes.orders import SOLD, TIERS, Order, drawn, table
from tests.outcomes.runs import IN_POLICY, MONTHS, SEGMENTS, HandRun, rows

segments = st.lists(
    st.fixed_dictionaries(
        {
            "region": st.sampled_from(["East", "West"]),
            "month": st.sampled_from(MONTHS),
            "tier": st.sampled_from(TIERS),
            "customers": st.integers(0, 50),
            "treatment_fen": st.integers(0, 10**6),
        }
    ),
    max_size=20,
)


def shown(orders: list[Order], months: list[dict[str, object]]) -> pd.DataFrame:
    run = HandRun(orders=table(orders), segments=rows(SEGMENTS, *months))
    return tier_table(run).set_index("tier")


def buying_months(orders: list[Order], months: set[date]) -> set[tuple[str, int, date]]:
    """Return (tier, customer, month) of every month with a repeat order, order by order."""
    joined: dict[int, int] = {}
    for order in orders:
        if order.new_customer and order.status in (*SOLD, "lapsed"):
            joined[order.customer_id] = min(order.day, joined.get(order.customer_id, 10**9))
    found = set()
    for order in orders:
        month = on(order.applied).replace(day=1)
        there = order.customer_id not in joined or on(joined[order.customer_id]) < month
        if month in months and there and order.status in SOLD:
            found.add((order.tier, order.customer_id, month))
    return found


@pytest.mark.no_cover
@many
@given(orders=drawn, months=segments)
def test_it_is_that_of_every_order_and_month(orders: list[Order], months: list[dict[str, object]]) -> None:
    result = shown(orders, months)
    year = [row for row in months if row["month"] in IN_POLICY]
    length = len({row["month"] for row in year})
    sold = [order for order in orders if order.period == "policy" and order.status in SOLD]
    bought = buying_months(orders, {row["month"] for row in year})
    for tier in TIERS:
        there = sum(row["customers"] for row in year if row["tier"] == tier)
        theirs = [order for order in sold if order.tier == tier]
        expected = {
            "customers": share(there, length),
            "customer_share": share(there, sum(row["customers"] for row in year)),
            "sales_fen": sum(order.value_fen for order in theirs),
            "sales_share": share(
                sum(order.value_fen for order in theirs), sum(order.value_fen for order in sold)
            ),
            "orders": len(theirs),
            "repurchase_rate": share(sum(tier == other for other, _, _ in bought), there),
            "cross_sell_rate": share(sum(order.cross_sold for order in theirs), len(theirs)),
            "treatment_fen": sum(row["treatment_fen"] for row in year if row["tier"] == tier),
        }
        for name, value in expected.items():
            assert result.loc[tier, name] == pytest.approx(np.nan if value is None else value, nan_ok=True), (
                name
            )


@pytest.mark.no_cover
@many
@given(orders=drawn, months=segments)
def test_shares_sum_to_one(orders: list[Order], months: list[dict[str, object]]) -> None:
    result = shown(orders, months)
    for name in ("customer_share", "sales_share"):
        shares = result[name]
        assert shares.isna().all() or shares.sum() == pytest.approx(1.0, abs=1e-12)


def test_the_handbooks_shares_stand_beside() -> None:
    result = shown([], [])
    assert result["expected_customer_share"].tolist()[:4] == [0.10, 0.20, 0.50, 0.20]
    assert result["expected_sales_share"].tolist()[:4] == [0.50, 0.30, 0.15, 0.05]
    assert np.isnan(result.loc["unclassified", "expected_sales_share"])
    assert sum(EXPECTED_CUSTOMERS.values()) == pytest.approx(1)
    assert sum(EXPECTED_SALES.values()) == pytest.approx(1)


def test_repeat_orders_of_core_customers_by_hand() -> None:
    core = {"tier": "core"}
    orders = [
        Order(1, 35, 10, **core),  # two orders of one February count once
        Order(1, 40, 10, **core),
        Order(1, 61, 10, waited=2, **core),  # ordered on March 1, signed on March 3: a month of March
        Order(2, 35, 10, status="lapsed", **core),
        Order(3, 33, 10, new_customer=True, **core),  # won in February: not there on its first
        Order(3, 45, 10, **core),
        Order(3, 59, 10, **core),  # March 1
        Order(4, 90, 10, **core),  # April is not in the policy year
    ]
    months = [core | {"month": month, "customers": 4} for month in MONTHS]
    assert shown(orders, months).loc["core", "repurchase_rate"] == 3 / 8


def test_a_customer_is_won_with_its_earliest_contract() -> None:
    core = {"tier": "core"}
    later = [Order(3, 95, 10, new_customer=True, **core), Order(3, 33, 10, new_customer=True, **core)]
    months = [core | {"month": month, "customers": 1} for month in IN_POLICY]
    assert shown([*later, Order(3, 63, 10, **core)], months).loc["core", "repurchase_rate"] == 1 / 2


def test_an_order_without_a_tier_counts_as_unclassified() -> None:
    run = HandRun(orders=table([Order(1, 40, 10, tier=None), Order(2, 40, 30, tier="core")]))
    assert tier_table(run).set_index("tier")["sales_share"].to_dict()["unclassified"] == 0.25
