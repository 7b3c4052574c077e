"""What the outcomes read of a run: its tables, and of its scenario the dates, the targets and the prices."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Protocol

import pandas as pd

from simkit.outcomes.spans import months_in


class Run(Protocol):
    """A run: its scenario and the tables of its ledger (one replication)."""

    @property
    def scenario(self) -> Any:
        """The scenario: dates and regions from ``run``, prices from ``world.economics``, the ``policy``."""

    @property
    def customers(self) -> pd.DataFrame:
        """One row a customer."""

    @property
    def orders(self) -> pd.DataFrame:
        """One row an order."""

    @property
    def receivables(self) -> pd.DataFrame:
        """One row a receivable line."""

    @property
    def receipts(self) -> pd.DataFrame:
        """One row a receipt."""

    @property
    def actions(self) -> pd.DataFrame:
        """One row a collection step, alert or extension."""

    @property
    def commissions(self) -> pd.DataFrame:
        """One row a rep and month."""

    @property
    def leads(self) -> pd.DataFrame:
        """One row a lead."""

    @property
    def segments(self) -> pd.DataFrame:
        """One row a month and tier."""

    @property
    def desks(self) -> pd.DataFrame:
        """One row a desk and month."""

    @property
    def daily(self) -> pd.DataFrame:
        """One row a region and day."""


@dataclass(frozen=True)
class Window:
    """The days that matter in a run: first and last of warm-up and policy year, and the last of the run-out."""

    opening: date
    eve: date
    first: date
    last: date
    end: date
    warm_up_days: int
    policy_days: int

    @classmethod
    def of(cls, run: Any) -> "Window":
        """Return the window of a scenario's ``run`` section."""
        first = run.start_date + timedelta(days=run.warm_up_days)
        return cls(
            opening=run.start_date,
            eve=first - timedelta(days=1),
            first=first,
            last=first + timedelta(days=run.policy_days - 1),
            end=run.start_date + timedelta(days=run.horizon_days - 1),
            warm_up_days=run.warm_up_days,
            policy_days=run.policy_days,
        )

    def policy_months(self, table: pd.DataFrame) -> pd.DataFrame:
        """Return the rows of a monthly table whose month begins in the policy year."""
        return months_in(table, self.first, self.last)

    def warm_up_months(self, table: pd.DataFrame) -> pd.DataFrame:
        """Return the rows of a monthly table whose month begins in the warm-up year."""
        return months_in(table, self.opening, self.eve)
