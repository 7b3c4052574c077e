"""What every run's ledger keeps to: the identity of each day, ids, types, and the promises of the contract."""

import numpy as np
import pandas as pd
import pytest

from simkit.engine.daybook import BUCKETS
from simkit.engine.result import Result
from tests.engine.test_recount import SCENARIOS
from tests.engine.worlds import NOBODY, run_once, scenario

DAY = pd.Timedelta(days=1)


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
    region = pd.Series(result.scenario.run.regions)[lines["customer_id"] // 10**8 - 1]
    assert (lines["region"].to_numpy() == region.to_numpy()).all()


def test_lines_of_an_order_make_its_value(result) -> None:
    orders = result.orders.set_index("order_id")
    lines = result.receivables
    first = lines[lines["kind"] != "instalment"].groupby("order_id")["amount_fen"].sum()
    delivered = orders[orders["status"] == "delivered"]
    assert (first[delivered.index] == delivered["value_fen"]).all()
    undelivered = orders[orders["status"].isin(["signed", "lapsed"])]
    with_line = undelivered[undelivered["prepayment_fen"] > 0]
    assert (first[with_line.index] == with_line["prepayment_fen"]).all()
    assert not set(first.index) & set(orders.index[orders["status"].isin(["declined", "refused"])])


def test_types_and_columns(result) -> None:
    text = {"kind", "status", "grade", "first_grade", "region", "security", "period", "desk", "outcome"}
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


# ---------------------------------------------------------------- the contract (Handbook B1, B2, B4)


def test_no_goods_before_the_prepayment_and_no_contract_without_it(result) -> None:
    orders = result.orders.set_index("order_id")
    lines = result.receivables.set_index("order_id")
    prepaid = lines[lines["kind"] == "prepayment"]
    contract = orders.loc[prepaid.index]
    lapse = result.scenario.policy.contract.lapse_days * DAY
    world = result.scenario.world.customers
    assert (prepaid["due_date"] >= contract["order_date"]).all()
    lapsed = contract["status"] == "lapsed"
    assert (prepaid["closed_date"][lapsed] == contract["order_date"][lapsed] + lapse).all()
    shipped = contract["delivered_date"].notna()
    arrived = prepaid["paid_date"][shipped] + world.acceptance_days * DAY
    assert (contract["delivered_date"][shipped] == arrived).all()
    assert (
        prepaid["paid_date"].dropna() <= contract["order_date"][prepaid["paid_date"].notna()] + lapse
    ).all()


def test_no_balance_before_acceptance_and_due_a_term_after(result) -> None:
    orders = result.orders.set_index("order_id")
    balance = result.receivables[result.receivables["kind"] == "balance"].set_index("order_id")
    contract = orders.loc[balance.index]
    assert (balance["issue_date"] == contract["delivered_date"]).all()
    assert (balance["due_date"] - balance["issue_date"] == contract["term_days"] * DAY).all()


def test_full_audit_keeps_terms_within_the_grade(result) -> None:
    policy = result.scenario.policy.credit
    orders = result.orders[result.orders["period"] != "warm_up"]
    limit = orders["grade"].map({g: getattr(policy.grades, g).term_limit_days for g in "ABCD"})
    assert policy.audit_catch_rate == 1.0
    assert (orders["term_days"] <= limit).all()


def test_after_default_no_order_and_no_payment(result) -> None:
    default = result.customers.set_index("customer_id")["default_date"]
    ordered = result.orders["customer_id"].map(default)
    assert not (result.orders["order_date"] >= ordered).any()
    lines = result.receivables
    assert not (lines["paid_date"] >= lines["customer_id"].map(default)).any()


def test_periods_are_those_of_the_order_dates(result) -> None:
    run = result.scenario.run
    day = (result.orders["order_date"] - pd.Timestamp(run.start_date)).dt.days
    edges = [-1, run.warm_up_days - 1, run.warm_up_days + run.policy_days - 1, run.horizon_days]
    expected = pd.cut(day, edges, labels=["warm_up", "policy", "run_out"]).astype(str)
    assert (result.orders["period"] == expected).all()
    of_order = result.receivables["order_id"].map(result.orders.set_index("order_id")["period"])
    assert (result.receivables["period"] == of_order).all()


# ---------------------------------------------------------------- the switch


def finished(result: Result) -> tuple[pd.Series, pd.Timestamp]:
    """The days on which steps were finished, and the switch date."""
    run = result.scenario.run
    return result.actions["finished_date"], pd.Timestamp(run.start_date) + run.warm_up_days * DAY


def test_desks_are_staffed_on_the_switch_date() -> None:
    days, switch = finished(run_once(scenario(status_quo=NOBODY)))
    assert days.min() == switch  # a working day: what waited is taken up at once
    assert switch.dayofweek < 5
    assert len(days) > 20


def test_who_goes_on_the_switch_date_leaves_no_more_than_the_job_in_hand() -> None:
    days, switch = finished(run_once(scenario(NOBODY)))
    assert (days < switch).sum() > 20
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
