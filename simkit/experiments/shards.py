"""Shards: one replication of one scenario each, run wherever there are workers, found again in the cache."""

import warnings
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from tqdm.auto import tqdm

from simkit.engine.simulation import Engine, regions
from simkit.errors import UserError
from simkit.experiments.cache import Cache
from simkit.experiments.executors import Lost, executor
from simkit.experiments.ledgers import Ledgers, UnwrittenError
from simkit.outcomes.breakdowns import DATES, breakdowns
from simkit.outcomes.kpis import kpis
from simkit.outcomes.summary import fold
from simkit.scenario.diff import scenario_hash
from simkit.scenario.scenario import Scenario

Columns: TypeAlias = dict[str, list[Any]]
"""A table as plain values; dates are texts, and what is missing in a text or date is None."""


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
    """What is kept of a shard: its outcomes and its breakdowns (see `simkit.outcomes.breakdowns`), or why it failed.

    Breakdowns are plain columns; `joined` makes a table of those of many shards.
    """

    shard: Shard
    kpis: dict[str, float | None]
    tables: dict[str, Columns]
    failure: str | None = None


class NotKeptWarning(UserWarning):
    """Results could not be stored: the run is whole, and the next one has to make them again."""


def run(
    shards: Sequence[Shard],
    workers: int | None = None,
    cache: Cache | None = None,
    scheduler: str | None = None,
    progress: bool = False,
    ledgers: Ledgers | None = None,
) -> Iterator[Digest]:
    """Yield the digest of every shard, in order; the same bytes wherever they are made, and by how many.

    Each is stored as soon as it is made, by whoever made it: a run that was stopped goes on from there.

    Parameters
    ----------
    shards : sequence of Shard
        What to run.
    workers, scheduler : optional
        Who runs it; see `simkit.experiments.executors.executor`.
    cache : Cache, optional
        Where digests are found and kept; the default folder when not given.
    progress : bool
        Show on standard error how many shards are done, how fast, and how long the others will take.
    ledgers : Ledgers, optional
        Where the ledgers of all shards are written; a shard is run again for a ledger that is not there.

    Raises
    ------
    UserError
        When the executor cannot be used or is lost, or a ledger cannot be written.
    """
    chosen = executor(workers, scheduler)
    cache = cache or Cache()
    keys = [
        cache.key(scenario=scenario_hash(shard.scenario), replication=shard.replication, engine=shard.engine)
        for shard in shards
    ]
    stored = [_stored(cache, ledgers, shard, key) for shard, key in zip(shards, keys, strict=True)]
    missing = [(shard, key) for shard, key, kept in zip(shards, keys, stored, strict=True) if kept is None]
    fresh = chosen.map(partial(_work, cache, ledgers), missing)
    unkept: list[str] = []
    bar = tqdm(total=len(shards), initial=len(shards) - len(missing), unit=" runs", disable=not progress)
    with closing(fresh), bar:
        for shard, key, kept in zip(shards, keys, stored, strict=True):
            if kept is None:
                kept = next(fresh)
                bar.update()
                if isinstance(kept, Lost):
                    kept = {"failure": f"{shard.name}: {kept.reason}"}
                elif "unwritten" in kept:
                    raise UserError(kept["unwritten"])
                elif "failure" not in kept and key not in cache:
                    _keep(cache, key, kept, unkept)
            yield _digest(shard, kept)
    if unkept:
        warnings.warn(
            f"{len(unkept)} of {len(shards)} results could not be kept ({unkept[0]}); nothing is missing from this "
            "run, but the next has to make them again",
            NotKeptWarning,
            stacklevel=2,
        )


def _keep(cache: Cache, key: str, kept: dict[str, Any], unkept: list[str]) -> None:
    """Store what a worker could not: one on another machine, or one without room; note where there is none here."""
    try:
        cache.write(key, kept)
    except OSError as error:
        unkept.append(f"{cache.folder}: {error.strerror or error}")


def _stored(cache: Cache, ledgers: Ledgers | None, shard: Shard, key: str) -> dict[str, Any] | None:
    """Return the digest of a shard when it is stored, and its ledger too where one is asked for."""
    if ledgers and not ledgers.holds(shard.scenario, shard.replication, key):
        return None
    kept: dict[str, Any] | None = cache.read(key)
    return kept


def _work(cache: Cache, ledgers: Ledgers | None, item: tuple[Shard, str]) -> dict[str, Any]:
    """Return the digest of a shard as plain values; a failure is returned, not raised, so that others go on."""
    shard, key = item
    try:
        kept = _stored(cache, ledgers, shard, key)  # another run may have made it in the meantime
        if kept is not None:
            return kept
        asked = (shard.scenario, shard.engine, shard.replication)
        whole = fold(
            map(partial(ledgers.keep, key), regions(*asked)) if ledgers else regions(*asked, words="category")
        )
        tables = {name: _plain(table) for name, table in breakdowns(whole).items()}
        kept = {"kpis": kpis(whole), "tables": tables}
    except UnwrittenError as error:
        return {"unwritten": str(error)}
    except Exception as error:
        return {"failure": f"{shard.name}: {type(error).__name__}: {error}"}
    with suppress(OSError):  # whoever asked for it tries too, and says so if it cannot
        cache.write(key, kept)
    return kept


def joined(name: str, digests: Sequence[Digest]) -> pd.DataFrame:
    """Return a breakdown of all digests, one after the other, with the columns scenario and replication."""
    parts = [digest.tables[name] for digest in digests]
    columns = {column: [value for part in parts for value in part[column]] for column in parts[0]}
    table = pd.DataFrame(columns)
    for date in DATES & columns.keys():
        table[date] = pd.to_datetime(table[date])
    rows = [len(next(iter(part.values()))) for part in parts]
    names = np.array([digest.shard.scenario.name for digest in digests], dtype=object)
    return table.assign(
        scenario=np.repeat(names, rows),
        replication=np.repeat([digest.shard.replication for digest in digests], rows),
    )


def _plain(table: pd.DataFrame) -> Columns:
    """Return a table as plain columns; dates are texts, and what is missing in a text or date is None."""
    columns = {str(name): table[name] for name in table}
    for name in DATES & columns.keys():
        columns[name] = columns[name].dt.strftime("%Y-%m-%d")
    return {
        name: [None if value is pd.NA or value is pd.NaT else value for value in column.tolist()]
        for name, column in columns.items()
    }


def _digest(shard: Shard, stored: dict[str, Any]) -> Digest:
    if "failure" in stored:
        return Digest(shard, {}, {}, stored["failure"])
    return Digest(shard, stored["kpis"], stored["tables"])
