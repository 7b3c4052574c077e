"""What a run leaves behind: the scenario, its tables and the figures made of them."""

from collections.abc import Mapping
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
    def of(
        cls, scenario: Scenario, replication: int, regions: Mapping[str, Mapping[str, pd.DataFrame]]
    ) -> "Result":
        """Return the result of the regions' tables, region after region."""
        tables, names = {}, pd.Series([*regions], dtype="string[pyarrow]")
        for name in cls.names():
            parts = [tables_of_region[name] for tables_of_region in regions.values()]
            table = parts[0].copy() if len(parts) == 1 else pd.concat(parts, ignore_index=True)
            number = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
            table.insert(0, "replication", np.full(len(table), replication, dtype=np.int32))
            table.insert(1, "region", names.take(number).set_axis(table.index))
            tables[name] = table
        return cls(**tables, scenario=scenario, replication=replication)
