"""Desks, as `simkit.engine.desk` tells it: people, working hours, and a queue in order of key."""

from numba import njit

from simkit.engine.calendar import CLOSING, DAY, OPENING
from simkit.engine.compiled import state as of
from simkit.engine.compiled.records import NOBODY
from simkit.engine.compiled.state import JOBS, State, take

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
    number = take(s, JOBS, of.jobs(s).shape[0])
    job = of.jobs(s)[number]
    job.desk, job.key, job.place, job.subject, job.stage, job.kind = desk, key, place, subject, stage, kind
    job.asked, job.minutes, job.cost_fen = day, minutes, cost
    job.next = of.desks(s)[desk].inbox
    of.desks(s)[desk].inbox = number
    of.desk_months(s)[desk, of.days(s)[day].month].submitted += 1


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
        while d.inbox != NOBODY:
            number = d.inbox
            d.inbox = of.jobs(s)[number].next
            of.jobs(s)[number].opened = opening
            push(s, desk, number)
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


# -------------------------------------------------------------------- heaps


@njit(cache=True)
def before(s: State, one: int, other: int) -> bool:
    """Tell whether a job is served before another: by key, then by place."""
    a, b = of.jobs(s)[one], of.jobs(s)[other]
    return a.key < b.key or (a.key == b.key and a.place < b.place)


@njit(cache=True)
def push(s: State, desk: int, number: int) -> None:
    """Put a job into a desk's queue."""
    queue, at = of.queues(s)[desk], of.desks(s)[desk].waiting
    of.desks(s)[desk].waiting += 1
    while at and before(s, number, queue[(at - 1) // 2]):
        queue[at] = queue[(at - 1) // 2]
        at = (at - 1) // 2
    queue[at] = number


@njit(cache=True)
def pop(s: State, desk: int) -> int:
    """Take the first job out of a desk's queue."""
    queue = of.queues(s)[desk]
    first = queue[0]
    size = of.desks(s)[desk].waiting - 1
    of.desks(s)[desk].waiting = size
    last, at = queue[size], 0
    while 2 * at + 1 < size:
        child = 2 * at + 1
        if child + 1 < size and before(s, queue[child + 1], queue[child]):
            child += 1
        if not before(s, queue[child], last):
            break
        queue[at] = queue[child]
        at = child
    queue[at] = last
    return first


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
