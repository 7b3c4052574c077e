"""Weekly curves."""

import numpy as np
import pandas as pd
import pytest

from simkit.outcomes.curves import FLOWS, STOCKS, weekly_curves
from tests.outcomes.ledgers import on, typed

COLUMNS = (*FLOWS, *STOCKS)


def daily(first: int, last: int) -> pd.DataFrame:
    """Return two regions' days with a different number in every cell."""
    rng = np.random.default_rng(1)
    rows = [
        {"region": region, "date": on(day)} | dict(zip(COLUMNS, rng.integers(0, 10**9, 9), strict=True))
        for region in ("East", "West")
        for day in range(first, last + 1)
    ]
    return typed(pd.DataFrame(rows))


def test_flows_sum_over_the_week_and_stocks_are_those_of_its_end() -> None:
    table = daily(0, 40)
    curves = weekly_curves(table, on(16)).set_index("week")
    day = (table["date"] - pd.Timestamp(on(0))).dt.days
    # The switch is on day 16: full weeks begin on days 2, 9, 16, 23 and 30.
    assert curves.index.tolist() == [-2, -1, 0, 1, 2]
    for week, start in zip(curves.index, (2, 9, 16, 23, 30), strict=True):
        inside, end = table[(day >= start) & (day < start + 7)], table[day == start + 6]
        assert curves.loc[week, "date"] == pd.Timestamp(on(start + 6))
        assert curves.loc[week, [*FLOWS]].tolist() == inside[[*FLOWS]].sum().tolist()
        assert curves.loc[week, [*STOCKS]].tolist() == end[[*STOCKS]].sum().tolist()


def test_the_overdue_rate_is_what_is_not_not_due() -> None:
    table = daily(0, 13).assign(closing_fen=500, not_due_fen=400)
    assert weekly_curves(table, on(0))["overdue_rate_balance"].tolist() == pytest.approx([0.2, 0.2])
    empty = weekly_curves(table.assign(closing_fen=0, not_due_fen=0), on(0))
    assert empty["overdue_rate_balance"].isna().all()


def test_a_run_shorter_than_a_week_has_no_curve() -> None:
    assert len(weekly_curves(daily(0, 5), on(0))) == 0


def test_the_order_of_rows_does_not_matter() -> None:
    table = daily(0, 40)
    pd.testing.assert_frame_equal(
        weekly_curves(table.sample(frac=1, random_state=2), on(7)), weekly_curves(table, on(7))
    )
