"""What a run leaves behind: the scenario, its tables and the figures made of them."""

from collections.abc import Mapping
from dataclasses import dataclass, fields

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
    def of(
        cls, scenario: Scenario, replication: int, regions: Mapping[str, Mapping[str, pd.DataFrame]]
    ) -> "Result":
        """Return the result of the regions' tables, region after region."""
        tables = {}
        for name in cls.names():
            parts = []
            for region, tables_of_region in regions.items():
                part = tables_of_region[name].copy()
                part.insert(0, "replication", pd.Series(replication, index=part.index, dtype="int32"))
                part.insert(1, "region", pd.Series(region, index=part.index, dtype="string[pyarrow]"))
                parts.append(part)
            tables[name] = pd.concat(parts, ignore_index=True)
        return cls(**tables, scenario=scenario, replication=replication)
