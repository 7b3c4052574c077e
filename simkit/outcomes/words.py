"""Columns of words (a status, a kind, a tier): which rows have one of some words, read fast."""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Codes: TypeAlias = NDArray[np.int64]


def codes_of(column: "pd.Series[str]", words: Sequence[str]) -> Codes:
    """Return the position in ``words`` of each row's word, -1 for another word or none.

    Examples
    --------
    >>> codes_of(pd.Series(["legal", "reps", "legal", "bank", None]), ["reps", "legal"]).tolist()
    [1, 0, 1, -1, -1]
    """
    if isinstance(column.dtype, pd.CategoricalDtype):
        place = {word: position for position, word in enumerate(words)}
        known = [place.get(word, -1) for word in column.cat.categories]
        # The last place is for no word, which is code -1.
        return np.array([*known, -1], dtype=np.int64)[column.cat.codes.to_numpy()]
    texts = pa.array(column, type=pa.large_string(), from_pandas=True)
    codes = pc.index_in(texts, value_set=pa.array(words, type=pa.large_string()))
    return pc.fill_null(codes, -1).to_numpy().astype(np.int64)  # type: ignore[no-any-return]


def is_one_of(column: "pd.Series[str]", *words: str) -> NDArray[np.bool_]:
    """Return which rows have one of some words; none of them has a row without a word.

    Examples
    --------
    >>> is_one_of(pd.Series(["paid", "open", None]), "open", "credited").tolist()
    [False, True, False]
    """
    if isinstance(column.dtype, pd.CategoricalDtype):
        return np.array([*(word in words for word in column.cat.categories), False])[
            column.cat.codes.to_numpy()
        ]
    return codes_of(column, words) >= 0


def categories(table: pd.DataFrame, columns: Sequence[str], words: frozenset[str]) -> pd.DataFrame:
    """Return some columns of a table, those that are words as categories: many selections cost less than half."""
    return pd.DataFrame({name: _category(table[name]) if name in words else table[name] for name in columns})


def _category(column: "pd.Series[str]") -> "pd.Series[str]":
    if isinstance(column.dtype, pd.CategoricalDtype):
        return column
    # The dictionary that Arrow makes, where astype("category") would sort it and copy twice.
    encoded = pa.array(column, type=pa.large_string(), from_pandas=True).dictionary_encode()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.combine_chunks()
    codes = pc.fill_null(encoded.indices, -1).to_numpy()
    return pd.Series(pd.Categorical.from_codes(codes, encoded.dictionary.to_pylist()), index=column.index)
