"""The compiled engine: the same days as the SimPy engine's, on arrays."""

import pandas as pd

from simkit.engine.calendar import Calendar
from simkit.engine.compiled.customers import TooManyOrders
from simkit.engine.compiled.ledger import Ledger
from simkit.engine.compiled.run import run_days
from simkit.engine.compiled.setting import Sizes, prepare
from simkit.engine.compiled.state import Full
from simkit.scenario.scenario import Scenario


def region(scenario: Scenario, replication: int, roll: pd.DataFrame, customers: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the tables of one region's run; see `simkit.engine.des.Region` for what happens in it."""
    calendar, sizes = Calendar(scenario.run), Sizes(customers, scenario)
    while True:
        arrays, rep_ids = prepare(scenario, replication, roll, customers, calendar, sizes)
        try:
            run_days(arrays.state, rep_ids)
        except Full:
            sizes.double()
            continue
        return Ledger(arrays, calendar, scenario, rep_ids).tables()
