"""One side of a known case, before or after: a policy year whose simulated outcomes are held against reported ones."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from simkit.calibration.free_number import Free, at, laid
from simkit.calibration.person_periods import Floats, Ints
from simkit.engine.simulation import simulate
from simkit.outcomes.definitions import DEFINITIONS
from simkit.outcomes.kpis import Kpis, kpis
from simkit.scenario.known_case import before, check_reported
from simkit.scenario.scenario import Scenario
from simkit.scenario.world import World

TOLERANCE_SHARE = 0.01
TOLERANCE_DAYS = 2.0
"""How far a reported figure may be off, one standard deviation: they are told in whole points and tens of days."""


@dataclass(frozen=True, eq=False)
class Year:
    """One side of a case.

    Attributes
    ----------
    case : str
        Name of the case.
    side : {"before", "after"}
        Which policy holds in the policy year.
    scenario : Scenario
        The scenario in the assumed world.
    targets : dict of str to float
        Outcome to reported value.
    numbers : tuple of Free
        Numbers of its world that may move.
    columns : int array
        Where each of them stands among all the numbers of the fit.
    """

    case: str
    side: str
    scenario: Scenario
    targets: dict[str, float]
    numbers: tuple[Free, ...]
    columns: Ints
    _seen: dict[tuple[int, tuple[float, ...]], Kpis] = field(default_factory=dict)

    @property
    def tolerance(self) -> Floats:
        """How far each reported figure may be off."""
        return np.array(
            [TOLERANCE_DAYS if name.endswith("_days") else TOLERANCE_SHARE for name in self.targets]
        )

    def world(self, z: Floats) -> World:
        """Return the world with all numbers of the fit moved by ``z``."""
        tree = self.scenario.world.model_dump()
        moved = [
            (free.path, free.value(at(tree, free.path), float(z[column])))
            for free, column in zip(self.numbers, self.columns, strict=True)
            if z[column] != 0
        ]
        return World.model_validate(laid(tree, moved))

    def outcomes(self, z: Floats, replication: int) -> Kpis:
        """Return all outcomes of one replication; the same bytes whenever they are asked for."""
        key = replication, tuple(z[self.columns].tolist())
        if key not in self._seen:
            moved = self.scenario.model_copy(update={"world": self.world(z)})
            self._seen[key] = kpis(simulate(moved, replication=replication))
        return self._seen[key]

    def sample(self, z: Floats, replications: Sequence[int]) -> Floats:
        """Return the reported outcomes of several replications, one row each; NaN where one is undefined."""
        told = [self.outcomes(z, number) for number in replications]
        return np.array([[one[name] for name in self.targets] for one in told], dtype=np.float64)


def years_of(
    cases: Sequence[Scenario], numbers: Sequence[Sequence[Free]], columns: Sequence[Ints]
) -> list[Year]:
    """Return both sides of every case, in order.

    Parameters
    ----------
    cases : sequence of Scenario
        Scenarios with a ``reported`` section.
    numbers, columns : sequences, one item a case
        As in `Year`.
    """
    found = []
    for case, free, places in zip(cases, numbers, columns, strict=True):
        check_reported(case, DEFINITIONS)
        for side, scenario in (("before", before(case)), ("after", case)):
            targets = {name: float(getattr(told, side)) for name, told in case.reported.items()}
            found.append(Year(case.name, side, scenario, targets, tuple(free), np.asarray(places)))
    return found
