"""The outcomes of a simulated run, against plain Python on its tables."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from simkit.engine.result import Result
from simkit.engine.simulation import simulate
from simkit.outcomes.ageing import ageing
from simkit.outcomes.breakdowns import BREAKDOWNS, DATES, breakdowns
from simkit.outcomes.collection_rate import collection_rate
from simkit.outcomes.curves import weekly_curves
from simkit.outcomes.desks import desk_table
from simkit.outcomes.diagnosis import CAUSES, by_month, by_region
from simkit.outcomes.funnel import bottleneck_table, funnel_table
from simkit.outcomes.kpis import Kpis, kpis
from simkit.outcomes.receivables import Receivables
from simkit.outcomes.targets import growth_table
from simkit.outcomes.team import team_table
from simkit.outcomes.tiers import tier_table
from simkit.scenario.run import Run
from simkit.scenario.scenario import Scenario
from simkit.scenario.world import World
from simkit.scenario.world.economy import Economy
from simkit.scenario.world.payment import Payment
from tests.outcomes import ledgers
from tests.outcomes.ledgers import START, Ledger, Line


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
            grade=row.grade,
            customer_id=row.customer_id,
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


def test_collection_takes_the_days_of_every_payment(simulated: Result, simulated_kpis: Kpis) -> None:
    expected = ledgers.collection_period(ledger_of(simulated, "policy"), 599)
    assert simulated_kpis["collection_period_days"] == pytest.approx(expected)


def test_growth_is_split_as_its_target_is(simulated: Result, simulated_kpis: Kpis) -> None:
    shown = growth_table(simulated).set_index("part")
    assert shown["achieved_fen"].iloc[:4].sum() == shown.loc["sales_growth", "achieved_fen"]
    assert shown["target_fen"].iloc[:4].sum() == shown.loc["sales_growth", "target_fen"]
    assert shown.loc["sales_growth", "gap"] == pytest.approx(simulated_kpis["target_gap"])


def test_tiers_of_a_simulated_run_hold_all_its_sales(simulated: Result, simulated_kpis: Kpis) -> None:
    shown = tier_table(simulated).set_index("tier")
    assert shown["sales_fen"].sum() == simulated_kpis["sales_fen"]
    assert shown["orders"].sum() == simulated_kpis["orders"]
    assert shown["customer_share"].sum() == pytest.approx(1)
    assert shown["treatment_fen"].sum() == simulated_kpis["treatment_cost_fen"]
    assert shown["repurchase_rate"].dropna().between(0, 1).all()


@pytest.mark.parametrize("by", ["region", "channel"])
def test_funnels_of_a_simulated_run_sum_to_the_whole(
    simulated: Result, simulated_kpis: Kpis, by: str
) -> None:
    whole = funnel_table(simulated).set_index("stage")
    parts = funnel_table(simulated, by).groupby("stage")[["reached", "open"]].sum()
    assert parts.loc[whole.index].to_dict() == whole[["reached", "open"]].to_dict()
    assert whole["reached"].is_monotonic_decreasing
    assert whole.loc["lead", "reached"] == simulated_kpis["leads"]
    assert (whole["days"].dropna() >= 0).all()
    assert bottleneck_table(simulated)["bottleneck"].sum() == 1


def test_desks_of_a_simulated_run_work_within_their_hours(simulated: Result, simulated_kpis: Kpis) -> None:
    shown = desk_table(simulated).set_index("desk")
    regions = desk_table(simulated, by_region=True).groupby("desk")[["submitted", "started", "dropped"]].sum()
    assert regions.loc[shown.index].to_dict() == shown[["submitted", "started", "dropped"]].to_dict()
    assert shown.loc["legal", "waiting_days"] == pytest.approx(
        simulated_kpis["waiting_days_legal"], nan_ok=True
    )
    assert (shown["waiting_hours"].dropna() >= 0).all()


def test_collection_by_region_is_that_of_its_lines(simulated: Result) -> None:
    shown = by_region(simulated).set_index("region")
    switch = date(2025, 1, 1) + timedelta(days=200)
    for region in ("East", "West"):
        lines = simulated.receivables[simulated.receivables["region"] == region]
        book = Receivables.of(lines, simulated.receipts)
        rate = collection_rate(book, switch, switch + timedelta(days=199))
        assert shown.loc[region, "collection_rate"] == pytest.approx(rate)
    for table in (shown, by_month(simulated)):
        parts = table[[*CAUSES]].sum(axis=1, skipna=False)
        assert np.allclose(parts, table["collection_rate_change"], rtol=0, atol=1e-12, equal_nan=True)


def test_the_team_of_a_simulated_run_is_paid_what_its_months_say(simulated: Result) -> None:
    shown, company = team_table(simulated), team_table(simulated, by_region=False)
    assert (
        shown.groupby("year")["award_fen"].sum().to_dict() == company.set_index("year")["award_fen"].to_dict()
    )
    assert shown["satisfaction"].dropna().between(0, 1).all()


def test_every_breakdown_of_a_simulated_run_has_rows(simulated: Result) -> None:
    tables = breakdowns(simulated)
    assert set(tables) == set(BREAKDOWNS)
    assert {name for name, table in tables.items() if not len(table)} == set()
    switch = date(2025, 1, 1) + timedelta(days=200)
    pd.testing.assert_frame_equal(tables["weekly"], weekly_curves(simulated.daily, switch))
    dated = {name for table in tables.values() for name in table.select_dtypes("datetime").columns}
    assert dated == DATES
