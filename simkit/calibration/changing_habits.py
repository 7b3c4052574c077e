"""Habits that change: from one month to the next a customer may, by some chance, become another.

A customer who never paid late begins to, one who took 90 days is called to order; its long record then tells the wrong
thing, and all the more surely the longer it is. So a habit is a hidden state: month by month it stays, or, with a
chance that all customers share, is drawn anew from the law of habits (a hidden Markov model; Rabiner 1989, Proc. IEEE
77:257, and for habits drawn anew Barry & Hartigan 1993, JASA 88:309). The chance is the one under which the months of
the ledger, each foretold from those before it, were most likely; a ledger that does not tell against lasting habits
keeps them. Filtering gives what is known of a habit at the cut, smoothing what it was in each month before.

The effects are those fitted with lasting habits. Phases are independent, but what changes is the customer: all of its
habits change at once.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd
from numba import njit
from scipy.interpolate import CubicSpline
from scipy.special import ndtri

from simkit.behaviour.payment import daily_force
from simkit.calibration.book_measures import MONTH_DAYS
from simkit.calibration.payment_forecast import effect_by_day, effect_of_dates, place_of_day
from simkit.calibration.payment_predictor import within
from simkit.calibration.person_periods import OPEN, Floats, Ints, Told
from simkit.calibration.phased_fit import PhasedFit
from simkit.streams import Stream, uniforms

CHANCES = np.array([0.0, 0.005, 0.01, 0.02, 0.03, 0.05, 0.07, 0.1, 0.15, 0.2, 0.3])
"""Chances of a change in a month that are tried."""

SURELY_BETTER = 2.0
"""Log-likelihood by which changing habits must beat lasting ones: more than chance brings in 19 of 20 ledgers."""

_SEEN_AT, _NODES = np.linspace(-4.0, 4.0, 81), np.linspace(-4.0, 4.0, 401)
_BETWEEN: Floats = np.ascontiguousarray(CubicSpline(_SEEN_AT, np.eye(len(_SEEN_AT)))(_NODES))
"""Standard scores of a habit at which days are seen, and at which it is followed; and the way from the ones to the
others, as likelihoods are smooth and the days many."""

_PRIOR: Floats = np.exp(-(_NODES**2) / 2) / np.exp(-(_NODES**2) / 2).sum()
_LEVELS = 200
_LEAST = 1e-300


@dataclass(frozen=True)
class ChangingHabits:
    """What a ledger tells of its customers' habits, at its cut and in the months before.

    Attributes
    ----------
    change : float
        Chance that a customer's habits change from one month to the next.
    cut : int
        The last day that is known.
    level : float array, shape (customers, phases, levels)
        Habits at the cut (logit): equally likely values, in order.
    mean, sd : float array, shape (customers, months, phases)
        What they were in each month up to the cut, seen from it: mean and standard deviation.
    """

    change: float
    cut: int
    level: Floats
    mean: Floats
    sd: Floats

    @classmethod
    def of(cls, lines: pd.DataFrame, fit: PhasedFit, customers: int, cut: int) -> Self:
        """Return the habits of lines that a model was fitted to."""
        months = int((cut - lines["first"].min()) // MONTH_DAYS) + 1
        lines = lines.assign(weight=lines["weight"] * _decisions_a_line(lines, customers))
        phases = [_Days.of(lines, fit, number, customers, cut, months) for number in range(len(fit.phases))]
        likely = np.sum([phase.log_likelihoods() for phase in phases], axis=0)
        best = int(likely.argmax())
        change = float(CHANCES[best]) if likely[best] > likely[0] + SURELY_BETTER else 0.0
        known = [phase.followed(change) for phase in phases]
        level, mean, sd = (np.stack(part, axis=-1) for part in zip(*known, strict=True))
        return cls(change, cut, np.ascontiguousarray(level.swapaxes(1, 2)), mean, sd)

    def of_lines(self, customer: Ints, due: Ints) -> tuple[Floats, Floats]:
        """Return mean and standard deviation of the habits in the month a line falls due, shape (lines, phases)."""
        months = self.mean.shape[1]
        month = np.clip(months - 1 - (self.cut - due) // MONTH_DAYS, 0, months - 1)
        return self.mean[customer, month], self.sd[customer, month]

    def drawn(self, seed: int, path: int, spread: Floats, customers: int, last: int) -> Floats:
        """Return habits in the months after the cut on one path, shape (customers, months, phases).

        Parameters
        ----------
        seed, path : int
        spread : float array, shape (phases,)
            Standard deviation of habits over customers.
        customers : int
            How many are asked about; those beyond the known ones are new.
        last : int
            The last day that is looked at.
        """
        known, phases, levels = self.level.shape
        months = max((last - self.cut - 1) // MONTH_DAYS, 0) + 1
        who, index = np.arange(customers)[:, None], np.arange(phases * (months + 1))[None]
        luck = uniforms(seed, path, Stream.HABIT, who, index).reshape(customers, months + 1, phases)
        now = ndtri(luck[:, 0]) * spread
        place = (luck[:known, 0] * levels).astype(np.int64)
        now[:known] = np.take_along_axis(self.level, place[:, :, None], axis=2)[:, :, 0]
        changed = uniforms(seed, path, Stream.HABIT_CHANGE, who, np.arange(months)[None]) < self.change
        habits = np.empty((customers, months, phases))
        for month in range(months):
            now = np.where(changed[:, month, None], ndtri(luck[:, month + 1]) * spread, now)
            habits[:, month] = now
        return habits


def _decisions_a_line(lines: pd.DataFrame, customers: int) -> Floats:
    """Return what a line tells of its customer's habit: lines that are paid on one day are one decision, not many.

    It is the inverse of the mean number of lines that the customer paid on a day (a design effect; Kish 1965,
    "Survey Sampling", 5.4).
    """
    paid = lines.loc[lines["paid"] < OPEN, ["customer", "paid"]]
    settled = np.bincount(paid["customer"], minlength=customers)
    days = np.bincount(paid.drop_duplicates()["customer"], minlength=customers)
    share: Floats = (np.maximum(days, 1) / np.maximum(settled, 1))[lines["customer"]]
    return share


@dataclass(frozen=True)
class _Days:
    """The days of lines in one phase, and all that is in their logits but the habit; lines come by customer.

    Attributes
    ----------
    start : int array, shape (customers + 1,)
        Where each customer's lines begin.
    due, first, last : int array, shape (lines,)
    paid : bool array, shape (lines,)
        Whether the line is paid on its last day.
    weight, shift : float array, shape (lines,)
    by_day, of_dates : float array
        Effects of days from due, and of dates since `origin`.
    habits : float array
        The habits at which days are seen (logit).
    cut, months, origin : int
    """

    start: Ints
    due: Ints
    first: Ints
    last: Ints
    paid: Told
    weight: Floats
    shift: Floats
    by_day: Floats
    of_dates: Floats
    habits: Floats
    cut: int
    months: int
    origin: int

    @classmethod
    def of(
        cls, lines: pd.DataFrame, fit: PhasedFit, number: int, customers: int, cut: int, months: int
    ) -> Self:
        """Return the days of a phase, by its number."""
        since, until = fit.edges[number : number + 2]
        part = within(lines, since, until)
        part = part[(part["end"] >= part["first"]) & (part["weight"] > 0)]
        part = part.sort_values("customer", kind="stable")
        paid = (part["paid"] < OPEN).to_numpy()
        payment, origin = fit.phases[number].payment, int(lines["first"].min())
        return cls(
            start=np.searchsorted(part["customer"].to_numpy(), np.arange(customers + 1)),
            due=part["due"].to_numpy(np.int64),
            first=part["first"].to_numpy(np.int64),
            last=part["paid"].where(paid, part["end"]).to_numpy(np.int64),
            paid=paid,
            weight=part["weight"].to_numpy(np.float64),
            shift=np.ascontiguousarray(fit.shift_of(part)[:, number]),
            by_day=effect_by_day(payment),
            of_dates=effect_of_dates(payment, origin, cut),
            habits=payment.frailty_sd * _SEEN_AT,
            cut=cut,
            months=months,
            origin=origin,
        )

    def log_likelihoods(self) -> Floats:
        """Return the log-likelihood of the days under each of `CHANCES`."""
        likely = np.zeros(len(CHANCES))
        for customer in self._seen_customers():
            likely += _log_likelihoods(*self._seen(customer), _PRIOR, CHANCES)
        return likely

    def followed(self, change: float) -> tuple[Floats, Floats, Floats]:
        """Return levels at the cut, and means and standard deviations by month (logit), a row for each customer."""
        customers, spread = len(self.start) - 1, self.habits[-1] / _SEEN_AT[-1]
        level = np.tile(ndtri((np.arange(_LEVELS) + 0.5) / _LEVELS), (customers, 1))
        mean, sd = np.zeros((customers, self.months)), np.ones((customers, self.months))
        for customer in self._seen_customers():
            busy, seen = self._seen(customer)
            since = self.months - len(busy)
            level[customer], mean[customer, since:], sd[customer, since:] = _followed(
                busy, seen, _NODES, _PRIOR, change, _LEVELS
            )
        return spread * level, spread * mean, spread * sd

    def _seen_customers(self) -> Ints:
        return np.flatnonzero(np.diff(self.start))

    def _seen(self, customer: int) -> tuple[Told, Floats]:
        """Return which months from a customer's first one on have days, and their log-likelihood by habit."""
        own = slice(self.start[customer], self.start[customer + 1])
        months = (self.cut - int(self.first[own].min())) // MONTH_DAYS + 1
        coarse = _by_month(
            self.due[own], self.first[own], self.last[own], self.paid[own], self.weight[own], self.shift[own],
            self.by_day, self.of_dates, self.habits, self.cut, months, self.origin,
        )  # fmt: skip
        busy: Told = np.any(coarse != 0, axis=1)
        seen = np.zeros((months, len(_NODES)))
        seen[busy] = coarse[busy] @ _BETWEEN.T
        return busy, seen


@njit(cache=True)
def _by_month(
    due: Ints,
    first: Ints,
    last: Ints,
    paid: Told,
    weight: Floats,
    shift: Floats,
    by_day: Floats,
    of_dates: Floats,
    habits: Floats,
    cut: int,
    months: int,
    origin: int,
) -> Floats:
    """Return the log-likelihood of days by month, the last one up to the cut, and habit."""
    seen = np.zeros((months, len(habits)))
    for line in range(len(due)):
        for day in range(first[line], last[line] + 1):
            month = months - 1 - (cut - day) // MONTH_DAYS
            base = by_day[place_of_day(day - due[line])] + of_dates[day - origin] + shift[line]
            pays = 1.0 if paid[line] and day == last[line] else 0.0
            for node in range(len(habits)):
                logit = base + habits[node]
                seen[month, node] += weight[line] * (pays * logit - daily_force(logit))
    return seen


@njit(cache=True)
def _log_likelihoods(busy: Told, seen: Floats, prior: Floats, chances: Floats) -> Floats:
    """Return the log-likelihood of months under each chance of a change."""
    likely, highest = np.zeros(len(chances)), np.zeros(len(seen))
    likelihood = np.ones(seen.shape)
    for month in range(len(seen)):
        if busy[month]:
            highest[month] = seen[month].max()
            likelihood[month] = np.exp(seen[month] - highest[month])
    for at in range(len(chances)):
        known = prior
        for month in range(len(seen)):
            if busy[month]:
                known = known * likelihood[month] + _LEAST
                total = known.sum()
                likely[at] += np.log(total) + highest[month]
                known = known / total
            known = (1 - chances[at]) * known + chances[at] * prior
    return likely


@njit(cache=True)
def _followed(
    busy: Told, seen: Floats, nodes: Floats, prior: Floats, change: float, levels: int
) -> tuple[Floats, Floats, Floats]:
    """Return equally likely values after the last month, and mean and standard deviation in each (standard scores)."""
    months = len(seen)
    known, likely = np.empty(seen.shape), np.ones(seen.shape)
    before = prior
    for month in range(months):
        if busy[month]:
            likely[month] = np.exp(seen[month] - seen[month].max())
        joint = before * likely[month] + _LEAST
        known[month] = joint / joint.sum()
        before = (1 - change) * known[month] + change * prior
    place = np.searchsorted(np.cumsum(known[-1]), (np.arange(levels) + 0.5) / levels)
    level = nodes[np.minimum(place, len(nodes) - 1)]
    mean, sd, after = np.empty(months), np.empty(months), np.ones(len(nodes))
    for month in range(months - 1, -1, -1):
        smooth = known[month] * after
        smooth /= smooth.sum()
        mean[month] = (smooth * nodes).sum()
        sd[month] = np.sqrt((smooth * (nodes - mean[month]) ** 2).sum())
        next_one = likely[month] * after
        next_one /= next_one.max()
        after = (1 - change) * next_one + change * (prior * next_one).sum()
    return level, mean, sd
