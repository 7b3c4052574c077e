"""A single run with its outcomes."""

import pandas as pd

import simkit
from simkit.engine import simulation
from simkit.outcomes.kpis import kpis
from tests.experiments.scenarios import HANDBOOK


def test_run_has_the_engines_tables_and_their_outcomes() -> None:
    run, plain = simkit.simulate(HANDBOOK, replication=3), simulation.simulate(HANDBOOK, replication=3)
    for name in plain.names():
        pd.testing.assert_frame_equal(getattr(run, name), getattr(plain, name))
    assert (run.scenario, run.replication) == (HANDBOOK, 3)
    assert run.kpis == kpis(plain)
    assert run.kpis is run.kpis  # computed once
