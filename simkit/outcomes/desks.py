"""Desks: how much work is put before them, how long it waits and how busy they are (Handbook B4, C2)."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd

from simkit.outcomes.ratio import ratio
from simkit.outcomes.reading import Reading
from simkit.outcomes.receivables import Counts, days_of
from simkit.outcomes.run import Run
from simkit.outcomes.spans import Spans, month_number
from simkit.outcomes.tally import Summary, Tally
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
        months, place = np.unique(days_of(desks["month"]), return_inverse=True)
        return cls.of_months(np.bincount(place), _sums((place,), (len(months),), desks))

    @classmethod
    def of_months(cls, rows: Counts, sums: Counts) -> dict[str, Self]:
        """Return the load of each of ``DESKS`` from the sums of months (months x desks x ``SUMS``).

        A month of which there are no rows is none.
        """
        held = np.flatnonzero(rows)
        total, queues = sums.sum(axis=0), sums[held[-1:], :, SUMS.index("queue")].sum(axis=0)
        return {
            name: cls(
                months=len(held),
                **dict(zip(SUMS, total[place].tolist(), strict=True)),
                queue_last=int(queues[place]),
            )
            for place, name in enumerate(DESKS)
        }


@dataclass(frozen=True)
class DeskMonths(Tally):
    """The desks over the months that begin in the policy year: rows by region and month, sums of these by desk."""

    rows: Counts
    sums: Counts

    @classmethod
    def count(cls, reading: Reading) -> Self:
        """Count the desk-months of some regions."""
        months = Spans.months(reading.window.first, reading.window.last)
        desks = reading.window.policy_months(reading.run.desks)
        region = codes_of(desks["region"], reading.regions)
        month = month_number(days_of(desks["month"])) - months.month[0]
        shape = (len(reading.regions) + 1, len(months))
        rows = np.zeros(shape, dtype=np.int64)
        np.add.at(rows, (region, month), 1)
        return cls(rows, _sums((region, month), shape, desks))

    def loads(self, regions: slice = slice(None)) -> dict[str, Load]:
        """Return the load of each desk in some regions together; in all of them when not given."""
        return Load.of_months(self.rows[regions].sum(axis=0), self.sums[regions].sum(axis=0))


def desk_table(run: Run | Summary, by_region: bool = False) -> pd.DataFrame:
    """Return one row a desk (and region) over the months that begin in the policy year.

    Columns
    -------
    region (with ``by_region``), desk, submitted, started, dropped, waiting_hours and waiting_days (mean clock time
    of the jobs started), utilisation (worked / open minutes), queue_mean (of the month ends), queue_last. What is
    undefined is NaN: the waiting of a desk that started nothing, the utilisation of the meeting.
    """
    months = DeskMonths.of(run)
    if not by_region:
        return _table(months.loads())
    regions = run.scenario.run.regions
    parts = [(name, _table(months.loads(slice(place, place + 1)))) for place, name in enumerate(regions)]
    for name, part in parts:
        part.insert(0, "region", pd.Series(name, index=part.index, dtype="string[pyarrow]"))
    return pd.concat([part for _, part in parts], ignore_index=True)


def _table(loads: dict[str, Load]) -> pd.DataFrame:
    counts = ("submitted", "started", "dropped")
    means = ("waiting_hours", "waiting_days", "utilisation", "queue_mean")
    rows = [
        {"desk": name} | {column: getattr(load, column) for column in (*counts, *means, "queue_last")}
        for name, load in loads.items()
    ]
    return pd.DataFrame(rows).astype({"desk": "string[pyarrow]"} | dict.fromkeys(means, "float64"))


def _sums(place: tuple[Counts, ...], shape: tuple[int, ...], desks: pd.DataFrame) -> Counts:
    # One place more than desks: position -1, a desk of another name, must not fall on the last of them.
    total = np.zeros((*shape, len(DESKS) + 1, len(SUMS)), dtype=np.int64)
    np.add.at(total, (*place, codes_of(desks["desk"], DESKS)), desks[[*SUMS]].to_numpy(np.int64))
    return total
