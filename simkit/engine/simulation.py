"""One replication of a scenario, by either engine."""

from collections.abc import Iterator
from functools import partial
from itertools import starmap
from typing import Literal, get_args

import numpy as np
import pandas as pd

from simkit.engine.daybook import daybook
from simkit.engine.des import Region
from simkit.engine.parameter_draw import drawn
from simkit.engine.result import Result
from simkit.engine.tables import tables
from simkit.errors import UserError
from simkit.portfolio.synthetic import draw_customers
from simkit.scenario.scenario import Scenario

Engine = Literal["compiled", "des"]
Ledger = dict[str, pd.DataFrame]
ENGINES: tuple[Engine, ...] = get_args(Engine)


def regions(scenario: Scenario, engine: Engine = "compiled", replication: int = 0) -> Iterator[Result]:
    """Yield the ledger of one replication of a scenario region by region, each as soon as it is done.

    Regions share nothing but the economy, so one is made after another: whoever lets go of each before asking for the
    next never holds more than the largest.

    Parameters
    ----------
    scenario : Scenario
        Policy, status quo, world and run; see `simkit.load`.
    engine : {"compiled", "des"}
        ``des`` is the reference engine on SimPy, ``compiled`` the same on arrays and much faster; their ledgers are
        equal row for row.
    replication : int
        Number of the repetition; the same number has the same luck under every policy, and with
        ``run.parameter_uncertainty`` the same world, which the result's scenario then holds.

    Raises
    ------
    UserError
        When the engine is unknown or the replication is negative.
    """
    if engine not in ENGINES:
        raise UserError(f"engine: {engine!r} is not known; allowed are 'compiled' and 'des'")
    if replication < 0:
        raise UserError(f"replication: {replication} is negative; allowed are 0, 1, 2, ...")
    scenario = drawn(scenario, replication)
    found = _by_des(scenario, replication) if engine == "des" else _by_arrays(scenario, replication)
    # Not a loop: its variables would hold a region while the next is made.
    return starmap(partial(region_result, scenario, replication), found)


def region_result(scenario: Scenario, replication: int, name: str, ledger: Ledger) -> Result:
    """Return the result of one region, of which an engine has made all tables but that of its days."""
    start, days = np.datetime64(scenario.run.start_date, "ns"), scenario.run.horizon_days
    daily = daybook(ledger["receivables"], ledger["receipts"], start, days)
    return Result.of_region(scenario, replication, name, ledger | {"daily": daily})


def simulate(scenario: Scenario, engine: Engine = "compiled", replication: int = 0) -> Result:
    """Return the whole ledger of one replication of a scenario; parameters and errors are those of :func:`regions`."""
    return Result.of(list(regions(scenario, engine, replication)))


def _by_des(scenario: Scenario, replication: int) -> Iterator[tuple[str, Ledger]]:
    customers = draw_customers(scenario, replication)
    for name in scenario.run.regions:
        yield name, tables(Region(scenario, replication, customers[customers["region"] == name]).run())


def _by_arrays(scenario: Scenario, replication: int) -> Iterator[tuple[str, Ledger]]:
    # Loading compiled code takes a second that the reference engine need not wait for.
    from simkit.engine.compiled import ledgers

    return ledgers(scenario, replication)
