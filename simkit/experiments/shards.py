"""Shards: one replication of one scenario each, run on all cores, found again in the cache."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from joblib import Parallel, cpu_count, delayed

from simkit.engine.simulation import Engine
from simkit.errors import UserError
from simkit.experiments.cache import Cache
from simkit.experiments.simulation import simulate
from simkit.outcomes.breakdowns import DATES, breakdowns
from simkit.scenario.diff import scenario_hash
from simkit.scenario.scenario import Scenario


@dataclass(frozen=True)
class Shard:
    """One replication of a scenario."""

    scenario: Scenario
    replication: int
    engine: Engine = "compiled"

    @property
    def name(self) -> str:
        """Name shown when the shard fails."""
        return f"{self.scenario.name}, replication {self.replication}"


@dataclass(frozen=True)
class Digest:
    """What is kept of a shard: its outcomes and its breakdowns (see `simkit.outcomes.breakdowns`), or why it failed."""

    shard: Shard
    kpis: dict[str, float | None]
    tables: dict[str, pd.DataFrame]
    failure: str | None = None


def run(shards: Sequence[Shard], workers: int | None = None, cache: Cache | None = None) -> Iterator[Digest]:
    """Yield the digest of every shard, in order; the same bytes for any number of workers.

    Parameters
    ----------
    shards : sequence of Shard
        What to run.
    workers : int, optional
        Processes; all cores when not given.
    cache : Cache, optional
        Where digests are found and kept; the default folder when not given.
    """
    if workers is not None and workers < 1:
        raise UserError(f"workers: {workers} given; allowed are 1 or more")
    cache = cache or Cache()
    keys = [
        cache.key(scenario=scenario_hash(shard.scenario), replication=shard.replication, engine=shard.engine)
        for shard in shards
    ]
    stored = [cache.read(key) for key in keys]
    missing = [shard for shard, digest in zip(shards, stored, strict=True) if digest is None]
    fresh = _run(missing, min(workers or cpu_count(), max(1, len(missing))))
    for shard, key, digest in zip(shards, keys, stored, strict=True):
        if digest is None:
            digest = next(fresh)
            if "failure" not in digest:
                cache.write(key, digest)
        yield _digest(shard, digest)


def _run(shards: Sequence[Shard], workers: int) -> Iterator[dict[str, Any]]:
    if workers == 1:
        return map(_work, shards)
    results: Iterator[dict[str, Any]] = Parallel(n_jobs=workers, return_as="generator")(
        delayed(_work)(shard) for shard in shards
    )
    return results


def _work(shard: Shard) -> dict[str, Any]:
    """Return the digest of a shard as plain values; a failure is returned, not raised, so that others go on."""
    try:
        result = simulate(shard.scenario, shard.engine, shard.replication)
        tables = {name: _plain(table) for name, table in breakdowns(result).items()}
        return {"kpis": result.kpis, "tables": tables}
    except Exception as error:
        return {"failure": f"{shard.name}: {type(error).__name__}: {error}"}


def _plain(table: pd.DataFrame) -> dict[str, list[Any]]:
    """Return a table as plain columns; dates are texts, and what is missing in a text or date is None."""
    columns = {str(name): table[name] for name in table}
    for name in DATES & columns.keys():
        columns[name] = columns[name].dt.strftime("%Y-%m-%d")
    return {
        name: [None if value is pd.NA or value is pd.NaT else value for value in column.tolist()]
        for name, column in columns.items()
    }


def _table(columns: dict[str, list[Any]]) -> pd.DataFrame:
    table = pd.DataFrame(columns)
    return table.assign(**{name: pd.to_datetime(table[name]) for name in table if name in DATES})


def _digest(shard: Shard, stored: dict[str, Any]) -> Digest:
    if "failure" in stored:
        return Digest(shard, {}, {}, stored["failure"])
    return Digest(
        shard, stored["kpis"], {name: _table(columns) for name, columns in stored["tables"].items()}
    )
