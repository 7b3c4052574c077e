"""One replication of a scenario, by either engine."""

from collections.abc import Iterator
from functools import partial
from typing import Literal, get_args

import numpy as np
import pandas as pd

from simkit.engine.daybook import daybook
from simkit.engine.des import Region
from simkit.engine.parameter_draw import drawn
from simkit.engine.result import Result
from simkit.engine.tables import TEXT, tables
from simkit.errors import UserError
from simkit.portfolio.synthetic import draw_customers
from simkit.scenario.scenario import Scenario

Engine = Literal["compiled", "des"]
Ledger = dict[str, pd.DataFrame]
ENGINES: tuple[Engine, ...] = get_args(Engine)


def regions(scenario: Scenario, engine: Engine = "compiled", replication: int = 0) -> Iterator[Result]:
    """Yield the ledger of one replication of a scenario by whole regions, each as soon as it is done.

    Regions share nothing but the economy, so one is made after another: whoever lets go of each before asking for the
    next never holds more than the largest. Small ones come several at once.

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
    return map(partial(with_days, scenario, replication), found)


def with_days(scenario: Scenario, replication: int, ledger: Ledger) -> Result:
    """Return the result of some regions, of which an engine has made all tables but that of their days."""
    run = scenario.run
    daily = daybook(
        ledger["receivables"],
        ledger["receipts"],
        ledger["desks"]["region"].unique(),
        run.start_date,
        run.horizon_days,
    )
    daily.insert(0, "replication", np.full(len(daily), replication, dtype=np.int32))
    return Result(**ledger, daily=daily, scenario=scenario, replication=replication)


def simulate(scenario: Scenario, engine: Engine = "compiled", replication: int = 0) -> Result:
    """Return the whole ledger of one replication of a scenario; parameters and errors are those of :func:`regions`."""
    return Result.of(list(regions(scenario, engine, replication)))


def _by_des(scenario: Scenario, replication: int) -> Iterator[Ledger]:
    customers = draw_customers(scenario, replication)
    for name in scenario.run.regions:
        region = Region(scenario, replication, customers[customers["region"] == name])
        yield {key: _named(table, replication, name) for key, table in tables(region.run()).items()}


def _named(table: pd.DataFrame, replication: int, region: str) -> pd.DataFrame:
    """Return the table of a region with the columns that say which."""
    table = table.copy(deep=False)
    table.insert(0, "replication", np.full(len(table), replication, dtype=np.int32))
    table.insert(1, "region", pd.Series([region] * len(table), dtype=TEXT))
    return table


def _by_arrays(scenario: Scenario, replication: int) -> Iterator[Ledger]:
    # Loading compiled code takes a second that the reference engine need not wait for.
    from simkit.engine.compiled import ledgers

    return ledgers(scenario, replication)
