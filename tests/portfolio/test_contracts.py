"""The customers table's contract catches what it should."""

import pandera.errors
import pytest

from simkit.portfolio.contracts import CUSTOMERS
from simkit.portfolio.synthetic import draw_customers
from simkit.scenario.run import Run
from simkit.scenario.scenario import Scenario


@pytest.fixture
def table():
    return draw_customers(Scenario(name="t", run=Run(customers=20)), 0)


def test_synthetic_customers_keep_the_contract(table) -> None:
    CUSTOMERS.validate(table)
    assert list(CUSTOMERS.columns) == list(table.columns)
    assert all(column.description for column in CUSTOMERS.columns.values())


@pytest.mark.parametrize(
    ("break_it", "message"),
    [
        (lambda t: t.assign(history_late=t["history_lines"] + 1), "late lines above all lines"),
        (lambda t: t.assign(quick_ratio=t["current_ratio"] * 1.1), "quick above current ratio"),
        (lambda t: t[::-1], "not sorted by customer_id"),
        (lambda t: t.assign(customer_id=t["customer_id"].iloc[0]), "customer_id"),
        (lambda t: t.assign(annual_pd=1.5), "annual_pd"),
        (lambda t: t.assign(industry_phase=3), "industry_phase"),
        (lambda t: t.assign(quality=float("nan")), "quality"),
        (lambda t: t.assign(order_value_fen=0.5), "order_value_fen"),
        (lambda t: t.drop(columns="market_rank"), "market_rank"),
        (lambda t: t.assign(luck=1), "luck"),
    ],
)
def test_broken_tables_are_refused(table, break_it, message) -> None:
    with pytest.raises(pandera.errors.SchemaErrors, match=message):
        CUSTOMERS.validate(break_it(table), lazy=True)
