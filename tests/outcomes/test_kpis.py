"""The outcomes of a run in one row, by hand."""

import pandas as pd
import pytest

from simkit.outcomes.definitions import DEFINITIONS
from simkit.outcomes.desks import DESKS as DESK_NAMES
from simkit.outcomes.kpis import Kpis, kpis
from tests.outcomes.ledgers import Ledger, Line, on, typed
from tests.outcomes.orders import Order, table
from tests.outcomes.runs import ACTIONS, COMMISSIONS, DESKS, LEADS, SEGMENTS, HandRun, lead, rows, scenario

COUNTS = ("orders", "new_customers", "leads", "flagged_months")
JANUARY, FEBRUARY, MARCH = on(0), on(31), on(59)


def hand_run(orders: list[Order], lines: list[Line], defaulted: dict[int, int], **others: object) -> HandRun:
    """Return a run of warm-up days 0-29, policy days 30-59 and run-out to day 199."""
    ids = sorted({order.customer_id for order in orders})
    default_dates = [on(defaulted[customer]) if customer in defaulted else None for customer in ids]
    tables = {
        "orders": table(orders),
        "customers": typed(pd.DataFrame({"customer_id": ids, "default_date": default_dates})),
        "receivables": Ledger(lines).receivables(),
        "receipts": Ledger(lines).receipts(),
    }
    return HandRun(**(tables | others))


def full_run(**levers: object) -> HandRun:
    core = {"tier": "core"}
    orders = [
        Order(1, 0, 10_000),
        Order(2, 10, 10_000, new_customer=True),
        Order(1, 30, 12_000, score=80.0, **core),
        Order(1, 40, 12_000, score=50.0, term_days=10, discount_fen=3_000, **core),
        Order(
            3,
            35,
            6_000,
            new_customer=True,
            score=55.0,
            term_days=20,
            route="review",
            waited=4,
            tier="potential",
            cross_sold=True,
        ),
        Order(
            4,
            45,
            9_000,
            new_customer=True,
            status="refused",
            score=30.0,
            term_days=0,
            route="meeting",
            waited=6,
        ),
        Order(2, 50, 8_000, status="lapsed", score=60.0),
        Order(5, 55, 8_000, new_customer=True, status="withdrawn", route="review", waited=20),
    ]
    lines = [
        Line(1, 0, 25, 10_000, period="warm_up").paid(30),
        Line(2, 10, 40, 10_000, period="warm_up").paid(60),
        Line(3, 30, 70, 12_000).paid(80),
        Line(4, 40, 50, 12_000, disputed=45).paid(49),
        Line(
            5, 35, 55, 6_000, ((100, 2_000, "recovery"),), closed=100, status="written_off", written_off=4_000
        ),
        Line(7, 50, 57, 2_000, kind="prepayment", number=0, closed=80, status="credited"),
    ]
    interest = typed(
        pd.DataFrame({"line_id": [301], "date": [on(80)], "amount_fen": [60], "kind": ["interest"]})
    )
    actions = [
        {"line_id": 301, "stage": 0, "finished_date": on(63), "minutes": 10, "cost_fen": 7},
        {"line_id": 301, "stage": 1, "finished_date": on(70), "minutes": 20},
        {"line_id": 101, "stage": 1, "finished_date": on(70), "minutes": 5, "cost_fen": 9},
    ]
    pay = [
        {"month": JANUARY, "appraisal_fen": 99, "training_fen": 1_000, "satisfaction": 0.5},
        {"month": FEBRUARY, "appraisal_fen": 5, "award_fen": 20, "training_fen": 11, "satisfaction": 0.9},
        {"month": FEBRUARY, "team_bonus_fen": 30, "career_fen": -40, "budget_fen": 7, "satisfaction": 0.8},
    ]
    leads = [
        lead(3, "signed", (30, 30, 30, 31, 35), lead_fen=100),
        lead(4, "negotiation", (32, 33, 34, 39), outcome="refused", lead_fen=100),
        lead(8, "lead", (40,), lead_fen=100),
        lead(9, "lead", (41,), lead_fen=100),
        lead(2, "signed", (0, 1, 2, 3, 10), lead_fen=10_000, period="warm_up"),
    ]
    segments = [
        core | {"month": JANUARY, "customers": 90, "treatment_fen": 10_000},
        core | {"month": FEBRUARY, "customers": 4, "treatment_fen": 50},
        core | {"month": MARCH, "customers": 1, "treatment_fen": 7},
        {"tier": "dormant", "month": FEBRUARY, "customers": 3},
        {"tier": "unclassified", "month": FEBRUARY, "customers": 2},
    ]
    desks = [
        {
            "desk": name, "month": FEBRUARY, "started": 1, "waiting_minutes": 1_440 * n, "worked_minutes": 10 * n,
            "open_minutes": 0 if name == "meeting" else 100,
        }
        for n, name in enumerate(DESK_NAMES, start=1)
    ]  # fmt: skip
    return hand_run(
        orders,
        lines,
        {3: 90, 4: 95},
        scenario=scenario(**levers),
        receipts=pd.concat([Ledger(lines).receipts(), interest], ignore_index=True),
        actions=rows(ACTIONS, *actions),
        commissions=rows(COMMISSIONS, *pay),
        leads=rows(LEADS, *leads),
        segments=rows(SEGMENTS, *segments),
        desks=rows(DESKS, *desks, desks[0] | {"month": JANUARY, "worked_minutes": 50_000}),
    )


@pytest.fixture(scope="module")
def by_hand() -> Kpis:
    return kpis(full_run())


# On day 59 lines 2 (19 days overdue), 3 (not due), 5 (4 days) and the prepayment of 7 (2 days) are open.
OPEN, CURRENT, SALES = 10_000 + 12_000 + 6_000 + 2_000, 12_000, 30_000
FEN_DAYS = 12_000 * 50 + 12_000 * 9 + 6_000 * 65 + 2_000 * 30

BY_HAND: Kpis = {
    "sales_growth": 0.5,
    "target_gap": 0.2,
    "sales_fen": SALES,
    "list_sales_fen": SALES + 3_000,
    "discount_fen": 3_000,
    "orders": 3,
    "average_order_value_fen": 10_000,
    "leads": 4,
    "lead_conversion": 1 / 4,
    "new_customers": 1,
    "new_customers_growth": 0.0,
    "repurchase_rate": 0.5,
    "growth_new_customers": 6_000 / 20_000,
    "growth_repurchase": 0.0,
    "growth_order_value": 4_000 / 20_000,
    "growth_other": 0.0,
    # Of five core customer-months one has a repeat order: the order of January 31 is of a month before.
    "core_repurchase_rate": 1 / 5,
    "potential_cross_sell_rate": 1.0,
    "cross_sell_rate": 1 / 3,
    "dormant_share": 3 / 10,
    "unclassified_share": 2 / 10,
    # First orders score 80, 55, 30, 60 and 70; customers 3 and 4 default: every good scores above every bad.
    "gini": 1.0,
    "high_risk_share": 1 / 2,
    "refused_share": 1 / 6,
    "withdrawn_share": 1 / 3,
    "approval_days_mean": 5,
    "lapsed_share": 1 / 4,
    "term_days_mean": 20,
    "overdue_rate_balance": 1 - CURRENT / OPEN,
    "long_overdue_share": 0.0,
    "dso_days": OPEN * 30 / SALES,
    "best_possible_dso_days": CURRENT * 30 / SALES,
    "average_days_delinquent": (OPEN - CURRENT) * 30 / SALES,
    # February to March 1 (day 59) by calendar month: nothing in March, 30,000 in January 31 and February.
    "countback_dso_days": 1 + 28 + 31 * (OPEN - 18_000) / 32_000,
    # At the end of day 29 both warm-up lines are open; 30 days are 0.986 of a month.
    "collection_effectiveness_index": 100
    * (20_000 + SALES * 365 / 360 - OPEN)
    / (20_000 + SALES * 365 / 360 - CURRENT),
    # Due on days 30-59: lines 2 (not yet paid), 4 and 5, and the prepayment, called off only later.
    "collection_rate": 12_000 / (10_000 + 12_000 + 6_000 + 2_000),
    "overdue_rate_cohort_1": 18_000 / 30_000,
    "overdue_rate_cohort_30": 6_000 / 30_000,
    "overdue_rate_cohort_60": 6_000 / 30_000,
    "overdue_rate_cohort_90": 6_000 / 30_000,
    "late_share": 2 / 3,
    "days_late_mean": (10 - 1) / 2,
    "collection_period_days": (50 + 9) / 2,
    "dispute_share": 1 / 3,
    "flagged_months": 0,
    **{f"utilisation_{name}": n / 10 for n, name in enumerate(DESK_NAMES[:-1], start=1)},
    **{f"waiting_days_{name}": n for n, name in enumerate(DESK_NAMES, start=1)},
    "customer_satisfaction": 0.85,
    "gross_profit_fen": 6_600 - 3_000,
    "bad_debt_fen": 4_000,
    "bad_debt_ratio": 4_000 / SALES,
    "provision_fen": 0,
    "commission_fen": 1_500 + 1_200 + 5 + 20 + 30 - 40,
    "collection_cost_fen": 7 + 300,
    "funding_cost_fen": round(FEN_DAYS * 0.0001),
    "interest_income_fen": 60,
    "acquisition_cost_fen": 400,
    "treatment_cost_fen": 57,
    "training_cost_fen": 11,
    "approval_cost_fen": 700,
    "profit_fen": 3_600 + 60 - 4_000 - 2_715 - 307 - round(FEN_DAYS * 0.0001) - 400 - 57 - 11 - 700,
}


@pytest.mark.parametrize("name", BY_HAND)
def test_by_hand(by_hand: Kpis, name: str) -> None:
    assert by_hand[name] == pytest.approx(BY_HAND[name])


def test_every_outcome_is_defined_and_checked(by_hand: Kpis) -> None:
    assert set(by_hand) == set(DEFINITIONS) == set(BY_HAND)


def test_customers_who_pay_cash_are_no_credit_risk() -> None:
    cash = [Order(1, 40, 10, term_days=0, score=20.0), Order(2, 40, 10, score=90.0)]
    assert kpis(hand_run(cash, [], {}))["high_risk_share"] == 0.0


def test_a_run_in_which_nothing_happened_has_no_rates() -> None:
    nothing = kpis(hand_run([], [], {}))
    counts = {name for name, value in nothing.items() if value is not None}
    zeros = {name for name in DEFINITIONS if name.endswith("_fen")} - {"average_order_value_fen"}
    assert counts == zeros | {*COUNTS, "countback_dso_days"}
    assert nothing["sales_growth"] is nothing["gini"] is nothing["overdue_rate_cohort_30"] is None


def test_money_and_counts_are_whole_numbers(by_hand: Kpis) -> None:
    whole = [name for name in DEFINITIONS if name.endswith("_fen") or name in COUNTS]
    assert {name for name in whole if not isinstance(by_hand[name], int)} == {"average_order_value_fen"}


def test_a_constant_budget_pays_the_rate_on_sales_and_nothing_on_top(by_hand: Kpis) -> None:
    constant = kpis(full_run(budget="constant"))
    assert constant["commission_fen"] == SALES // 10
    assert constant["profit_fen"] - by_hand["profit_fen"] == by_hand["commission_fen"] - SALES // 10


def test_a_flagged_month_is_counted() -> None:
    lines = [
        Line(1, 0, 20, 100).paid(20),
        Line(2, 360, 385, 90).paid(385),
        Line(3, 360, 385, 10),
    ]
    run = hand_run(
        [Order(1, 5, 100), Order(1, 370, 120)], lines, {}, scenario=scenario(warm_up=365, policy=365)
    )
    assert kpis(run)["flagged_months"] == 1
