"""A desk: a few people, working hours, and a queue whose order is a lever."""

from collections import defaultdict
from collections.abc import Generator
from dataclasses import dataclass
from math import inf
from typing import Any, Protocol

import simpy
from simpy.resources.resource import PriorityRequest

from simkit.engine.calendar import DAY, Calendar

Process = Generator[simpy.Event, Any, None]


class Job(Protocol):
    """Work put before a desk."""

    @property
    def key(self) -> tuple[float, int]:
        """Place in the queue; the smallest is served first."""

    @property
    def minutes(self) -> int:
        """Working minutes the job takes."""

    def needed(self) -> bool:
        """Tell whether the work is still worth doing when its turn comes."""

    def finish(self, minute: int) -> None:
        """Take effect."""


@dataclass(slots=True)
class Month:
    """What a desk did in a month: jobs put before it, started, dropped; minutes its jobs waited and took."""

    submitted: int = 0
    started: int = 0
    dropped: int = 0
    waiting_minutes: int = 0
    worked_minutes: int = 0


class Desk:
    """People who take jobs by priority and work on them in opening hours, without interruption.

    Jobs that come in overnight are put in the queue together at the next opening, smallest key first; a person who
    becomes free takes the first of the queue at once. A job not done at closing time goes on at the next opening.
    With no staff nothing is ever done.

    Parameters
    ----------
    env : simpy.Environment
        Its time is minutes.
    calendar : Calendar
        Working days.
    name : str
        Name shown in the ledger.
    places : int
        Most people the desk ever has.

    Attributes
    ----------
    months : dict of int to Month
        What happened in each month of the run; a job's wait begins at the first opening after it came in.
    staffed : list of (int, int)
        From which day how many people were at the desk.
    """

    def __init__(self, env: simpy.Environment, calendar: Calendar, name: str, places: int) -> None:
        self.env = env
        self.calendar = calendar
        self.name = name
        self._people = simpy.PriorityResource(env, capacity=max(1, places))
        self._absent: list[PriorityRequest] = []
        self._inbox: list[Job] = []
        self.months: defaultdict[int, Month] = defaultdict(Month)
        self.staffed: list[tuple[int, int]] = []

    def staff(self, people: int) -> None:
        """Set how many people work from now on; who must go finishes the job in hand first."""
        self.staffed.append((int(self.env.now) // DAY, people))
        empty_places = self._people.capacity - people
        while len(self._absent) > empty_places:
            place = self._absent.pop()
            if place.triggered:
                self._people.release(place)
            else:
                place.cancel()
        while len(self._absent) < empty_places:
            request = self._people.request(priority=(-inf, len(self._absent)))  # type: ignore[arg-type]
            self._absent.append(request)

    def submit(self, job: Job) -> None:
        """Put a job before the desk; it joins the queue at the next opening."""
        self._inbox.append(job)
        self._month.submitted += 1
        if len(self._inbox) == 1:
            self.env.process(self._open())

    @property
    def _month(self) -> Month:
        return self.months[self.calendar.month(int(self.env.now) // DAY)]

    def _open(self) -> Process:
        yield self.env.timeout(self.calendar.next_opening(int(self.env.now)) - self.env.now)
        jobs, self._inbox = sorted(self._inbox, key=lambda job: job.key), []
        for job in jobs:
            self.env.process(self._work(job))

    def _work(self, job: Job) -> Process:
        opened = int(self.env.now)
        with self._people.request(priority=job.key) as turn:  # type: ignore[arg-type]
            yield turn
            if not job.needed():
                self._month.dropped += 1
            else:
                self._month.started += 1
                self._month.waiting_minutes += int(self.env.now) - opened
                self._month.worked_minutes += job.minutes
                done = self.calendar.finish(int(self.env.now), job.minutes)
                yield self.env.timeout(done - self.env.now)
                job.finish(done)
