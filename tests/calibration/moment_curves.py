"""Years whose moments are plain functions, so that what a fit of them should find is known."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from simkit.calibration.moment_problem import MomentProblem
from simkit.scenario.scenario import Scenario

NOISE = 1e-3


@dataclass
class Curve:
    """A year whose outcomes are a function of the numbers, and a little luck of the replication."""

    function: Callable[[np.ndarray], Sequence[float]]
    targets: dict[str, float]
    columns: np.ndarray
    case: str = "made up"
    side: str = "after"
    scenario: Scenario = field(default_factory=lambda: Scenario(name="made up"))
    asked: list[tuple[float, ...]] = field(default_factory=list)

    @property
    def tolerance(self) -> np.ndarray:
        return np.full(len(self.targets), 0.01)

    def outcomes(self, z: np.ndarray, replication: int) -> dict[str, float]:
        self.asked.append(tuple(z))
        luck = np.random.default_rng(replication).normal(0, NOISE, len(self.targets))
        values = np.asarray(self.function(z), dtype=float) + luck - LUCK[: len(self.targets)]
        return dict(zip(self.targets, values.tolist(), strict=True))

    def sample(self, z: np.ndarray, replications: Sequence[int]) -> np.ndarray:
        return np.array([[*self.outcomes(z, number).values()] for number in replications])


REPLICATIONS = range(4)
LUCK = np.mean([np.random.default_rng(number).normal(0, NOISE, 9) for number in REPLICATIONS], axis=0)
"""Mean luck of the replications, taken off so that means are the function's own."""


def problem(count: int, *curves: Curve, reach: float = 4.0) -> MomentProblem:
    """Return the problem of some curves over so many numbers."""
    return MomentProblem(curves, np.tile([-reach, reach], (count, 1)), REPLICATIONS)
