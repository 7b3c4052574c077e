"""A desk's months against a count day by day."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from simkit.engine.calendar import CLOSING, OPENING, Calendar
from simkit.engine.desk import Month
from simkit.engine.desk_month import desk_months
from simkit.scenario.run import Run

COUNTS = ("submitted", "started", "dropped", "waiting_minutes", "worked_minutes")


@st.composite
def desks(draw) -> tuple[Run, dict[int, Month], list[tuple[int, int]]]:
    start = draw(st.dates(date(2024, 1, 1), date(2025, 12, 31)))
    holidays = [start + timedelta(days=day) for day in draw(st.lists(st.integers(0, 149), max_size=5))]
    run = Run(start_date=start, warm_up_days=30, policy_days=30, run_out_days=90, holidays=holidays)
    busy = draw(st.lists(st.integers(0, 5), unique=True))
    months = {number: Month(*draw(st.tuples(*[st.integers(0, 50)] * 5))) for number in busy}
    staffed = [(0, draw(st.integers(0, 9))), (draw(st.integers(1, 149)), draw(st.integers(0, 9)))]
    return run, months, staffed


@given(desks(), st.sampled_from([CLOSING - OPENING, 0]))
def test_every_month_of_the_run_is_counted(desk, minutes_a_day) -> None:
    run, months, staffed = desk
    found = desk_months("legal", months, staffed, Calendar(run), minutes_a_day)
    queue = 0
    days = [run.start_date + timedelta(days=day) for day in range(run.horizon_days)]
    names = sorted({(day.year, day.month) for day in days})
    assert [row.month for row in found] == list(range(len(names)))
    for row, name in zip(found, names, strict=True):
        mine = [n for n, day in enumerate(days) if (day.year, day.month) == name]
        staff = {n: staffed[n >= staffed[1][0]][1] for n in mine}
        noted = months.get(row.month, Month())
        queue += noted.submitted - noted.started - noted.dropped
        assert {count: getattr(row, count) for count in COUNTS} == {c: getattr(noted, c) for c in COUNTS}
        assert (row.desk, row.queue, row.staff) == ("legal", queue, staff[mine[-1]])
        working = [n for n in mine if days[n].weekday() < 5 and days[n] not in run.holidays]
        assert row.open_minutes == minutes_a_day * sum(staff[n] for n in working)


def test_a_desk_without_months_of_note_has_them_all_the_same() -> None:
    run = Run(start_date=date(2025, 1, 1), warm_up_days=30, policy_days=30, run_out_days=100)
    found = desk_months("reps", {}, [(0, 2)], Calendar(run))
    assert [row.open_minutes for row in found[:2]] == [23 * 2 * 480, 20 * 2 * 480]
    assert found[-1].open_minutes == 6 * 2 * 480  # cut off on 9 June
    assert len(found) == 6
    assert not any(row.submitted or row.queue for row in found)


def test_a_run_that_ends_with_a_month_has_no_month_after_it() -> None:
    run = Run(start_date=date(2025, 1, 1), warm_up_days=30, policy_days=30, run_out_days=91)
    found = desk_months("legal", {}, [(0, 1)], Calendar(run))
    assert [row.open_minutes // 480 for row in found] == [23, 20, 21, 22, 22]  # January to 31 May
