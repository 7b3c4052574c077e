"""Approval: waiting, withdrawals and cost."""

import pytest
from hypothesis import given

from simkit.outcomes.approval import approval_cost_fen, approval_days_mean, withdrawn_share
from tests.outcomes.ledgers import many
from tests.outcomes.orders import Order, drawn, table
from tests.outcomes.runs import DESKS, rows


@many
@given(orders=drawn)
def test_it_is_that_of_every_application(orders: list[Order]) -> None:
    reviewed = [order for order in orders if order.route != "direct" and order.status != "pending"]
    waited = [order.waited for order in reviewed if order.status != "withdrawn"]
    gone = len(reviewed) - len(waited)
    mean = approval_days_mean(table(orders))
    assert mean == (pytest.approx(sum(waited) / len(waited)) if waited else None)
    assert withdrawn_share(table(orders)) == (gone / len(reviewed) if reviewed else None)


def test_orders_decided_at_once_do_not_shorten_the_wait() -> None:
    orders = [
        Order(1, 40, 10),
        Order(2, 40, 10, waited=2, route="review"),
        Order(3, 40, 10, waited=10, route="meeting", status="refused"),
        Order(4, 40, 10, waited=90, route="meeting", status="withdrawn"),
        Order(5, 40, 10, waited=90, route="review", status="pending"),
    ]
    assert approval_days_mean(table(orders)) == 6
    assert withdrawn_share(table(orders)) == 1 / 3


def test_the_cost_is_the_time_of_reviewers_and_meeting() -> None:
    desks = rows(
        DESKS,
        {"desk": "risk_reviewers", "worked_minutes": 90},
        {"desk": "risk_reviewers", "worked_minutes": 30, "region": "West"},
        {"desk": "meeting", "worked_minutes": 61},
        {"desk": "reps", "worked_minutes": 10_000},
    )
    assert approval_cost_fen(desks, wage_fen_per_hour=600) == 1_810
    assert approval_cost_fen(desks.iloc[:0], 600) == 0
