"""The compiled engine's ledger is the SimPy engine's, row for row and to the fen, for every policy in every world.

``SIMKIT_EQUALITY`` says how many scenarios are drawn; ``make equality N=10000`` draws as many afresh.
"""

import os

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


def test_arrays_that_are_too_small_are_made_larger(monkeypatch) -> None:
    def tiny(self, customers, given_scenario) -> None:
        self.orders = self.lines = self.purchases = self.jobs = self.receipts = self.actions = 40

    monkeypatch.setattr(Sizes, "__init__", tiny)
    assert_equal(SCENARIOS["handbook"])


@settings(
    deadline=None,
    max_examples=DRAWN,
    suppress_health_check=[HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.generate],  # each example is two whole runs: shrinking would take minutes
)
@given(policies(), policies(), worlds(), runs(), st.integers(1, 30), st.integers(0, 1000))
def test_any_policy_in_any_world(policy, status_quo, world, run, customers, replication) -> None:
    run = {"customers": customers, "regions": ["North"]} | run
    drawn = scenario(policy, status_quo, world, run)
    one, other = simulate(drawn, "des", replication), simulate(drawn, "compiled", replication)
    for name in Result.names():
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name), check_exact=True, obj=name)
