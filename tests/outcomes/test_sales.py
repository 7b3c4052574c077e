"""Sales, new customers, repurchase, refusals and lapses."""

from hypothesis import given
from hypothesis import strategies as st

from simkit.outcomes.sales import (
    first_orders,
    lapsed_share,
    monthly_sales,
    new_customers,
    refused_share,
    repurchase_rate,
    sales,
)
from tests.outcomes.ledgers import START, many, on
from tests.outcomes.orders import SOLD, STATUSES, Order, drawn, table


@many
@given(orders=drawn)
def test_sales_are_contracts_signed_and_not_lapsed(orders: list[Order]) -> None:
    expected = [order.value_fen for order in orders if order.status in SOLD]
    assert sales(table(orders))["value_fen"].tolist() == expected


@many
@given(orders=drawn)
def test_repurchase_is_buying_again(orders: list[Order]) -> None:
    bought = {
        period: {order.customer_id for order in orders if order.period == period and order.status in SOLD}
        for period in ("warm_up", "policy")
    }
    again, before = bought["warm_up"] & bought["policy"], bought["warm_up"]
    assert repurchase_rate(table(orders)) == (len(again) / len(before) if before else None)


def test_a_customer_who_buys_again_twice_counts_once() -> None:
    orders = [
        Order(1, 0, 10),
        Order(1, 5, 10),
        Order(2, 5, 10),
        Order(1, 40, 10),
        Order(1, 50, 10),
        Order(3, 50, 10),
    ]
    assert repurchase_rate(table(orders)) == 0.5


@many
@given(orders=drawn)
def test_first_orders_are_the_earliest_of_each_customer(orders: list[Order]) -> None:
    first: dict[int, tuple[int, int]] = {}
    for n, order in enumerate(orders):
        first[order.customer_id] = min(first.get(order.customer_id, (10**9, 0)), (order.day, n))
    expected = [10**6 + first[customer][1] for customer in sorted(first)]
    assert first_orders(table(orders))["order_id"].tolist() == expected


def test_new_customers_are_new_in_the_period_whatever_came_of_the_order() -> None:
    orders = [
        Order(1, 5, 10, new_customer=True),
        Order(1, 35, 10),
        Order(2, 35, 10, new_customer=True, status="refused"),
        Order(3, 65, 10, new_customer=True),
    ]
    assert new_customers(table(orders), "policy").tolist() == [2]
    assert new_customers(table(orders), "warm_up").tolist() == [1]


def test_shares_of_orders() -> None:
    orders = table([Order(1, 40, 10, status=status) for status in (*STATUSES, "over_limit")])
    assert refused_share(orders) == 3 / 8
    assert lapsed_share(orders) == 1 / 4
    assert refused_share(orders.iloc[:0]) is lapsed_share(orders.iloc[:0]) is None


@many
@given(orders=drawn, first=st.integers(0, 60), length=st.integers(0, 90))
def test_monthly_sales_are_counted_back(orders: list[Order], first: int, length: int) -> None:
    last = first + length
    months: dict[tuple[int, int], list[int]] = {}
    for day in range(last, first - 1, -1):
        month = months.setdefault((on(day).year, on(day).month), [0, 0])
        month[0] += sum(order.value_fen for order in orders if order.day == day)
        month[1] += 1
    fen, days = monthly_sales(table(orders), on(first), on(last))
    assert list(zip(fen, days, strict=True)) == [tuple(month) for month in months.values()]


def test_months_have_their_own_length() -> None:
    assert on(0) == START
    assert monthly_sales(table([]), on(0), on(89))[1] == [31, 28, 31]
    assert monthly_sales(table([]), on(14), on(40))[1] == [10, 17]
