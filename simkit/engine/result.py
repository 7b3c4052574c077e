"""What a run leaves behind: the scenario, its tables and the figures made of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields

import numpy as np
import pandas as pd

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
    daily: pd.DataFrame

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """Return the names of the tables."""
        return tuple(field.name for field in fields(cls) if field.name not in ("scenario", "replication"))


@dataclass(frozen=True, eq=False)
class Result(Tables):
    """One replication of a scenario."""

    scenario: Scenario
    replication: int

    @classmethod
    def of(cls, regions: Sequence["Result"]) -> "Result":
        """Return the result of the whole company, region after region."""
        first = regions[0]
        if len(regions) == 1:
            return first
        tables = {
            name: pd.concat([getattr(region, name) for region in regions], ignore_index=True)
            for name in cls.names()
        }
        return cls(**tables, scenario=first.scenario, replication=first.replication)

    def by_region(self) -> Iterator["Result"]:
        """Yield the result of each region, whose tables are views of these; each table has region after region."""
        names = [*self.daily["region"].unique()]
        ends = {}
        for name in self.names():
            rows = getattr(self, name)["region"].value_counts().reindex(names, fill_value=0)
            ends[name] = rows.to_numpy(np.int64).cumsum()
        for number in range(len(names)):
            tables = {
                name: getattr(self, name).iloc[of[number - 1] if number else 0 : of[number]]
                for name, of in ends.items()
            }
            yield Result(**tables, scenario=self.scenario, replication=self.replication)
