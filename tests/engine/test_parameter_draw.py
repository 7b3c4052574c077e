from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import simkit
from simkit.engine.parameter_draw import drawn
from simkit.engine.simulation import simulate
from simkit.errors import UserError
from simkit.scenario.scenario import Scenario

PARAMS = Path(__file__).parents[2] / "params"
SMALL = {"run.customers": 24, "run.regions": ["East", "West"], "run.warm_up_days": 60, "run.policy_days": 60}
SHIFTS = np.linspace(-1.5, 1.5, 9)


def uncertain(scenario: Scenario) -> Scenario:
    """Return the scenario with draws in which customers pay sooner or later."""
    alpha = np.array(scenario.world.payment.alpha)
    draws = [{"payment": {"alpha": [float(value) for value in alpha + shift]}} for shift in SHIFTS]
    run = scenario.run.model_copy(update={"parameter_uncertainty": True})
    return scenario.model_copy(update={"run": run, "draws": draws})


@pytest.fixture(scope="module")
def plain():
    return simkit.load(PARAMS / "baseline.yaml", SMALL)


def tables(result):
    return [getattr(result, name) for name in result.names()]


def test_off_nothing_changes(plain):
    assert drawn(plain, 3) is plain


@pytest.mark.parametrize("engine", ["compiled", "des"])
def test_a_draw_is_the_world_it_holds(plain, engine):
    """The engine under a draw gives the ledger of a scenario that simply has these values."""
    result = simulate(uncertain(plain), engine, replication=2)
    world = result.scenario.world
    same = simulate(plain.model_copy(update={"world": world}), engine, replication=2)
    for one, other in zip(tables(result), tables(same), strict=True):
        pd.testing.assert_frame_equal(one, other)
    assert drawn(result.scenario, 2).world == world


def test_every_policy_has_the_same_world_in_a_replication(plain):
    other = simkit.load(PARAMS / "policies/dual_wheel.yaml", SMALL)
    worlds = []
    for number in range(20):
        one, two = drawn(uncertain(plain), number).world, drawn(uncertain(other), number).world
        assert one == two
        worlds.append(tuple(one.payment.alpha))
    assert len(set(worlds)) > 4


def test_without_draws_it_is_refused(plain):
    with pytest.raises(UserError, match="parameter_uncertainty is true, but the scenario has no draws"):
        simulate(uncertain(plain).model_copy(update={"draws": []}))
