"""The warm-up of a region, kept: every policy that shares it can take over on the switch date."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from simkit.engine.compiled.ledger import Ledger
from simkit.engine.compiled.opening import Room, Sizes, most_people, opening
from simkit.engine.compiled.region import simulated
from simkit.engine.compiled.setting import PEOPLE, Setting, marketing
from simkit.engine.compiled.state import (
    ACTIONS,
    AGENDA,
    JOBS,
    LINES,
    ORDERS,
    PURCHASES,
    RECEIPTS,
    REVIEWED,
    Arrays,
)
from simkit.engine.terms import Terms
from simkit.scenario.scenario import Scenario

USED = {
    "purchases": PURCHASES, "orders": ORDERS, "lines": LINES, "jobs": JOBS, "receipts": RECEIPTS, "actions": ACTIONS,
    "agenda": AGENDA, "reviewed": REVIEWED,
}  # fmt: skip
"""Where it is noted how far an array is filled."""

FILLED_BY_DESK = {"queues": "waiting", "inboxes": "inbox", "people": "people"}
"""Which count of a desk says how far its row is filled."""


class WarmUp:
    """A region on the eve of the switch date.

    No policy has acted yet, so one warm-up serves all that share status quo, world and run; what each goes on to is the
    same, to the byte, as if it had been simulated from the first day.

    Parameters
    ----------
    scenarios : sequence of Scenario
        At least one. The policies that are to take over: leads are known as far as the most active of them reaches.
    replication : int
        Number of the repetition.
    region : int
        Place of the region among the run's.
    room : Room, optional
        The memory to work in, which other regions may use before and after.
    """

    def __init__(
        self, scenarios: Sequence[Scenario], replication: int, region: int, room: Room | None = None
    ) -> None:
        self.scenario, self.replication = scenarios[0], replication
        setting = Setting(self.scenario, replication)
        terms = [Terms.of(each.policy, self.scenario.world) for each in scenarios]
        self.marketing = np.max([marketing(each) for each in (*setting.terms, *terms)], axis=0)
        self.winning_shift = max(each.winning_shift for each in (*setting.terms, *terms))
        roll, customers = setting.people(region, terms)
        self.sizes, self.room = Sizes(customers, self.scenario), Room() if room is None else room
        arrays = simulated(
            lambda sizes: opening(setting, roll, customers, sizes, self.room),
            self.sizes,
            0,
            setting.calendar.switch,
        )
        self.eve = {name: array[_filled(arrays, name)].copy() for name, array in arrays.items()}

    def covers(self, scenario: Scenario) -> bool:
        """Tell whether a scenario has this warm-up, and reaches no lead that is unknown here."""
        terms = Terms.of(scenario.policy, scenario.world)
        return (
            scenario.status_quo == self.scenario.status_quo
            and scenario.world == self.scenario.world
            and scenario.run == self.scenario.run
            and terms.winning_shift <= self.winning_shift
            and bool(np.all(np.array(marketing(terms)) <= self.marketing))
        )

    def ledger(self, scenario: Scenario) -> dict[str, pd.DataFrame]:
        """Return the tables of a scenario that is covered; see `simkit.engine.compiled.ledgers`."""
        setting = Setting(scenario, self.replication)
        calendar = setting.calendar
        arrays = simulated(
            lambda sizes: self._morning(setting, sizes), self.sizes, calendar.switch, calendar.horizon
        )
        return Ledger(arrays, calendar).tables()

    def _morning(self, setting: Setting, sizes: Sizes) -> Arrays:
        """Return the state on the switch date, under the policy of a setting."""
        shapes = sizes.shapes() | {"people": (len(PEOPLE), most_people(setting))}
        arrays = Arrays(setting.arrays)
        for name, kept in self.eve.items():
            if name in shapes:
                arrays[name] = self.room.array(name, shapes[name])
                arrays[name][tuple(map(slice, kept.shape))] = kept
            elif name not in setting.arrays:
                arrays[name] = kept.copy()
        return arrays


def _filled(arrays: Arrays, name: str) -> tuple[slice, ...]:
    """Return which part of an array is in use."""
    if name in USED:
        return (slice(int(arrays["used"][USED[name]])),)
    if name in FILLED_BY_DESK:
        return (slice(None), slice(int(arrays["desks"][FILLED_BY_DESK[name]].max())))
    return (slice(None),)
