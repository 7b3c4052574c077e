"""Sales, new customers, repurchase, refusals and lapses."""

from hypothesis import given
from hypothesis import strategies as st

from simkit.outcomes.sales import (
    cross_sell_rate,
    dates,
    first_orders,
    lapsed_share,
    monthly_sales,
    new_buyers,
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
        first[order.customer_id] = min(first.get(order.customer_id, (10**9, 0)), (order.dated, n))
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
    orders = table([Order(1, 40, 10, status=status) for status in (*STATUSES, "refused")])
    # Of nine orders one is pending; of four contracts one has lapsed.
    assert refused_share(orders) == 2 / 8
    assert lapsed_share(orders) == 1 / 4
    assert refused_share(orders.iloc[:0]) is lapsed_share(orders.iloc[:0]) is None
    assert refused_share(table([Order(1, 40, 10, status="pending")])) is None


def test_a_sale_is_dated_by_its_signing() -> None:
    signed_late = table([Order(1, 35, 10, waited=10)])
    assert signed_late["order_date"].dt.date.tolist() == [on(25)]
    assert dates(signed_late).tolist() == [on(35)]
    assert monthly_sales(signed_late, on(0), on(59)) == ([0, 10, 0], [1, 28, 31])
    assert dates(table([Order(1, 35, 10, waited=10, status="pending")])).tolist() == [on(25)]


def test_new_buyers_have_a_sale_in_the_period_they_are_new_in() -> None:
    orders = [
        Order(1, 5, 10, new_customer=True),
        Order(1, 35, 10),
        Order(2, 35, 10, new_customer=True, status="lapsed"),
        Order(3, 36, 10, new_customer=True),
        Order(3, 37, 10),
        Order(4, 20, 10, new_customer=True, status="lapsed"),
        Order(4, 40, 10),
    ]
    assert (new_buyers(table(orders), "warm_up"), new_buyers(table(orders), "policy")) == (1, 1)


def test_cross_sell_rate() -> None:
    orders = table([Order(1, 40, 10, cross_sold=True), Order(1, 41, 10), Order(1, 41, 10)])
    assert cross_sell_rate(orders) == 1 / 3
    assert cross_sell_rate(orders.iloc[:0]) is None


@many
@given(orders=drawn, first=st.integers(0, 60), length=st.integers(0, 90))
def test_monthly_sales_are_counted_back(orders: list[Order], first: int, length: int) -> None:
    last = first + length
    months: dict[tuple[int, int], list[int]] = {}
    for day in range(last, first - 1, -1):
        month = months.setdefault((on(day).year, on(day).month), [0, 0])
        month[0] += sum(order.value_fen for order in orders if order.day == day and order.status in SOLD)
        month[1] += 1
    fen, days = monthly_sales(sales(table(orders)), on(first), on(last))
    assert list(zip(fen, days, strict=True)) == [tuple(month) for month in months.values()]


def test_months_have_their_own_length() -> None:
    assert on(0) == START
    assert monthly_sales(table([]), on(0), on(89))[1] == [31, 28, 31]
    assert monthly_sales(table([]), on(14), on(40))[1] == [10, 17]
