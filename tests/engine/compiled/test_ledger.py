"""Rows of the compiled engine's tables in the order of the SimPy engine's."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from simkit.engine.compiled.ledger import sorted_places

FEW = st.integers(-2, 3)


@given(st.lists(st.tuples(FEW, FEW, FEW), max_size=40))
def test_rows_are_sorted_as_tuples_are_and_equal_ones_stay_in_their_order(
    rows: list[tuple[int, int, int]],
) -> None:
    columns = np.array(rows, dtype=np.int64).reshape(-1, 3).T
    expected = sorted(range(len(rows)), key=rows.__getitem__)
    assert sorted_places(*columns).tolist() == expected
