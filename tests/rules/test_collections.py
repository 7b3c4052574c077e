"""Instalments sum to the debt; the queue rules order lines as their names say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simkit.rules.collections import instalment_fen, queue_key

DEBT = st.integers(0, 10**12)


@given(DEBT, st.floats(0, 1.5), st.integers(1, 24))
def test_instalments_sum_to_the_debt(debt, share, count) -> None:
    parts = [instalment_fen(debt, share, count, number) for number in range(1, count + 1)]
    assert sum(parts) == debt
    assert min(parts) >= 0


@given(DEBT, st.integers(1, 100), st.integers(1, 24))
def test_all_but_the_last_are_the_share(debt, percent, count) -> None:
    if count * percent > 100:
        return
    parts = [instalment_fen(debt, percent / 100, count, number) for number in range(1, count + 1)]
    for part in parts[:-1]:
        assert abs(part - debt * percent / 100) <= 0.5 + debt * 2**-52
    assert all(part == parts[0] for part in parts[:-1])


@given(st.integers(0, 10**8).map(lambda tens: 10 * tens))
def test_plan_of_the_handbook(debt) -> None:
    parts = [instalment_fen(debt, 0.30, 3, number) for number in (1, 2, 3)]
    assert parts == [debt // 10 * 3, debt // 10 * 3, debt // 10 * 4]


@pytest.mark.parametrize(
    ("rule", "first"),
    [(0, "old"), (1, "large"), (2, "risky")],
    ids=["oldest", "largest", "value at risk"],
)
def test_queue_rule_takes_first(rule, first) -> None:
    lines = {"old": (10, 100, 0.01), "large": (30, 900, 0.01), "risky": (20, 500, 0.10)}
    assert min(lines, key=lambda name: queue_key(rule, *lines[name])) == first
