"""A desk: a few people, working hours, and a queue whose order is a lever."""

from collections.abc import Generator
from math import inf
from typing import Any, Protocol

import simpy
from simpy.resources.resource import PriorityRequest

from simkit.engine.calendar import Calendar

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
    """

    def __init__(self, env: simpy.Environment, calendar: Calendar, name: str, places: int) -> None:
        self.env = env
        self.calendar = calendar
        self.name = name
        self._people = simpy.PriorityResource(env, capacity=max(1, places))
        self._absent: list[PriorityRequest] = []
        self._inbox: list[Job] = []

    def staff(self, people: int) -> None:
        """Set how many people work from now on; who must go finishes the job in hand first."""
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
        if len(self._inbox) == 1:
            self.env.process(self._open())

    def _open(self) -> Process:
        yield self.env.timeout(self.calendar.next_opening(int(self.env.now)) - self.env.now)
        jobs, self._inbox = sorted(self._inbox, key=lambda job: job.key), []
        for job in jobs:
            self.env.process(self._work(job))

    def _work(self, job: Job) -> Process:
        with self._people.request(priority=job.key) as turn:  # type: ignore[arg-type]
            yield turn
            if job.needed():
                done = self.calendar.finish(int(self.env.now), job.minutes)
                yield self.env.timeout(done - self.env.now)
                job.finish(done)
