"""Scenarios at the ends of what is allowed run to the end, and give what they must."""

import pandas as pd
import pytest

from simkit.engine.des import Region
from simkit.engine.selling import ORDER_STEP
from simkit.engine.simulation import simulate
from simkit.errors import UserError
from simkit.experiments.simulation import simulate as simulate_with_outcomes
from simkit.portfolio.synthetic import draw_customers
from tests.engine.worlds import NOBODY, run_once, scenario

GRADES = "ABCD"


def every_grade(**values) -> dict:
    return {f"credit.grades.{grade}.{name}": value for grade in GRADES for name, value in values.items()}


HIGHEST_CUTOFFS = {f"credit.grades.{grade}.min_score": 100.0 for grade in "ABC"}
CERTAIN_DEFAULT = {"firms.default.mean_pd": 0.5, "economy.factor": 6.0, "economy.correlation": 0.9}

EXTREMES = {
    "nobody at the desks": scenario(NOBODY, NOBODY),
    "all refused": scenario(HIGHEST_CUTOFFS | {"credit.grades.D.admission": "refuse"}),
    "all for cash": scenario(HIGHEST_CUTOFFS),
    "no credit at all": scenario(every_grade(credit_limit_months=0.0)),
    "term of nought days": scenario(every_grade(term_limit_days=0)),
    "no prepayment": scenario({"contract.prepayment_share": 0.0} | every_grade(credit_limit_months=60.0)),
    "all prepaid": scenario({"contract.prepayment_share": 1.0}),
    "lapse at once": scenario({"contract.prepayment_due_days": 0, "contract.lapse_days": 1}),
    "all default": scenario(world=CERTAIN_DEFAULT),
    "none default": scenario(world={"firms.default.mean_pd": 0.0}),
    "none leaves": scenario(world={"customers.churn_per_year": 0.0}),
    "all leave": scenario(world={"customers.churn_per_year": 0.999}),
    "none comes": scenario(world={"customers.new_per_year": 0.0}),
    "accepted at once": scenario({"contract.prepayment_share": 0.0}, world={"customers.acceptance_days": 0}),
    "accepted late": scenario(world={"customers.acceptance_days": 180}),
    "nobody ever pays": scenario(world={"payment.alpha": [-50.0] * 15}),
    "everybody pays at once": scenario(world={"payment.alpha": [20.0] * 15}),
    "one customer": scenario(run={"customers": 1, "regions": ["One"]}),
    "more regions than customers": scenario(run={"customers": 2, "regions": ["A", "B", "C"]}),
    "shortest run": scenario(run={"warm_up_days": 30, "policy_days": 30, "run_out_days": 90}),
    "on the leap day": scenario(run={"start_date": pd.Timestamp("2028-02-29").date()}),
    "nothing recovered": scenario(
        world={
            "firms.default.mean_pd": 0.5,
            "economy.factor": 0.0,
            "recovery.none": 0.0,
            "recovery.lag_days": 1,
        }
    ),
    "a debt of a fen": scenario(
        {"contract.prepayment_share": 0.99, "collections.instalments": {"count": 24, "share": 0.04}},
        {"collections.instalments": {"count": 24, "share": 0.04}},
        {"customers.order_value_fen": 1, "payment.plan_acceptance": 1.0},
    ),
    "one instalment": scenario({"collections.instalments.count": 1, "collections.instalments.share": 1.0}),
}


@pytest.mark.parametrize("name", EXTREMES)
def test_runs_and_balances(name) -> None:
    result = simulate_with_outcomes(EXTREMES[name])
    daily = result.daily
    came = daily["opening_fen"] + daily["invoiced_fen"] + daily["interest_fen"]
    went = daily["cash_fen"] + daily["written_off_fen"] + daily["credited_fen"] + daily["closing_fen"]
    assert (came == went).all()
    assert set(daily["region"]) == set(result.scenario.run.regions)
    assert "sales_growth" in result.kpis


def under_policy(name: str) -> pd.DataFrame:
    orders = run_once(EXTREMES[name]).orders
    return orders[orders["period"] != "warm_up"]


def test_all_refused() -> None:
    assert set(under_policy("all refused")["status"]) == {"refused"}


@pytest.mark.parametrize("name", ["all for cash", "no credit at all", "all prepaid"])
def test_nothing_on_credit(name) -> None:
    orders = under_policy(name)
    offered = orders[orders["status"] != "refused"]
    assert len(offered) > 20
    assert (offered["prepayment_fen"] == offered["value_fen"]).all()
    lines = run_once(EXTREMES[name]).receivables
    assert set(lines.loc[lines["period"] != "warm_up", "kind"]) == {"prepayment"}


def test_cash_only_needs_no_security_and_no_term() -> None:
    orders = under_policy("all for cash")
    assert set(orders["grade"]) == {"D"}
    assert set(orders["security"]) == {"none"}
    assert not orders["term_days"].any()


def test_without_prepayment_no_contract_lapses() -> None:
    orders = under_policy("no prepayment")
    on_credit = orders[orders["grade"] != "D"]
    assert len(on_credit) > 100
    assert not on_credit["prepayment_fen"].any()
    assert "lapsed" not in set(on_credit["status"])


def test_nobody_at_the_desks() -> None:
    result = run_once(EXTREMES["nobody at the desks"])
    assert result.actions.empty
    assert not result.receivables["stage_reached"].any()


def test_all_default() -> None:
    result = run_once(EXTREMES["all default"])
    assert result.customers["default_date"].notna().mean() > 0.95


def test_nothing_recovered() -> None:
    result = run_once(EXTREMES["nothing recovered"])
    lost = result.receivables[result.receivables["status"] == "written_off"]
    without = lost[lost["order_id"].isin(result.orders.loc[result.orders["security"] == "none", "order_id"])]
    assert len(without) > 10
    assert (without["written_off_fen"] == without["amount_fen"]).all()


def test_a_debt_of_a_fen_is_one_instalment() -> None:
    lines = run_once(EXTREMES["a debt of a fen"]).receivables
    assert (lines["amount_fen"] > 0).all()
    plans = lines[lines["kind"] == "instalment"].groupby("order_id")["amount_fen"].agg(["size", "sum"])
    assert (plans.loc[plans["sum"] < 12, "size"] == 1).all()
    assert (plans["sum"] < 12).any()


def test_nobody_ever_pays() -> None:
    result = run_once(EXTREMES["nobody ever pays"])
    assert set(result.receipts["kind"]) <= {"recovery"}
    assert not (result.receivables["status"] == "paid").any()


def test_everybody_pays_at_once() -> None:
    lines = run_once(EXTREMES["everybody pays at once"]).receivables
    paid = lines[lines["status"] == "paid"]
    assert (paid["paid_date"] - paid["issue_date"] == pd.Timedelta(days=1)).all()
    last_day = lines["issue_date"].max()
    assert (lines.loc[lines["status"] != "paid", "issue_date"] == last_day).all()


# ---------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"engine": "quantum"}, "engine: 'quantum' is not known; allowed is 'des'"),
        ({"replication": -1}, "replication: -1 is negative; allowed are 0, 1, 2, ..."),
    ],
)
def test_bad_argument_is_one_message(arguments, message) -> None:
    with pytest.raises(UserError) as error:
        simulate(scenario(), **arguments)
    assert str(error.value) == message


def test_more_orders_than_ids_can_tell_apart_are_refused() -> None:
    one = scenario(run={"customers": 1, "regions": ["One"]}, world={"customers.orders_per_year": 1000.0})
    region = Region(one, 0, draw_customers(one, 0))
    region.customers[0].orders = ORDER_STEP - 5
    with pytest.raises(UserError, match=r"lower world\.customers\.orders_per_year"):
        region.run()
    assert region.book.orders[-1].order_id % ORDER_STEP == ORDER_STEP - 1
