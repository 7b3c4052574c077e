"""The outcomes of a run: one by hand, and those of a simulated ledger against plain Python."""

from dataclasses import dataclass
from datetime import date, timedelta
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from simkit.engine.result import Result
from simkit.engine.simulation import simulate
from simkit.outcomes.ageing import ageing
from simkit.outcomes.curves import weekly_curves
from simkit.outcomes.definitions import DEFINITIONS
from simkit.outcomes.kpis import Kpis, kpis
from simkit.outcomes.receivables import Receivables
from simkit.scenario.run import Run
from simkit.scenario.scenario import Scenario
from simkit.scenario.world import World
from simkit.scenario.world.economy import Economy
from simkit.scenario.world.payment import Payment
from tests.outcomes import ledgers
from tests.outcomes.ledgers import START, Ledger, Line, on, typed
from tests.outcomes.orders import Order, table

# ---------------------------------------------------------------- by hand

COMMISSION = SimpleNamespace(rate=0.10, signing_share=0.5)
HAND_SCENARIO = SimpleNamespace(
    run=SimpleNamespace(start_date=START, warm_up_days=30, policy_days=30, horizon_days=200),
    policy=SimpleNamespace(incentives=SimpleNamespace(commission=COMMISSION)),
    world=SimpleNamespace(
        economics=SimpleNamespace(gross_margin=0.2, funding_rate=0.0365, wage_fen_per_hour=600)
    ),
)


@dataclass(frozen=True)
class HandRun:
    """A run written by hand: warm-up days 0-29, policy days 30-59, run-out to day 199."""

    orders: pd.DataFrame
    customers: pd.DataFrame
    receivables: pd.DataFrame
    receipts: pd.DataFrame
    actions: pd.DataFrame
    commissions: pd.DataFrame

    @property
    def scenario(self) -> SimpleNamespace:
        return HAND_SCENARIO


def hand_run(orders: list[Order], lines: list[Line], defaulted: dict[int, int]) -> HandRun:
    ids = sorted({order.customer_id for order in orders})
    default_dates = [on(defaulted[customer]) if customer in defaulted else None for customer in ids]
    actions = {
        "line_id": [301, 301, 101],
        "finished_date": [on(70)] * 3,
        "minutes": [10, 20, 5],
        "cost_fen": [7, 0, 9],
    }
    return HandRun(
        orders=table(orders),
        customers=typed(pd.DataFrame({"customer_id": ids, "default_date": default_dates})),
        receivables=Ledger(lines).receivables(),
        receipts=Ledger(lines).receipts(),
        actions=typed(pd.DataFrame(actions)),
        commissions=typed(pd.DataFrame({"month": ["2025-01-01", "2025-02-01"], "appraisal_fen": [99, 5]})),
    )


@pytest.fixture(scope="module")
def by_hand() -> Kpis:
    orders = [
        Order(1, 0, 10_000),
        Order(2, 10, 10_000),
        Order(1, 30, 12_000, score=80.0),
        Order(1, 40, 12_000, score=50.0, term_days=10),
        Order(3, 35, 6_000, new_customer=True, score=55.0, term_days=20),
        Order(4, 45, 9_000, new_customer=True, status="refused", score=30.0, term_days=0),
        Order(2, 50, 8_000, status="lapsed", score=60.0),
    ]
    lines = [
        Line(1, 0, 25, 10_000, period="warm_up").paid(30),
        Line(2, 10, 40, 10_000, period="warm_up").paid(60),
        Line(3, 30, 70, 12_000).paid(80),
        Line(4, 40, 50, 12_000).paid(49),
        Line(
            5, 35, 55, 6_000, ((100, 2_000, "recovery"),), closed=100, status="written_off", written_off=4_000
        ),
        Line(7, 50, 57, 2_000, kind="prepayment", number=0, closed=80, status="credited"),
    ]
    interest = typed(
        pd.DataFrame({"line_id": [301], "date": [on(80)], "amount_fen": [60], "kind": ["interest"]})
    )
    run = hand_run(orders, lines, defaulted={3: 90, 4: 95})
    receipts = pd.concat([run.receipts, interest], ignore_index=True)
    return kpis(HandRun(**(vars(run) | {"receipts": receipts})))


# On day 59 lines 2 (19 days overdue), 3 (not due), 5 (4 days) and the prepayment of 7 (2 days) are open.
OPEN, CURRENT, SALES = 10_000 + 12_000 + 6_000 + 2_000, 12_000, 30_000
FEN_DAYS = 12_000 * 50 + 12_000 * 9 + 6_000 * 65 + 2_000 * 30

BY_HAND: Kpis = {
    "sales_growth": 0.5,
    "sales_fen": SALES,
    "orders": 3,
    "average_order_value_fen": 10_000,
    "new_customers": 1,
    "repurchase_rate": 0.5,
    "growth_new_customers": 6_000 / 20_000,
    "growth_repurchase": 0.0,
    "growth_order_value": 4_000 / 20_000,
    "growth_other": 0.0,
    # First orders score 80, 55, 30 and 60; customers 3 and 4 default: every good scores above every bad.
    "gini": 1.0,
    "high_risk_share": 1 / 2,
    "refused_share": 1 / 5,
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
    "gross_profit_fen": 6_000,
    "bad_debt_fen": 4_000,
    "bad_debt_ratio": 4_000 / SALES,
    "provision_fen": 0,
    "commission_fen": 1_500 + 1_200 + 5,
    "collection_cost_fen": 7 + 300,
    "funding_cost_fen": round(FEN_DAYS * 0.0001),
    "interest_income_fen": 60,
    "profit_fen": 6_000 + 60 - 4_000 - 2_705 - 307 - round(FEN_DAYS * 0.0001),
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
    assert counts == zeros | {"orders", "new_customers", "countback_dso_days"}
    assert nothing["sales_growth"] is nothing["gini"] is nothing["overdue_rate_cohort_30"] is None


def test_money_and_counts_are_whole_numbers(by_hand: Kpis) -> None:
    whole = [name for name in DEFINITIONS if name.endswith("_fen") or name in ("orders", "new_customers")]
    assert {name for name in whole if not isinstance(by_hand[name], int)} == {"average_order_value_fen"}


# ---------------------------------------------------------------- a simulated run


@pytest.fixture(scope="module")
def simulated() -> Result:
    """Return a run in a hard world, where contracts lapse and customers default."""
    run = Run(customers=80, regions=["East", "West"], warm_up_days=200, policy_days=200, run_out_days=200)
    world = World(economy=Economy(factor=4.0), payment=Payment(prepayment_shift=0.0))
    return simulate(Scenario(name="hard times", run=run, world=world))


@pytest.fixture(scope="module")
def simulated_kpis(simulated: Result) -> Kpis:
    return kpis(simulated)


def ledger_of(result: Result, period: str | None = None) -> Ledger:
    """Return the lines of a simulated run in the tests' own form."""

    def number(when: pd.Timestamp) -> int | None:
        return None if pd.isna(when) else (when.date() - START).days

    received: dict[int, list[tuple[int, int, str]]] = {}
    for row in result.receipts.itertuples():
        received.setdefault(row.line_id, []).append((number(row.date), row.amount_fen, str(row.kind)))
    lines = [
        Line(
            order_id=row.order_id,
            issue=number(row.issue_date),
            due=number(row.due_date),
            amount=row.amount_fen,
            receipts=tuple(received.get(row.line_id, [])),
            closed=number(row.closed_date),
            status=row.status,
            written_off=row.written_off_fen,
            kind=row.kind,
            number=row.line_id - row.order_id * 100,
            period=row.period,
        )
        for row in result.receivables.itertuples()
        if period in (None, row.period)
    ]
    return Ledger(lines)


def test_the_simulated_run_has_every_kind_of_line(simulated: Result) -> None:
    assert set(simulated.receivables["status"]) == {"open", "paid", "rescheduled", "written_off", "credited"}
    assert set(simulated.receivables["kind"]) == {"prepayment", "balance", "instalment"}


def test_balance_measures_of_a_simulated_run(simulated: Result, simulated_kpis: Kpis) -> None:
    ledger, last = ledger_of(simulated), 399
    buckets = ledgers.ageing(ledger, last)
    assert simulated_kpis["overdue_rate_balance"] == pytest.approx(sum(buckets[1:]) / sum(buckets))
    assert simulated_kpis["long_overdue_share"] == pytest.approx(sum(buckets[2:]) / sum(buckets))
    assert simulated_kpis["dso_days"] == pytest.approx(sum(buckets) * 200 / simulated_kpis["sales_fen"])
    assert simulated_kpis["collection_rate"] == pytest.approx(ledgers.collection_rate(ledger, 200, last))


def test_cohort_measures_of_a_simulated_run(simulated: Result, simulated_kpis: Kpis) -> None:
    cohort, end = ledger_of(simulated, "policy"), 599
    for days in (1, 30, 60, 90):
        expected = ledgers.overdue_rate_cohort(cohort, days, end)
        assert simulated_kpis[f"overdue_rate_cohort_{days}"] == pytest.approx(expected)
    late = ledgers.days_late(cohort, end)
    assert simulated_kpis["late_share"] == pytest.approx(ledgers.late_share(cohort, end))
    assert simulated_kpis["days_late_mean"] == pytest.approx(sum(late) / len(late))
    assert simulated_kpis["bad_debt_fen"] == ledgers.net_write_offs(cohort, end)


def test_provision_of_a_simulated_run(simulated: Result, simulated_kpis: Kpis) -> None:
    reached, lost = ledgers.reached_and_lost(ledger_of(simulated), 599)
    buckets = ledgers.ageing(ledger_of(simulated, "policy"), 599)
    expected = sum(fen * lost / base for fen, base in zip(buckets, reached, strict=True) if base)
    assert simulated_kpis["provision_fen"] == pytest.approx(expected, abs=0.5)


def test_growth_parts_of_a_simulated_run_sum_to_growth(simulated_kpis: Kpis) -> None:
    names = ("new_customers", "repurchase", "order_value", "other")
    total = sum(simulated_kpis[f"growth_{name}"] for name in names)
    assert total == pytest.approx(simulated_kpis["sales_growth"], abs=1e-12)


def test_ageing_and_fen_days_agree_with_the_daily_book(simulated: Result) -> None:
    book = Receivables.of(simulated.receivables, simulated.receipts)
    columns = ["not_due_fen", "overdue_1_30_fen", "overdue_31_60_fen", "overdue_61_90_fen", "overdue_91_fen"]
    by_day = simulated.daily.groupby("date")[[*columns, "closing_fen"]].sum()
    for today in by_day.index[::23]:
        assert ageing(book, today).tolist() == by_day.loc[today, columns].tolist()
    assert book.fen_days(by_day.index[-1]) == by_day["closing_fen"].sum()


def test_weekly_curves_keep_the_cash_of_the_policy_year(simulated: Result) -> None:
    switch = date(2025, 1, 1) + timedelta(days=200)
    curves = weekly_curves(simulated.daily, switch)
    weeks = curves[(curves["week"] >= 0) & (curves["week"] < 28)]
    dates = simulated.receipts["date"]
    inside = (dates >= pd.Timestamp(switch)) & (dates < pd.Timestamp(switch + timedelta(days=28 * 7)))
    assert weeks["cash_fen"].sum() == simulated.receipts.loc[inside, "amount_fen"].sum()
    assert np.isclose(weeks["overdue_rate_balance"], 1 - weeks["not_due_fen"] / weeks["closing_fen"]).all()
