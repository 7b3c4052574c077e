"""Spans of days: calendar months cut to a period, and the same month a year earlier."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simkit.outcomes.spans import Spans, months_in
from tests.outcomes.ledgers import many, on, typed


@many
@given(first=st.integers(0, 400), length=st.integers(0, 800), when=st.integers(-50, 1300))
def test_every_day_is_in_the_span_of_its_month(first: int, length: int, when: int) -> None:
    last = first + length
    spans = Spans.months(on(first), on(last))
    names = [on(day).strftime("%Y-%m") for day in range(first, last + 1)]
    months = sorted(set(names))
    assert spans.days.tolist() == [names.count(month) for month in months]
    assert len(spans) == len(months)
    expected = months.index(on(when).strftime("%Y-%m")) if first <= when <= last else -1
    assert spans.place(np.array([on(when), "NaT"], dtype="datetime64[D]")).tolist() == [expected, -1]


def test_a_whole_period_is_one_span() -> None:
    spans = Spans.whole(on(10), on(40))
    days = np.array([on(day) for day in (9, 10, 40, 41)], dtype="datetime64[D]")
    assert spans.place(days).tolist() == [-1, 0, 0, -1]
    assert spans.days.tolist() == [31]


@pytest.mark.parametrize(
    ("start", "warm_up", "policy", "expected"),
    [
        (date(2025, 1, 1), 365, 365, list(range(12))),
        # A leap year ends a day early: the odd day of December 2024 has no December to be compared with.
        (date(2024, 1, 1), 365, 365, [-1, *range(12)]),
        # From July to July: the first and the last month are parts of two Julys.
        (date(2024, 7, 20), 365, 365, list(range(13))),
        # 200 days of warm-up hold January to July; July is not compared with its own beginning.
        (date(2025, 1, 1), 200, 200, [-1, -1, -1, -1, -1, -1, 0, 1]),
        # A second policy year is compared with the same warm-up year, the first with the latest of two.
        (date(2025, 1, 1), 365, 730, [*range(12), *range(12)]),
        (date(2025, 1, 1), 730, 365, list(range(12, 24))),
    ],
)
def test_the_same_month_a_year_earlier(start: date, warm_up: int, policy: int, expected: list[int]) -> None:
    switch = start + timedelta(days=warm_up)
    before = Spans.months(start, switch - timedelta(days=1))
    after = Spans.months(switch, switch + timedelta(days=policy - 1))
    assert after.a_year_earlier(before).tolist() == expected


def test_months_that_begin_in_a_period() -> None:
    months = ["2025-01-01", "2025-02-01", "2025-03-01", "2025-04-01"]
    table = typed(pd.DataFrame({"month": months, "number": range(4)}))
    assert months_in(table, "2025-02-01", "2025-03-31")["number"].tolist() == [1, 2]
    assert months_in(table, "2025-02-02", "2025-04-01")["number"].tolist() == [2, 3]
