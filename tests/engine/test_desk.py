"""The desk: queueing theory where it applies, and each promise of its contract."""

import math
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pytest
import simpy
from hypothesis import given
from hypothesis import strategies as st

from simkit.engine.calendar import CLOSING, DAY, OPENING, Calendar
from simkit.engine.desk import Desk, Month
from simkit.scenario.run import Run

MONDAY = date(2025, 1, 6)
WEEKDAYS = Calendar(Run(start_date=MONDAY, warm_up_days=30, policy_days=30, run_out_days=90))
MORNING = 180  # when alerts come in, before the desk opens


class RoundTheClock:
    """A calendar without nights and months."""

    def month(self, day: int) -> int:
        return 0

    def next_opening(self, minute: int) -> int:
        return minute

    def finish(self, minute: int, work: int) -> int:
        return minute + work


@dataclass
class Job:
    name: str
    minutes: int
    key: tuple[float, int]
    log: list[tuple[str, int]]
    wanted: bool = True
    begun: list[int] = field(default_factory=list)
    env: Any = None

    def needed(self) -> bool:
        if self.env:
            self.begun.append(int(self.env.now))
        return self.wanted

    def finish(self, minute: int) -> None:
        self.log.append((self.name, minute))


class Office:
    """A desk, and what it finished when."""

    def __init__(self, staff: int, places: int | None = None, calendar: Any = WEEKDAYS) -> None:
        self.env = simpy.Environment()
        self.desk = Desk(self.env, calendar, "office", staff if places is None else places)
        self.desk.staff(staff)
        self.log: list[tuple[str, int]] = []
        self.jobs: dict[str, Job] = {}

    def job(self, at: int, name: str, minutes: int, key: float = 0.0, wanted: bool = True) -> None:
        job = Job(name, minutes, (key, len(self.jobs)), self.log, wanted, env=self.env)
        self.jobs[name] = job
        self.at(at, lambda: self.desk.submit(job))

    def at(self, minute: int, what) -> None:
        def wait():
            yield self.env.timeout(minute)
            what()

        self.env.process(wait())

    def run(self, until: int) -> list[tuple[str, int]]:
        self.env.run(until=until)
        return self.log

    def begun(self, name: str) -> int:
        return self.jobs[name].begun[0]


# ---------------------------------------------------------------- queueing theory


def erlang_c(servers: int, load: float) -> float:
    """Probability of waiting in M/M/c with `load` = arrival rate x mean service."""
    busy = load**servers / math.factorial(servers) * servers / (servers - load)
    return busy / (sum(load**k / math.factorial(k) for k in range(servers)) + busy)


@pytest.mark.parametrize(("servers", "utilisation"), [(1, 0.6), (3, 0.7)])
def test_waiting_is_that_of_the_mmc_queue(servers, utilisation) -> None:
    """Poisson arrivals, exponential work: mean wait and share that waits, in the steady state."""
    service, jobs, batches = 1_000, 12_000, 20  # so long a service that whole minutes are fine enough
    load = utilisation * servers
    rng = np.random.default_rng(20250101 + servers)
    office = Office(servers, calendar=RoundTheClock())
    arrivals = np.cumsum(rng.exponential(service / load, jobs)).astype(int)
    work = np.maximum(1, np.rint(rng.exponential(service, jobs))).astype(int)
    for n in range(jobs):
        office.job(int(arrivals[n]), str(n), int(work[n]), key=float(n))
    office.run(int(arrivals[-1]) + 10**7)
    waits = np.array([office.begun(str(n)) - arrivals[n] for n in range(jobs)])[jobs // 10 :]
    waiting = erlang_c(servers, load)
    expected = waiting * service / (servers - load)
    # Batch means: the batches are long against the time the queue remembers, so their spread tells the error.
    for measured, exact in ((waits, expected), (waits > 0, waiting)):
        means = np.array([batch.mean() for batch in np.array_split(measured, batches)])
        error = means.std(ddof=1) / math.sqrt(batches)
        assert error < 0.15 * exact  # the test can tell 1.5 times the wait from the wait
        assert abs(means.mean() - exact) < 3.5 * error


@given(
    st.lists(st.tuples(st.integers(0, 4), st.integers(1, 900)), min_size=1, max_size=15), st.integers(1, 3)
)
def test_no_one_idles_while_work_waits(jobs, staff) -> None:
    """Jobs of one morning against a list schedule: the next free person takes the next job."""
    office = Office(staff)
    for n, (key, minutes) in enumerate(jobs):
        office.job(MORNING, str(n), minutes, float(key))
    log = office.run(60 * DAY)
    free, expected = [0] * staff, {}
    for n in sorted(range(len(jobs)), key=lambda n: (jobs[n][0], n)):
        first = free.index(min(free))
        free[first] += jobs[n][1]
        expected[str(n)] = WEEKDAYS.finish(OPENING, free[first])
    assert dict(log) == expected


# ---------------------------------------------------------------- the contract


def test_smallest_key_first_and_overnight_mail_together() -> None:
    office = Office(1)
    office.job(MORNING, "late key", 60, key=3.0)
    office.job(MORNING + 1, "early key", 60, key=1.0)
    office.job(MORNING + 2, "middle key", 60, key=2.0)
    assert [name for name, _ in office.run(DAY)] == ["early key", "middle key", "late key"]


def test_what_comes_in_during_the_day_waits_for_the_next_opening() -> None:
    office = Office(1)
    office.job(OPENING + 30, "midday", 60)
    assert office.run(2 * DAY) == [("midday", DAY + OPENING + 60)]


def test_work_in_hand_at_closing_goes_on_next_morning() -> None:
    office = Office(1)
    office.job(MORNING, "long", CLOSING - OPENING + 30)
    office.job(MORNING, "next", 10, key=1.0)
    assert office.run(3 * DAY) == [("long", DAY + OPENING + 30), ("next", DAY + OPENING + 40)]


def test_friday_evening_to_monday_morning() -> None:
    office = Office(1)
    office.job(4 * DAY + MORNING, "over the weekend", CLOSING - OPENING + 30)
    assert office.run(10 * DAY) == [("over the weekend", 7 * DAY + OPENING + 30)]


def test_work_no_longer_needed_takes_no_time() -> None:
    office = Office(1)
    office.job(MORNING, "dropped", 400, key=0.0, wanted=False)
    office.job(MORNING, "kept", 10, key=1.0)
    assert office.run(DAY) == [("kept", OPENING + 10)]


def test_without_staff_nothing_is_done_until_someone_comes() -> None:
    office = Office(0, places=2)
    for n in range(4):
        office.job(MORNING, str(n), 60)
    office.at(5 * DAY, lambda: office.desk.staff(2))  # a Saturday
    finished = office.run(30 * DAY)
    monday = 7 * DAY + OPENING
    assert finished == [("0", monday + 60), ("1", monday + 60), ("2", monday + 120), ("3", monday + 120)]


def test_without_staff_at_any_time_nothing_is_ever_done() -> None:
    office = Office(0)
    office.job(MORNING, "never", 1)
    assert office.run(100 * DAY) == []


def test_who_must_go_finishes_the_job_in_hand() -> None:
    office = Office(2)
    for n in range(4):
        office.job(MORNING, str(n), CLOSING - OPENING + 60)
    office.at(DAY, lambda: office.desk.staff(1))
    finished = office.run(10 * DAY)
    # Both jobs in hand are finished on the second day; from then on there is one person.
    assert finished[:2] == [("0", DAY + OPENING + 60), ("1", DAY + OPENING + 60)]
    assert finished[2:] == [("2", 2 * DAY + OPENING + 120), ("3", 3 * DAY + OPENING + 180)]


def test_who_is_called_back_before_leaving_stays() -> None:
    office = Office(1)
    office.job(MORNING, "long", 3 * (CLOSING - OPENING))
    office.job(MORNING, "next", 60, key=1.0)
    office.at(DAY, lambda: office.desk.staff(0))
    office.at(DAY + 1, lambda: office.desk.staff(1))
    assert [name for name, _ in office.run(10 * DAY)] == ["long", "next"]


# ---------------------------------------------------------------- what it notes


@given(
    st.lists(
        st.tuples(st.integers(0, 40 * DAY), st.integers(1, 900), st.integers(0, 4), st.booleans()),
        min_size=1,
        max_size=20,
    ),
    st.integers(0, 2),
    st.integers(0, 2),
)
def test_months_are_those_of_a_hand_count(jobs, staff, later) -> None:
    """Each job counted by when it came, when its turn was and whether it was wanted still; the staff changes once."""
    office = Office(staff, places=2)
    office.at(20 * DAY, lambda: office.desk.staff(later))
    came = {}
    for n, (minute, work, key, wanted) in enumerate(jobs):
        office.job(minute, str(n), work, float(key), wanted)
        came[str(n)] = minute
    office.run(60 * DAY)
    expected = {month: Month() for month in range(3)}

    def month(minute: int) -> Month:
        return expected[WEEKDAYS.month(minute // DAY)]

    for name, minute in came.items():
        month(minute).submitted += 1
        job = office.jobs[name]
        if job.begun:
            begun = job.begun[0]
            month(begun).dropped += not job.wanted
            month(begun).started += job.wanted
            month(begun).waiting_minutes += (begun - WEEKDAYS.next_opening(minute)) * job.wanted
            month(begun).worked_minutes += job.minutes * job.wanted
    assert {number: office.desk.months[number] for number in expected} == expected
    assert office.desk.staffed == [(0, staff), (20, later)]


def test_waiting_begins_at_the_first_opening_and_ends_with_the_start() -> None:
    office = Office(1)
    office.job(4 * DAY + MORNING, "first", 100)  # a Friday
    office.job(
        4 * DAY + MORNING, "second", CLOSING - OPENING, key=1.0
    )  # waits 100 minutes, and goes on on Monday
    office.job(4 * DAY + OPENING + 5, "third", 10, key=2.0)  # waits 100 minutes on Monday
    office.job(4 * DAY + OPENING + 5, "not wanted", 10, key=3.0, wanted=False)
    office.run(8 * DAY)
    assert office.begun("second") == 4 * DAY + OPENING + 100
    assert office.begun("third") == 7 * DAY + OPENING + 100
    assert office.desk.months == {0: Month(4, 3, 1, 200, 100 + CLOSING - OPENING + 10)}
