"""A desk counted by the minute: who is at work on what, and what waits."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace as Row

from tests.engine.recount.tables import Recount

DAY, OPENING, CLOSING = 24 * 60, 9 * 60, 17 * 60


@dataclass(eq=False)
class Job:
    """Work for a desk: `needed(minute)` when its turn comes, `done(day)` when it is finished."""

    place: tuple
    minutes: int
    needed: Callable[[int], bool]
    done: Callable[[int], None]
    opened: int = 0


def done_at(recount: Recount, minute: int, work: int) -> int:
    """The minute at which work begun at a minute is done, in opening hours alone."""
    day, now = minute // DAY, minute % DAY
    while True:
        begins = max(now, OPENING)
        if recount.works(day) and begins < CLOSING:
            if begins + work <= CLOSING:
                return day * DAY + begins + work
            work -= CLOSING - begins
        day, now = day + 1, 0


class Desk:
    """People, each with one job in hand at most, and a queue in the order of the jobs' places."""

    def __init__(self, recount: Recount, name: str) -> None:
        self.recount, self.name = recount, name
        self.post: list[Job] = []
        self.queue: list[Job] = []
        self.in_hand: list[tuple[int, Job]] = []
        self.months: dict[int, Row] = defaultdict(
            lambda: Row(submitted=0, started=0, dropped=0, waiting_minutes=0, worked_minutes=0)
        )

    def staff(self, day: int) -> int:
        return getattr(self.recount.policy(day).desks, self.name).staff

    def submit(self, job: Job, day: int) -> None:
        self.post.append(job)
        self.months[self.recount.month(day)].submitted += 1

    def works(self, day: int) -> None:
        """A working day: what has come in joins the queue, and whoever is free takes the first of it at once."""
        for job in self.post:
            job.opened = day * DAY + OPENING
        self.queue, self.post = sorted(self.queue + self.post, key=lambda job: job.place), []
        self.takes(day * DAY + OPENING)
        while self.in_hand:
            now = min(end for end, _ in self.in_hand)
            if now > day * DAY + CLOSING:
                break
            for job in [job for end, job in self.in_hand if end == now]:
                job.done(day)
            self.in_hand = [(end, job) for end, job in self.in_hand if end > now]
            self.takes(now)

    def takes(self, minute: int) -> None:
        """Whoever is free takes the first of the queue."""
        month = self.months[self.recount.month(minute // DAY)]
        while self.queue and len(self.in_hand) < self.staff(minute // DAY):
            job = self.queue.pop(0)
            if not job.needed(minute):
                month.dropped += 1
                continue
            month.started += 1
            month.waiting_minutes += minute - job.opened
            month.worked_minutes += job.minutes
            self.in_hand.append((done_at(self.recount, minute, job.minutes), job))


def desk_months(recount: Recount, desk: Desk) -> list[Row]:
    """The months of a desk as the table shows them."""
    found, queue, firsts = [], 0, recount.first_days()
    for first, after in zip(firsts, [*firsts[1:], recount.horizon], strict=True):
        month = desk.months[recount.month(first)]
        queue += month.submitted - month.started - month.dropped
        found.append(
            Row(
                desk=desk.name, month=first, queue=queue, staff=desk.staff(after - 1),
                open_minutes=sum((CLOSING - OPENING) * desk.staff(d) * recount.works(d) for d in range(first, after)),
                **vars(month),
            )
        )  # fmt: skip
    return found
