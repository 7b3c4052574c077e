"""One replication of a scenario, by either engine."""

from typing import Literal

import numpy as np

from simkit.engine.daybook import daybook
from simkit.engine.des import Region
from simkit.engine.result import Result
from simkit.engine.tables import tables
from simkit.errors import UserError
from simkit.portfolio.synthetic import draw_customers
from simkit.scenario.scenario import Scenario

Engine = Literal["des"]


def simulate(scenario: Scenario, engine: Engine = "des", replication: int = 0) -> Result:
    """Return the ledger of one replication of a scenario.

    Parameters
    ----------
    scenario : Scenario
        Policy, status quo, world and run; see `simkit.load`.
    engine : {"des"}
        ``des`` is the reference engine on SimPy.
    replication : int
        Number of the repetition; the same number has the same luck under every policy.

    Raises
    ------
    UserError
        When the engine is unknown or the replication is negative.
    """
    if engine != "des":
        raise UserError(f"engine: {engine!r} is not known; allowed is 'des'")
    if replication < 0:
        raise UserError(f"replication: {replication} is negative; allowed are 0, 1, 2, ...")
    customers = draw_customers(scenario, replication)
    start, days = np.datetime64(scenario.run.start_date, "ns"), scenario.run.horizon_days
    regions = {}
    for name in scenario.run.regions:
        found = tables(Region(scenario, replication, customers[customers["region"] == name]).run())
        daily = daybook(found["receivables"], found["receipts"], start, days)
        regions[name] = found | {"daily": daily}
    return Result.of(scenario, replication, regions)
