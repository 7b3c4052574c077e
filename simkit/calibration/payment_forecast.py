"""When lines will be paid, foretold as of their issue: the engine's hazards walked day by day, habits averaged over."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numba import njit

from simkit.behaviour.payment import daily_force
from simkit.calibration.person_periods import OPEN, Floats, Ints, bucket_of_days, kind_of_day
from simkit.scenario.world.payment import Payment

FORETOLD_DAYS = (0, 7, 30, 365)
"""Days overdue that a forecast tells of."""

_EARLIEST, _LATEST = -400, 400
_SETTLED, _UNLIKELY = 1e-6, 1e-12


@dataclass(frozen=True)
class Phase:
    """Hazards that hold from one day from due until the next phase's first.

    Attributes
    ----------
    since : int
        First day from due.
    payment : Payment
        Its bucket effects and calendar are used.
    shift : float array, shape (lines,)
        What drivers add to the logit.
    habits, probability : float array, shape (lines, nodes)
        Values that the customer's habit (logit) may have, and their probabilities. Habits of two phases are
        independent.
    """

    since: int
    payment: Payment
    shift: Floats
    habits: Floats
    probability: Floats


@dataclass(frozen=True)
class Forecast:
    """When lines will be paid.

    Attributes
    ----------
    unpaid : float array, shape (lines, days asked about)
        Probability that a line is not paid by so many days after its due date.
    mean_days_late : float array, shape (lines,)
        Expected days from due to payment, of payments until the last day asked about.
    median_days_late : int array, shape (lines,)
        First day from due by which a line is as likely paid as not; at most the last day asked about.
    """

    unpaid: Floats
    mean_days_late: Floats
    median_days_late: Ints


def forecast(lines: pd.DataFrame, phases: Sequence[Phase], days: Sequence[int] = FORETOLD_DAYS) -> Forecast:
    """Return when lines will be paid, from the day after their issue on.

    Parameters
    ----------
    lines : DataFrame
        issue, due.
    phases : sequence of Phase
        By their first day; the first one holds from the issue on.
    days : sequence of int
        Days from due asked about, increasing.
    """
    issue, due = (lines[name].to_numpy(np.int64) for name in ("issue", "due"))
    asked, low = np.asarray(days, dtype=np.int64), int(issue.min(initial=0))
    high = int((due + asked[-1]).max(initial=low))
    unpaid, alive = np.ones((len(lines), len(asked))), np.ones(len(lines))
    mean, median = np.zeros(len(lines)), np.full(len(lines), asked[-1])
    ends = [*(phase.since for phase in phases[1:]), int(asked[-1]) + 1]
    for number, (phase, end) in enumerate(zip(phases, ends, strict=True)):
        since = phase.since if number else -int((due - issue).max(initial=0))
        _walk(
            issue, due, since, min(end, int(asked[-1]) + 1), phase.shift, phase.habits, phase.probability,
            effect_by_day(phase.payment), low, effect_of_dates(phase.payment, low, high), asked, alive, unpaid, mean,
            median,
        )  # fmt: skip
    return Forecast(unpaid, mean / np.maximum(1.0 - alive, 1e-12), median)


def each_for_its_day(forecasts: Sequence[Forecast], days: Sequence[int] = FORETOLD_DAYS) -> Forecast:
    """Return one forecast out of one for each day asked about.

    Each is asked about the days up to its own. It tells whether lines are paid by that one, never less surely than the
    day before has it, and the median if it lies between the two; the mean is the last one's.
    """
    unpaid = np.column_stack([made.unpaid[:, -1] for made in forecasts])
    median = np.full(len(unpaid), days[-1])
    for number in reversed(range(len(days))):
        own, before = forecasts[number].median_days_late, days[number - 1] if number else -OPEN
        median = np.where(unpaid[:, number] <= 0.5, np.maximum(own, before + 1), median)
    return Forecast(np.minimum.accumulate(unpaid, axis=1), forecasts[-1].mean_days_late, median)


def effect_by_day(payment: Payment) -> Floats:
    """Return the bucket effect of each day from due, `_EARLIEST` to `_LATEST`; beyond, the first or last one holds."""
    bucket = bucket_of_days(np.arange(_EARLIEST, _LATEST + 1), payment.bucket_starts)
    return np.array(payment.alpha)[bucket]


@njit(cache=True)
def place_of_day(day: int) -> int:
    """Return where `effect_by_day` has a day from due."""
    return min(max(day, _EARLIEST), _LATEST) - _EARLIEST


def effect_of_dates(payment: Payment, low: int, high: int) -> Floats:
    """Return the calendar's effect on each date from low to high."""
    kind, calendar = kind_of_day(np.arange(low, high + 1)), payment.calendar
    effect: Floats = np.array(calendar.weekday)[kind % 7] + calendar.month_end * (kind // 7)
    return effect


@njit(cache=True)
def _walk(
    issue: Ints,
    due: Ints,
    since: int,
    until: int,
    shift: Floats,
    habits: Floats,
    probability: Floats,
    by_day: Floats,
    low: int,
    of_dates: Floats,
    asked: Ints,
    alive: Floats,
    unpaid: Floats,
    mean: Floats,
    median: Ints,
) -> None:
    """Walk one phase: move each line's probability to be unpaid (`alive`), and note it on the days asked about."""
    nodes = habits.shape[1]
    by_habit = np.empty(nodes)
    for line in range(len(issue)):
        by_habit[:] = alive[line] * probability[line]
        for day in range(max(since, issue[line] + 1 - due[line]), until):
            base = by_day[place_of_day(day)] + of_dates[due[line] + day - low] + shift[line]
            now = 0.0
            for node in range(nodes):
                if by_habit[node] > _UNLIKELY:
                    by_habit[node] *= np.exp(-daily_force(base + habits[line, node]))
                    now += by_habit[node]
            mean[line] += (alive[line] - now) * day
            if now <= 0.5 < alive[line]:
                median[line] = day
            alive[line] = now
            settled = now < _SETTLED
            for at in range(len(asked)):
                if asked[at] == day or (settled and asked[at] > day):
                    unpaid[line, at] = now
            if settled:
                break
