"""Luck that lines of a customer share: spells when it pays late.

Each line's draw u is one of a normal law, z with u = Phi(z): late when z is high. What a customer's lines due in the
same week have in common is a part of z, so that the law of a single line stays the fitted hazard's (a Gaussian copula).
It is what persists from week to week (autoregressive) and what does not; their variances are estimated from pairs of
lines of one customer, due in the same week or k weeks apart, beside pairs of different customers. What all customers
share is a matter of the calendar (`simkit.calibration.followed`).

A paid line tells only the day of its payment, so its z is known within bounds; its score is the mean of z between them.
Scores of two lines vary together less than their z do, by the squared variance of the scores.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import nnls
from scipy.special import ndtr, ndtri

from simkit.calibration.person_periods import Floats, Ints, totals

PAST_WEEKS = 104
"""Weeks before the cut whose lines tell of common luck."""

SETTLING_WEEKS = 2
"""Lines due in the last weeks before the cut are mostly not paid yet and are left out."""

LAGS = 8
"""Weeks apart, at most, of what is compared."""

_MEMORIES = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95)
_LARGEST_SHARE = 0.9


@dataclass(frozen=True)
class Part:
    """Variance of what is shared: what is new each week, what persists, and how much of that is left a week on."""

    fresh: float
    lasting: float
    memory: float

    @property
    def variance(self) -> float:
        """Of both together."""
        return self.fresh + self.lasting

    def within(self, largest: float) -> "Part":
        """Return the part, its variances scaled down if together they exceed the largest one."""
        factor = min(1.0, largest / self.variance) if self.variance > 0 else 1.0
        return Part(self.fresh * factor, self.lasting * factor, self.memory)


@dataclass(frozen=True)
class State:
    """What is known of the lasting part at the end of the cut: mean and variance, one a customer or one in all."""

    mean: Floats
    variance: Floats


@dataclass(frozen=True)
class CommonLuck:
    """The part of the luck that a customer's lines share, and its state at the cut."""

    customer: Part
    customer_state: State

    @property
    def own_sd(self) -> float:
        """Standard deviation of what a line does not share."""
        return float(np.sqrt(1 - self.customer.variance))


def scores(before: Floats, after: Floats) -> Floats:
    """Return the mean of a standard normal z of which it is known how probable it was to stay above.

    Parameters
    ----------
    before, after : float array
        Probability of not having paid before the day of payment, and by its end; ``after`` is 0 for an open line.
    """
    low, high = ndtri(1 - before), ndtri(1 - after)
    density = np.exp(-(np.stack([low, high]) ** 2) / 2) / np.sqrt(2 * np.pi)
    mean: Floats = np.clip((density[0] - density[1]) / np.maximum(before - after, 1e-12), -5, 5)
    return mean


def estimate(score: Floats, customer: Ints, weeks_to_cut: Ints, customers: int) -> CommonLuck:
    """Return the common luck of lines, from their scores.

    Parameters
    ----------
    score : float array, shape (lines,)
        As `scores` returns.
    customer : int array, shape (lines,)
    weeks_to_cut : int array, shape (lines,)
        -1 for lines due in the last week before the cut, -2 for the week before, and so on.
    customers : int
    """
    used = (weeks_to_cut >= -PAST_WEEKS) & (weeks_to_cut < -SETTLING_WEEKS)
    score, customer = score[used], customer[used]
    week = weeks_to_cut[used] + PAST_WEEKS
    shape = (customers, PAST_WEEKS)
    if len(score) < 2 or not score.var() > 0:
        nothing = Part(0.0, 0.0, 0.0)
        return CommonLuck(nothing, state_at_cut(nothing, np.zeros((customers, 1)), np.ones((customers, 1))))
    spread = float(score.var())
    z = (score - score.mean()) / spread
    cell = customer * PAST_WEEKS + week
    total = totals(cell, z, customers * PAST_WEEKS).reshape(shape)
    count = np.bincount(cell, minlength=customers * PAST_WEEKS).reshape(shape).astype(np.float64)
    square = totals(cell, z**2, customers * PAST_WEEKS).reshape(shape)
    own = _customer_part(total, count, square)
    apart = max(1 / spread - own.variance, 0.1)
    noise = np.where(count > 0, apart / np.maximum(count, 1), np.inf)
    return CommonLuck(own, state_at_cut(own, total / np.maximum(count, 1), noise))


def _customer_part(total: Floats, count: Floats, square: Floats) -> Part:
    """Return the part of each customer, from sums, counts and sums of squares by customer and week."""
    own = []
    for lag in range(LAGS + 1):
        a, b = total[:, : PAST_WEEKS - lag], total[:, lag:]
        n, m = count[:, : PAST_WEEKS - lag], count[:, lag:]
        same, pairs = a * b, n * m
        across = (a.sum(axis=0) @ b.sum(axis=0)) - same.sum()
        shared = across / max(float(n.sum(axis=0) @ m.sum(axis=0) - pairs.sum()), 1.0)
        if lag == 0:
            same, pairs = same - square, pairs - count
        # Each pair of weeks weighs as many lines as it has: busy customers must not drown the others.
        weight = 1 / np.maximum(n + m, 1)
        within = float((same * weight).sum() / max(float((pairs * weight).sum()), 1e-9))
        own.append(within - shared)
    return split(np.array(own)).within(_LARGEST_SHARE)


def split(covariance: Floats) -> Part:
    """Return the part whose covariances at lags of 0, 1, ... weeks come closest."""
    lag = np.arange(len(covariance))
    best, closest = Part(0.0, 0.0, 0.0), np.inf
    for memory in _MEMORIES:
        shapes = np.column_stack([lag == 0, memory**lag]).astype(np.float64)
        (fresh, lasting), distance = nnls(shapes, covariance)
        if distance < closest - 1e-12:
            best, closest = Part(float(fresh), float(lasting), memory), distance
    return best


def state_at_cut(part: Part, mean: Floats, noise: Floats) -> State:
    """Return the lasting part at the end of the last week, by a Kalman filter.

    Parameters
    ----------
    part : Part
    mean, noise : float array, shape (customers, weeks)
        What was seen, and the variance of its error; infinite where nothing was.
    """
    at, variance = np.zeros(len(mean)), np.full(len(mean), part.lasting)
    for week in range(mean.shape[1]):
        at, variance = part.memory * at, part.memory**2 * variance + (1 - part.memory**2) * part.lasting
        gain = variance / (variance + part.fresh + noise[:, week]) if part.lasting else np.zeros(len(mean))
        at, variance = at + gain * (mean[:, week] - at), variance * (1 - gain)
    return State(at, variance)


def forward(part: Part, state: State, start: Floats, steps: Floats, fresh: Floats) -> Floats:
    """Return the part in the weeks after the cut, shape (customers, weeks), from standard normal draws.

    Parameters
    ----------
    part : Part
    state : State
        At the cut.
    start : float array, shape (customers,)
        Draws of what is not known of the state.
    steps, fresh : float array, shape (customers, weeks)
        Draws of what comes in each week, and lasts or does not.
    """
    at = state.mean + np.sqrt(state.variance) * start
    new = np.sqrt((1 - part.memory**2) * part.lasting)
    weeks = np.empty_like(steps)
    for week in range(steps.shape[1]):
        at = part.memory * at + new * steps[:, week]
        weeks[:, week] = at
    luck: Floats = weeks + np.sqrt(part.fresh) * fresh
    return luck


def uniform_of(z: Floats) -> Floats:
    """Return the uniform draws that standard normal ones stand for, inside 0 and 1."""
    u: Floats = np.clip(ndtr(z), 1e-15, 1 - 1e-15)
    return u
