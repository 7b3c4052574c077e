"""Approval of applications: how long it takes, what it loses and what it costs (Handbook C2)."""

import numpy as np
import pandas as pd

from simkit.outcomes.desks import MINUTES_PER_HOUR
from simkit.outcomes.ratio import Measure, Ratio
from simkit.outcomes.receivables import Flags, days_of
from simkit.outcomes.sales import is_decided
from simkit.outcomes.words import is_one_of

REVIEWED = ("review", "meeting")
APPROVAL_DESKS = ("risk_reviewers", "meeting")


def is_reviewed(orders: pd.DataFrame) -> Flags:
    """Return which orders had to wait for the risk desk or the meeting and wait no longer."""
    return is_decided(orders) & is_one_of(orders["route"], *REVIEWED)


@Measure
def approval_days_mean(orders: pd.DataFrame) -> Ratio:
    """Return the mean days from application to decision of the reviewed orders; None without any.

    Orders decided at once (route ``direct``) are not in, nor are those the customer withdrew while waiting:
    nobody decided them.
    """
    done = is_reviewed(orders) & ~is_one_of(orders["status"], "withdrawn")
    waited = (days_of(orders["decided_date"]) - days_of(orders["order_date"]))[done].astype(np.int64)
    return Ratio(waited.sum(), len(waited))


@Measure
def withdrawn_share(orders: pd.DataFrame) -> Ratio:
    """Return the share of reviewed orders (by number) withdrawn while they waited; None without any."""
    done = is_reviewed(orders)
    withdrawn = done & is_one_of(orders["status"], "withdrawn")
    return Ratio(np.count_nonzero(withdrawn), np.count_nonzero(done))


def approval_cost_fen(desks: pd.DataFrame, wage_fen_per_hour: int) -> int:
    """Return what the working time of the reviewers and the meeting cost, in fen.

    Parameters
    ----------
    desks : DataFrame
        Desk-months to count, for instance those of the policy year; columns desk, worked_minutes.
    wage_fen_per_hour : int
        Cost of an hour of work.
    """
    return work_fen(approval_minutes(desks), wage_fen_per_hour)


def approval_minutes(desks: pd.DataFrame) -> int:
    """Return how long the reviewers and the meeting worked in the given desk-months."""
    minutes = desks["worked_minutes"].to_numpy(np.int64)[is_one_of(desks["desk"], *APPROVAL_DESKS)]
    return int(minutes.sum())


def work_fen(minutes: int, wage_fen_per_hour: int) -> int:
    """Return what working time costs, in fen."""
    return round(minutes * wage_fen_per_hour / MINUTES_PER_HOUR)
