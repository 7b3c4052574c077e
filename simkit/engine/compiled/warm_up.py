"""The warm-up of a region, kept: every policy that shares it can take over on the switch date."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

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
from simkit.engine.compiled.tables import Column
from simkit.engine.terms import Terms
from simkit.scenario.scenario import Scenario

USED = {
    "purchases": PURCHASES, "orders": ORDERS, "lines": LINES, "jobs": JOBS, "receipts": RECEIPTS, "actions": ACTIONS,
    "agenda": AGENDA, "reviewed": REVIEWED,
}  # fmt: skip
"""Where it is noted how far an array is filled."""

FILLED_BY_DESK = {"queues": "waiting", "inboxes": "inbox", "people": "people"}
"""Which count of a desk says how far its row is filled."""


@dataclass(frozen=True)
class Reach:
    """Which scenarios a warm-up serves: those that share its past and reach no lead that is unknown in it.

    Attributes
    ----------
    scenario : Scenario
        One of them.
    marketing : tuple of float
        The largest factor on the leads of each channel.
    winning_shift : float
        The most that reps do to win leads (logit).
    """

    scenario: Scenario
    marketing: tuple[float, ...]
    winning_shift: float

    @classmethod
    def of(cls, scenarios: Sequence[Scenario]) -> Self:
        """Return the reach of the most active of some scenarios, of which the first gives the past."""
        first = scenarios[0]
        policies = (first.status_quo, *(each.policy for each in scenarios))
        terms = [Terms.of(policy, first.world) for policy in policies]
        most = np.max([marketing(each) for each in terms], axis=0)
        return cls(first, tuple(map(float, most)), max(each.winning_shift for each in terms))

    def covers(self, scenario: Scenario) -> bool:
        """Tell whether a scenario is one of them."""
        own, past = Reach.of([scenario]), self.scenario
        return (
            (scenario.status_quo, scenario.world, scenario.run) == (past.status_quo, past.world, past.run)
            and own.winning_shift <= self.winning_shift
            and all(less <= most for less, most in zip(own.marketing, self.marketing, strict=True))
        )


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
        self.reach, self.replication, self.region = Reach.of(scenarios), replication, region
        scenario = self.reach.scenario
        setting = Setting(scenario, replication)
        terms = [Terms.of(each.policy, scenario.world) for each in scenarios]
        [(roll, customers)] = setting.people([region], terms)
        self.sizes, self.room = Sizes(customers, scenario), Room() if room is None else room
        arrays = simulated(
            lambda sizes: opening(setting, roll, customers, sizes, self.room),
            self.sizes,
            0,
            setting.calendar.switch,
        )
        self.eve = {
            name: array[_filled(arrays, name)].copy()
            for name, array in arrays.items()
            if name not in setting.arrays
        }

    def columns(self, setting: Setting) -> dict[str, dict[str, Column]]:
        """Return the columns that the policy of a setting leaves behind; the reach must cover its scenario."""
        calendar = setting.calendar
        arrays = simulated(
            lambda sizes: self._morning(setting, sizes), self.sizes, calendar.switch, calendar.horizon
        )
        return Ledger(arrays, calendar).columns()

    def _morning(self, setting: Setting, sizes: Sizes) -> Arrays:
        """Return the state on the switch date, under the policy of a setting."""
        shapes = sizes.shapes() | {"people": (len(PEOPLE), most_people(setting))}
        arrays = Arrays(setting.arrays)
        for name, kept in self.eve.items():
            if name in shapes:
                arrays[name] = self.room.array(name, shapes[name])
                arrays[name][tuple(map(slice, kept.shape))] = kept
            else:
                arrays[name] = kept.copy()
        return arrays


def _filled(arrays: Arrays, name: str) -> tuple[slice, ...]:
    """Return which part of an array is in use."""
    if name in USED:
        return (slice(int(arrays["used"][USED[name]])),)
    if name in FILLED_BY_DESK:
        return (slice(None), slice(int(arrays["desks"][FILLED_BY_DESK[name]].max())))
    return (slice(None),)
