"""What every run's ledger keeps to: the identity of each day, ids, types, and the promises of the contract."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from simkit.engine.daybook import BUCKETS
from simkit.engine.result import Result
from tests.engine.worlds import NOBODY, SCENARIOS, run_once, scenario

DAY = pd.Timedelta(days=1)
STAGES = ("lead", "qualified", "proposal", "negotiation", "signed")


@pytest.fixture(scope="module", params=SCENARIOS)
def result(request) -> Result:
    return run_once(SCENARIOS[request.param])


def test_every_day_balances_to_the_fen(result) -> None:
    daily = result.daily
    came = daily["opening_fen"] + daily["invoiced_fen"] + daily["interest_fen"]
    went = daily["cash_fen"] + daily["written_off_fen"] + daily["credited_fen"] + daily["closing_fen"]
    assert (came == went).all()
    assert (daily[[*BUCKETS]].sum(axis=1) == daily["closing_fen"]).all()
    assert (daily[[*BUCKETS]] >= 0).all(axis=None)


def test_book_at_the_end_is_the_open_lines(result) -> None:
    lines = result.receivables
    still_open = lines[lines["status"] == "open"].groupby("region")["amount_fen"].sum()
    last = result.daily.groupby("region")["closing_fen"].last()
    assert last[last > 0].to_dict() == still_open.to_dict()


def test_cash_is_what_lines_were_paid(result) -> None:
    lines, cash = result.receivables, result.receipts
    by_kind = cash.groupby("kind")["amount_fen"].sum()
    paid = lines["status"] == "paid"
    assert by_kind["payment"] == lines.loc[paid, "amount_fen"].sum()
    assert by_kind.get("recovery", 0) == lines.loc[lines["status"] == "written_off", "paid_fen"].sum()
    assert cash["amount_fen"].sum() == result.daily["cash_fen"].sum()
    assert by_kind.reindex(["interest", "penalty"]).sum() == result.daily["interest_fen"].sum()


def test_every_line_is_accounted_for(result) -> None:
    lines = result.receivables
    settled = lines["paid_fen"] + lines["written_off_fen"]
    expected = lines["amount_fen"].where(lines["status"].isin(["paid", "written_off"]), 0)
    assert (settled == expected).all()
    assert (lines["paid_date"].notna() == (lines["status"] == "paid")).all()
    assert (lines["closed_date"].isna() == (lines["status"] == "open")).all()


def test_ids_are_unique_and_nested(result) -> None:
    customers, orders, lines = result.customers, result.orders, result.receivables
    for table, name in ((customers, "customer_id"), (orders, "order_id"), (lines, "line_id")):
        assert table[name].is_unique
        assert table[name].is_monotonic_increasing
    assert (orders["order_id"] // 10**4 == orders["customer_id"]).all()
    assert (lines["line_id"] // 100 == lines["order_id"]).all()
    assert set(orders["customer_id"]) <= set(customers["customer_id"])
    regions = np.array(result.scenario.run.regions)
    for table in (customers, orders, lines, result.leads):
        assert (table["region"] == regions[table["customer_id"] // 10**8 - 1]).all()
    for table in (customers, orders, lines, result.leads, result.commissions):
        assert (table["region"] == regions[table["rep_id"] // 10**4 - 1]).all()


def test_lines_of_an_order_make_its_value(result) -> None:
    orders = result.orders.set_index("order_id")
    lines = result.receivables
    first = lines[lines["kind"] != "instalment"].groupby("order_id")["amount_fen"].sum()
    delivered = orders[orders["status"] == "delivered"]
    assert (first[delivered.index] == delivered["value_fen"]).all()
    undelivered = orders[orders["status"].isin(["signed", "lapsed"])]
    with_line = undelivered[undelivered["prepayment_fen"] > 0]
    assert (first[with_line.index] == with_line["prepayment_fen"]).all()
    signed = orders["status"].isin(["signed", "lapsed", "delivered"])
    assert not set(first.index) & set(orders.index[~signed])
    assert (orders["value_fen"] == orders["list_value_fen"] - orders["discount_fen"]).all()
    assert (orders["discount_fen"] >= 0).all()
    assert (orders["decided_date"].isna() == (orders["status"] == "pending")).all()


def test_types_and_columns(result) -> None:
    text = {"kind", "status", "grade", "first_grade", "region", "security", "period", "desk", "outcome"}
    text |= {"channel", "tier", "route", "step", "event"}
    flags = {"new", "new_customer", "cross_sold", "cooled", "vacant"}
    for name in Result.names():
        table = getattr(result, name)
        assert list(table.columns[:2]) == ["replication", "region"]
        assert table["replication"].dtype == np.int32
        for column, kind in table.dtypes.items():
            if column.endswith(("_fen", "_id", "_days")):
                assert kind == np.int64, column
            if column.endswith("date") or column == "month":
                assert kind == "datetime64[ns]", column
            if column in text:
                assert kind == "string[pyarrow]", column
            if column in flags:
                assert kind == np.dtype(bool), column


PARTS = ["signing", "collection", "appraisal", "award", "team_bonus", "career", "budget"]


def test_parts_of_pay_make_the_total(result) -> None:
    pay = result.commissions
    assert (pay[[f"{part}_fen" for part in PARTS]].sum(axis=1) == pay["total_fen"]).all()
    rule = result.scenario.policy.incentives.commission
    months = pay.groupby(["region", "month"])[["total_fen", "sales_fen"]].sum()
    spent, sold = months["total_fen"], months["sales_fen"].clip(lower=0)
    if rule.budget == "constant":  # in these scenarios under both policies
        assert (abs(spent - sold * rule.rate)[spent != 0] <= 0.5).all()
        assert (spent > 0).any()


def test_every_lead_goes_one_way(result) -> None:
    """Each stage has its day, none comes before the last, and only who applied is scored."""
    leads = result.leads
    days = leads[[f"{name}_date" for name in ("arrival", "called", "qualified", "proposal", "application")]]
    for (_, earlier), (_, later) in pairwise(days.items()):
        assert not (later < earlier).any()
        assert not (later.notna() & earlier.isna()).any()
    passed = days.iloc[:, 2:].notna().sum(axis=1) + (leads["outcome"] == "won").astype(int)
    assert (leads["stage"].map(dict(zip(STAGES, range(5), strict=True))) == passed).all()
    assert (leads["decided_date"].isna() == (leads["outcome"] == "open")).all()
    assert not (leads["decided_date"] < days.max(axis=1)).any()
    assert (leads["score"].notna() <= leads["application_date"].notna()).all()
    won = set(leads.loc[leads["outcome"] == "won", "customer_id"])
    orders = result.orders
    first = orders[orders["new_customer"] & orders["status"].isin(["signed", "delivered", "lapsed"])]
    assert set(first["customer_id"]) == won
    applied = set(leads.loc[leads["score"].notna(), "customer_id"])
    assert set(result.customers.loc[result.customers["new"], "customer_id"]) == applied


def test_tiers_hold_all_customers_in_business(result) -> None:
    """On the first of a month; who becomes a customer that day is among them."""
    segments, people = result.segments, result.customers
    first = people["first_order_date"].where(people["new"], pd.Timestamp(result.scenario.run.start_date))
    ends = people[["default_date", "leaves_date"]].min(axis=1)
    for (region, month), tiers in segments.groupby(["region", "month"]):
        assert list(tiers["tier"]) == ["core", "potential", "basic", "dormant", "unclassified"]
        here = (people["region"] == region) & (first <= month) & ~(ends <= month)
        assert tiers["customers"].sum() == here.sum()


def test_what_a_desk_does_not_start_or_drop_waits(result) -> None:
    for (_, desk), months in result.desks.groupby(["region", "desk"]):
        waiting = (months["submitted"] - months["started"] - months["dropped"]).cumsum()
        assert (months["queue"] == waiting).all()
        assert (months["queue"] >= 0).all()
        if desk == "meeting":
            assert not months[["worked_minutes", "open_minutes"]].any(axis=None)
        elif (months["queue"] == 0).all():
            assert (months["worked_minutes"].cumsum() <= months["open_minutes"].cumsum() + 2400).all()


# ---------------------------------------------------------------- the contract (Handbook B1, B2, B4)


def test_no_goods_before_the_prepayment_and_no_contract_without_it(result) -> None:
    orders = result.orders.set_index("order_id")
    lines = result.receivables.set_index("order_id")
    prepaid = lines[lines["kind"] == "prepayment"]
    contract = orders.loc[prepaid.index]
    lapse = result.scenario.policy.contract.lapse_days * DAY
    world = result.scenario.world.customers
    assert (prepaid["issue_date"] == contract["decided_date"]).all()
    assert (prepaid["due_date"] >= contract["decided_date"]).all()
    lapsed = contract["status"] == "lapsed"
    assert (prepaid["closed_date"][lapsed] == contract["decided_date"][lapsed] + lapse).all()
    shipped = contract["delivered_date"].notna()
    arrived = prepaid["paid_date"][shipped] + world.acceptance_days * DAY
    assert (contract["delivered_date"][shipped] == arrived).all()
    assert (
        prepaid["paid_date"].dropna() <= contract["decided_date"][prepaid["paid_date"].notna()] + lapse
    ).all()


def test_no_balance_before_acceptance_and_due_a_term_after(result) -> None:
    orders = result.orders.set_index("order_id")
    balance = result.receivables[result.receivables["kind"] == "balance"].set_index("order_id")
    contract = orders.loc[balance.index]
    assert (balance["issue_date"] == contract["delivered_date"]).all()
    assert (balance["due_date"] - balance["issue_date"] == contract["term_days"] * DAY).all()


def test_full_audit_keeps_terms_within_the_grade_and_what_the_meeting_grants(result) -> None:
    policy, meeting = result.scenario.policy.credit, result.scenario.policy.approval.meeting
    orders = result.orders[result.orders["period"] != "warm_up"]
    limit = orders["grade"].map({g: getattr(policy.grades, g).term_limit_days for g in "ABCD"})
    granted = (orders["route"] == "meeting") & (orders["score"] >= meeting.collateral_below)
    assert policy.audit_catch_rate == 1.0
    assert (orders["term_days"] <= limit + meeting.extra_term_days * granted.astype(int)).all()


def test_after_default_no_order_and_no_payment(result) -> None:
    default = result.customers.set_index("customer_id")["default_date"]
    ordered = result.orders["customer_id"].map(default)
    assert not (result.orders["order_date"] >= ordered).any()
    lines = result.receivables
    assert not (lines["paid_date"] >= lines["customer_id"].map(default)).any()


def test_who_leaves_or_fails_while_waiting_has_withdrawn(result) -> None:
    ends = result.customers.set_index("customer_id")[["default_date", "leaves_date"]].min(axis=1)
    gone = result.orders["decided_date"] >= result.orders["customer_id"].map(ends)
    assert ((result.orders["status"] == "withdrawn").to_numpy(bool) == gone.to_numpy(bool)).all()


def test_nothing_is_paid_or_given_up_while_disputed(result) -> None:
    lines = result.receivables[result.receivables["disputed_date"].notna()]
    default = lines["customer_id"].map(result.customers.set_index("customer_id")["default_date"])
    going = ~(lines["closed_date"] >= default)
    assert (lines["disputed_date"] >= lines["issue_date"]).all()
    assert (lines["disputed_date"] <= lines["due_date"]).all()
    assert not ((lines["settled_date"] - lines["disputed_date"]) < 2 * DAY).any()
    assert not (lines["closed_date"] < lines["settled_date"]).any()
    assert (lines["settled_date"].notna() | lines["closed_date"].isna())[going].all()


def test_meetings_are_held_on_their_days(result) -> None:
    """So many days apart from the first, on the next working day where that is none."""
    run = result.scenario.run
    start, switch = pd.Timestamp(run.start_date), run.warm_up_days
    days = [start + day * DAY for day in range(run.horizon_days)]
    held = set()
    for n, day in enumerate(days):
        policy = result.scenario.status_quo if n < switch else result.scenario.policy
        if n % policy.approval.meeting.interval_days == 0:
            while day.dayofweek > 4 or day.date() in run.holidays:
                day += DAY
            held.add(day)
    met = result.orders[(result.orders["route"] == "meeting") & result.orders["decided_date"].notna()]
    off = ~met["decided_date"].isin(held)
    assert not off.any()


def test_periods_are_those_of_the_contracts(result) -> None:
    run = result.scenario.run
    dated = result.orders["decided_date"].fillna(result.orders["order_date"])
    day = (dated - pd.Timestamp(run.start_date)).dt.days
    edges = [-1, run.warm_up_days - 1, run.warm_up_days + run.policy_days - 1, run.horizon_days]
    expected = pd.cut(day, edges, labels=["warm_up", "policy", "run_out"]).astype(str)
    assert (result.orders["period"] == expected).all()
    of_order = result.receivables["order_id"].map(result.orders.set_index("order_id")["period"])
    assert (result.receivables["period"] == of_order).all()


# ---------------------------------------------------------------- the switch


def finished(result: Result) -> tuple[pd.Series, pd.Timestamp]:
    """The days on which desks finished steps, and the switch date."""
    run = result.scenario.run
    by_desk = ~result.actions["step"].str.startswith("alert_")
    days = result.actions.loc[by_desk, "finished_date"]
    return days, pd.Timestamp(run.start_date) + run.warm_up_days * DAY


def test_desks_are_staffed_on_the_switch_date() -> None:
    days, switch = finished(run_once(scenario(status_quo=NOBODY)))
    assert days.min() == switch  # a working day: what waited is taken up at once
    assert switch.dayofweek < 5
    assert len(days) > 20


def test_who_goes_on_the_switch_date_leaves_no_more_than_the_job_in_hand() -> None:
    days, switch = finished(run_once(scenario(NOBODY)))
    assert (days < switch).sum() > 10
    assert (days >= switch).sum() <= 4 * len(SCENARIOS["handbook"].run.regions)


@pytest.mark.parametrize("rule", ["oldest", "largest", "value_at_risk"])
def test_backlog_is_taken_up_in_the_order_of_the_queue_rule(rule) -> None:
    """With one slow rep, alone, from the switch on: what waited is served day after day by its place in the queue."""
    lever = NOBODY | {
        "collections.queue_rule": rule,
        "collections.friendly.minutes": 240,
        "credit.rescore_months": 24,  # so that the score behind the risk is that of the order
    }
    result = run_once(scenario(lever | {"desks.reps.staff": 1}, lever))
    risk = 1 - result.orders.set_index("order_id")["score"] / 100
    lines = result.receivables.set_index("line_id")
    at_risk = lines["amount_fen"] * lines["order_id"].map(risk)
    place = {"oldest": lines["due_date"], "largest": -lines["amount_fen"], "value_at_risk": -at_risk}[rule]
    _, switch = finished(result)
    waited = result.actions[(result.actions["stage"] == 1) & (result.actions["opened_date"] < switch)]
    for _, desk in waited.groupby("region"):
        served = (
            desk.assign(place=desk["line_id"].map(place))
            .groupby("finished_date")["place"]
            .agg(["min", "max"])
        )
        assert len(served) > 2
        assert (served["max"].iloc[:-1].to_numpy() <= served["min"].iloc[1:].to_numpy()).all()
