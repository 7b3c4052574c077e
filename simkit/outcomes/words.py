"""Columns of words (a status, a kind, a tier): which rows have one of some words, read fast."""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Codes: TypeAlias = NDArray[np.int64]


def codes_of(column: "pd.Series[str]", words: Sequence[str]) -> Codes:
    """Return the position in ``words`` of each row's word, -1 for another word or none.

    Examples
    --------
    >>> codes_of(pd.Series(["legal", "reps", "legal", "bank", None]), ["reps", "legal"]).tolist()
    [1, 0, 1, -1, -1]
    """
    categories = column if isinstance(column.dtype, pd.CategoricalDtype) else column.astype("category")
    place = {word: position for position, word in enumerate(words)}
    known = [place.get(word, -1) for word in categories.cat.categories]
    return np.array([*known, -1], dtype=np.int64)[categories.cat.codes.to_numpy()]


def is_one_of(column: "pd.Series[str]", *words: str) -> NDArray[np.bool_]:
    """Return which rows have one of some words; none of them has a row without a word.

    Examples
    --------
    >>> is_one_of(pd.Series(["paid", "open", None]), "open", "credited").tolist()
    [False, True, False]
    """
    if isinstance(column.dtype, pd.CategoricalDtype):
        return codes_of(column, words) >= 0
    return column.isin(words).to_numpy(bool)
