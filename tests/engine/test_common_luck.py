"""The same names have the same luck: across runs, policies, regions, and effects that are set to nothing."""

import io

import pandas as pd
import pytest

from simkit.engine.luck import Luck
from simkit.engine.result import Result
from simkit.engine.simulation import simulate
from simkit.streams import Stream, uniform
from tests.engine.worlds import changed, run_once, scenario

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
    assert_same(run_once(BASE), simulate(BASE))


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
    alone = simulate(scenario(policy, run={"regions": ["North"], "customers": 10}))
    among = simulate(scenario(policy, run={"regions": regions, "customers": 10 * len(regions)}))
    for name in Result.names():
        table = getattr(among, name)
        assert set(table["region"]) == set(regions)
        north = table[table["region"] == "North"].reset_index(drop=True)
        assert as_bytes(north) == as_bytes(getattr(alone, name)), name


def test_policies_meet_the_same_people_and_orders() -> None:
    strict = scenario({"credit.grades.A.min_score": 95.0, "contract.prepayment_share": 0.6}, name="strict")
    one, other = run_once(BASE), run_once(strict)
    assert_differ(one, other, "orders")
    who = ["customer_id", "rep_id", "new", "annual_pd", "default_date", "leaves_date", "quality", "frailty"]
    pd.testing.assert_frame_equal(one.customers[who], other.customers[who])
    both = one.orders.merge(other.orders, on="order_id")
    assert len(both) > 100
    assert (both["value_fen_x"] == both["value_fen_y"]).all()


@pytest.mark.parametrize(
    ("name", "date", "later"),
    [
        # An order signed before the switch may still be delivered, or lapse, after it.
        ("orders", "order_date", ["status", "delivered_date"]),
        ("receipts", "date", []),
        ("actions", "finished_date", []),
        ("leads", "decided_date", []),
        ("daily", "date", []),
    ],
)
def test_before_the_switch_nothing_knows_the_new_policy(name, date, later) -> None:
    other = scenario(
        {"contract.prepayment_share": 0.9, "contract.term_days": 7, "collections.plan.minutes": 9}
    )
    switch = pd.Timestamp(BASE.run.start_date) + pd.Timedelta(days=BASE.run.warm_up_days)
    early, twin = (
        table[table[date] < switch].drop(columns=later).reset_index(drop=True)
        for table in (getattr(run_once(each), name) for each in (BASE, other))
    )
    assert len(early) > 5
    assert as_bytes(early) == as_bytes(twin)


# ---------------------------------------------------------------- oracle 7: no effect, no change

NO_STEP_EFFECT = {f"payment.stage.{stage}": 0.0 for stage in ("friendly", "formal", "plan", "legal")} | {
    f"relationship.{stage}": 0.0 for stage in ("friendly", "formal", "plan", "legal")
}
NO_RESPONSE = {"reps.selling_response": 0.0, "reps.collecting_response": 0.0, "reps.inflation_response": 0.0}


@pytest.mark.parametrize(
    ("world", "policy", "but"),
    [
        (
            NO_STEP_EFFECT | {"payment.plan_acceptance": 0.0},
            {
                "collections.friendly.start_day": 3,
                "collections.legal.minutes": 2000,
                "monitoring.enabled": False,
            },
            {"actions": None, "receivables": ["stage_reached"]},
        ),
        (NO_RESPONSE, {"incentives.commission.signing_share": 0.1}, {"commissions": None}),
        (NO_RESPONSE, {"incentives.appraisal.weight": 0.9}, {}),
        ({"payment.interest_collected_share": 0.0}, {"contract.penalty_share": 0.5}, {}),
        ({"payment.plan_acceptance": 0.0}, {"collections.instalments.count": 2}, {}),
    ],
    ids=[
        "steps without effect",
        "pay without response",
        "appraisal",
        "interest never collected",
        "plans refused",
    ],
)
def test_lever_without_effect_changes_nothing_to_the_last_byte(world, policy, but) -> None:
    assert_same(run_once(scenario(world=world)), run_once(scenario(policy, world=world)), but)


@pytest.mark.parametrize(
    ("table", "policy"),
    [
        ("receivables", {"collections.friendly.start_day": 3, "monitoring.enabled": False}),
        ("receivables", {"incentives.commission.signing_share": 0.1}),
        ("receipts", {"contract.penalty_share": 0.5}),
        ("receivables", {"collections.instalments.count": 2}),
    ],
)
def test_the_same_levers_with_their_effect_change_something(table, policy) -> None:
    assert_differ(run_once(BASE), run_once(scenario(policy)), table)


def test_without_correlation_the_economy_changes_nothing() -> None:
    calm, storm = (
        run_once(scenario(world={"economy.correlation": 0.0, "economy.factor": factor}))
        for factor in (-3.0, 3.0)
    )
    assert_same(calm, storm)


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
