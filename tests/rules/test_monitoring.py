"""When alerts are raised, and when the company comes to act on an overdue line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simkit.rules.monitoring import Alert, alert_day, discovery_day

DAY = st.integers(0, 5000)


def test_alerts_are_numbered_as_the_ledger_numbers_them() -> None:
    assert {alert.name: alert.value for alert in Alert} == {
        "NONE": 0,
        "BEFORE_DUE": 1,
        "LEVEL_1": 2,
        "LEVEL_2": 3,
    }


@pytest.mark.parametrize(
    ("alert", "day"), [(Alert.BEFORE_DUE, 93), (Alert.LEVEL_1, 103), (Alert.LEVEL_2, 115)]
)
def test_alerts_of_the_handbook(alert, day) -> None:
    assert alert_day(alert, 40, 100, before_due_days=7, level_1_days=3, level_2_days=15) == day


@given(DAY, st.integers(0, 120), st.integers(0, 90), st.integers(1, 180), st.integers(1, 180))
def test_alerts_come_in_order_and_not_before_the_line(issue, term, before, level_1, more) -> None:
    due, days = issue + term, (before, level_1, level_1 + more)
    first, second, third = (alert_day(alert, issue, due, *days) for alert in (1, 2, 3))
    assert issue <= first <= due < second < third
    assert first == due - min(before, term)
    assert (second - due, third - due) == days[1:]


@given(DAY, st.integers(0, 60), st.integers(0, 30), st.integers(0, 60))
def test_system_sees_at_its_alert_and_the_review_at_month_end(day, to_alert, to_month_end, lag) -> None:
    seen, month_end = day + to_alert, day + to_month_end
    assert discovery_day(day, seen, month_end, True, lag) == seen + lag
    assert discovery_day(day, seen, month_end, False, lag) == month_end + lag


@given(DAY, st.integers(0, 60), st.integers(0, 30), st.integers(0, 60))
def test_what_the_alert_has_shown_before_is_not_waited_for(day, since, to_month_end, lag) -> None:
    month_end = day + to_month_end
    with_system = discovery_day(day, day - since, month_end, True, lag)
    assert with_system == day + lag
    assert with_system <= discovery_day(day, day - since, month_end, False, lag)
