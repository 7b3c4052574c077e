"""The compiled engine: the same days as the SimPy engine's, on arrays."""

import numpy as np
import pandas as pd

from simkit.engine.calendar import Calendar
from simkit.engine.compiled.customers import TooManyOrdersError
from simkit.engine.compiled.ledger import Ledger
from simkit.engine.compiled.run import run_days
from simkit.engine.compiled.setting import Sizes, prepare
from simkit.engine.compiled.state import Arrays, FullError
from simkit.engine.selling import ORDER_STEP, too_many_orders
from simkit.scenario.scenario import Scenario


def region(
    scenario: Scenario, replication: int, roll: pd.DataFrame, customers: pd.DataFrame
) -> dict[str, pd.DataFrame]:
    """Return the tables of one region's run; see `simkit.engine.des.Region` for what happens in it.

    Parameters
    ----------
    scenario : Scenario
        Policy, status quo, world and run.
    replication : int
        Number of the repetition.
    roll : DataFrame
        Who is on the books of the region and which leads may come (see `simkit.portfolio.roll`).
    customers : DataFrame
        Those of them who may become customers (see `simkit.engine.compiled.setting.promising`).
    """
    calendar, sizes = Calendar(scenario.run), Sizes(customers, scenario)
    while True:
        arrays, rep_ids = prepare(scenario, replication, roll, customers, calendar, sizes)
        try:
            run_days(arrays.state, rep_ids)
        except FullError:
            sizes.double()
            continue
        except TooManyOrdersError:
            raise too_many_orders(_busiest(arrays)) from None
        return Ledger(arrays, calendar, scenario, rep_ids).tables()


def _busiest(arrays: Arrays) -> int:
    """Return the id of the customer who has used up its order ids."""
    customers = arrays["customers"]
    return int(customers["customer_id"][np.flatnonzero(customers["orders"] == ORDER_STEP)[0]])
