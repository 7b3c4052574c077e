"""The compiled engine's ledger is the SimPy engine's, row for row and to the fen, for every policy in every world.

``SIMKIT_EQUALITY`` says how many scenarios are drawn; ``make equality N=10000`` draws as many afresh.
"""

import math
import os
from datetime import date

import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from simkit.engine.compiled.opening import Sizes
from simkit.engine.result import Result
from simkit.engine.simulation import simulate
from simkit.scenario.scenario import Scenario
from tests.engine.drawn import policies, runs, worlds
from tests.engine.test_extremes import EXTREMES
from tests.engine.worlds import SCENARIOS, run_once, scenario

DRAWN = int(os.environ.get("SIMKIT_EQUALITY", "300"))
PARTS = 10
"""Drawn apart from each other, so that a slow machine's time limit is on thirty pairs of runs and not on all."""


def assert_equal(given_scenario: Scenario, replication: int = 0) -> None:
    one = run_once(given_scenario, replication)
    other = simulate(given_scenario, "compiled", replication)
    for name in Result.names():
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name), check_exact=True, obj=name)


@pytest.mark.parametrize("name", SCENARIOS)
def test_named_scenarios(name) -> None:
    assert_equal(SCENARIOS[name])


@pytest.mark.parametrize("name", EXTREMES)
def test_extremes(name) -> None:
    assert_equal(EXTREMES[name])


def test_as_many_regions_as_there_may_be() -> None:
    """The last regions' ids are larger than 32 bits hold."""
    names = [f"Region {number}" for number in range(64)]
    drawn = scenario(world={"customers.new_per_year": 4.0}, run={"customers": 128, "regions": names})
    assert run_once(drawn).leads["customer_id"].max() > 2**32
    assert_equal(drawn)


def test_customer_who_defaults_on_the_switch_date() -> None:
    """Found among 10,000 drawn: the first sales manager comes on the day on which a customer who waits defaults."""
    status_quo = {
        "collections.extension.enabled": True,
        "collections.formal.start_day": 13,
        "collections.plan.start_day": 14,
        "credit.grades.C.min_score": 17.0,
        "credit.grades.C.term_limit_days": 22,
        "desks.sales_managers.staff": 0,
        "segments.core.monetary_fen": 128_000_000,
        "segments.potential.frequency": 12,
        "segments.potential.monetary_fen": 37_000_000,
    }
    policy = {
        "credit.grades.C.min_score": 14.0,
        "segments.core.monetary_fen": 200_000_000,
        "segments.potential.monetary_fen": 129_000_000,
    }
    run = {"customers": 15, "regions": ["North"], "seed": 11_830, "start_date": date(1978, 12, 7)}
    drawn = scenario(policy, status_quo, {"firms.default.mean_pd": 0.49}, run)
    switch = pd.Timestamp(run["start_date"]) + pd.Timedelta(days=drawn.run.warm_up_days)
    assert (run_once(drawn, 220).customers["default_date"] == switch).any()
    assert_equal(drawn, 220)


def test_arrays_that_are_too_small_are_made_larger(monkeypatch) -> None:
    def tiny(self, customers, given_scenario) -> None:
        self.orders = self.lines = self.purchases = self.jobs = self.receipts = self.actions = 40

    monkeypatch.setattr(Sizes, "__init__", tiny)
    assert_equal(SCENARIOS["handbook"])


@pytest.mark.no_cover
@pytest.mark.parametrize("part", range(PARTS))
@settings(
    deadline=None,
    max_examples=math.ceil(DRAWN / PARTS),
    suppress_health_check=[HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.generate],  # each example is two whole runs: shrinking would take minutes
)
@given(policies(), policies(), worlds(), runs(), st.integers(1, 30), st.integers(0, 1000))
def test_any_policy_in_any_world(part, policy, status_quo, world, run, customers, replication) -> None:
    run = {"customers": customers, "regions": ["North"]} | run
    drawn = scenario(policy, status_quo, world, run)
    one, other = simulate(drawn, "des", replication), simulate(drawn, "compiled", replication)
    for name in Result.names():
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name), check_exact=True, obj=name)
