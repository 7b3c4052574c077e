"""The customers table's contract catches what it should."""

import pandas as pd
import pandera.errors
import pytest

from simkit.portfolio.contracts import CUSTOMERS
from simkit.portfolio.roll import draw_roll
from simkit.portfolio.synthetic import draw_customers
from simkit.scenario.run import Run
from simkit.scenario.scenario import Scenario

SCENARIO = Scenario(name="t", run=Run(customers=20))


@pytest.fixture
def table():
    return draw_customers(SCENARIO, 0)


def test_synthetic_customers_keep_the_contract(table) -> None:
    CUSTOMERS.validate(table)
    assert list(CUSTOMERS.columns) == list(table.columns)
    assert all(column.description for column in CUSTOMERS.columns.values())


@pytest.mark.parametrize("some", [slice(3, 40, 5), slice(0, 1), slice(0, 0)], ids=["some", "one", "nobody"])
def test_part_of_the_roll_keeps_the_contract(some) -> None:
    roll = draw_roll(SCENARIO, 0)[some]
    before = roll.copy()
    drawn = CUSTOMERS.validate(draw_customers(SCENARIO, 0, roll))
    assert list(drawn["customer_id"]) == list(roll["customer_id"])
    pd.testing.assert_frame_equal(roll, before)


def test_table_holds_customers_on_the_books_and_leads_of_every_channel(table) -> None:
    assert set(table["channel"]) == {0, 1, 2, 3}
    assert ((table["channel"] == 0) == (table["arrival_day"] == -1)).all()


@pytest.mark.parametrize(
    ("break_it", "message"),
    [
        (lambda t: t.assign(history_late=t["history_lines"] + 1), "late lines above all lines"),
        (lambda t: t.assign(quick_ratio=t["current_ratio"] * 1.1), "quick above current ratio"),
        (lambda t: t[::-1], "not sorted by customer_id"),
        (lambda t: t.assign(customer_id=t["customer_id"].iloc[0]), "customer_id"),
        (lambda t: t.assign(customer_id=t["customer_id"] - 10**8), "customer_id"),
        (lambda t: t.assign(rep_id=9_999), "rep_id"),
        (lambda t: t.assign(channel=4), "channel"),
        (lambda t: t.assign(channel=-1), "channel"),
        (lambda t: t.assign(channel=1.0), "channel"),
        (lambda t: t.assign(reach=2.1), "reach"),
        (lambda t: t.assign(reach=-0.1), "reach"),
        (lambda t: t.assign(arrival_day=-2), "arrival_day"),
        (lambda t: t.assign(annual_pd=1.5), "annual_pd"),
        (lambda t: t.assign(industry_phase=3), "industry_phase"),
        (lambda t: t.assign(quality=float("nan")), "quality"),
        (lambda t: t.assign(order_value_fen=0.5), "order_value_fen"),
        (lambda t: t.drop(columns="market_rank"), "market_rank"),
        (lambda t: t.drop(columns="reach"), "reach"),
        (lambda t: t.assign(luck=1), "luck"),
    ],
)
def test_broken_tables_are_refused(table, break_it, message) -> None:
    with pytest.raises(pandera.errors.SchemaErrors, match=message):
        CUSTOMERS.validate(break_it(table), lazy=True)
