"""The calendar against plain dates and a minute-by-minute count."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simkit.engine.calendar import CLOSING, DAY, OPENING, Calendar
from simkit.scenario.run import Run

HOLIDAYS = [date(2025, 2, 3), date(2025, 2, 4), date(2025, 2, 7), date(2025, 3, 31)]


@st.composite
def runs(draw) -> Run:
    return Run(
        start_date=draw(st.dates(date(2000, 1, 1), date(2060, 1, 1))),
        warm_up_days=draw(st.integers(30, 400)),
        policy_days=draw(st.integers(30, 400)),
        run_out_days=draw(st.integers(90, 300)),
    )


def run(start: date = date(2025, 1, 15), days: int = 60) -> Run:
    return Run(start_date=start, warm_up_days=days, policy_days=days, run_out_days=90, holidays=HOLIDAYS)


@given(runs(), st.data())
def test_months_are_those_of_the_dates(run, data) -> None:
    calendar = Calendar(run)
    day = data.draw(st.integers(0, run.horizon_days - 1))
    today = run.start_date + timedelta(days=day)
    assert calendar.date(day) == today
    month = (today.year - run.start_date.year) * 12 + today.month - run.start_date.month
    assert calendar.month(day) == month
    first = max(run.start_date, today.replace(day=1))
    assert calendar.date(calendar.month_starts[month]) == first
    last = calendar.date(calendar.month_end(day))
    assert last.month == today.month
    assert (last + timedelta(days=1)).day == 1


@given(runs())
def test_beyond_the_known_months_the_review_comes_after_the_run(run) -> None:
    calendar = Calendar(run)
    assert calendar.month_end(run.horizon_days + 400) == run.horizon_days


@given(runs(), st.data())
def test_periods_follow_each_other(run, data) -> None:
    day = data.draw(st.integers(0, run.horizon_days - 1))
    lengths = {"warm_up": run.warm_up_days, "policy": run.policy_days, "run_out": run.run_out_days}
    names = [name for name, length in lengths.items() for _ in range(length)]
    assert Calendar(run).period(day) == names[day]


@given(runs(), st.data())
def test_reviews_cut_the_run_at_months_and_the_switch(run, data) -> None:
    calendar = Calendar(run)
    day = data.draw(st.integers(0, run.horizon_days - 1))
    cuts = [
        later
        for later in range(day + 1, run.horizon_days)
        if calendar.date(later).day == 1 or later == run.warm_up_days
    ]
    assert list(calendar.reviews(day)) == list(zip([day, *cuts], [*cuts, run.horizon_days], strict=True))


WORKING_CALENDAR = Calendar(run(days=30))
MINUTES = np.arange(80 * DAY)
WORKING = np.array(
    [
        (today := date(2025, 1, 15) + timedelta(days=day)).weekday() < 5 and today not in HOLIDAYS
        for day in range(80)
    ]
).repeat(DAY) & (MINUTES % DAY >= OPENING) & (MINUTES % DAY < CLOSING)  # fmt: skip


@pytest.mark.parametrize("day", range(80))
def test_working_days(day) -> None:
    assert WORKING_CALENDAR.is_working(day) == WORKING[day * DAY + OPENING]


@given(st.integers(0, 60 * DAY))
def test_next_opening_is_the_first_to_come(minute) -> None:
    openings = np.flatnonzero(WORKING & (MINUTES % DAY == OPENING))
    assert WORKING_CALENDAR.next_opening(minute) == openings[openings >= minute][0]


@settings(max_examples=200)
@given(st.integers(0, 60 * DAY), st.integers(1, 2400))
def test_work_is_done_when_so_many_working_minutes_have_passed(minute, work) -> None:
    done = WORKING_CALENDAR.finish(minute, work)
    assert WORKING[minute:done].sum() == work
    assert WORKING[done - 1]


@given(st.integers(0, 79), st.integers(0, 79))
def test_working_days_between_two_are_those_counted(first, last) -> None:
    each = WORKING[np.arange(80) * DAY + OPENING]
    assert WORKING_CALENDAR.working_days(first, last) == each[first : last + 1].sum()


@pytest.mark.parametrize("interval", [1, 2, 7, 9, 30])
def test_meetings_are_held_every_so_many_days_or_on_the_next_working_day(interval) -> None:
    held = set()
    for called in range(0, 80, interval):
        day = called
        while not WORKING_CALENDAR.is_working(day):
            day += 1
        held.add(day)
    assert [day for day in range(80) if WORKING_CALENDAR.meets(day, interval)] == sorted(
        held & set(range(80))
    )


@given(st.integers(1, 40))
def test_days_at_once_are_those_one_by_one(interval) -> None:
    days = np.arange(120)
    held = [WORKING_CALENDAR.meets(day, interval) for day in range(120)]
    assert WORKING_CALENDAR.meeting_days(days, interval).tolist() == held
    months = [WORKING_CALENDAR.date(day).month for day in range(120)]
    assert WORKING_CALENDAR.months_of_year(days).tolist() == months


def test_weekly_meetings_of_a_run_that_starts_on_a_wednesday() -> None:
    dates = [WORKING_CALENDAR.date(day) for day in range(28) if WORKING_CALENDAR.meets(day, 7)]
    assert dates == [date(2025, 1, 15), date(2025, 1, 22), date(2025, 1, 29), date(2025, 2, 5)]
