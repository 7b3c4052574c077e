"""The customer's late share to date: what a new customer is taken for, and how soon its own record counts."""

import numpy as np
import pandas as pd

from simkit.calibration.person_periods import Floats, is_late, known_history
from simkit.scenario.world.payment import Payment

_FEWEST_LINES, _MOST_LINES = 0.2, 100.0
_ROUNDS = 50


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


def history_driver(lines: pd.DataFrame, prior_share: float, prior_lines: float) -> Floats:
    """Return each line's history driver: the customer's late share as of its issue, shrunk to the prior.

    The formula is `simkit.behaviour.payment.late_share`.
    """
    known, late = known_history(lines)
    driver: Floats = (late + prior_share * prior_lines) / (known + prior_lines)
    return driver
