"""The engine's tables against a second, day-by-day count of the handbook (see `tests.engine.recount`)."""

from collections import Counter

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from simkit.engine.simulation import simulate
from tests.engine.recount import Recount
from tests.engine.worlds import AMPLE, NOBODY, run_once, scenario

RISKY = {"firms.default.mean_pd": 0.35, "recovery.lag_days": 20, "economy.factor": 0.5}
UNFELT = {f"relationship.{stage}": 0.0 for stage in ("friendly", "formal", "plan")}
"""Where desks are busy two steps may end on one day in either order; only the last of them is then felt."""

SCENARIOS = {
    "handbook": scenario(AMPLE, AMPLE),
    "as today": scenario({"monitoring.enabled": False, "contract.prepayment_share": 0.0} | AMPLE, AMPLE),
    "defaults": scenario(AMPLE, AMPLE, RISKY),
    "slow payers": scenario(
        AMPLE | {"collections.write_off_days": 60},
        AMPLE | {"collections.write_off_days": 61},
        {"payment.alpha": [-9.0, -8.0, -7.0, -6.0, -5.0, -4.0, *[-3.5] * 9], "payment.plan_acceptance": 0.8},
    ),
    "backlog": scenario({"collections.queue_rule": "largest"}, NOBODY, UNFELT | RISKY),
    "tight limits": scenario(
        AMPLE | {f"credit.grades.{grade}.credit_limit_months": 0.5 for grade in "ABC"}, AMPLE
    ),
}
"""Each makes some outcome common that is rare in the base world."""


def named(names=tuple(SCENARIOS)):
    return pytest.mark.parametrize("recount", names, indirect=True)


@pytest.fixture(scope="module")
def recount(request) -> Recount:
    return Recount(run_once(SCENARIOS[request.param]))


# ---------------------------------------------------------------- one comparison a table


def assert_customers_agree(recount: Recount) -> None:
    for customer_id, customer in recount.customers.items():
        assert customer.default_date == recount.default(customer_id)
        assert customer.leaves_date == recount.leaves(customer_id)


def assert_orders_agree(recount: Recount) -> None:
    outcome = {"delivered": "signed", "lapsed": "signed"}
    for customer_id in recount.customers:
        found = recount.orders_of[customer_id]
        expected = recount.orders_expected(customer_id)
        assert len(found) == len(expected)
        for order, twin in zip(found, expected, strict=True):
            assert order.score == pytest.approx(twin.score, rel=1e-12)
            for name in vars(twin).keys() - {"status", "score"}:
                assert getattr(order, name) == getattr(twin, name), (order.order_id, name)
            assert outcome.get(order.status, order.status) == twin.status


def assert_lines_agree(recount: Recount) -> None:
    expected = [line for order in recount.orders for line in recount.lines_expected(order)]
    assert [line.line_id for line in recount.lines] == [line.line_id for line in expected]
    for line, twin in zip(recount.lines, expected, strict=True):
        for name, value in (vars(twin) | vars(recount.outcome(line))).items():
            assert getattr(line, name) == value, (line.line_id, name)
    for order in recount.orders:
        assert order.delivered_date == recount.delivered(order)
        if order.status in ("delivered", "lapsed", "signed"):
            lapsed = order.prepayment_fen and recount.line[order.order_id * 100].status == "credited"
            reached = "signed" if order.delivered_date is None else "delivered"
            assert order.status == ("lapsed" if lapsed else reached)


def assert_receipts_agree(recount: Recount) -> None:
    found = [(row.date, row.line_id, row.amount_fen, row.kind) for row in recount.receipts]
    assert Counter(found) == Counter(row for line in recount.lines for row in recount.charges(line))


def assert_steps_asked_agree(recount: Recount) -> None:
    """Every step taken was asked for on its day, at its desk's terms; none is taken twice."""
    asked = {(line.line_id, stage): day for line in recount.lines for day, stage in recount.asked(line)}
    taken = Counter((action.line_id, action.stage) for action in recount.actions)
    assert set(taken.values()) <= {1}
    assert set(taken) <= set(asked)
    for action in recount.actions:
        assert action.opened_date == asked[action.line_id, action.stage]
        assert action.finished_date >= action.opened_date
        assert recount.works(action.finished_date)


def assert_commissions_agree(recount: Recount) -> None:
    book, table = recount.commissions(), recount.rows(recount.result.commissions)
    months = [
        month
        for month in range(40)
        if any(recount.months_since_start(day) == month for day in range(recount.horizon))
        and recount.months_since_start(recount.horizon) > month
    ]
    reps = sorted({customer.rep_id for customer in recount.customers.values()})
    found = [(row.rep_id, recount.months_since_start(row.month)) for row in table]
    assert sorted(found) == [(rep, month) for rep in reps for month in months]
    for row in table:
        month = recount.months_since_start(row.month)
        twin = book[row.rep_id, month]
        assert recount.starts_month(row.month)
        assert (row.signing_fen, row.collection_fen) == (twin.signing, twin.collection)
        assert (row.due_fen, row.received_fen) == (twin.due, twin.received)
        last = max(day for day in range(recount.horizon) if recount.months_since_start(day) == month)
        rule, earned = recount.policy(last).incentives.appraisal, twin.signing + twin.collection
        change = 0.0
        if twin.due and earned > 0:
            rate = twin.received / twin.due
            assert row.collection_rate == rate
            change = rule.bonus_share * (rate >= rule.bonus_at) - rule.malus_share * (rate < rule.malus_below)
        assert abs(row.appraisal_fen - earned * change) <= 0.5
        assert row.total_fen == earned + row.appraisal_fen


def assert_leads_agree(recount: Recount) -> None:
    leads = {lead.customer_id: lead for lead in recount.rows(recount.result.leads)}
    applicants = [row for row in recount.people.values() if row.arrival_day >= 0]
    assert set(leads) == {row.customer_id for row in applicants}
    for person in applicants:
        lead, orders = leads[person.customer_id], recount.orders_of[person.customer_id]
        assert lead.arrival_date == lead.decided_date == person.arrival_day
        assert lead.score == pytest.approx(recount.score(person.customer_id, person.arrival_day), rel=1e-12)
        assert lead.grade == recount.grade(lead.score, person.arrival_day)
        if lead.outcome == "won":
            assert orders[0].order_date == person.arrival_day
            assert orders[0].new_customer
        else:
            expected = {"declined": "lost", "refused": "refused"}
            assert lead.outcome == (expected[orders[0].status] if orders else "lost")
            assert len(orders) <= 1


# ---------------------------------------------------------------- named scenarios


@named()
def test_customers(recount) -> None:
    assert_customers_agree(recount)


@named()
def test_orders(recount) -> None:
    assert_orders_agree(recount)


@named()
def test_lines(recount) -> None:
    assert_lines_agree(recount)


@named()
def test_receipts(recount) -> None:
    assert_receipts_agree(recount)


@named()
def test_steps_asked(recount) -> None:
    assert_steps_asked_agree(recount)


@named(tuple(name for name in SCENARIOS if name != "backlog"))
def test_steps_when_nothing_waits(recount) -> None:
    expected = [row for line in recount.lines for row in recount.actions_with_ample_staff(line)]
    found = [
        (a.line_id, a.stage, a.desk, a.opened_date, a.finished_date, a.minutes, a.cost_fen)
        for a in recount.actions
    ]
    assert found == sorted(expected)


@named()
def test_commissions(recount) -> None:
    assert_commissions_agree(recount)


@named()
def test_leads(recount) -> None:
    assert_leads_agree(recount)


def test_scenarios_between_them_show_everything() -> None:
    """A comparison of what never happens would prove nothing."""
    results = [run_once(each) for each in SCENARIOS.values()]

    def seen(table: str, column: str) -> set:
        return {value for result in results for value in getattr(result, table)[column]}

    assert seen("orders", "status") == {"signed", "delivered", "lapsed", "declined"}
    assert seen("orders", "grade") == set("ABCD")
    assert seen("orders", "security") == {"none", "guarantor", "collateral"}
    assert seen("receivables", "kind") == {"prepayment", "balance", "instalment"}
    assert seen("receivables", "status") == {"open", "paid", "rescheduled", "written_off", "credited"}
    assert seen("receivables", "stage_reached") == {0, 1, 2, 3, 4}
    assert seen("receipts", "kind") == {"payment", "interest", "penalty", "recovery"}
    assert seen("leads", "outcome") >= {"won", "lost"}
    assert {a > 0 for a in seen("commissions", "appraisal_fen") if a} == {True, False}


# ---------------------------------------------------------------- drawn scenarios


@st.composite
def changes(draw):
    share, flag = st.integers(0, 100).map(lambda percent: percent / 100), st.booleans()
    cutoffs = draw(st.lists(st.integers(0, 100), min_size=3, max_size=3).map(sorted))
    days = draw(st.lists(st.integers(1, 50), min_size=4, max_size=4, unique=True).map(sorted))
    policy = {
        **{f"credit.grades.{g}.min_score": float(c) for g, c in zip("CBA", cutoffs, strict=True)},
        "credit.grades.D.admission": draw(st.sampled_from(["credit", "cash", "refuse"])),
        "credit.grades.B.term_limit_days": draw(st.integers(0, 120)),
        "credit.rescore_months": draw(st.integers(1, 5)),
        "credit.audit_catch_rate": draw(share),
        "contract.prepayment_share": draw(share),
        "contract.term_negotiable": draw(flag),
        "monitoring.enabled": draw(flag),
        "monitoring.response_lag_days": draw(st.integers(0, 20)),
        **{
            f"collections.{stage}.start_day": day
            for stage, day in zip(("friendly", "formal", "plan", "legal"), days, strict=True)
        },
        "collections.write_off_days": draw(st.integers(60, 120)),
        "collections.queue_rule": draw(st.sampled_from(["oldest", "largest", "value_at_risk"])),
        "incentives.commission.signing_share": draw(share),
        **{
            f"desks.{desk}.staff": draw(st.integers(0, 2))
            for desk in ("reps", "risk_officers", "sales_managers", "legal")
        },
    }
    world = UNFELT | {
        "firms.default.mean_pd": draw(st.integers(0, 50)) / 100,
        "recovery.lag_days": draw(st.integers(1, 100)),
        "customers.acceptance_days": draw(st.integers(0, 20)),
        "customers.churn_per_year": draw(st.integers(0, 90)) / 100,
        "customers.gap_shape": draw(st.integers(3, 50)) / 10,
        "payment.plan_acceptance": draw(share),
        "payment.interest_collected_share": draw(share),
        "reps.cash_share_today": draw(share),
    }
    return {"policy": policy, "world": world, "run": {"seed": draw(st.integers(0, 2**32 - 1))}}


@settings(
    deadline=None,
    max_examples=12,
    suppress_health_check=[HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.generate],  # each example is a whole run: shrinking would take minutes
)
@given(changes(), st.integers(0, 1000))
def test_any_policy_in_any_world(drawn, replication) -> None:
    recount = Recount(simulate(scenario(**drawn), replication=replication))
    assert_customers_agree(recount)
    assert_orders_agree(recount)
    assert_lines_agree(recount)
    assert_receipts_agree(recount)
    assert_steps_asked_agree(recount)
    assert_commissions_agree(recount)
    assert_leads_agree(recount)
