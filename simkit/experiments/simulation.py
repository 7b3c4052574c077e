"""One replication of a scenario with its outcomes."""

from dataclasses import fields
from functools import cached_property

from simkit.engine import simulation
from simkit.engine.result import Result
from simkit.outcomes.kpis import Kpis, kpis
from simkit.outcomes.summary import fold
from simkit.scenario.scenario import Scenario


class Simulation(Result):
    """One replication of a scenario: the tables of its ledger and its outcomes."""

    @cached_property
    def kpis(self) -> Kpis:
        """The outcomes by name (see `simkit.outcomes.kpis`); one that is undefined is None."""
        return kpis(fold(self.by_region()))


def simulate(scenario: Scenario, engine: simulation.Engine = "compiled", replication: int = 0) -> Simulation:
    """Return the ledger of one replication of a scenario, and the outcomes computed from it.

    Parameters and errors are those of `simkit.engine.simulation.simulate`.
    """
    result = simulation.simulate(scenario, engine, replication)
    return Simulation(**{field.name: getattr(result, field.name) for field in fields(result)})
