"""The compiled engine: the same days as the SimPy engine's, on arrays."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from simkit.engine.compiled.customers import TooManyOrdersError
from simkit.engine.compiled.ledger import Ledger
from simkit.engine.compiled.opening import Room, Sizes, opening
from simkit.engine.compiled.run import run_days
from simkit.engine.compiled.setting import Setting
from simkit.engine.compiled.state import Arrays, FullError
from simkit.engine.selling import ORDER_STEP, too_many_orders
from simkit.scenario.scenario import Scenario


def ledgers(scenario: Scenario, replication: int) -> Iterator[tuple[str, dict[str, pd.DataFrame]]]:
    """Yield every region's name and tables; see `simkit.engine.des.Region` for what happens in one.

    Parameters
    ----------
    scenario : Scenario
        Policy, status quo, world and run.
    replication : int
        Number of the repetition.
    """
    setting, room = Setting(scenario, replication), Room()
    for region, name in enumerate(scenario.run.regions):
        yield name, _region(setting, *setting.people(region), room)


def _region(
    setting: Setting, roll: pd.DataFrame, customers: pd.DataFrame, room: Room
) -> dict[str, pd.DataFrame]:
    sizes = Sizes(customers, setting.scenario)
    while True:
        arrays, rep_ids = opening(setting, roll, customers, sizes, room)
        try:
            run_days(arrays.state, rep_ids)
        except FullError:
            sizes.double()
            continue
        except TooManyOrdersError:
            raise too_many_orders(_busiest(arrays)) from None
        return Ledger(arrays, setting.calendar, rep_ids).tables()


def _busiest(arrays: Arrays) -> int:
    """Return the id of the customer who has used up its order ids."""
    customers = arrays["customers"]
    return int(customers["customer_id"][np.flatnonzero(customers["orders"] == ORDER_STEP)[0]])
