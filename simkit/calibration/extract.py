"""What a ledger can show of the months after a cut: an extract of paid invoices does not show what is still unpaid.

Some extracts hold paid invoices alone: not one of their lines is without a payment. A line that was still open on the
last day is then missing on every day on which it was open, and what is long overdue near the end looks less than it
was. How much is missing the months before the cut tell: of what was so long overdue on earlier days, how much was still
unpaid as many days later as remain from now to the ledger's end? Where they reach not so far back, nothing is left out.
"""

import numpy as np
import pandas as pd

from simkit.calibration.book_measures import BUCKET_EDGES, BUCKETS, MONTH_DAYS, Dates
from simkit.calibration.person_periods import Floats, Told, totals
from simkit.portfolio.ledger_import import Ledger

NEGLIGIBLE = 0.05
"""Share of a value that may be missing (assumption)."""


def shown(ledger: Ledger, lines: pd.DataFrame, dates: Dates, as_of: int) -> Told:
    """Return which values after a cut a ledger can show, in the order of `simkit.calibration.book_measures.measured`.

    Parameters
    ----------
    ledger : Ledger
        The whole ledger; only whether it has lines without any payment is looked at.
    lines : DataFrame
        The lines known at the cut: issue, due, paid, amount_fen.
    dates : Dates
    as_of : int
        The ledger's last day.
    """
    cash = np.ones(len(dates.weeks), dtype=np.bool_)
    if ledger.invoices["paid_date"].isna().any():
        return np.ones(len(dates.index()), dtype=np.bool_)
    months = [~(still_unpaid(lines, dates.cut, as_of - int(end)) > NEGLIGIBLE) for end in dates.months]
    return np.concatenate([cash, *months])


def still_unpaid(lines: pd.DataFrame, cut: int, days: int) -> Floats:
    """Return how much of what lines showed on days before a cut was still unpaid so many days later.

    Returns
    -------
    float array
        Shares of the amounts open in each bucket, of the lines that fell due in the month, and of all that was open;
        NaN where nothing was.
    """
    issue, due, paid = (lines[name].to_numpy() for name in ("issue", "due", "paid"))
    amount = lines["amount_fen"].to_numpy(np.float64)
    whole, unpaid = np.zeros(len(BUCKETS) + 2), np.zeros(len(BUCKETS) + 2)
    for day in range(cut - days, int(issue.min()), -MONTH_DAYS):
        is_open, fell_due = (issue <= day) & (paid > day), (due > day - MONTH_DAYS) & (due <= day)
        for sums, counted in ((whole, paid > 0), (unpaid, paid > day + days)):
            held = is_open & counted
            bucket = np.searchsorted(BUCKET_EDGES, day - due[held], side="right")
            sums[: len(BUCKETS)] += totals(bucket, amount[held], len(BUCKETS))
            sums[len(BUCKETS) :] += (fell_due & counted).sum(), amount[held].sum()
    share: Floats = np.divide(unpaid, whole, out=np.full(len(whole), np.nan), where=whole > 0)
    return share
