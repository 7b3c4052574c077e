"""Ledgers on request: Parquet, partitioned by scenario, replication and region, each region whole or not there."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote
from uuid import uuid4

import pandas as pd
import pyarrow as pa
import pyarrow.dataset
import pyarrow.parquet as pq

from simkit.engine.result import Result
from simkit.errors import UserError
from simkit.scenario.scenario import Scenario

KEY = b"simkit.key"
"""Under which a file says what its ledger depends on: scenario, replication, engine and code."""

UNFINISHED = ".unfinished"
"""Folder of what is being written: beside the partitions, where no reader looks."""

PARTITIONS = pa.schema(
    [("scenario", pa.large_string()), ("replication", pa.int32()), ("region", pa.large_string())]
)


class UnwrittenError(UserError):
    """A ledger that was asked for cannot be written."""


@dataclass(frozen=True)
class Ledgers:
    """A folder of ledgers: ``scenario=…/replication=…/region=…/<table>.parquet``, in Hive's way.

    The three columns are in the names of the folders and not in the files. A character of a name that a path gives a
    meaning is written as ``%`` and its code, as Arrow and DuckDB read it. Folders must be reached by all workers.

    Parameters
    ----------
    folder : Path
        Absolute; it may hold ledgers of other scenarios, or of the same ones of an earlier run that was stopped.
    """

    folder: Path

    def holds(self, scenario: Scenario, replication: int, key: str) -> bool:
        """Return whether every region of a replication is written.

        Raises
        ------
        UnwrittenError
            When one is that depends on anything else than the key says, or cannot be read.
        """
        paths = [self._path(scenario, replication, region) for region in scenario.run.regions]
        written = [
            self._is_written(path, key) for path in paths
        ]  # all of them: what is in the way is told now
        return all(written)

    def keep(self, key: str, regions: Result) -> Result:
        """Write the tables of some regions unless they are there already, and return the regions.

        Raises
        ------
        UnwrittenError
            When there is no room or the folder cannot be written to; nothing is left of that region then.
        """
        for region in regions.by_region():
            self._keep(key, region)
        return regions

    def _keep(self, key: str, region: Result) -> None:
        [name] = region.regions
        path = self._path(region.scenario, region.replication, name)
        if self._is_written(path, key):
            return
        try:
            with _unfinished(self.folder) as part:
                for table in region.names():
                    frame = getattr(region, table).drop(columns=["replication", "region"])
                    pq.write_table(_with_key(frame, key), part / f"{table}.parquet")
                path.parent.mkdir(parents=True, exist_ok=True)
                part.rename(path)
        except OSError as error:
            if not self._is_written(path, key):  # if it is, another worker was faster
                raise self._unwritten(error) from error

    def dataset(self, table: str) -> pyarrow.dataset.Dataset:
        """Return a table of all the ledgers as an Arrow dataset, with scenario, replication and region as columns.

        Raises
        ------
        UserError
            When there is none.
        """
        files = sorted(self.folder.glob(f"scenario=*/replication=*/region=*/{table}.parquet"))
        if not files:
            raise UserError(
                f"ledgers {self.folder}: no table {table!r}; there are {', '.join(Result.names())}"
            )
        return pyarrow.dataset.dataset(
            [str(file) for file in files],
            format="parquet",
            partitioning=pyarrow.dataset.partitioning(PARTITIONS, flavor="hive"),
            partition_base_dir=str(self.folder),
        )

    def _path(self, scenario: Scenario, replication: int, region: str) -> Path:
        parts = (
            f"scenario={_segment(scenario.name)}",
            f"replication={replication}",
            f"region={_segment(region)}",
        )
        return self.folder.joinpath(*parts)

    def _is_written(self, path: Path, key: str) -> bool:
        try:
            if not path.exists():
                return False
            found = (pq.read_schema(path / "daily.parquet").metadata or {}).get(KEY)
        except pa.ArrowInvalid:
            found = None
        except OSError as error:
            raise self._unwritten(error) from error
        if found != key.encode():
            where = path.relative_to(self.folder)
            raise UnwrittenError(
                f"ledgers {self.folder}: {where} holds the ledger of another scenario of that name, or of other code; "
                "give another folder or remove it"
            )
        return True

    def _unwritten(self, error: OSError) -> UnwrittenError:
        return UnwrittenError(f"ledgers {self.folder}: {error.strerror or error}")


def write(result: Result, folder: Path) -> None:
    """Write the whole ledger of one run into a folder, one Parquet file a table.

    Raises
    ------
    UserError
        When there is no room or the folder cannot be written to; no file is there then.
    """
    try:
        with _unfinished(folder) as part:
            for table in result.names():
                getattr(result, table).to_parquet(part / f"{table}.parquet", index=False)
            for file in part.iterdir():
                file.rename(folder / file.name)
    except OSError as error:
        raise UserError(f"--out {folder}: {error.strerror or error}") from error


@contextmanager
def _unfinished(folder: Path) -> Iterator[Path]:
    """Yield a new folder on the same disk, which is gone at the end with all that has not been moved out of it."""
    part = folder / UNFINISHED / uuid4().hex
    part.mkdir(parents=True)
    try:
        yield part
    finally:
        shutil.rmtree(part, ignore_errors=True)
        with suppress(OSError):  # others are still writing
            part.parent.rmdir()


def _with_key(frame: pd.DataFrame, key: str) -> pa.Table:
    table = pa.Table.from_pandas(frame, preserve_index=False)
    return table.replace_schema_metadata((table.schema.metadata or {}) | {KEY: key.encode()})


def _segment(name: str) -> str:
    """Return a name as part of a path: what is no letter, digit, space or one of ``-_.`` is escaped.

    Examples
    --------
    >>> _segment("../A=1"), _segment("华东 · 30 %")
    ('..%2FA%3D1', '华东 · 30 %25')
    """
    plain = " -_."
    return "".join(
        letter
        if letter in plain or letter.isalnum() or (letter.isprintable() and not letter.isascii())
        else quote(letter, safe="")
        for letter in name
    )
