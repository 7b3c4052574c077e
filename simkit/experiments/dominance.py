"""How sure it is that a point is efficient: the replications drawn again."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simkit.experiments.estimate import Values

DRAWS = 2000


@dataclass(frozen=True)
class Dominance:
    """What the luck of the replications leaves open about an efficient set.

    Attributes
    ----------
    table : DataFrame
        One row a point, in order: p_efficient (no other beats it), p_dominated (some other does), beaten_by (the place
        of the point that beats it most often, -1 when none does) and p_beaten_by (how often).
    replications : int
        Replications that were drawn from.
    """

    table: pd.DataFrame
    replications: int


def resampled(values: Values, draws: int, rng: np.random.Generator) -> Values:
    """Return means of replications drawn with replacement, the same replications for every point.

    Drawing all points' outcomes of a replication together keeps the pairing. Means of n drawn values spread by
    (n - 1) / n of what they should; the deviations are stretched for that (Rao & Wu 1988).

    Parameters
    ----------
    values : float array, shape (points, replications)
        Outcomes; at least two replications.
    draws : int
        How often.
    rng : Generator
        Which replications; the same state gives the same ones, so outcomes of one run can be drawn one by one.

    Returns
    -------
    float array, shape (draws, points)
    """
    n = values.shape[1]
    weights = rng.multinomial(n, np.full(n, 1 / n), size=draws) / n
    centre = values.mean(axis=1)
    stretched: Values = centre + np.sqrt(n / (n - 1)) * (weights @ values.T - centre)
    return stretched


def dominance(growth: Values, overdue: Values, seed: int = 1, draws: int = DRAWS) -> Dominance:
    """Return how often each point is efficient, and who beats it, when the replications are drawn again.

    Parameters
    ----------
    growth, overdue : float array, shape (points, replications)
        Paired outcomes; a point with an undefined one (NaN) is never efficient and beats nobody.
    seed, draws : int
        Of the bootstrap.
    """
    points, n = growth.shape
    if n < 2:
        raise ValueError("dominance needs at least two replications")
    defined = ~(np.isnan(growth).any(axis=1) | np.isnan(overdue).any(axis=1))
    g, o = (resampled(values[defined], draws, np.random.default_rng(seed)) for values in (growth, overdue))
    beaten = np.zeros((points, points))
    efficient = np.zeros(points)
    inside = np.flatnonzero(defined)
    for place, number in enumerate(inside):
        no_worse = (g >= g[:, [place]]) & (o <= o[:, [place]])
        better = (g > g[:, [place]]) | (o < o[:, [place]])
        beats: NDArray[np.bool_] = no_worse & better
        beaten[number, inside] = beats.mean(axis=0)
        efficient[number] = 1 - beats.any(axis=1).mean()
    worst = beaten.max(axis=1, initial=0.0)
    table = pd.DataFrame(
        {
            "p_efficient": efficient,
            "p_dominated": 1 - efficient,
            "beaten_by": np.where(worst > 0, beaten.argmax(axis=1), -1),
            "p_beaten_by": worst,
        }
    )
    return Dominance(table, n)
