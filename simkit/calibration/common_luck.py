"""Luck that lines share: months when everybody pays late, and spells when one customer does.

Each line's draw u is one of a normal law, z with u = Phi(z): late when z is high. What lines due in the same week have
in common is a part of z, so that the law of a single line stays the fitted hazard's (a Gaussian copula). There is a
part of all customers and one of each customer, and both are what persists from week to week (autoregressive) and what
does not. Their variances are estimated from pairs of lines: of different customers due in the same week or k weeks
apart, and of the same customer.

A paid line tells only the day of its payment, so its z is known within bounds; its score is the mean of z between them.
Scores of two lines vary together less than their z do, by the squared variance of the scores.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import nnls
from scipy.special import ndtr, ndtri

from simkit.calibration.person_periods import Floats, Ints, totals

WEEK = 7
PAST_WEEKS = 104
"""Weeks before the cut whose lines tell of common luck."""

SETTLING_WEEKS = 2
"""Lines due in the last weeks before the cut are mostly not paid yet and are left out."""

_LAGS = 8
_MEMORIES = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95)
_LARGEST_SHARE = 0.9


@dataclass(frozen=True)
class Part:
    """Variance of a part of the luck: what is new each week, what persists, and how much of that is left a week on."""

    fresh: float
    lasting: float
    memory: float

    @property
    def variance(self) -> float:
        """Of both together."""
        return self.fresh + self.lasting

    def scaled(self, factor: float) -> "Part":
        """Return the part with its variances multiplied."""
        return Part(self.fresh * factor, self.lasting * factor, self.memory)


@dataclass(frozen=True)
class State:
    """What is known of the lasting part at the end of the cut: mean and variance, one a customer or one in all."""

    mean: Floats
    variance: Floats


@dataclass(frozen=True)
class CommonLuck:
    """Parts of the luck that lines share, and their states at the cut.

    Attributes
    ----------
    everybody, customer : Part
    everybody_state, customer_state : State
    """

    everybody: Part
    customer: Part
    everybody_state: State
    customer_state: State

    @property
    def own_sd(self) -> float:
        """Standard deviation of what a line does not share."""
        return float(np.sqrt(1 - self.everybody.variance - self.customer.variance))


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
        return CommonLuck(
            nothing,
            nothing,
            _state(nothing, np.zeros((1, 1)), np.ones((1, 1))),
            _state(nothing, np.zeros((customers, 1)), np.ones((customers, 1))),
        )
    spread = float(score.var())
    z = (score - score.mean()) / spread
    cell = customer * PAST_WEEKS + week
    total = totals(cell, z, customers * PAST_WEEKS).reshape(shape)
    count = np.bincount(cell, minlength=customers * PAST_WEEKS).reshape(shape).astype(np.float64)
    square = totals(cell, z**2, customers * PAST_WEEKS).reshape(shape)
    everybody, own = _parts(total, count, square)
    apart = max(1 / spread - everybody.variance - own.variance, 0.1)
    lines, sums = count.sum(axis=0), total.sum(axis=0)
    noise = own.variance * (count**2).sum(axis=0) / np.maximum(lines, 1) ** 2 + apart / np.maximum(lines, 1)
    everybody_state = _state(everybody, _mean(sums, lines)[None], _noise(noise, lines)[None])
    customer_state = _state(own, _mean(total, count), _noise(apart / np.maximum(count, 1), count))
    return CommonLuck(everybody, own, everybody_state, customer_state)


def _parts(total: Floats, count: Floats, square: Floats) -> tuple[Part, Part]:
    """Return the parts of all customers and of each, from sums, counts and sums of squares by customer and week."""
    common, own = [], []
    for lag in range(_LAGS + 1):
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
        common.append(shared)
        own.append(within - shared)
    everybody, customer = _split(np.array(common)), _split(np.array(own))
    whole = everybody.variance + customer.variance
    shrink = min(1.0, _LARGEST_SHARE / whole) if whole > 0 else 1.0
    return everybody.scaled(shrink), customer.scaled(shrink)


def _split(covariance: Floats) -> Part:
    """Return the part whose covariances at lags of 0, 1, ... weeks come closest."""
    lag = np.arange(len(covariance))
    best, closest = Part(0.0, 0.0, 0.0), np.inf
    for memory in _MEMORIES:
        shapes = np.column_stack([lag == 0, memory**lag]).astype(np.float64)
        (fresh, lasting), distance = nnls(shapes, covariance)
        if distance < closest - 1e-12:
            best, closest = Part(float(fresh), float(lasting), memory), distance
    return best


def _mean(total: Floats, count: Floats) -> Floats:
    mean: Floats = total / np.maximum(count, 1)
    return mean


def _noise(noise: Floats, count: Floats) -> Floats:
    known: Floats = np.where(count > 0, noise, np.inf)
    return known


def _state(part: Part, mean: Floats, noise: Floats) -> State:
    """Return the lasting part at the end of the last week, by a Kalman filter; rows are customers, columns weeks."""
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
