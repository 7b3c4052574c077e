"""One step of the funnel: how many leads of a channel pass it, and how long that takes.

A lead passes a step in the end or never (a cure model): it passes with its channel's probability, after a Weibull time.
What is not over when the table was drawn up is right-censored, so young leads do not count as failures. No pass before
the first one on record can have been seen, so leads older than the record are judged by the time since (left
truncation). Where losses are dated, a lead neither passed nor lost tells nothing of the conversion, and losses take as
long as passes do: both as in the engine (`simkit.engine.funnel`).

Channels differ by a beta law whose two parameters are fitted to all of them (empirical Bayes; Efron & Morris 1975, JASA
70:311), so that a channel of few leads is drawn to the mean of the others.
"""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.optimize import Bounds, minimize
from scipy.special import betaln, digamma, expit, logit, logsumexp

from simkit.calibration.curvature import covariance
from simkit.errors import UserError

Floats = npt.NDArray[np.float64]
Told = npt.NDArray[np.bool_]

FEWEST_PASSED = 5

_LOGITS = np.arange(-9, 9, 0.02)
_CHANCES: Floats = expit(_LOGITS)
_USUAL_SIZE, _SIZE_SD = math.log(30), 1.5
_LOWEST, _HIGHEST = (
    np.array([-9.0, math.log(0.05), math.log(0.2)]),
    np.array([9.0, math.log(3650), math.log(5)]),
)
_LEAST = 1e-300


@dataclass(frozen=True, eq=False)
class StepFit:
    """One step of the funnel.

    Attributes
    ----------
    conversion : DataFrame
        By channel as the table names it: leads, passed, mean, low, high, sd: share that passes in the end, its 95 %
        interval (quantiles of the posterior) and its standard deviation.
    mean_days, low_days, high_days : float
        Mean days a passing lead takes, and the 95 % interval.
    scale_days, shape : float
        Of the Weibull time.
    """

    conversion: pd.DataFrame
    mean_days: float
    low_days: float
    high_days: float
    scale_days: float
    shape: float

    def passed_by(self, days: Floats) -> Floats:
        """Return the share of those who pass in the end that has passed by so many days."""
        return _passed_by(days, self.scale_days, self.shape)


def fit_step(table: pd.DataFrame, since: str, to: str, as_of: pd.Timestamp, name: str) -> StepFit:
    """Return the conversion and the duration of the step from one date to another, as known on a day.

    Parameters
    ----------
    table : DataFrame
        As in `simkit.portfolio.leads_file.Leads`.
    since, to : str
        The columns of the step's first and last day.
    as_of : Timestamp
        The day the table was drawn up.
    name : str
        The table's, for messages.
    """
    known = table[table[since].notna()]
    passed = (known[to] <= as_of).to_numpy()
    lost = np.zeros(len(known), dtype=bool)
    if "lost_date" in known:
        lost = (known["lost_date"] <= as_of).to_numpy() & ~passed
    if passed.sum() < FEWEST_PASSED:
        raise UserError(
            f"{name}: {int(passed.sum())} leads with a {to} are too few; at least {FEWEST_PASSED} are needed"
        )
    ended = known[to].where(~lost, known["lost_date"]) if lost.any() else known[to]
    over, open_ = passed | lost, ~passed & ~lost
    days = _days_between(known[since], ended.where(over, as_of))
    watched = _days_between(known[since], pd.Series(as_of, known.index))
    unseen = _days_between(known[since], pd.Series(known[to].min(), known.index)) - 1

    def seen(scale: float, shape: float) -> Floats:
        """Return the chance that the end of each lead's step would have been seen, if it was to pass."""
        if lost.any():
            return lost.astype(np.float64)
        before = np.where(unseen >= 0, _passed_by(unseen, scale, shape), 0.0)
        chance: Floats = _passed_by(watched, scale, shape) - before
        return chance

    def deviance(free: Floats) -> float:
        chance, scale, shape = float(expit(free[0])), math.exp(free[1]), math.exp(free[2])
        on_day = _passed_by(days[over], scale, shape) - _passed_by(days[over] - 1, scale, shape)
        timing = float(np.log(np.maximum(on_day, _LEAST)).sum())
        if lost.any():
            timing += float(np.log(np.maximum(1 - _passed_by(watched[open_], scale, shape), _LEAST)).sum())
        never = np.log1p(-chance * seen(scale, shape)[~passed]).sum()
        return -float(passed.sum() * math.log(chance) + never + timing)

    start = np.array([logit(np.clip(passed.mean(), 0.01, 0.9)), math.log(days[passed].mean() + 1), 0.0])
    found = minimize(deviance, start, method="L-BFGS-B", bounds=Bounds(_LOWEST, _HIGHEST))
    best = np.asarray(found.x)
    scale, shape = math.exp(best[1]), math.exp(best[2])
    mean: float = scale * math.gamma(1 + 1 / shape)
    slope = np.array([0.0, 1.0, -digamma(1 + 1 / shape) / shape])
    reach = 1.96 * math.sqrt(abs(float(slope @ covariance(deviance, best, _LOWEST, _HIGHEST) @ slope)))
    conversion = _by_channel(known["channel"], passed, seen(scale, shape))
    return StepFit(conversion, mean, mean * math.exp(-reach), mean * math.exp(reach), scale, shape)


def _passed_by(days: Floats, scale: float, shape: float) -> Floats:
    """Return the chance that a Weibull time, rounded to whole days, is at most so many."""
    passed: Floats = -np.expm1(-((np.maximum(days + 0.5, 0) / scale) ** shape))
    return passed


def _days_between(first: pd.Series, last: pd.Series) -> Floats:
    return np.floor((last - first).dt.total_seconds().to_numpy(np.float64) / 86_400)


def _by_channel(channel: pd.Series, passed: Told, seen: Floats) -> pd.DataFrame:
    """Return the conversion of each channel, drawn to the mean of all by as much as they are alike."""
    names = np.unique(channel)
    told = np.empty((len(names), len(_CHANCES)))
    for row, name in enumerate(names):
        own = (channel == name).to_numpy()
        chances, counts = np.unique(np.round(seen[own & ~passed], 4), return_counts=True)
        told[row] = (own & passed).sum() * np.log(_CHANCES) + np.log1p(-np.outer(_CHANCES, chances)) @ counts

    def prior(free: Floats) -> Floats:
        mean, size = float(expit(free[0])), math.exp(free[1])
        a, b = mean * size, (1 - mean) * size
        # A density over logits, as the chances are even in them.
        density: Floats = a * np.log(_CHANCES) + b * np.log1p(-_CHANCES) - float(betaln(a, b))
        return density

    def deviance(free: Floats) -> float:
        unusual = (float(free[1]) - _USUAL_SIZE) / _SIZE_SD
        return unusual**2 / 2 - float(logsumexp(told + prior(free), axis=1).sum())

    start = np.array([logit(np.clip(passed.mean(), 0.01, 0.99)), _USUAL_SIZE])
    found = minimize(deviance, start, method="Nelder-Mead").x
    posterior = np.exp(told + prior(found) - logsumexp(told + prior(found), axis=1, keepdims=True))
    mean = posterior @ _CHANCES
    reached = posterior.cumsum(axis=1)
    ends = [_CHANCES[np.minimum((reached < tail).sum(axis=1), len(_CHANCES) - 1)] for tail in (0.025, 0.975)]
    size = channel.value_counts().reindex(names).to_numpy()
    wins = channel[passed].value_counts().reindex(names, fill_value=0).to_numpy()
    return pd.DataFrame(
        {"leads": size, "passed": wins, "mean": mean, "low": ends[0], "high": ends[1]}, index=names
    )
