"""Columns of words."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simkit.outcomes.words import codes_of, is_one_of
from tests.outcomes.ledgers import many

WORDS = st.sampled_from(["core", "basic", "dormant", None])


@many
@pytest.mark.parametrize("kind", ["string[pyarrow]", "category", "object"])
@given(words=st.lists(WORDS), known=st.lists(st.sampled_from(["core", "dormant", "other"]), unique=True))
def test_words_are_found_in_columns_of_any_kind(kind: str, words: list[str | None], known: list[str]) -> None:
    column = pd.Series(words, dtype="object").astype(kind)
    assert codes_of(column, known).tolist() == [known.index(w) if w in known else -1 for w in words]
    assert is_one_of(column, *known).tolist() == [word in known for word in words]
