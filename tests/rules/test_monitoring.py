"""When the company comes to act on an overdue line."""

from hypothesis import given
from hypothesis import strategies as st

from simkit.rules.monitoring import discovery_day


@given(st.integers(0, 5000), st.integers(0, 30), st.integers(0, 60))
def test_the_system_sees_at_once_and_the_review_at_month_end(day, to_month_end, lag) -> None:
    month_end = day + to_month_end
    assert discovery_day(day, month_end, True, lag) == day + lag
    assert discovery_day(day, month_end, False, lag) == month_end + lag
    assert discovery_day(day, month_end, True, lag) <= discovery_day(day, month_end, False, lag)
