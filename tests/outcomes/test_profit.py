"""Profit and its parts."""

import pandas as pd
import pytest

from simkit.outcomes import profit
from tests.outcomes.ledgers import Ledger, Line, on, typed
from tests.outcomes.runs import COMMISSIONS, rows

PARTS = profit.Profit(
    gross_profit_fen=1_000_000,
    bad_debt_fen=1,
    provision_fen=20,
    commission_fen=300,
    collection_cost_fen=4_000,
    funding_cost_fen=50_000,
    interest_income_fen=600_000,
    acquisition_cost_fen=10**7,
    treatment_cost_fen=2 * 10**7,
    training_cost_fen=4 * 10**7,
    approval_cost_fen=10**8,
)


def test_profit_takes_costs_off_margin_and_interest() -> None:
    assert PARTS.profit_fen == 1_600_000 - 170_054_321


def test_gross_profit() -> None:
    assert profit.gross_profit_fen(1_000_003, 0, 0.18) == 180_001


def test_a_discount_comes_off_the_margin_in_full() -> None:
    # Goods for 1,000 that cost 820 are sold at 800: a loss of 20.
    assert profit.gross_profit_fen(1_000, 200, 0.18) == -20


def test_commission_is_earned_on_sales_and_on_cash() -> None:
    assert profit.commission_fen(sales_fen=1_000, cash_fen=500, rate=0.1, signing_share=0.6) == 60 + 20
    assert profit.commission_fen(1_000, 500, 0.1, 1.0) == 100
    assert profit.commission_fen(1_000, 500, 0.1, 0.0) == 50


def test_a_constant_budget_pays_the_rate_on_sales() -> None:
    assert profit.constant_commission_fen(1_003, 0.1) == 100


def test_what_is_paid_on_top_is_appraisals_awards_team_bonuses_and_careers() -> None:
    paid = {
        "appraisal_fen": 1,
        "award_fen": 20,
        "team_bonus_fen": 300,
        "career_fen": -4_000,
        "budget_fen": 10**6,
    }
    table = rows(COMMISSIONS, paid, paid | {"appraisal_fen": -2})
    assert profit.extras_fen(table) == -1 + 40 + 600 - 8_000
    assert profit.extras_fen(table.iloc[:0]) == 0


def test_collection_cost_counts_what_was_finished_on_the_given_lines() -> None:
    lines = Ledger([Line(1, 0, 30, 100)]).receivables()
    actions = typed(
        pd.DataFrame(
            {
                "line_id": [101, 101, 101, 999],
                "stage": [0, 2, 3, 1],
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
