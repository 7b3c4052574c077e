"""NSGA-II: generations of points that are bred towards the efficient set.

Deb, Pratap, Agarwal & Meyarivan (2002), IEEE Transactions on Evolutionary Computation 6(2), 182-197: non-dominated
sorting under constraints, crowding distance, binary tournaments; simulated binary crossover and polynomial mutation
(Deb & Agrawal 1995; Deb & Goyal 1996) in the unit cube. A generation is evaluated as one batch, so that it can be
spread over workers.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simkit.experiments.design import Units

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

CROSSOVER_RATE = 0.9
CROSSOVER_INDEX = 15.0
MUTATION_INDEX = 20.0
"""Distribution indexes of the two operators: the larger, the nearer children are to their parents."""


class Judged(NamedTuple):
    """What a batch of points is worth.

    ``objectives`` (n, m), all to be small; ``violation`` (n,), 0 where the constraints are kept and infinite where a
    point is none; the objectives of such a point are not looked at.
    """

    objectives: Floats
    violation: Floats


@dataclass(frozen=True)
class Generation:
    """The survivors of a generation."""

    units: Units
    judged: Judged


def evolve(
    judge: Callable[[Units], Judged], start: Units, generations: int, rng: np.random.Generator
) -> list[Generation]:
    """Return the survivors of each generation, the first of which is the start itself.

    Parameters
    ----------
    judge : callable
        Points of the unit cube (n, d) to what they are worth; the same points always get the same answer.
    start : float array, shape (population, d)
        The first generation; its size is even and stays.
    generations : int
        How many in all, the first included.
    rng : Generator
        Source of all chance.
    """
    alive = Generation(start, judge(start))
    history = [alive]
    for _ in range(generations - 1):
        children = breed(alive, rng)
        judged = judge(children)
        both = Generation(
            np.vstack([alive.units, children]),
            Judged(
                np.vstack([alive.judged.objectives, judged.objectives]),
                np.concatenate([alive.judged.violation, judged.violation]),
            ),
        )
        kept = survivors(both.judged, len(start))
        alive = Generation(
            both.units[kept], Judged(both.judged.objectives[kept], both.judged.violation[kept])
        )
        history.append(alive)
    return history


def ranks(judged: Judged) -> Ints:
    """Return the front that each point belongs to, 0 the best.

    A point that keeps the constraints beats one that does not; of two that do not, the smaller violation; of two that
    do, the one that is no worse in any objective and better in one.
    """
    objectives, violation = judged
    no_worse = (objectives[:, None, :] <= objectives[None, :, :]).all(axis=2)
    better = (objectives[:, None, :] < objectives[None, :, :]).any(axis=2)
    alike = (violation[:, None] == 0) & (violation[None, :] == 0)
    beats = np.where(alike, no_worse & better, violation[:, None] < violation[None, :])
    rank = np.full(len(violation), -1, dtype=np.int64)
    left, front = beats.sum(axis=0), 0
    while (rank < 0).any():
        now = (rank < 0) & (left == 0)
        rank[now] = front
        left = left - beats[now].sum(axis=0)
        front += 1
    return rank


def crowding(objectives: Floats) -> Floats:
    """Return how far apart each point of a front lies from its neighbours; infinite at the ends."""
    n, m = objectives.shape
    distance = np.zeros(n)
    for column in range(m):
        order = np.argsort(objectives[:, column], kind="stable")
        values = objectives[order, column]
        span = values[-1] - values[0]
        distance[order[[0, -1]]] = np.inf
        if n > 2 and span > 0:
            distance[order[1:-1]] += (values[2:] - values[:-2]) / span
    return distance


def survivors(judged: Judged, count: int) -> Ints:
    """Return the places of the points that live on: front by front, of the last the least crowded.

    A point worth exactly what one before it is worth is the same policy drawn twice and comes after all others.
    """
    rank, distance = _order(judged)
    _, first = np.unique(np.c_[judged.objectives, judged.violation], axis=0, return_index=True)
    again = np.ones(len(rank), dtype=bool)
    again[first] = False
    return np.lexsort((-distance, rank, again))[:count]


def _order(judged: Judged) -> tuple[Ints, Floats]:
    rank = ranks(judged)
    distance = np.zeros(len(rank))
    for front in range(int(rank.max()) + 1):
        members = rank == front
        distance[members] = crowding(judged.objectives[members])
    return rank, distance


def breed(parents: Generation, rng: np.random.Generator) -> Units:
    """Return as many children as there are parents: tournaments, crossover, mutation."""
    rank, distance = _order(parents.judged)
    n = len(rank)
    rivals = np.concatenate([rng.permutation(n) for _ in range(4)]).reshape(2, -1)[:, : 2 * n]
    first, second = rivals
    wins = (rank[first] < rank[second]) | (
        (rank[first] == rank[second]) & (distance[first] >= distance[second])
    )
    chosen = parents.units[np.where(wins, first, second)][:n]
    left, right = crossed(chosen[0::2], chosen[1::2], rng)
    return mutated(np.vstack([left, right]), rng)


def crossed(left: Units, right: Units, rng: np.random.Generator) -> tuple[Units, Units]:
    """Return two children of each pair by simulated binary crossover, kept within the cube."""
    u = rng.random(left.shape)
    power = 1.0 / (CROSSOVER_INDEX + 1.0)
    beta = np.where(u <= 0.5, (2 * u) ** power, (1 / (2 * (1 - u))) ** power)
    # A coordinate is crossed half of the time, and a pair stays as it is one time in ten.
    paired = rng.random((len(left), 1)) < CROSSOVER_RATE
    beta = np.where(paired & (rng.random(left.shape) < 0.5), beta, 1.0)
    # Which child gets which side is tossed coordinate by coordinate: without that the parents would hardly mix.
    side = np.where(paired & (rng.random(left.shape) < 0.5), -1.0, 1.0)
    middle, half = (left + right) / 2, side * beta * (left - right) / 2
    return np.clip(middle + half, 0, 1), np.clip(middle - half, 0, 1)


def mutated(units: Units, rng: np.random.Generator) -> Units:
    """Return the points after polynomial mutation: one coordinate of each on average moves, within the cube."""
    u = rng.random(units.shape)
    power = 1.0 / (MUTATION_INDEX + 1.0)
    down = (2 * u + (1 - 2 * u) * (1 - units) ** (MUTATION_INDEX + 1)) ** power - 1
    up = 1 - (2 * (1 - u) + (2 * u - 1) * units ** (MUTATION_INDEX + 1)) ** power
    moved = units + np.where(u < 0.5, down, up)
    hit = rng.random(units.shape) < 1 / units.shape[1]
    return np.clip(np.where(hit, moved, units), 0, 1)
