"""The compiled engine: the same days as the SimPy engine's, on arrays."""

from collections.abc import Iterator

import pandas as pd

from simkit.engine.compiled.ledger import Ledger
from simkit.engine.compiled.opening import Room, Sizes, opening
from simkit.engine.compiled.region import simulated
from simkit.engine.compiled.setting import Setting
from simkit.engine.compiled.tables import Column, tables
from simkit.portfolio.roll import customers_by_region
from simkit.scenario.scenario import Scenario

TOGETHER = 5_000
"""Customers on the books whose tables are made at once: below, a table costs the same however few rows it has."""


def ledgers(scenario: Scenario, replication: int, words: str) -> Iterator[dict[str, pd.DataFrame]]:
    """Yield the tables of all regions, several at once where they are small.

    See `simkit.engine.des.Region` for what happens in a region.

    Parameters
    ----------
    scenario : Scenario
        Policy, status quo, world and run.
    replication : int
        Number of the repetition.
    words : {"text", "category"}
        What columns of words are.
    """
    setting, room = Setting(scenario, replication), Room()
    for places in together(scenario):
        names = [scenario.run.regions[place] for place in places]
        found = [_columns(setting, roll, customers, room) for roll, customers in setting.people(places)]
        yield tables(replication, dict(zip(names, found, strict=True)), words)


def together(scenario: Scenario) -> list[list[int]]:
    """Return the places of the regions in groups, one after the other, each of `TOGETHER` customers or one region."""
    groups: list[list[int]] = []
    room = 0
    for place, customers in enumerate(customers_by_region(scenario.run.customers, len(scenario.run.regions))):
        if customers > room:
            groups.append([])
            room = TOGETHER
        groups[-1].append(place)
        room -= int(customers)
    return groups


def _columns(
    setting: Setting, roll: pd.DataFrame, customers: pd.DataFrame, room: Room
) -> dict[str, dict[str, Column]]:
    """Return what the days of a region leave behind."""
    arrays = simulated(
        lambda sizes: opening(setting, roll, customers, sizes, room),
        Sizes(customers, setting.scenario),
        0,
        setting.calendar.horizon,
    )
    return Ledger(arrays, setting.calendar).columns()
