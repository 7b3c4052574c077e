"""Scenarios side by side: paired differences under common random numbers, with confidence intervals."""

import math
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from simkit.engine.simulation import Engine
from simkit.errors import UserError
from simkit.experiments.cache import Cache
from simkit.experiments.estimate import Estimate, Values, mean_interval
from simkit.experiments.ledgers import Ledgers
from simkit.experiments.sequential import LEAST_FIRST, Stopping, stopping
from simkit.experiments.shards import Digest, Shard, joined, run
from simkit.outcomes.breakdowns import BREAKDOWNS
from simkit.scenario.diff import diff
from simkit.scenario.loading import load
from simkit.scenario.scenario import Scenario

__all__ = ["Comparison", "Estimate", "compare", "mean_interval"]


@dataclass(frozen=True)
class Comparison:
    """Outcomes of several scenarios under the same luck; the first is the one the others are compared with.

    Attributes
    ----------
    scenarios : tuple of Scenario
        In the order given.
    kpis : DataFrame
        One row a scenario, replication and outcome: scenario, replication, kpi, value (NaN when undefined).
    tables : dict of str to DataFrame
        The runs' breakdowns by name (see `simkit.outcomes.breakdowns`), with the columns scenario and replication.
    failed : tuple of str
        Runs that failed, each with its reason; their replication is left out for every scenario.
    stopping : Stopping, optional
        What decided the number of replications; None when it was given.
    """

    scenarios: tuple[Scenario, ...]
    kpis: pd.DataFrame
    tables: dict[str, pd.DataFrame]
    failed: tuple[str, ...]
    stopping: Stopping | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the scenarios, the reference first."""
        return tuple(scenario.name for scenario in self.scenarios)

    @property
    def replications(self) -> int:
        """Replications that every scenario completed."""
        return int(self.kpis["replication"].nunique())

    @property
    def curves(self) -> pd.DataFrame:
        """One row a scenario, replication and week (see `simkit.outcomes.curves.weekly_curves`)."""
        return self.tables["weekly"]

    def mean_table(self, name: str, keys: Sequence[str]) -> pd.DataFrame:
        """Return a breakdown averaged over replications, where defined.

        Parameters
        ----------
        name : str
            Name of the breakdown.
        keys : sequence of str
            Columns that say what a row is about, such as ``["stage"]``; the other numbers are averaged.

        Returns
        -------
        DataFrame
            One row a scenario (in the order given) and key (in the order of the runs), with the means.
        """
        table = self.tables[name]
        numbers = [
            column
            for column in table.select_dtypes(["number", "bool"]).columns
            if column not in ("replication", *keys)
        ]
        groups = table.groupby(["scenario", *keys], sort=False, dropna=False)[numbers]
        return groups.mean().reset_index()

    @property
    def changes(self) -> list[list[tuple[str, Any, Any]]]:
        """For each scenario the parameters in which it differs from the first: path, first's value, own value."""
        first = self.scenarios[0]
        return [diff(first, scenario) for scenario in self.scenarios]

    @cached_property
    def values(self) -> dict[tuple[str, str], Values]:
        """The values of each scenario and outcome, by replication; NaN where undefined."""
        groups = self.kpis.groupby(["scenario", "kpi"], sort=False)["value"]
        return {(str(scenario), str(kpi)): group.to_numpy() for (scenario, kpi), group in groups}

    def estimate(self, scenario: str, kpi: str) -> Estimate:
        """Return the mean of an outcome over the replications in which it is defined."""
        return self._interval(self.values[scenario, kpi])

    def difference(self, scenario: str, kpi: str) -> Estimate:
        """Return the mean of an outcome's paired differences from the first scenario."""
        return self._interval(self.values[scenario, kpi] - self.values[self.names[0], kpi])

    def _interval(self, values: Values) -> Estimate:
        """Return the mean and interval of what is defined, the spread from the first stage where there were two."""
        first = None if self.stopping is None else len(_defined(values[: self.stopping.first]))
        return mean_interval(_defined(values), first)

    def summary(self) -> pd.DataFrame:
        """Return scenario, kpi, mean, low, high (95 % interval of the mean), p05, p95 (of single years), n."""
        rows = []
        for (scenario, kpi), values in self.values.items():
            mean, low, high, n = self.estimate(scenario, kpi)
            p05, p95 = np.quantile(_defined(values), [0.05, 0.95]) if n else (math.nan, math.nan)
            rows.append((scenario, kpi, mean, low, high, p05, p95, n))
        return pd.DataFrame(rows, columns=["scenario", "kpi", "mean", "low", "high", "p05", "p95", "n"])

    def differences(self) -> pd.DataFrame:
        """Return scenario, kpi, mean, low, high, n of the paired differences from the first scenario."""
        rows = [
            (scenario, kpi, *self.difference(scenario, kpi))
            for scenario, kpi in self.values
            if scenario != self.names[0]
        ]
        return pd.DataFrame(rows, columns=["scenario", "kpi", "mean", "low", "high", "n"])


def _defined(values: Values) -> Values:
    return values[~np.isnan(values)]


def compare(
    scenarios: Sequence[Scenario | str | os.PathLike[str]],
    replications: int | None = None,
    workers: int | None = None,
    engine: Engine = "compiled",
    cache: Cache | None = None,
    scheduler: str | None = None,
    progress: bool = False,
    ledgers: str | os.PathLike[str] | None = None,
) -> Comparison:
    """Return the outcomes of scenarios run under the same luck.

    Parameters
    ----------
    scenarios : sequence of Scenario or path
        The first is the reference. All must have the same ``run`` section and world-independent luck, and
        different names.
    replications : int, optional
        Repetitions of each, exactly. When not given, the first scenario's ``run.replications``; where that scenario has
        a ``run.precision``, these and at least 20 are the first of two stages, whose spread decides how many follow
        (see `simkit.experiments.sequential`), up to its ``run.replications_max``.
    workers : int, optional
        Processes; all cores when not given.
    engine : {"compiled", "des"}
        Which engine runs them.
    cache : Cache, optional
        Where results are found again.
    scheduler : str, optional
        Address of a Dask scheduler whose workers run them, or ``local`` for a cluster on this machine.
    progress : bool
        Show how far it is on standard error.
    ledgers : path, optional
        Folder to which every ledger is written, see `simkit.experiments.ledgers.Ledgers`.

    Raises
    ------
    UserError
        When scenarios cannot be paired, every replication failed, the scheduler cannot be used, or a ledger cannot be
        written.
    """
    loaded = tuple(item if isinstance(item, Scenario) else load(item) for item in scenarios)
    refuse_unpaired(loaded)
    asked = loaded[0].run
    count = asked.replications if replications is None else replications
    if count < 1:
        raise UserError(f"replications: {count} given; allowed are 1 or more")
    kept_in = None if ledgers is None else Ledgers(Path(ledgers).absolute())

    def runs(numbers: Iterable[int]) -> list[Digest]:
        shards = [Shard(scenario, number, engine) for scenario in loaded for number in numbers]
        return list(run(shards, workers, cache, scheduler, progress, kept_in))

    if replications is not None or asked.precision is None:
        return _compared(loaded, runs(range(count)), None)
    first = min(max(count, LEAST_FIRST), asked.replications_max)
    digests = runs(range(first))
    stage = _compared(loaded, digests, None)
    plan = stopping(stage.values, stage.names, asked.precision, stage.replications, asked.replications_max)
    if plan.used > first:
        digests += runs(range(first, plan.used))
    return _compared(loaded, digests, plan)


def _compared(
    scenarios: tuple[Scenario, ...], digests: Sequence[Digest], plan: Stopping | None
) -> Comparison:
    """Return the comparison of runs, without the replications that failed anywhere."""
    failed = {digest.shard.replication for digest in digests if digest.failure}
    failures = tuple(digest.failure for digest in digests if digest.failure)
    kept = [digest for digest in digests if digest.shard.replication not in failed]
    if not kept:
        raise UserError("every replication failed; the first: " + failures[0])
    place = {scenario.name: number for number, scenario in enumerate(scenarios)}
    kept.sort(key=lambda digest: (place[digest.shard.scenario.name], digest.shard.replication))
    kpis = [
        (
            digest.shard.scenario.name,
            digest.shard.replication,
            kpi,
            math.nan if value is None else float(value),
        )
        for digest in kept
        for kpi, value in digest.kpis.items()
    ]
    tables = {name: joined(name, kept) for name in BREAKDOWNS}
    table = pd.DataFrame(kpis, columns=["scenario", "replication", "kpi", "value"])
    return Comparison(scenarios, table, tables, failures, plan)


def refuse_unpaired(scenarios: tuple[Scenario, ...]) -> None:
    """Refuse scenarios that cannot be compared pair by pair."""
    if not scenarios:
        raise UserError("compare: no scenario given; give at least one")
    names = [scenario.name for scenario in scenarios]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise UserError(f"compare: two scenarios are named {twice[0]!r}; names must differ")
    for other in scenarios[1:]:
        changed = [
            path for path, _, _ in diff(scenarios[0], other) if path.startswith(("run.", "status_quo."))
        ]
        if changed:
            raise UserError(
                f"compare: {other.name!r} differs from {scenarios[0].name!r} in {', '.join(changed)}; "
                "scenarios must share seed, size, dates and status quo to be compared pair by pair"
            )
