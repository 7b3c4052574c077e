"""Tables made at once of the columns that several regions leave behind: a table costs little more for more rows."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
from pandas.api.extensions import ExtensionArray
from pandas.arrays import ArrowStringArray

from simkit.engine.compiled.records import NOBODY

Ints = npt.NDArray[np.int64]


class Words(NamedTuple):
    """A column of words, as their places in a list; `NOBODY` is missing."""

    codes: Ints
    names: Sequence[str]


Column: TypeAlias = npt.NDArray[Any] | Words
Shown: TypeAlias = Callable[[Words], ExtensionArray]


def texts(words: Words) -> ExtensionArray:
    """Return words written out."""
    known = words.codes != NOBODY
    codes = pa.array(words.codes, mask=None if known.all() else ~known)
    found = pa.array(words.names, pa.large_string()).take(codes)
    return ArrowStringArray(found)


def categories(words: Words) -> ExtensionArray:
    """Return words as categories: what outcomes read, made without writing the words out."""
    return pd.Categorical.from_codes(words.codes, pd.Index(words.names))  # type: ignore[arg-type]  # an array will do


SHOWN: dict[str, Shown] = {"text": texts, "category": categories}


def tables(
    replication: int, regions: Mapping[str, Mapping[str, Mapping[str, Column]]], words: str
) -> dict[str, pd.DataFrame]:
    """Return the tables of some regions, region after region, with the columns that say which rows are whose.

    Parameters
    ----------
    replication : int
        Number of the repetition.
    regions : mapping of str to mapping
        By name, the columns of each table of a region.
    words : {"text", "category"}
        What columns of words are.
    """
    first = next(iter(regions.values()))
    return {
        name: _table(replication, {key: each[name] for key, each in regions.items()}, SHOWN[words])
        for name in first
    }


def _table(replication: int, parts: Mapping[str, Mapping[str, Column]], shown: Shown) -> pd.DataFrame:
    first, *_ = parts.values()
    joined = {name: _joined([part[name] for part in parts.values()]) for name in first}
    rows = [_length(next(iter(part.values()))) for part in parts.values()]
    whose = {
        "replication": np.full(sum(rows), replication, dtype=np.int32),
        "region": Words(np.repeat(np.arange(len(rows)), rows), [*parts]),
    }
    columns = {
        name: shown(column) if isinstance(column, Words) else column
        for name, column in (whose | joined).items()
    }
    return pd.DataFrame(columns, copy=False)


def _joined(parts: Sequence[Column]) -> Column:
    codes = [part.codes if isinstance(part, Words) else part for part in parts]
    whole = np.concatenate(codes) if len(codes) > 1 else codes[0]
    return Words(whole, parts[0].names) if isinstance(parts[0], Words) else whole


def _length(column: Column) -> int:
    return len(column.codes if isinstance(column, Words) else column)
