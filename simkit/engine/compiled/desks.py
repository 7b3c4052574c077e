"""Desks, as `simkit.engine.desk` tells it: people, working hours, and a queue in order of key."""

from typing import Any

from numba import njit

from simkit.engine.calendar import CLOSING, DAY, OPENING
from simkit.engine.compiled import state as of
from simkit.engine.compiled.records import NOBODY
from simkit.engine.compiled.state import FREE_JOB, JOBS, State, take

STEP, EXTENSION, REVIEW = range(3)
REVIEWERS, MEETING = 0, 5


@njit(cache=True)
def submit(
    s: State,
    desk: int,
    key: float,
    place: int,
    subject: int,
    stage: int,
    kind: int,
    day: int,
    minutes: int,
    cost: int,
) -> None:
    """Put a job before a desk; it joins the queue at the next opening."""
    number = place_for_job(s)
    job, d = of.jobs(s)[number], of.desks(s)[desk]
    job.desk, job.stage, job.kind, job.subject = desk, stage, kind, subject
    job.asked, job.opened, job.minutes, job.cost_fen, job.next = day, NOBODY, minutes, cost, NOBODY
    arrives = of.inboxes(s)[desk, d.inbox]
    arrives.key, arrives.place, arrives.job = key, place, number
    d.inbox += 1
    of.desk_months(s)[desk, of.days(s)[day].month].submitted += 1


@njit(cache=True)
def place_for_job(s: State) -> int:
    """Return a place among the jobs: one that is free again, or the next."""
    number = of.used(s)[FREE_JOB] - 1
    if number == NOBODY:
        return take(s, JOBS, of.jobs(s).shape[0])
    of.used(s)[FREE_JOB] = of.jobs(s)[number].next + 1
    return number


@njit(cache=True)
def forget(s: State, number: int) -> None:
    """Free the place of a job that is done with."""
    of.jobs(s)[number].next = of.used(s)[FREE_JOB] - 1
    of.used(s)[FREE_JOB] = number + 1


@njit(cache=True)
def finish(s: State, minute: int, work: int) -> int:
    """Return the minute at which `work` minutes of desk work begun at `minute` are done."""
    while True:
        day = minute // DAY
        if day >= of.days(s).shape[0]:  # beyond all that is recorded
            return minute
        if of.days(s)[day].working and minute % DAY < CLOSING:
            start = max(minute, day * DAY + OPENING)
            if start + work <= day * DAY + CLOSING:
                return start + work
            work -= day * DAY + CLOSING - start
        minute = (day + 1) * DAY


@njit(cache=True)
def needed(s: State, number: int) -> bool:
    """Tell whether a job is still worth doing: a review always, a step while its line can be moved by it."""
    job = of.jobs(s)[number]
    if job.kind == REVIEW:
        return True
    line = of.lines(s)[job.subject]
    if line.closed != NOBODY or line.in_recovery:
        return False
    return job.kind == EXTENSION or job.stage > line.stage


@njit(cache=True)
def open_desks(s: State, day: int) -> None:
    """Jobs that have come in join the queues, and desks work until closing time."""
    if not of.days(s)[day].working:
        return
    opening, closing = day * DAY + OPENING, day * DAY + CLOSING
    for desk in range(of.desks(s).shape[0]):
        d = of.desks(s)[desk]
        for arrives in of.inboxes(s)[desk, : d.inbox]:
            of.jobs(s)[arrives.job].opened = opening
            push(s, desk, arrives.key, arrives.place, arrives.job)
        d.inbox = 0
        work(s, desk, opening, closing)


@njit(cache=True)
def staff(s: State, day: int) -> None:
    """On the switch date people come, and take up waiting work at once, or go when they have done the job in hand."""
    for desk in range(of.desks(s).shape[0]):
        change = of.policies(s)[1].staff[desk] - of.policies(s)[0].staff[desk]
        d = of.desks(s)[desk]
        for _ in range(change):
            of.people(s)[desk, d.people] = day * DAY
            rise(s, desk, d.people)
            d.people += 1
        if change > 0:
            work(s, desk, day * DAY, day * DAY)
        else:
            d.leaving -= change


@njit(cache=True)
def work(s: State, desk: int, now: int, until: int) -> None:
    """Whoever is free by a minute takes the first of the queue; who must go goes then."""
    d = of.desks(s)[desk]
    while d.waiting and d.people:
        free = of.people(s)[desk, 0]
        if free > until:
            return
        if d.leaving:
            d.leaving -= 1
            d.people -= 1
            of.people(s)[desk, 0] = of.people(s)[desk, d.people]
            sink(s, desk)
            continue
        number, start = pop(s, desk), max(free, now)
        month, job = of.desk_months(s)[desk, of.days(s)[start // DAY].month], of.jobs(s)[number]
        if not needed(s, number):
            month.dropped += 1
            forget(s, number)
            continue
        month.started += 1
        month.waiting_minutes += start - job.opened
        month.worked_minutes += job.minutes
        done = finish(s, start, job.minutes)
        of.people(s)[desk, 0] = done
        sink(s, desk)
        if done // DAY < of.run(s)[0].horizon:
            job.next = of.finished(s)[done // DAY]
            of.finished(s)[done // DAY] = number
        else:
            forget(s, number)


# -------------------------------------------------------------------- heaps


@njit(cache=True)
def push(s: State, desk: int, key: float, place: int, number: int) -> None:
    """Put a job into a desk's queue."""
    queue, at = of.queues(s)[desk], of.desks(s)[desk].waiting
    of.desks(s)[desk].waiting += 1
    while at:
        above = queue[(at - 1) // 2]
        if above.key < key or (above.key == key and above.place < place):
            break
        copy(above, queue[at])
        at = (at - 1) // 2
    queue[at].key, queue[at].place, queue[at].job = key, place, number


@njit(cache=True)
def pop(s: State, desk: int) -> int:
    """Take the first job out of a desk's queue."""
    queue = of.queues(s)[desk]
    first = queue[0].job
    size = of.desks(s)[desk].waiting - 1
    of.desks(s)[desk].waiting = size
    last, at = queue[size], 0
    while 2 * at + 1 < size:
        child = 2 * at + 1
        if child + 1 < size and before(queue[child + 1], queue[child]):
            child += 1
        if not before(queue[child], last):
            break
        copy(queue[child], queue[at])
        at = child
    copy(last, queue[at])
    return first


@njit(cache=True)
def before(one: Any, other: Any) -> bool:
    """Tell whether a waiting job is served before another: by key, then by place."""
    return one.key < other.key or (one.key == other.key and one.place < other.place)


@njit(cache=True)
def copy(source: Any, target: Any) -> None:
    """Write one waiting job over another."""
    target.key, target.place, target.job = source.key, source.place, source.job


@njit(cache=True)
def rise(s: State, desk: int, at: int) -> None:
    """Bring a person towards the head of the heap of who becomes free first."""
    people = of.people(s)[desk]
    while at and people[at] < people[(at - 1) // 2]:
        people[at], people[(at - 1) // 2] = people[(at - 1) // 2], people[at]
        at = (at - 1) // 2


@njit(cache=True)
def sink(s: State, desk: int) -> None:
    """Bring the person at the head of the heap to where it belongs."""
    people, size, at = of.people(s)[desk], of.desks(s)[desk].people, 0
    while 2 * at + 1 < size:
        child = 2 * at + 1
        if child + 1 < size and people[child + 1] < people[child]:
            child += 1
        if people[at] <= people[child]:
            return
        people[at], people[child] = people[child], people[at]
        at = child
