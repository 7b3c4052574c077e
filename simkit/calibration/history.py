"""The customer's record to date: its late share, its mean delay, and what a customer without a record is taken for."""

import numpy as np
import pandas as pd
from numba import njit

from simkit.behaviour.payment import LEAST_DELAY, MOST_DELAY, mean_delay, remembered
from simkit.calibration.person_periods import Floats, Ints, is_late, known_history
from simkit.scenario.world.payment import Payment

_FEWEST_LINES, _MOST_LINES = 0.2, 100.0
_ROUNDS = 50


def with_priors(lines: pd.DataFrame, base: Payment) -> Payment:
    """Return the base world with what lines tell of its drivers' constants: what an unknown customer is taken for."""
    share, worth = history_prior(lines, base)
    days, days_worth = delay_prior(lines, base)
    return base.model_copy(
        update={
            "history_prior_share": share,
            "history_prior_lines": worth,
            "delay_prior_days": days,
            "delay_prior_lines": days_worth,
        }
    )


def history_prior(lines: pd.DataFrame, base: Payment) -> tuple[float, float]:
    """Return the late share expected of an unknown customer and the number of lines this prior is worth.

    Customers' late counts are taken as beta-binomial with mean m and correlation r between lines of one customer;
    the moment estimates of Kleinman (1973, JASA 68:46) weigh a customer of n lines by n / (1 + (n - 1) r). The prior
    is worth 1/r - 1 lines. The base world's share counts as one more customer, so that neither is ever 0 or 1.

    Parameters
    ----------
    lines : DataFrame
        As `simkit.calibration.person_periods.ledger_lines` returns; only those past due are used.
    base : Payment
        The base world, whose values stand where the ledger is silent.
    """
    known = (lines["end"] > lines["due"]).to_numpy()
    late = pd.Series(is_late(lines)[known]).groupby(lines["customer"].to_numpy()[known]).agg(["size", "mean"])
    size, share = late["size"].to_numpy(np.float64), late["mean"].to_numpy(np.float64)
    prior = base.history_prior_share
    correlation = 1 / (1 + base.history_prior_lines)
    mean = prior
    for _ in range(_ROUNDS):
        weight = size / (1 + (size - 1) * correlation)
        mean = float((weight @ share + prior) / (weight.sum() + 1))
        spread = float(weight @ (share - mean) ** 2)
        part = weight / max(weight.sum(), 1e-12)
        noise = float((weight * (1 - part) / np.maximum(size, 1)).sum())
        room = float((weight * (1 - part)).sum()) - noise
        if room <= 1e-9:
            break
        correlation = (spread / (mean * (1 - mean)) - noise) / room
        correlation = min(max(correlation, 1 / (1 + _MOST_LINES)), 1 / (1 + _FEWEST_LINES))
    return mean, 1 / correlation - 1


def history_driver(lines: pd.DataFrame, prior_share: float, prior_lines: float, as_of: Ints) -> Floats:
    """Return each line's history driver: the customer's late share on the day `as_of`, shrunk to the prior.

    The formula is `simkit.behaviour.payment.late_share`.
    """
    known, late = known_history(lines, as_of)
    driver: Floats = (late + prior_share * prior_lines) / (known + prior_lines)
    return driver


def delay_prior(lines: pd.DataFrame, base: Payment) -> tuple[float, float]:
    """Return the days late expected of an unknown customer and the number of paid lines this prior is worth.

    A one-way analysis of variance over customers: the prior is worth the variance within customers over that between
    them, and the mean is over customers, each weighed by what its lines tell of it. The base world's mean counts as
    one more customer.

    Parameters
    ----------
    lines : DataFrame
        As `simkit.calibration.person_periods.ledger_lines` returns; only those paid in full are used.
    base : Payment
        The base world, whose values stand where the ledger is silent.
    """
    paid = (lines["paid_share"] >= 1).to_numpy()
    delays = pd.Series(_days_late(lines)[paid].astype(np.float64)).groupby(lines["customer"].to_numpy()[paid])
    size, mean = delays.size().to_numpy(np.float64), delays.mean().to_numpy()
    spare = float((size - 1).sum())
    if spare <= 0 or len(size) < 2:
        return base.delay_prior_days, base.delay_prior_lines
    within = float(((size - 1) * delays.var(ddof=1).fillna(0.0).to_numpy()).sum()) / spare
    overall = float(size @ mean / size.sum())
    room = float(size.sum() - (size**2).sum() / size.sum())
    between = max((float(size @ (mean - overall) ** 2) - (len(size) - 1) * within) / room, 0.0)
    worth = min(max(within / max(between, 1e-9), _FEWEST_LINES), _MOST_LINES)
    weight = size / (size + worth)
    expected = float((weight @ mean + base.delay_prior_days) / (weight.sum() + 1))
    return min(max(expected, LEAST_DELAY), MOST_DELAY), worth


def delay_driver(
    lines: pd.DataFrame, prior_days: float, prior_lines: float, memory: float, as_of: Ints
) -> Floats:
    """Return each line's delay driver: the customer's mean days late on the day `as_of`, forgetting and shrunk.

    Lines paid in full before that day count, those of earlier months by `memory` a month. The formulas are
    `simkit.behaviour.payment.remembered` and `mean_delay`.
    """
    customer, paid = lines["customer"].to_numpy(np.int64), lines["paid"].to_numpy(np.int64)
    settled = np.flatnonzero((lines["paid_share"] >= 1).to_numpy())
    settled = settled[np.lexsort((paid[settled], customer[settled]))]
    asked = np.lexsort((as_of, customer))
    driver = np.empty(len(lines))
    driver[asked] = _mean_delays(
        customer[settled], paid[settled], _month(paid[settled]), _days_late(lines)[settled],
        customer[asked], as_of[asked], _month(as_of[asked]), prior_days, prior_lines, memory,
    )  # fmt: skip
    return driver


@njit(cache=True)
def _mean_delays(
    payer: Ints,
    paid: Ints,
    paid_month: Ints,
    days_late: Ints,
    customer: Ints,
    as_of: Ints,
    as_of_month: Ints,
    prior_days: float,
    prior_lines: float,
    memory: float,
) -> Floats:
    """Return the mean delay on each day asked about; payments and these days come by customer and day."""
    mean = np.empty(len(as_of))
    line = 0
    total, count, month, month_total, month_count = 0.0, 0.0, 0, 0, 0
    for asked in range(len(as_of)):
        if asked == 0 or customer[asked] != customer[asked - 1]:
            while line < len(payer) and payer[line] < customer[asked]:
                line += 1
            total, count, month_total, month_count = 0.0, 0.0, 0, 0
        while line < len(payer) and payer[line] == customer[asked] and paid[line] < as_of[asked]:
            if month_count == 0 or paid_month[line] > month:
                # Before the first payment there is nothing to forget, whatever month it is.
                passed = paid_month[line] - month if month_count else 0
                total = remembered(total, month_total, passed, memory)
                count = remembered(count, month_count, passed, memory)
                month, month_total, month_count = paid_month[line], 0, 0
            month_total += days_late[line]
            month_count += 1
            line += 1
        passed = as_of_month[asked] - month if month_count else 0
        mean[asked] = mean_delay(
            remembered(total, month_total, passed, memory),
            remembered(count, month_count, passed, memory),
            prior_days,
            prior_lines,
        )
    return mean


def _days_late(lines: pd.DataFrame) -> Ints:
    """Return the days late of lines as far as they count: `simkit.behaviour.payment.counted_delay`."""
    days: Ints = np.clip((lines["paid"] - lines["due"]).to_numpy(np.int64), LEAST_DELAY, MOST_DELAY)
    return days


def _month(day: Ints) -> Ints:
    month: Ints = day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return month
