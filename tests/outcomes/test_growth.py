"""Growth and its exact split."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simkit.outcomes.growth import growth, growth_by, new_customers_growth, split
from tests.outcomes.ledgers import many
from tests.outcomes.orders import SOLD, Order, drawn, table

FEN = st.integers(0, 10**15)
COUNT = st.integers(0, 10**6)


@many
@given(before=FEN, n0=COUNT, after=FEN, n1=COUNT, new=FEN, length=st.fractions(Fraction(1, 12), Fraction(12)))
def test_parts_sum_to_the_whole_to_the_fen(
    before: int, n0: int, after: int, n1: int, new: int, length: Fraction
) -> None:
    grown = split(before, n0, after, n1, new, length)
    parts = grown.new_customers_fen + grown.repurchase_fen + grown.order_value_fen + grown.other_fen
    assert parts == grown.after_fen - grown.before_fen
    assert grown.after_fen == after + new
    assert abs(grown.before_fen - before * length) <= Fraction(1, 2)


def test_a_hand_split() -> None:
    # 10 orders of 100 become 12 of 90, and new customers add 300.
    grown = split(1_000, 10, 1_080, 12, 300, Fraction(1))
    assert (grown.new_customers_fen, grown.repurchase_fen, grown.order_value_fen, grown.other_fen) == (
        300,
        200,
        -100,
        -20,
    )
    assert grown.rate == pytest.approx(0.38)
    assert grown.share(grown.repurchase_fen) == pytest.approx(0.2)


def test_only_what_changed_has_a_part() -> None:
    more = split(1_000, 10, 1_500, 15, 0, Fraction(1))
    dearer = split(1_000, 10, 1_500, 10, 0, Fraction(1))
    assert (more.repurchase_fen, more.order_value_fen, more.other_fen) == (500, 0, 0)
    assert (dearer.repurchase_fen, dearer.order_value_fen, dearer.other_fen) == (0, 500, 0)


def test_all_customers_lost_or_none_before() -> None:
    lost = split(1_000, 10, 0, 0, 0, Fraction(1))
    assert (lost.rate, lost.repurchase_fen, lost.order_value_fen, lost.other_fen) == (-1.0, -1_000, 0, 0)
    first = split(0, 0, 700, 7, 50, Fraction(1))
    assert (first.rate, first.share(50), first.other_fen, first.new_customers_fen) == (None, None, 700, 50)


def test_periods_of_different_length_compare_per_day() -> None:
    steady = split(1_000, 10, 2_000, 20, 0, Fraction(2))
    assert (steady.rate, steady.repurchase_fen, steady.order_value_fen, steady.other_fen) == (0.0, 0, 0, 0)


@many
@given(orders=drawn)
def test_growth_is_that_of_every_order(orders: list[Order]) -> None:
    new_ids = {order.customer_id for order in orders if order.new_customer and order.period == "policy"}
    before = [o.value_fen for o in orders if o.period == "warm_up" and o.status in SOLD]
    after = [o for o in orders if o.period == "policy" and o.status in SOLD]
    old = [o.value_fen for o in after if o.customer_id not in new_ids]
    new = sum(o.value_fen for o in after if o.customer_id in new_ids)
    grown = growth(table(orders), 30, 30)
    assert grown == split(sum(before), len(before), sum(old), len(old), new, Fraction(1))


@many
@given(orders=drawn)
def test_groups_sum_to_the_whole(orders: list[Order]) -> None:
    frame = table(orders)
    whole, parts = growth(frame, 30, 30), growth_by(frame, "region", 30, 30)
    assert set(parts) == {order.region for order in orders}
    for name in ("before_fen", "after_fen", "new_customers_fen"):
        assert sum(getattr(part, name) for part in parts.values()) == getattr(whole, name)


def test_a_new_customer_is_new_in_every_group() -> None:
    orders = [Order(1, 31, 100, new_customer=True, grade="B"), Order(1, 50, 40, grade="A")]
    assert growth_by(table(orders), "grade", 30, 30)["A"].new_customers_fen == 40


@many
@given(orders=drawn, policy_days=st.integers(1, 60))
def test_growth_of_new_customers_is_that_of_their_number(orders: list[Order], policy_days: int) -> None:
    won = {}
    for period in ("warm_up", "policy"):
        new = {order.customer_id for order in orders if order.new_customer and order.period == period}
        bought = {order.customer_id for order in orders if order.status in SOLD and order.period == period}
        won[period] = len(new & bought)
    expected = won["policy"] / (won["warm_up"] * policy_days / 30) - 1 if won["warm_up"] else None
    assert new_customers_growth(table(orders), 30, policy_days) == (
        None if expected is None else pytest.approx(expected)
    )
