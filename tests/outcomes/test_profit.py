"""Profit and its parts."""

import pandas as pd
import pytest

from simkit.outcomes import profit
from tests.outcomes.ledgers import Ledger, Line, on, typed

PARTS = profit.Profit(
    gross_profit_fen=1_000_000,
    bad_debt_fen=1,
    provision_fen=20,
    commission_fen=300,
    collection_cost_fen=4_000,
    funding_cost_fen=50_000,
    interest_income_fen=600_000,
)


def test_profit_takes_costs_off_margin_and_interest() -> None:
    assert PARTS.profit_fen == 1_600_000 - 54_321


def test_gross_profit() -> None:
    assert profit.gross_profit_fen(1_000_003, 0.18) == 180_001


def test_commission_is_earned_on_sales_and_on_cash() -> None:
    assert profit.commission_fen(sales_fen=1_000, cash_fen=500, rate=0.1, signing_share=0.6) == 60 + 20
    assert profit.commission_fen(1_000, 500, 0.1, 1.0) == 100
    assert profit.commission_fen(1_000, 500, 0.1, 0.0) == 50


def test_appraisals_of_the_months_that_begin_in_the_period() -> None:
    months = ["2025-01-01", "2025-02-01", "2025-02-01", "2025-03-01", "2025-04-01"]
    table = typed(pd.DataFrame({"month": months, "appraisal_fen": [1, 20, -300, 4_000, 50_000]}))
    assert profit.appraisal_fen(table, "2025-02-01", "2025-03-31") == 3_720


def test_collection_cost_counts_finished_steps_on_the_given_lines() -> None:
    lines = Ledger([Line(1, 0, 30, 100)]).receivables()
    actions = typed(
        pd.DataFrame(
            {
                "line_id": [101, 101, 101, 999],
                "finished_date": [on(40), on(50), None, on(50)],
                "minutes": [20, 40, 10_000, 10_000],
                "cost_fen": [0, 2_000, 10**6, 10**6],
            }
        )
    )
    assert profit.collection_cost_fen(actions, lines, wage_fen_per_hour=8_000) == 2_000 + 8_000


def test_funding_cost_is_the_average_balance_at_the_yearly_rate() -> None:
    # 1,000,000 open for 73 days is one fifth of a year.
    book = Ledger([Line(1, 0, 30, 1_000_000).paid(73)]).book()
    assert profit.funding_cost_fen(book, on(400), 0.05) == pytest.approx(10_000)
    assert profit.funding_cost_fen(book, on(400), 0.0) == 0


def test_interest_income_and_cash() -> None:
    receipts = ((40, 1_000, "payment"), (40, 7, "interest"), (40, 50, "penalty"), (45, 300, "recovery"))
    book = Ledger([Line(1, 0, 30, 5_000, receipts)]).book()
    assert [profit.interest_income_fen(book, on(t)) for t in (39, 40)] == [0, 57]
    assert [profit.cash_fen(book, on(t)) for t in (39, 40, 50)] == [0, 1_000, 1_000]
