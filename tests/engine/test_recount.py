"""The engine's tables against a second, day-by-day count of the handbook (see `tests.engine.recount`)."""

from collections import Counter
from types import SimpleNamespace as Row

import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from simkit.engine.simulation import simulate
from tests.engine.drawn import policies, runs, worlds
from tests.engine.recount import Recount
from tests.engine.recount.customers import TIERS, customers_expected, segments_expected, standing
from tests.engine.recount.leads import CHANNELS, leads_expected
from tests.engine.recount.lines import charges, delivered, lines_expected, outcome, status_of
from tests.engine.recount.office import chased, office
from tests.engine.recount.orders import orders_expected
from tests.engine.recount.pay import slips_expected
from tests.engine.recount.tables import SIGNED
from tests.engine.worlds import SCENARIOS, run_once, scenario


@pytest.fixture(scope="module")
def recount(request) -> Recount:
    return Recount(run_once(SCENARIOS[request.param]))


# ---------------------------------------------------------------- one comparison a table


def assert_rows_agree(found: list, expected: list) -> None:
    """Compare rows one by one in every column; shares to twelve digits, all else exactly."""
    assert len(found) == len(expected)
    for row, twin in zip(found, expected, strict=True):
        assert set(vars(twin)) == set(vars(row)) - {"replication", "region"}
        for name, value in vars(twin).items():
            same = pytest.approx(value, rel=1e-12) if isinstance(value, float) else value
            assert getattr(row, name) == same, (name, vars(row), value)


def felt(recount: Recount, customer_id: int) -> dict[int, float]:
    return office(recount, recount.people[customer_id].region).felt.get(customer_id, {})


def assert_customers_agree(recount: Recount) -> None:
    found = recount.rows("customers")
    assert [row.customer_id for row in found] == customers_expected(recount)
    for row in found:
        known, person = standing(recount, row.customer_id), recount.people[row.customer_id]
        contracts = [o.decided_date for o in recount.orders_of[row.customer_id] if o.status in SIGNED]
        last = recount.horizon - 1
        twin = Row(
            customer_id=row.customer_id,
            rep_id=person.rep_id,
            channel=CHANNELS[person.channel],
            new=person.arrival_day >= 0,
            arrival_date=person.arrival_day if person.arrival_day >= 0 else None,
            first_order_date=min(contracts, default=None),
            score=known.score(last),
            grade=known.grade(last) if known.grades else None,
            first_grade=known.grade(min(known.grades)) if known.grades else None,
            tier=known.tier(last),
            annual_pd=person.annual_pd,
            default_date=recount.default(row.customer_id),
            leaves_date=recount.leaves(row.customer_id),
            term_wanted_days=person.term_wanted_days,
            quality=person.quality,
            frailty=person.frailty,
        )
        assert_rows_agree([row], [twin])


def assert_orders_agree(recount: Recount) -> None:
    for customer_id in recount.customers:
        found = recount.orders_of[customer_id]
        expected = orders_expected(recount, customer_id, felt(recount, customer_id))
        for twin in expected:
            order = recount.order.get(twin.order_id)
            twin.delivered_date = None
            twin.period = recount.period(twin.order_date if twin.decided_date is None else twin.decided_date)
            if order is not None and twin.status == "signed":
                twin.status = status_of(recount, order)
                balance = recount.line.get(order.order_id * 100 + 1)
                if balance is not None and chased(recount, balance).extended and twin.security == "none":
                    twin.security = "guarantor"
                twin.delivered_date = delivered(recount, order)
        assert_rows_agree(found, expected)


def assert_decisions_agree(recount: Recount) -> None:
    """Who decided when: at once, the day after the review, or at the meeting."""
    for order in recount.orders:
        reviewed = office(recount, order.region).decided.get(order.order_id)
        assert order.decided_date == (order.order_date if order.route == "direct" else reviewed), order


def assert_lines_agree(recount: Recount) -> None:
    expected = [line for order in recount.orders for line in lines_expected(recount, order)]
    assert [line.line_id for line in recount.lines] == [line.line_id for line in expected]
    twins = [
        Row(**vars(twin), **vars(outcome(recount, line)))
        for line, twin in zip(recount.lines, expected, strict=True)
    ]
    assert_rows_agree(recount.lines, twins)


def assert_receipts_agree(recount: Recount) -> None:
    found = [(row.date, row.line_id, row.amount_fen, row.kind) for row in recount.rows("receipts")]
    assert Counter(found) == Counter(row for line in recount.lines for row in charges(recount, line))


def assert_actions_agree(recount: Recount) -> None:
    """Alerts answered, steps and extensions taken, each on its day by its desk."""
    found = [
        (a.line_id, a.stage, a.step, a.desk, a.opened_date, a.finished_date, a.minutes, a.cost_fen)
        for a in recount.rows("actions")
    ]
    expected = [row for region in recount.regions for row in sorted(office(recount, region).actions)]
    assert found == expected


def assert_desks_agree(recount: Recount) -> None:
    expected = [
        row
        for region in recount.regions
        for row in sorted(office(recount, region).desk_months(), key=lambda row: (row.desk, row.month))
    ]
    assert_rows_agree(recount.rows("desks"), expected)


def assert_commissions_agree(recount: Recount) -> None:
    expected = [row for region in recount.regions for row in slips_expected(recount, region)]
    firsts = recount.first_days()
    for row in expected:
        row.month = firsts[row.month]
    assert_rows_agree(recount.rows("commissions"), expected)


def assert_leads_agree(recount: Recount) -> None:
    expected = [row for region in recount.regions for row in leads_expected(recount, region)]
    assert_rows_agree(recount.rows("leads"), expected)


def assert_segments_agree(recount: Recount) -> None:
    found = [
        (row.region, row.month, row.tier, row.customers, row.treatment_fen)
        for row in recount.rows("segments")
    ]
    assert found == segments_expected(recount)


COMPARISONS = {
    "customers": assert_customers_agree,
    "orders": assert_orders_agree,
    "decisions": assert_decisions_agree,
    "lines": assert_lines_agree,
    "receipts": assert_receipts_agree,
    "actions": assert_actions_agree,
    "desks": assert_desks_agree,
    "commissions": assert_commissions_agree,
    "leads": assert_leads_agree,
    "segments": assert_segments_agree,
}


# ---------------------------------------------------------------- named scenarios


@pytest.mark.parametrize("table", COMPARISONS)
@pytest.mark.parametrize("recount", SCENARIOS, indirect=True)
def test_table_is_that_of_the_second_count(recount, table) -> None:
    COMPARISONS[table](recount)


def test_scenarios_between_them_show_everything() -> None:
    """A comparison of what never happens would prove nothing."""
    results = [run_once(each) for each in SCENARIOS.values()]

    def seen(table: str, column: str) -> set:
        return {value for result in results for value in getattr(result, table)[column]}

    def some(table: str, column: str) -> bool:
        return any(getattr(result, table)[column].notna().any() for result in results)

    assert seen("orders", "status") == {
        "pending", "signed", "delivered", "lapsed", "declined", "refused", "withdrawn",
    }  # fmt: skip
    assert seen("orders", "route") == {"direct", "review", "meeting"}
    assert seen("orders", "grade") == set("ABCD")
    assert seen("orders", "security") == {"none", "guarantor", "collateral"}
    assert seen("orders", "tier") == seen("customers", "tier") == set(TIERS)
    assert seen("orders", "cross_sold") == seen("orders", "new_customer") == {True, False}
    assert seen("receivables", "kind") == {"prepayment", "balance", "instalment"}
    assert seen("receivables", "status") == {"open", "paid", "rescheduled", "written_off", "credited"}
    assert seen("receivables", "stage_reached") == {0, 1, 2, 3, 4}
    assert seen("receivables", "alert_reached") == {0, 1, 2, 3}
    assert all(some("receivables", f"{what}_date") for what in ("disputed", "settled", "extended"))
    assert seen("receipts", "kind") == {"payment", "interest", "penalty", "recovery"}
    alerts = {f"alert_{name}" for name in ("before_due", "level_1", "level_2")}
    assert seen("actions", "step") == {"friendly", "formal", "plan", "legal", "extension"} | alerts
    assert seen("leads", "stage") == {"lead", "qualified", "proposal", "negotiation", "signed"}
    assert seen("leads", "outcome") == {"open", "won", "lost", "refused"}
    assert seen("leads", "cooled") == seen("commissions", "vacant") == {True, False}
    assert seen("commissions", "event") == {"none", "promotion", "pay_cut", "demotion", "quit"}
    assert seen("commissions", "level") >= {0, 1}
    assert max(seen("segments", "treatment_fen")) > 0
    for part in ("appraisal_fen", "career_fen", "budget_fen"):
        assert {amount > 0 for amount in seen("commissions", part) if amount} == {True, False}
    for part in ("award_fen", "team_bonus_fen", "training_fen", "new_customers"):
        assert min(seen("commissions", part)) == 0 < max(seen("commissions", part))
    for desk in ("risk_reviewers", "reps", "risk_officers", "sales_managers", "legal", "meeting"):
        months = pd.concat([result.desks[result.desks["desk"] == desk] for result in results])
        assert (months[["submitted", "started", "waiting_minutes", "queue"]].max() > 0).all()
        assert (months["dropped"].max() > 0) == (desk not in ("risk_reviewers", "meeting"))


# ---------------------------------------------------------------- drawn scenarios


@pytest.mark.no_cover
@settings(
    deadline=None,
    max_examples=20,
    suppress_health_check=[HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.generate],  # each example is a whole run: shrinking would take minutes
)
@given(policies(), policies(), worlds(), runs(), st.integers(0, 1000))
def test_any_policy_in_any_world(policy, status_quo, world, run, replication) -> None:
    recount = Recount(simulate(scenario(policy, status_quo, world, run), "des", replication))
    for agrees in COMPARISONS.values():
        agrees(recount)
