"""One replication of a scenario, by either engine."""

from collections.abc import Iterator
from functools import partial
from typing import Literal, get_args

import numpy as np
import pandas as pd

from simkit.engine.des import Region
from simkit.engine.parameter_draw import drawn
from simkit.engine.result import Result
from simkit.engine.tables import TEXT, tables
from simkit.errors import UserError
from simkit.portfolio.synthetic import draw_customers
from simkit.scenario.scenario import Scenario

Engine = Literal["compiled", "des"]
Ledger = dict[str, pd.DataFrame]
Words = Literal["text", "category"]
ENGINES: tuple[Engine, ...] = get_args(Engine)


def regions(
    scenario: Scenario, engine: Engine = "compiled", replication: int = 0, words: Words = "text"
) -> Iterator[Result]:
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
    words : {"text", "category"}
        What columns of words are: texts, or categories, which outcomes read faster.

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
    by_engine = _by_des if engine == "des" else _by_arrays
    found = by_engine(scenario, replication, words)
    # Not a loop: its variables would hold a region while the next is made.
    return map(partial(_result, scenario, replication), found)


def simulate(scenario: Scenario, engine: Engine = "compiled", replication: int = 0) -> Result:
    """Return the whole ledger of one replication of a scenario; parameters and errors are those of :func:`regions`."""
    return Result.of(list(regions(scenario, engine, replication)))


def _result(scenario: Scenario, replication: int, ledger: Ledger) -> Result:
    return Result(**ledger, scenario=scenario, replication=replication)


def _by_des(scenario: Scenario, replication: int, words: Words) -> Iterator[Ledger]:
    customers = draw_customers(scenario, replication)
    for name in scenario.run.regions:
        region = Region(scenario, replication, customers[customers["region"] == name])
        ledger = {key: _named(table, replication, name) for key, table in tables(region.run()).items()}
        yield ledger if words == "text" else {key: _categories(table) for key, table in ledger.items()}


def _named(table: pd.DataFrame, replication: int, region: str) -> pd.DataFrame:
    """Return the table of a region with the columns that say which."""
    table = table.copy(deep=False)
    table.insert(0, "replication", np.full(len(table), replication, dtype=np.int32))
    table.insert(1, "region", pd.Series([region] * len(table), dtype=TEXT))
    return table


def _categories(table: pd.DataFrame) -> pd.DataFrame:
    return table.astype({name: "category" for name in table if table[name].dtype == TEXT})


def _by_arrays(scenario: Scenario, replication: int, words: Words) -> Iterator[Ledger]:
    # Loading compiled code takes a second that the reference engine need not wait for.
    from simkit.engine.compiled import ledgers

    return ledgers(scenario, replication, words)
