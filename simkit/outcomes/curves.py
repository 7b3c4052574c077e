"""Weekly curves of cash and ageing around the switch date, for fan charts over replications."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simkit.outcomes.reading import Reading
from simkit.outcomes.receivables import Counts, DateLike, Day, Days, Fen, day, days_of
from simkit.outcomes.run import Run, Window
from simkit.outcomes.tally import Summary, Tally

FLOWS = ("invoiced_fen", "cash_fen", "written_off_fen")
STOCKS = (
    "closing_fen",
    "not_due_fen",
    "overdue_1_30_fen",
    "overdue_31_60_fen",
    "overdue_61_90_fen",
    "overdue_91_fen",
)
WEEK = 7


@dataclass(frozen=True)
class DayTotals(Tally):
    """The daybook of some regions together: for each day of a period its rows, and ``FLOWS`` and ``STOCKS`` in fen."""

    rows: Counts
    fen: Fen

    @classmethod
    def count(cls, reading: Reading) -> Self:
        """Sum the days of a run."""
        window = reading.window
        return cls.between(reading.run.daily, day(window.opening), day(window.end))

    @classmethod
    def between(cls, daily: pd.DataFrame, first: Day, last: Day) -> Self:
        """Sum the days from one to another."""
        columns = [*FLOWS, *STOCKS]
        place = (days_of(daily["date"]) - first).astype(np.int64)
        length = int((last - first).astype(np.int64)) + 1
        fen = np.zeros((length, len(columns)), dtype=np.int64)
        np.add.at(fen, place, daily[columns].to_numpy(np.int64))
        return cls(np.bincount(place, minlength=length), fen)

    def weekly(self, first: Day, switch_date: DateLike) -> pd.DataFrame:
        """Return the curves of :func:`weekly_curves`; ``first`` is the first day of the period."""
        held = np.flatnonzero(self.rows)
        days, totals = first + held, self.fen[held]
        weeks, starts, lengths = np.unique(_week(days, switch_date), return_index=True, return_counts=True)
        full, ends = lengths == WEEK, starts + lengths - 1
        flows = np.add.reduceat(totals[:, : len(FLOWS)], starts, axis=0)[full]
        stocks = totals[ends[full], len(FLOWS) :]
        curves = pd.DataFrame(np.hstack([flows, stocks]), columns=[*FLOWS, *STOCKS])
        curves.insert(0, "week", weeks[full])
        curves.insert(1, "date", days[ends[full]].astype("datetime64[ns]"))
        open_fen = curves["closing_fen"].where(curves["closing_fen"] != 0)
        curves["overdue_rate_balance"] = 1 - curves["not_due_fen"] / open_fen
        return curves


def weekly_table(run: Run | Summary) -> pd.DataFrame:
    """Return the curves of a run, see :func:`weekly_curves`."""
    window = Window.of(run.scenario.run)
    return DayTotals.of(run).weekly(day(window.opening), window.first)


def weekly_curves(daily: pd.DataFrame, switch_date: DateLike) -> pd.DataFrame:
    """Return what came and went in each week and what was open at its end, over all regions.

    Weeks are counted from the switch date: week 0 begins on it, those before are negative. Weeks of which the
    run holds fewer than seven days are left out.

    Parameters
    ----------
    daily : DataFrame
        One row a region and day, as in the ledger of a run (one replication).
    switch_date : date
        First day of the policy year.

    Returns
    -------
    DataFrame
        One row a week: week, date (its last day), the sums of ``FLOWS`` and the last day's ``STOCKS`` in fen,
        and overdue_rate_balance (NaN when nothing is open).
    """
    dates = days_of(daily["date"])
    first = dates.min()
    return DayTotals.between(daily, first, dates.max()).weekly(first, switch_date)


def _week(days: Days, switch_date: DateLike) -> NDArray[np.int64]:
    since = (days - day(switch_date)).astype(np.int64)
    return since // WEEK
