"""What a run leaves behind: the scenario, its tables and the figures made of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np
import pandas as pd

from simkit.engine.daybook import daybook
from simkit.scenario.scenario import Scenario


@dataclass(frozen=True, eq=False)
class Tables:
    """The ledger of a run; money is int64 fen, dates are datetime64[ns], ids are the same under every policy.

    Every table starts with `replication` and `region`.
    """

    customers: pd.DataFrame
    orders: pd.DataFrame
    receivables: pd.DataFrame
    receipts: pd.DataFrame
    actions: pd.DataFrame
    commissions: pd.DataFrame
    leads: pd.DataFrame
    segments: pd.DataFrame
    desks: pd.DataFrame


@dataclass(frozen=True, eq=False)
class Result(Tables):
    """One replication of a scenario; the table of its days is made of the others when it is asked for."""

    scenario: Scenario
    replication: int

    @classmethod
    def made(cls) -> tuple[str, ...]:
        """Return the names of the tables that an engine makes."""
        return tuple(field.name for field in fields(Tables))

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """Return the names of all tables."""
        return (*cls.made(), "daily")

    @property
    def regions(self) -> list[str]:
        """The regions of which the tables are, in their order."""
        return [*self.desks["region"].unique()]

    @cached_property
    def daily(self) -> pd.DataFrame:
        """The book of each region day by day; see `simkit.engine.daybook`."""
        run = self.scenario.run
        days = daybook(self.receivables, self.receipts, self.regions, run.start_date, run.horizon_days)
        days.insert(0, "replication", np.full(len(days), self.replication, dtype=np.int32))
        return days

    @classmethod
    def of(cls, regions: Sequence["Result"]) -> "Result":
        """Return the result of the whole company, region after region."""
        first = regions[0]
        if len(regions) == 1:
            return first
        tables = {
            name: pd.concat([getattr(region, name) for region in regions], ignore_index=True)
            for name in cls.made()
        }
        return cls(**tables, scenario=first.scenario, replication=first.replication)

    def by_region(self) -> Iterator["Result"]:
        """Yield the result of each region, whose tables are views of these; each table has region after region."""
        regions, ends = self.regions, {}
        for name in self.made():
            rows = getattr(self, name)["region"].value_counts().reindex(regions, fill_value=0)
            ends[name] = rows.to_numpy(np.int64).cumsum()
        for number in range(len(regions)):
            tables = {
                name: getattr(self, name).iloc[of[number - 1] if number else 0 : of[number]]
                for name, of in ends.items()
            }
            yield Result(**tables, scenario=self.scenario, replication=self.replication)
