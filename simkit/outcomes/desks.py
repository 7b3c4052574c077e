"""Desks: how much work is put before them, how long it waits and how busy they are (Handbook B4, C2)."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simkit.outcomes.ratio import ratio
from simkit.outcomes.receivables import days_of
from simkit.outcomes.run import Run, Window
from simkit.outcomes.words import codes_of

DESKS = ("risk_reviewers", "reps", "risk_officers", "sales_managers", "legal", "meeting")
MINUTES_PER_HOUR = 60
MINUTES_PER_DAY = 1440
SUMS = ("submitted", "started", "dropped", "waiting_minutes", "worked_minutes", "open_minutes", "queue")


@dataclass(frozen=True)
class Load:
    """The work of one desk over some months; waiting is clock time from opening to the start, day and night.

    ``open_minutes`` is 0 for the meeting: it has no opening hours, so its utilisation is undefined.
    """

    months: int
    submitted: int
    started: int
    dropped: int
    waiting_minutes: int
    worked_minutes: int
    open_minutes: int
    queue: int
    queue_last: int

    @property
    def waiting_days(self) -> float | None:
        """Mean days (of 24 hours) a job waited for its start; None when none was started."""
        return ratio(self.waiting_minutes, self.started * MINUTES_PER_DAY)

    @property
    def waiting_hours(self) -> float | None:
        """Mean hours a job waited for its start; None when none was started."""
        return ratio(self.waiting_minutes, self.started * MINUTES_PER_HOUR)

    @property
    def utilisation(self) -> float | None:
        """Minutes worked / minutes of the desk's people in opening hours; None without opening hours."""
        return ratio(self.worked_minutes, self.open_minutes)

    @property
    def queue_mean(self) -> float | None:
        """Mean number of jobs that wait at a month's end."""
        return ratio(self.queue, self.months)

    @classmethod
    def by_desk(cls, desks: pd.DataFrame) -> dict[str, Self]:
        """Return the load of each of ``DESKS`` over the given desk-months, all regions together."""
        desk = codes_of(desks["desk"], DESKS)
        month = days_of(desks["month"])
        months = len(np.unique(month))
        values = desks[[*SUMS]].to_numpy(np.int64)
        last = month == month.max() if months else np.zeros(0, dtype=bool)
        sums, at_last = _sums(desk, values), _sums(desk[last], values[last])
        return {
            name: cls(
                months=months,
                **dict(zip(SUMS, sums[place].tolist(), strict=True)),
                queue_last=int(at_last[place, SUMS.index("queue")]),
            )
            for place, name in enumerate(DESKS)
        }


def desk_table(run: Run, by_region: bool = False) -> pd.DataFrame:
    """Return one row a desk (and region) over the months that begin in the policy year.

    Columns
    -------
    region (with ``by_region``), desk, submitted, started, dropped, waiting_hours and waiting_days (mean clock time
    of the jobs started), utilisation (worked / open minutes), queue_mean (of the month ends), queue_last. What is
    undefined is NaN: the waiting of a desk that started nothing, the utilisation of the meeting.
    """
    months = Window.of(run.scenario.run).policy_months(run.desks)
    if not by_region:
        return _table(months)
    region = months["region"].astype(str)
    parts = [(name, _table(months[(region == name).to_numpy(bool)])) for name in run.scenario.run.regions]
    for name, part in parts:
        part.insert(0, "region", pd.Series(name, index=part.index, dtype="string[pyarrow]"))
    return pd.concat([part for _, part in parts], ignore_index=True)


def _table(desks: pd.DataFrame) -> pd.DataFrame:
    counts = ("submitted", "started", "dropped")
    means = ("waiting_hours", "waiting_days", "utilisation", "queue_mean")
    rows = [
        {"desk": name} | {column: getattr(load, column) for column in (*counts, *means, "queue_last")}
        for name, load in Load.by_desk(desks).items()
    ]
    return pd.DataFrame(rows).astype({"desk": "string[pyarrow]"} | dict.fromkeys(means, "float64"))


def _sums(desk: NDArray[np.int64], values: NDArray[np.int64]) -> NDArray[np.int64]:
    # One row more than desks: position -1, a desk of another name, must not fall on the last of them.
    total = np.zeros((len(DESKS) + 1, len(SUMS)), dtype=np.int64)
    np.add.at(total, desk, values)
    return total
