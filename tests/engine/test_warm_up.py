"""A policy that takes over from a warm-up goes on as if it had been simulated from the first day."""

import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from simkit.engine.compiled import ledgers
from simkit.engine.compiled.opening import Sizes
from simkit.engine.compiled.setting import Setting
from simkit.engine.compiled.tables import tables
from simkit.engine.compiled.warm_up import WarmUp
from simkit.scenario.scenario import Scenario
from tests.engine.drawn import policies, runs, worlds
from tests.engine.worlds import AMPLE, RISKY, scenario


def assert_goes_on_alike(warm_up: WarmUp, given_scenario: Scenario, replication: int, region: int) -> None:
    name = given_scenario.run.regions[region]
    [whole] = ledgers(given_scenario, replication, "text")
    resumed = tables(replication, {name: warm_up.columns(Setting(given_scenario, replication))}, "text")
    assert list(whole) == list(resumed)
    for table, rows in whole.items():
        same = rows[rows["region"] == name].reset_index(drop=True)
        pd.testing.assert_frame_equal(same, resumed[table], check_exact=True, obj=table)


POLICIES = (
    {},
    {"contract.prepayment_share": 0.0},
    {"desks.risk_officers.staff": 9},
    {"funnel.marketing.partners": 1.5},
)


def test_policies_share_one_warm_up() -> None:
    """In turns, and the first again: what one policy did is not there for the next."""
    alike = [scenario(AMPLE | policy, world=RISKY, run={"customers": 40}) for policy in POLICIES]
    warm_up = WarmUp(alike, 1, 0)
    for each in (*alike, alike[0]):
        assert warm_up.reach.covers(each)
        assert_goes_on_alike(warm_up, each, 1, 0)


def test_room_grows_for_a_policy_that_does_more(monkeypatch) -> None:
    sizes = Sizes.__init__

    def tight(self, customers, given_scenario) -> None:
        sizes(self, customers, given_scenario)
        for name in vars(self):
            setattr(self, name, 60)

    monkeypatch.setattr(Sizes, "__init__", tight)
    given_scenario = scenario(AMPLE)
    assert_goes_on_alike(WarmUp([given_scenario], 0, 0), given_scenario, 0, 0)


@pytest.mark.no_cover
@settings(
    deadline=None,
    max_examples=25,
    suppress_health_check=[HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.generate],
)
@given(policies(), policies(), policies(), worlds(), runs(), st.integers(1, 30), st.integers(0, 1000))
def test_any_two_policies(one, other, status_quo, world, run, customers, replication) -> None:
    run = {"customers": customers, "regions": ["North"]} | run
    drawn = [scenario(policy, status_quo, world, run) for policy in (one, other)]
    warm_up = WarmUp(drawn, replication, 0)
    for each in reversed(drawn):
        assert_goes_on_alike(warm_up, each, replication, 0)


def test_what_a_warm_up_does_not_cover() -> None:
    base = scenario()
    warm_up = WarmUp([base], 0, 0)
    assert warm_up.reach.covers(base)
    assert not warm_up.reach.covers(scenario(policy={"funnel.marketing.online_ads": 2.0}))
    assert not warm_up.reach.covers(scenario(policy={"incentives.training.hours_per_month": 20.0}))
    assert not warm_up.reach.covers(scenario(world={"economy.factor": 1.0}))
    assert not warm_up.reach.covers(scenario(run={"seed": 99}))
    assert not warm_up.reach.covers(scenario(status_quo={"contract.term_days": 45}))
