"""The same names have the same luck: across runs, policies, regions, and effects that are set to nothing."""

import io
from typing import NamedTuple

import pandas as pd
import pytest

from simkit.engine.luck import Luck
from simkit.engine.result import Result
from simkit.engine.simulation import simulate
from simkit.streams import Stream, uniform
from tests.engine.worlds import AMPLE, DESKS, changed, run_once, scenario

BASE = scenario()


def as_bytes(table: pd.DataFrame) -> bytes:
    buffer = io.BytesIO()
    table.to_parquet(buffer)
    return buffer.getvalue()


def assert_same(one: Result, other: Result, but: dict[str, list[str] | None] | None = None) -> None:
    """Compare every table to the last byte, except the columns (None: the table) that may differ."""
    but = but or {}
    for name in Result.names():
        columns = but.get(name, [])
        if columns is not None:
            left, right = getattr(one, name), getattr(other, name)
            assert as_bytes(left.drop(columns=columns)) == as_bytes(right.drop(columns=columns)), name


def assert_differ(one: Result, other: Result, table: str) -> None:
    assert as_bytes(getattr(one, table)) != as_bytes(getattr(other, table))


def test_same_seed_same_bytes() -> None:
    assert_same(run_once(BASE), simulate(BASE, "des"))


@pytest.mark.parametrize("name", [(1, 2, Stream.PAYMENT, 3, 4), (2**32 - 1, 7, Stream.LEAD, 10**14, 0)])
def test_luck_is_the_draw_of_its_whole_name(name) -> None:
    seed, replication, *rest = name
    assert Luck(seed, replication).draw(*rest) == uniform(seed, replication, rest[0].value, *rest[1:])


@pytest.mark.parametrize("other", [{"run": {"seed": 1}}, {}], ids=["seed", "replication"])
def test_another_seed_or_replication_is_other_luck(other) -> None:
    assert_differ(run_once(BASE), run_once(scenario(**other), replication=0 if other else 1), "orders")


@pytest.mark.parametrize("others", [[], ["South", "West"], ["South"]])
def test_a_region_does_not_notice_the_others(others) -> None:
    """Regions have ten customers each, so that the first stays as large as it is."""
    regions = ["North", *others]
    policy = {"contract.term_days": 45}
    alone = run_once(scenario(policy, run={"regions": ["North"], "customers": 10}))
    among = run_once(scenario(policy, run={"regions": regions, "customers": 10 * len(regions)}))
    for name in Result.names():
        table = getattr(among, name)
        assert set(table["region"]) == set(regions)
        north = table[table["region"] == "North"].reset_index(drop=True)
        assert as_bytes(north) == as_bytes(getattr(alone, name)), name


def test_policies_meet_the_same_people_and_orders() -> None:
    strict = scenario({"credit.grades.A.min_score": 95.0, "contract.prepayment_share": 0.6}, name="strict")
    one, other = run_once(BASE), run_once(strict)
    assert_differ(one, other, "orders")
    who = ["rep_id", "channel", "new", "annual_pd", "default_date", "leaves_date", "quality", "frailty"]
    one_people, other_people = (result.customers.set_index("customer_id")[who] for result in (one, other))
    both = one_people.index.intersection(other_people.index)
    assert len(both) > 30
    pd.testing.assert_frame_equal(one_people.loc[both], other_people.loc[both])
    who = ["rep_id", "channel", "arrival_date", "lead_fen"]
    pd.testing.assert_frame_equal(one.leads[who], other.leads[who])
    orders = one.orders.merge(other.orders, on="order_id")
    alike = orders["cross_sold_x"] == orders["cross_sold_y"]  # offered to one tier, and tiers differ
    assert alike.sum() > 100
    assert (orders["list_value_fen_x"] == orders["list_value_fen_y"])[alike].all()


@pytest.mark.parametrize(
    ("name", "date", "later"),
    [
        # A contract signed before the switch may still be delivered, lapse, or be secured by an extension after it.
        ("orders", "decided_date", ["status", "delivered_date", "security"]),
        ("receivables", "closed_date", []),
        ("receipts", "date", []),
        ("actions", "finished_date", []),
        ("commissions", "month", []),
        ("leads", "decided_date", []),
        ("segments", "month", []),
        ("desks", "month", []),
        ("daily", "date", []),
    ],
)
def test_before_the_switch_nothing_knows_the_new_policy(name, date, later) -> None:
    """The switch is on the first of a month: what happened in a month before it happened before the switch."""
    other = scenario(
        {
            "contract.prepayment_share": 0.9,
            "contract.term_days": 7,
            "collections.plan.minutes": 9,
            "funnel.marketing.online_ads": 2.0,
            "segments.core.frequency": 20,
            "segments.unclassified.account_manager": True,
            "approval.minutes": 200,
            "incentives.training.hours_per_month": 20.0,
        }
    )
    switch = pd.Timestamp(BASE.run.start_date) + pd.Timedelta(days=BASE.run.warm_up_days)
    assert switch.is_month_start
    early, twin = (
        table[table[date] < switch].drop(columns=later).reset_index(drop=True)
        for table in (getattr(run_once(each), name) for each in (BASE, other))
    )
    assert len(early) > 5
    assert as_bytes(early) == as_bytes(twin)
    assert_differ(run_once(BASE), run_once(other), name)


# ---------------------------------------------------------------- oracle 7: no effect, no change


def nothing(*names: str) -> dict[str, float]:
    return dict.fromkeys(names, 0.0)


STEPS = ("friendly", "formal", "plan", "legal")
NO_STEP_EFFECT = nothing(
    *(f"{of}.{step}" for of in ("payment.stage", "relationship") for step in STEPS),
    *(f"payment.alert.{alert}" for alert in ("before_due", "level_1", "level_2")),
    "payment.plan_acceptance",
    "payment.extension_acceptance",
)
NO_RESPONSE = nothing("reps.selling_response", "reps.collecting_response", "reps.inflation_response")
NO_CAREER_EFFECT = nothing("reps.promoted_effort", "reps.sanctioned_effort", "reps.quits_when_sanctioned")
UNTREATED = {
    f"segments.{tier}.{name}": value
    for tier in ("core.treatment", "potential.treatment", "basic.treatment", "dormant", "unclassified")
    for name, value in (
        ("account_manager", False),
        ("cross_sell", False),
        ("self_service", False),
        ("discount_share", 0.0),
    )
}
MONTHLY = {"incentives.career.sanction_months": 1, "incentives.career.promotion_months": 1}
EXTRAS = ["appraisal_fen", "award_fen", "team_bonus_fen"]
CAREER = ["career_fen", "total_fen", "level", "event"]


class Case(NamedTuple):
    """A lever that acts through an effect alone: without it (a world, under a policy) only some columns may differ."""

    lever: dict
    world: dict
    policy: dict
    but: dict[str, list[str] | None]
    shows_in: str | None  # the table in which the lever does show when the effect is there


CASES = {
    "steps": Case(
        {
            "collections.friendly.start_day": 3,
            "collections.legal.minutes": 2000,
            "monitoring.enabled": False,
        },
        NO_STEP_EFFECT,
        {},
        {"actions": None, "desks": None, "receivables": ["stage_reached", "alert_reached"]},
        "receivables",
    ),
    "alerts": Case(
        {
            "monitoring.alerts.before_due_days": 25,
            "monitoring.alerts.level_2_days": 9,
            "monitoring.alerts.minutes": 60,
        },
        nothing(*(f"payment.alert.{alert}" for alert in ("before_due", "level_1", "level_2"))),
        {},
        {"actions": None, "receivables": ["alert_reached"]},
        "receivables",
    ),
    "desks": Case(
        {"collections.queue_rule": "largest", "approval.good_grades_first": False},
        {},
        AMPLE,
        {},
        "desks",
    ),
    "more people than work": Case(
        {f"desks.{desk}.staff": 400 for desk in DESKS},
        {},
        AMPLE,
        {"desks": ["staff", "open_minutes"]},
        None,
    ),
    "extensions": Case(
        {"collections.extension.days": 90}, nothing("payment.extension_acceptance"), {}, {}, "receivables"
    ),
    "instalments": Case(
        {"collections.instalments.count": 2}, nothing("payment.plan_acceptance"), {}, {}, "receivables"
    ),
    "interest": Case(
        {"contract.penalty_share": 0.5}, nothing("payment.interest_collected_share"), {}, {}, "receipts"
    ),
    "commission": Case(
        {"incentives.commission.signing_share": 0.1},
        NO_RESPONSE,
        {},
        {"commissions": ["signing_fen", "collection_fen", *EXTRAS, "career_fen", "total_fen"]},
        "receivables",
    ),
    "appraisal": Case({"incentives.appraisal.weight": 0.9}, NO_RESPONSE, {}, {}, "receivables"),
    "awards": Case(
        {"incentives.awards.winners": 0, "incentives.awards.team_share": 0.0},
        {},
        {},
        {"commissions": ["award_fen", "team_bonus_fen", "total_fen"]},
        "commissions",
    ),
    "awards of nothing": Case(
        {"incentives.awards.winners": 1, "incentives.awards.team_repurchase_rate": 0.0},
        {},
        {"incentives.awards.share": 0.0, "incentives.awards.team_share": 0.0},
        {},
        "commissions",
    ),
    "budget": Case(
        {"incentives.commission.budget": "constant"},
        {},
        {},
        {"commissions": ["budget_fen", "total_fen"]},
        "commissions",
    ),
    "careers": Case(
        {"incentives.career.sanction": "none", "incentives.career.promotion_months": 2},
        NO_CAREER_EFFECT,
        MONTHLY,
        {"commissions": CAREER},
        "orders",
    ),
    "targets": Case(
        {"targets.sales_growth": -0.5},
        NO_CAREER_EFFECT,
        MONTHLY,
        {"commissions": ["target_fen", *CAREER]},
        "orders",
    ),
    "goals that nobody acts on": Case(
        {"targets.parts.new_customers": 0.1, "targets.collection_rate": 0.5, "credit.limits_fall": False},
        {},
        {},
        {},
        None,
    ),
    "training": Case(
        {"incentives.training.hours_per_month": 40.0},
        nothing("reps.training_wins", "reps.training_disputes"),
        {},
        {"commissions": ["training_fen"]},
        "leads",
    ),
    "treatments": Case(
        {
            "segments.core.treatment.account_manager": False,
            "segments.basic.treatment.self_service": False,
            "segments.potential.treatment.cross_sell": False,
        },
        nothing("treatments.account_manager", "treatments.self_service", "treatments.cross_sell"),
        {},
        {"segments": ["treatment_fen"]},
        "orders",
    ),
    "tiers treated alike": Case(
        {"segments.core.frequency": 24, "segments.basic.recency_days": 200},
        {},
        UNTREATED | {"collections.extension.enabled": False},
        {"customers": ["tier"], "orders": ["tier"], "segments": None},
        "orders",
    ),
    "promotion": Case(
        {"funnel.first_order.lowest_grade": "D"},
        {"customers.new_per_year": 4.0, "demand.accept_intercept": 1.0},
        {"funnel.first_order.discount_share": 0.0},
        {},
        "orders",
    ),
    "reminder": Case(
        {"funnel.crm_reminder": False},
        nothing("funnel.cooled", "funnel.forgetting_days"),
        {},
        {"leads": ["cooled"]},
        "leads",
    ),
    "meeting that is not held": Case(
        {"approval.meeting.interval_days": 1, "approval.meeting.capacity": 1},
        {},
        {"approval.meeting.enabled": False},
        {"desks": ["staff"]},
        "orders",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_lever_without_effect_changes_nothing_to_the_last_byte(name) -> None:
    lever, world, policy, but, _ = CASES[name]
    without = run_once(scenario(policy, policy, world))
    assert_same(without, run_once(scenario(policy | lever, policy, world)), but)


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.shows_in])
def test_the_same_lever_with_its_effect_changes_something(name) -> None:
    assert_differ(run_once(BASE), run_once(scenario(CASES[name].lever)), CASES[name].shows_in)


STRICT = MONTHLY | {"incentives.career.promotion_satisfaction": 0.0, "targets.sales_growth": -0.5}


@pytest.mark.parametrize(
    ("off", "on", "uncertainty", "but"),
    [
        (
            {"payment.dispute.share": 0.0},
            {"payment.dispute.share": 0.5},
            {"payment.dispute.mean_days": 5.0, "relationship.dispute": -2.0},
            {},
        ),
        (
            {"reps.quits_when_sanctioned": 0.0},
            {"reps.quits_when_sanctioned": 1.0},
            {"reps.vacancy_months": 9, "reps.vacant_effort": -5.0, "reps.new_months": 9},
            {},
        ),
        ({"reps.highest_level": 0}, {}, {"reps.promoted_effort": 1.0}, {}),
        ({"funnel.cooled": 0.0}, {}, {"funnel.cooling_days": 0}, {"leads": ["cooled"]}),
        ({"treatments.cross_sell_uplift": 0.0}, {}, {"treatments.cross_sell_rate": 0.9}, {}),
        ({"reps.inflation_points": 0.0}, {}, {"reps.inflation_response": 9.0}, {}),
        ({"economy.correlation": 0.0}, {}, {"economy.factor": 3.0}, {}),
        (
            {"payment.delay_weight": 0.0},
            {"payment.delay_weight": -2.0},
            {"payment.delay_prior_days": 60.0, "payment.delay_prior_lines": 9.0, "payment.delay_memory": 0.2},
            {},
        ),
    ],
    ids=[
        "disputes",
        "vacancies",
        "promotions",
        "cooling",
        "further products",
        "inflation",
        "economy",
        "delays",
    ],
)
def test_uncertainty_without_effect_changes_nothing_to_the_last_byte(off, on, uncertainty, but) -> None:
    """And with it, it does."""
    without = (run_once(scenario(STRICT, world=off | each)) for each in ({}, uncertainty))
    assert_same(*without, but)
    assert_differ(*(run_once(scenario(STRICT, world=on | each)) for each in ({}, uncertainty)), "orders")


def test_more_collecting_effort_pays_no_line_later() -> None:
    """Common luck makes comparisons monotone: with nothing else moving, no line is paid later."""
    world = {"customers.new_per_year": 0.0, "payment.history_weight": 0.0, "payment.plan_acceptance": 0.0}
    world |= NO_STEP_EFFECT | {"reps.selling_response": 0.0, "reps.inflation_response": 0.0}
    lazy = run_once(scenario({"incentives.commission.signing_share": 1.0}, world=world))
    keen = run_once(scenario({"incentives.commission.signing_share": 0.0}, world=world))
    both = lazy.receivables.merge(keen.receivables, on="line_id", suffixes=("_lazy", "_keen"))
    never = pd.Timestamp("2200-01-01")
    later = both["paid_date_keen"].fillna(never) > both["paid_date_lazy"].fillna(never)
    same_issue = both["issue_date_lazy"] == both["issue_date_keen"]
    assert not later[same_issue].any()
    earlier = both["paid_date_keen"].fillna(never) < both["paid_date_lazy"].fillna(never)
    assert earlier[same_issue].sum() > 5


def test_changes_refuses_what_is_not_a_parameter() -> None:
    with pytest.raises(AssertionError, match=r"contract\.price"):
        changed(BASE.policy, {"contract.price": 1})
