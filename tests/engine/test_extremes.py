"""Scenarios at the ends of what is allowed run to the end, and give what they must."""

import numpy as np
import pandas as pd
import pytest

from simkit.engine.des import Region
from simkit.engine.selling import ORDER_STEP
from simkit.engine.simulation import simulate
from simkit.errors import UserError
from simkit.experiments.simulation import simulate as simulate_with_outcomes
from simkit.portfolio.synthetic import draw_customers
from tests.engine.worlds import AMPLE, DESKS, NO_REVIEW, NOBODY, run_once, scenario

GRADES, TIERS = "ABCD", ("core", "potential", "basic")


def every_grade(**values) -> dict:
    return {f"credit.grades.{grade}.{name}": value for grade in GRADES for name, value in values.items()}


def every_tier(**values) -> dict:
    """Every customer in the core tier, treated as wanted; so are who should be in another."""
    limits = {"recency_days": 3650, "frequency": 0, "monetary_fen": 0}
    tiers = {f"segments.{tier}.{name}": n for tier in TIERS for name, n in limits.items()}
    treated = (*(f"{tier}.treatment" for tier in TIERS), "dormant", "unclassified")
    return tiers | {f"segments.{tier}.{name}": value for tier in treated for name, value in values.items()}


def on_every_channel(**values) -> dict:
    channels = ("online_ads", "trade_fairs", "partners")
    return {f"funnel.marketing.{channel}": value for channel in channels for value in values.values()}


HIGHEST_CUTOFFS = {f"credit.grades.{grade}.min_score": 100.0 for grade in "ABC"}
CERTAIN_DEFAULT = {"firms.default.mean_pd": 0.5, "economy.factor": 6.0, "economy.correlation": 0.9}

MEETING = {
    "approval.meeting.enabled": True,
    "approval.meeting.below_score": 100.0,
    "approval.meeting.interval_days": 92,
}
HARSH = {
    "incentives.appraisal.bonus_at": 2.0,
    "incentives.appraisal.malus_below": 2.0,
    "incentives.career.sanction": "demotion",
    "incentives.career.sanction_months": 1,
}
EASY = {
    "incentives.career.promotion_months": 1,
    "incentives.career.promotion_satisfaction": 0.0,
    "incentives.career.sanction": "none",
    "targets.sales_growth": -1.0,
}

EXTREMES = {
    "nobody at the desks": scenario(NOBODY, NOBODY),
    **{
        f"nobody at the desk of {desk}": scenario(
            *([AMPLE | {f"desks.{desk}.staff": 0} | (NO_REVIEW if desk == "risk_reviewers" else {})] * 2)
        )
        for desk in DESKS
    },
    "no leads": scenario(*([on_every_channel(factor=0.0)] * 2)),
    "no calls possible": scenario(world={"funnel.calls_per_rep": 0}),
    "all leads cooled": scenario(
        {"funnel.crm_reminder": False}, world={"funnel.cooling_days": 0, "funnel.cooled": -20.0}
    ),
    "papers never complete": scenario(world={"funnel.papers_days": 90.0}),
    "all disputed": scenario(world={"payment.dispute.share": 1.0, "payment.dispute.mismatch_share": 0.0}),
    "disputes without end": scenario(
        {"collections.write_off_days": 60},
        {"collections.write_off_days": 61},
        {"payment.dispute.share": 1.0, "payment.dispute.mean_days": 1000.0},
    ),
    "meeting abolished": scenario(
        {"approval.meeting.enabled": False, "approval.meeting.capacity": 0},
        MEETING | {"approval.meeting.capacity": 1},
        {"customers.new_per_year": 4.0},
    ),
    "meetings far apart": scenario(MEETING, MEETING),
    "discounts of 90 %": scenario(
        {"funnel.first_order.discount_share": 0.9, "funnel.first_order.lowest_grade": "D"}
        | every_tier(discount_share=0.9)
    ),
    "training of 40 h": scenario(
        {"incentives.training.hours_per_month": 40.0},
        world={
            "payment.dispute.share": 1.0,
            "payment.dispute.mismatch_share": 1.0,
            "reps.training_disputes": -5.0,
        },
    ),
    "all quit": scenario(HARSH, HARSH, {"reps.quits_when_sanctioned": 1.0, "reps.vacancy_months": 24}),
    "all promoted": scenario(EASY, EASY, {"reps.highest_level": 10}),
    "all core, all extended": scenario(
        AMPLE | every_tier() | {"collections.extension.days": 180},
        world={"payment.extension_acceptance": 1.0, "payment.alpha": [-9.0] * 15},
    ),
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
    "paid on Fridays alone": scenario(
        world={
            "payment.calendar.weekday": [-50.0] * 4 + [20.0] + [-50.0] * 2,
            "payment.calendar.month_end": -50.0,
        }
    ),
    "every habit at its end": scenario(
        world={
            f"payment.{name}_weight": weight
            for name, weight in (("delay", -20.0), ("term", 20.0), ("amount", 20.0))
        }
        | {"payment.delay_prior_lines": 1e-9, "payment.delay_memory": 1e-9}
    ),
    "every habit at its other end": scenario(
        world={
            f"payment.{name}_weight": weight
            for name, weight in (("delay", 20.0), ("term", -20.0), ("amount", -20.0))
        }
        | {"payment.delay_prior_days": 90.0, "payment.delay_memory": 1.0, "customers.acceptance_days": 0}
    ),
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
    """Orders placed under the policy and decided on, of customers who were still there."""
    scenario, orders = EXTREMES[name], run_once(EXTREMES[name]).orders
    day = (orders["order_date"] - pd.Timestamp(scenario.run.start_date)).dt.days
    decided = ~orders["status"].isin(["pending", "withdrawn"])
    return orders[decided & (day >= scenario.run.warm_up_days)]


def test_all_refused() -> None:
    assert set(under_policy("all refused")["status"]) == {"refused"}


@pytest.mark.parametrize("name", ["all for cash", "no credit at all", "all prepaid"])
def test_nothing_on_credit(name) -> None:
    orders = under_policy(name)
    offered = orders[orders["status"] != "refused"]
    assert len(offered) > 20
    assert (offered["prepayment_fen"] == offered["value_fen"]).all()
    lines = run_once(EXTREMES[name]).receivables
    assert set(lines.loc[lines["order_id"].isin(orders["order_id"]), "kind"]) == {"prepayment"}


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


def test_every_order_on_credit_is_over_a_limit_of_nothing() -> None:
    """And so is reviewed; who buys for cash needs no limit."""
    orders = under_policy("no credit at all")
    assert len(orders) > 100
    assert set(orders["grade"]) == set("ABCD")
    assert ((orders["route"] == "direct") == (orders["grade"] == "D")).all()


def test_nobody_at_the_desks() -> None:
    """The system's alerts are answered in passing; nothing else is done."""
    result = run_once(EXTREMES["nobody at the desks"])
    assert result.actions["step"].str.startswith("alert_").all()
    assert not result.receivables["stage_reached"].any()
    assert not result.desks[["staff", "started", "dropped", "worked_minutes", "open_minutes"]].any(
        axis=None
    ) or (set(result.desks.loc[result.desks["staff"] > 0, "desk"]) == {"meeting"})
    assert set(result.orders["route"]) == {"direct"}


@pytest.mark.parametrize("desk", DESKS)
def test_what_goes_to_an_empty_desk_waits_for_ever(desk) -> None:
    result = run_once(EXTREMES[f"nobody at the desk of {desk}"])
    months = result.desks[result.desks["desk"] == desk]
    assert not months[["staff", "started", "dropped", "waiting_minutes", "open_minutes"]].any(axis=None)
    assert (months.groupby("region")["submitted"].cumsum() == months["queue"]).all()
    steps = result.actions[~result.actions["step"].str.startswith("alert_")]
    others = set(DESKS[1:]) - {desk}
    assert set(steps["desk"]) == others
    assert (months["queue"].max() > 0) == (desk != "risk_reviewers")


@pytest.mark.parametrize(("name", "comes"), [("no leads", False), ("no calls possible", True)])
def test_without_calls_nobody_becomes_a_customer(name, comes) -> None:
    result = run_once(EXTREMES[name])
    assert (len(result.leads) > 100) == comes
    assert set(result.leads["outcome"]) == ({"open"} if comes else set())
    assert result.leads["called_date"].isna().all()
    assert not result.customers["new"].any()
    assert not result.commissions["new_customers"].any()


def test_leads_that_cooled_off_do_not_qualify() -> None:
    leads = run_once(EXTREMES["all leads cooled"]).leads
    called = leads[leads["called_date"].notna()]
    assert len(called) > 100
    assert called["cooled"].all()
    assert called["qualified_date"].isna().all()


def test_papers_that_take_months_keep_leads_waiting() -> None:
    slow, usual = (run_once(each).orders for each in (EXTREMES["papers never complete"], scenario()))
    waits = [
        (orders["decided_date"] - orders["order_date"])[orders["new_customer"]].dt.days.mean()
        for orders in (slow, usual)
    ]
    assert waits[0] > 20 > 10 > waits[1]


@pytest.mark.parametrize("name", ["all disputed", "disputes without end"])
def test_every_contract_may_be_disputed(name) -> None:
    """Each balance still open on its day, which comes no later than the due date, is; no other line ever."""
    result = run_once(EXTREMES[name])
    lines = result.receivables
    balances = lines["kind"] == "balance"
    last = pd.Timestamp(result.scenario.run.start_date) + pd.Timedelta(
        days=result.scenario.run.horizon_days - 1
    )
    default = lines["customer_id"].map(result.customers.set_index("customer_id")["default_date"])
    lived = balances & ~(lines["closed_date"] <= lines["due_date"]) & (lines["due_date"] <= last)
    lived &= ~(default <= lines["due_date"])
    assert lived.sum() > 50
    assert lines.loc[lived, "disputed_date"].notna().all() == (name == "all disputed")
    assert lines.loc[~balances, "disputed_date"].isna().all()


def test_a_dispute_without_end_keeps_a_debt_on_the_books() -> None:
    """Long after it would have been written off, unless its customer fails."""
    result = run_once(EXTREMES["disputes without end"])
    lines = result.receivables[result.receivables["disputed_date"].notna()]
    failed = lines["customer_id"].map(result.customers.set_index("customer_id")["default_date"]).notna()
    waiting = lines[lines["settled_date"].isna() & ~failed]
    assert len(waiting) > 50
    assert (waiting["status"] == "open").all()
    overdue = pd.Timestamp(result.scenario.run.start_date) + pd.Timedelta(days=360) - waiting["due_date"]
    assert (overdue.dt.days > 61).sum() > 10


def test_what_waits_for_a_meeting_that_is_abolished_is_decided_at_once() -> None:
    scenario = EXTREMES["meeting abolished"]
    result = run_once(scenario)
    switch = pd.Timestamp(scenario.run.start_date) + pd.Timedelta(days=scenario.run.warm_up_days)
    met = result.orders[result.orders["route"] == "meeting"]
    waited = met[(met["order_date"] < switch - pd.Timedelta(days=40)) & ~(met["decided_date"] < switch)]
    assert len(waited) > 5
    assert (waited["decided_date"] == switch).all()
    assert (met["order_date"] < switch).all()
    meetings = result.desks[(result.desks["desk"] == "meeting") & (result.desks["month"] >= switch)]
    assert not meetings["queue"].any()
    assert not meetings["staff"].any()


def test_meetings_far_apart_are_few() -> None:
    orders = run_once(EXTREMES["meetings far apart"]).orders
    assert orders.loc[orders["route"] == "meeting", "decided_date"].nunique() == 3  # days 92, 184 and 276


def test_a_tenth_of_the_price_is_left() -> None:
    orders = under_policy("discounts of 90 %")
    assert len(orders) > 100
    assert (abs(orders["value_fen"] - 0.1 * orders["list_value_fen"]) <= 0.5 + 1e-6).all()


def test_training_that_works_wonders_leaves_no_dispute() -> None:
    """Where all contracts are disputed and all for mismatched needs, 40 hours leave one in half a thousand million."""
    result = run_once(EXTREMES["training of 40 h"])
    hour = result.scenario.world.economics.training_fen_per_hour
    assert set(result.commissions["training_fen"]) == {0, 40 * hour}
    lines = result.receivables
    disputed = lines["disputed_date"].notna()
    untrained = lines["period"] == "warm_up"
    assert disputed[untrained].sum() > 50
    assert not disputed[~untrained].any()


def test_when_all_have_quit_nobody_calls() -> None:
    result = run_once(EXTREMES["all quit"])
    pay = result.commissions
    assert set(pay["event"]) == {"none", "quit"}
    emptied = pay[pay["event"] == "quit"].groupby("region")["month"].max()
    assert (
        pay.groupby("region")["rep_id"].nunique() == pay[pay["event"] == "quit"].groupby("region").size()
    ).all()
    assert not pay.loc[pay["vacant"], "training_fen"].any()
    end = result.leads["region"].map(emptied) + pd.offsets.MonthEnd(0)
    assert not (result.leads["called_date"] > end).any()
    assert (result.leads["called_date"] <= end).sum() > 10


def test_who_is_always_on_target_rises_every_month() -> None:
    pay = run_once(EXTREMES["all promoted"]).commissions
    assert set(pay["event"]) <= {"promotion", "none"}
    risen = pay.groupby("rep_id").cumcount() + 1
    assert (pay["level"] == np.minimum(10, risen)).all()


def test_core_customers_are_extended_once_and_long() -> None:
    result = run_once(EXTREMES["all core, all extended"])
    lines, asked = result.receivables, result.actions[result.actions["step"] == "extension"]
    assert len(asked) > 20
    assert asked["line_id"].is_unique
    extended = lines[lines["extended_date"].notna()].set_index("line_id")
    granted = asked.set_index("line_id")["finished_date"] + pd.Timedelta(days=180)
    assert (extended["extended_date"] == granted[extended.index]).all()
    assert (extended["kind"] == "balance").all()
    security = extended["order_id"].map(result.orders.set_index("order_id")["security"])
    assert (security != "none").all()
    steps = result.actions[result.actions["stage"] > 1].set_index("line_id")["opened_date"]
    later = steps[steps.index.isin(extended.index)]
    assert not (later < extended["extended_date"].reindex(later.index)).any()


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
        ({"engine": "quantum"}, "engine: 'quantum' is not known; allowed are 'compiled' and 'des'"),
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
