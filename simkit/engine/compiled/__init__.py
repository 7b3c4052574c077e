"""The compiled engine: the same days as the SimPy engine's, on arrays."""

from collections.abc import Iterator

import pandas as pd

from simkit.engine.compiled.ledger import Ledger
from simkit.engine.compiled.opening import Room, Sizes, opening
from simkit.engine.compiled.region import simulated
from simkit.engine.compiled.setting import Setting
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
        yield name, _tables(setting, region, room)


def _tables(setting: Setting, region: int, room: Room) -> dict[str, pd.DataFrame]:
    roll, customers = setting.people(region)
    arrays = simulated(
        lambda sizes: opening(setting, roll, customers, sizes, room),
        Sizes(customers, setting.scenario),
        0,
        setting.calendar.horizon,
    )
    return Ledger(arrays, setting.calendar).tables()
