"""The sales team: what it is paid on top, how careers go and how customers and collection fare (Handbook A3, B5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simkit.outcomes.ratio import ratio
from simkit.outcomes.reading import Reading
from simkit.outcomes.receivables import Counts
from simkit.outcomes.run import Run
from simkit.outcomes.tally import Tally
from simkit.outcomes.words import codes_of, is_one_of

EVENTS = {"promotions": "promotion", "pay_cuts": "pay_cut", "demotions": "demotion", "quits": "quit"}
LOW_COLLECTION_RATE = 0.80
"""Collection rate below which a rep's month is a poor one (Handbook B5)."""
YEARS = ("warm_up", "policy")
PAID = ("award_fen", "team_bonus_fen", "career_fen", "training_fen")
COUNTS = ("rep_months", *PAID, *EVENTS, "months_below", "vacancy_months", "level", "satisfied")
"""What is summed of rep-months; ``level`` is the sum of the filled posts', ``satisfied`` those with customers."""


@dataclass(frozen=True)
class RepMonths(Tally):
    """The rep-months of each year and region, the last place being a region of another name.

    ``counts`` are the sums of ``COUNTS`` (years x regions x counts), ``satisfaction`` that of the reps' satisfaction.
    """

    counts: Counts
    satisfaction: NDArray[np.float64]

    @classmethod
    def count(cls, reading: Reading, low: float = LOW_COLLECTION_RATE) -> Self:
        """Count the rep-months of some regions; ``low`` as in :func:`team_table`."""
        counts = np.zeros((len(YEARS), len(reading.regions) + 1, len(COUNTS)), dtype=np.int64)
        satisfaction = np.zeros(counts.shape[:2])
        for year, of_year in enumerate((reading.window.warm_up_months, reading.window.policy_months)):
            months = of_year(reading.run.commissions)
            region = codes_of(months["region"], reading.regions)
            np.add.at(counts[year], region, _counted(months, low))
            np.add.at(satisfaction[year], region, np.nan_to_num(months["satisfaction"].to_numpy(np.float64)))
        return cls(counts, satisfaction)

    def row(self, year: str, regions: slice = slice(None)) -> dict[str, Any]:
        """Return what a year's rep-months in some regions (all when not given) come to, see :func:`team_table`."""
        place = YEARS.index(year)
        count = dict(zip(COUNTS, self.counts[place, regions].sum(axis=0).tolist(), strict=True))
        return {
            **{name: count[name] for name in ("rep_months", *PAID, *EVENTS)},
            "level_mean": ratio(count["level"], count["rep_months"] - count["vacancy_months"]),
            "satisfaction": ratio(self.satisfaction[place, regions].sum(), count["satisfied"]),
            **{name: count[name] for name in ("months_below", "vacancy_months")},
        }

    def table(self, regions: Sequence[str], by_region: bool = True) -> pd.DataFrame:
        """Return the rows of :func:`team_table`; ``regions`` are the names of the places."""
        rows = []
        for year in YEARS:
            if not by_region:
                rows.append({"year": year} | self.row(year))
                continue
            for place, name in enumerate(regions):
                rows.append({"year": year, "region": name} | self.row(year, slice(place, place + 1)))
        texts = dict.fromkeys(("year", "region") if by_region else ("year",), "string[pyarrow]")
        return pd.DataFrame(rows).astype(texts | dict.fromkeys(("level_mean", "satisfaction"), "float64"))


def team_table(run: Run, by_region: bool = True, low: float = LOW_COLLECTION_RATE) -> pd.DataFrame:
    """Return one row a year (warm_up, policy) and region, or a year alone, of the sales team.

    A year is the months that begin in it.

    Parameters
    ----------
    run : Run
        One replication.
    by_region : bool
        One row a region and year; a row a year for the whole company when false.
    low : float
        Collection rate below which a rep-month counts in ``months_below``.

    Returns
    -------
    DataFrame
        year, region (with ``by_region``), rep_months, award_fen, team_bonus_fen, career_fen, training_fen,
        promotions, pay_cuts, demotions, quits, level_mean (of the posts that are filled), satisfaction (mean of the
        rep-months with customers), months_below, vacancy_months. A mean of nothing is NaN.
    """
    return RepMonths.count(Reading(run), low).table(run.scenario.run.regions, by_region)


def _counted(months: pd.DataFrame, low: float) -> Counts:
    """Return what each rep-month adds to ``COUNTS``: rep-months x counts."""
    vacant, level = months["vacant"].to_numpy(bool), months["level"].to_numpy(np.int64)
    columns = {
        "rep_months": np.ones(len(months)),
        **{name: months[name] for name in PAID},
        **{name: is_one_of(months["event"], event) for name, event in EVENTS.items()},
        "months_below": months["collection_rate"].to_numpy(np.float64) < low,
        "vacancy_months": vacant,
        "level": np.where(vacant, 0, level),
        "satisfied": ~np.isnan(months["satisfaction"].to_numpy(np.float64)),
    }
    return np.stack([np.asarray(columns[name], dtype=np.int64) for name in COUNTS], axis=1)
