"""Days sales outstanding and its relatives."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simkit.outcomes.dso import average_days_delinquent, collection_effectiveness_index, countback_dso, dso
from tests.outcomes.ledgers import many


def test_countback_worked_check() -> None:
    assert countback_dso(212_000, [100_000, 80_000, 70_000], [30, 30, 30]) == pytest.approx(73.7, abs=0.05)


MONTHS = st.lists(st.tuples(st.integers(0, 1000), st.integers(28, 31)), min_size=1, max_size=15)


@many
@given(months=MONTHS, receivables=st.integers(0, 15_000))
def test_countback_takes_off_sales_day_by_day(months: list[tuple[int, int]], receivables: int) -> None:
    sales, days = zip(*months, strict=True)
    if receivables > sum(sales):
        assert countback_dso(receivables, sales, days) is None
        return
    left, expected = float(receivables), 0.0
    for month_sales, month_days in months:
        for _ in range(month_days):
            if left > 1e-9:
                taken = min(1.0, left * month_days / month_sales) if month_sales else 1.0
                expected += taken
                left -= taken * month_sales / month_days
    assert countback_dso(receivables, sales, days) == pytest.approx(expected)


def test_countback_ends_where_the_receivables_end() -> None:
    assert countback_dso(0, [100, 80], [30, 31]) == 0
    assert countback_dso(0, [0, 80], [30, 31]) == 0
    assert countback_dso(100, [100, 80], [30, 31]) == 30
    assert countback_dso(180, [100, 80], [30, 31]) == 61
    assert countback_dso(181, [100, 80], [30, 31]) is None


@many
@given(receivables=st.integers(0, 10**6), monthly=st.integers(1, 10**6))
def test_with_flat_sales_countback_is_the_plain_dso(receivables: int, monthly: int) -> None:
    months = 12
    counted = countback_dso(receivables, [monthly] * months, [30] * months)
    plain = dso(receivables, monthly * months, 30 * months)
    assert counted == (pytest.approx(plain) if receivables <= monthly * months else None)


def test_average_days_delinquent_is_the_difference() -> None:
    assert dso(250, 1000, 360) == 90
    assert average_days_delinquent(dso(250, 1000, 360), dso(100, 1000, 360)) == 54
    assert dso(250, 0, 360) is None
    assert average_days_delinquent(None, 3.0) is None
    assert average_days_delinquent(3.0, None) is None


def test_collection_effectiveness_by_hand() -> None:
    # 100 at the start, 300 sold in 3 months: 200 in all. 120 left, 80 of it not due: 80 of 120 collected.
    assert collection_effectiveness_index(100, 300, 3, 120, 80) == pytest.approx(66.6667, abs=1e-4)
    assert collection_effectiveness_index(100, 300, 3, 80, 80) == 100
    assert collection_effectiveness_index(0, 300, 3, 100, 100) is None
