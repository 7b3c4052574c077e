"""A region's offices day by day: the joint meeting, alerts, the ladder, and the desks behind them.

What customers do (pay, fail, dispute) is read from the tables; what the company does about it is counted anew.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from types import SimpleNamespace as Row

from simkit.streams import Stream
from tests.engine.recount.customers import standing
from tests.engine.recount.desks import DAY, Desk, Job, desk_months
from tests.engine.recount.orders import papers_complete
from tests.engine.recount.tables import Recount

STAGES = ("friendly", "formal", "plan", "legal")
DESK_OF = dict(zip(STAGES, ("reps", "risk_officers", "sales_managers", "legal"), strict=True))
ALERTS = ("before_due", "level_1", "level_2")
RECEIPTS, ALERTS_AT = 60, 180


@dataclass
class Chased:
    """A receivable as the company has chased it so far; `stages` and `alerts` are kept by the day they were reached."""

    line: Row
    asked: int = 0
    asked_on: int = -1
    notice: int | None = None
    held: int = 0
    settled: bool = False
    extension_asked: bool = False
    extended: int | None = None
    rescheduled: bool = False

    def __post_init__(self) -> None:
        self.stages: dict[int, int] = {}
        self.alerts: dict[int, int] = {}

    @property
    def stage(self) -> int:
        return max(self.stages.values(), default=0)

    @property
    def alert(self) -> int:
        return max(self.alerts.values(), default=0)


class Meeting(Desk):
    """The joint meeting, whose people are the cases it can settle and whose day is one moment."""

    def staff(self, day: int) -> int:
        return self.recount.policy(day).approval.meeting.capacity


class Office:
    """One region, from the first day to the last."""

    def __init__(self, recount: Recount, region: str) -> None:
        self.recount, self.region = recount, region
        self.desks = {name: Desk(recount, name) for name in ("risk_reviewers", *DESK_OF.values())}
        self.meeting = Meeting(recount, "meeting")
        self.agenda: list[tuple[int, Row]] = []
        self.reviewed: list[Row] = []
        self.decided: dict[int, int] = {}
        self.actions: list[tuple] = []
        self.finished: list[tuple[tuple[int, int], Callable[[int], None]]] = []
        self.chased = {ln.line_id: Chased(ln) for ln in recount.lines if ln.region == region}
        self.felt: dict[int, dict[int, float]] = defaultdict(lambda: defaultdict(float))
        self.papers = defaultdict(list)
        for order in recount.orders:
            if order.region == region and order.route != "direct":
                self.papers[papers_complete(recount, order)].append(order)

    def works_through(self) -> "Office":
        for day in range(self.recount.horizon):
            if (
                day == self.recount.switch
            ):  # who is new at a desk takes work in hand the minute the policy changes
                for desk in self.desks.values():
                    desk.takes(day * DAY)
            self._decides(day)
            self._watches(day)
            for desk in self.desks.values() if self.recount.works(day) else ():
                desk.works(day)
            for _, takes_effect in sorted(self.finished, key=lambda job: job[0]):
                takes_effect(day)
            self.finished = []
        return self

    def desk_months(self) -> list[Row]:
        months = [row for desk in self.desks.values() for row in desk_months(self.recount, desk)]
        for row in desk_months(self.recount, self.meeting):
            row.open_minutes = 0
            months.append(row)
        return months

    # ------------------------------------------------------------ approval

    def _decides(self, day: int) -> None:
        """In the morning: what was reviewed until yesterday, and on its days the meeting."""
        recount, rule = self.recount, self.recount.policy(day).approval
        self.decided |= {order.order_id: day for order in self.reviewed}
        self.reviewed = []
        self.agenda.sort(key=lambda case: (case[0], case[1].order_id))
        most = len(self.agenda) if not rule.meeting.enabled else 0
        if rule.meeting.enabled and meets(recount, day, rule.meeting.interval_days):
            most = rule.meeting.capacity
        for since, order in self.agenda[:most]:
            month = self.meeting.months[recount.month(day)]
            month.started += 1
            month.waiting_minutes += DAY * (day - since)
            self.decided[order.order_id] = day
        del self.agenda[:most]
        for order in self.papers[day]:
            self._applies(order, day)

    def _applies(self, order: Row, day: int) -> None:
        """Papers are complete: the risk desk takes good grades first, where that is the rule, and then in order."""
        rule = self.recount.policy(day).approval
        poor = standing(self.recount, order.customer_id).grade(day) in "CD"
        place = (rule.good_grades_first and poor, order.order_date, order.order_id)

        def done(finished: int) -> None:
            if order.route == "meeting":
                self.agenda.append((finished, order))
                self.meeting.months[self.recount.month(finished)].submitted += 1
            else:
                self.reviewed.append(order)

        self.desks["risk_reviewers"].submit(Job(place, rule.minutes, lambda _: True, done), day)

    # ------------------------------------------------------------ collection

    def _watches(self, day: int) -> None:
        """Every line that is open and not disputed: its alert, and then its next step."""
        for line_id, chased in self.chased.items():
            line = chased.line
            if line.kind == "prepayment" or line.issue_date + (line.kind == "instalment") > day:
                continue
            if line.disputed_date == day:
                self.felt[line.customer_id][day] += self.recount.world.relationship.dispute
            if not self._may_chase(chased, day * DAY + ALERTS_AT):
                continue
            if line.settled_date is not None and line.settled_date <= day and not chased.settled:
                chased.settled, chased.asked = True, chased.stage
            self._alerts(chased, line_id, day)
            if chased.asked < 4 and day > chased.asked_on and day >= self._opens(chased, day):
                self._asks(chased, line_id, day)

    def _may_chase(self, chased: Chased, minute: int) -> bool:
        """Whether a line is owed by a going concern that does not dispute it."""
        line, day = chased.line, minute // DAY
        closes = None if line.status == "rescheduled" else line.closed_date  # that is counted here
        if closes is not None and minute >= closes * DAY + RECEIPTS:
            return False
        if self.recount.failed(line.customer_id, day) or chased.rescheduled:
            return False
        if line.disputed_date is None or minute < line.disputed_date * DAY + ALERTS_AT:
            return True
        return line.settled_date is not None and line.settled_date * DAY + RECEIPTS <= minute

    def _alerts(self, chased: Chased, line_id: int, day: int) -> None:
        """The last alert whose time has come is answered, a lag after it was raised."""
        line, watch = chased.line, self.recount.policy(day).monitoring
        days = watch.alerts
        raised = (
            max(line.issue_date, line.due_date - days.before_due_days),
            line.due_date + days.level_1_days,
            line.due_date + days.level_2_days,
        )
        due = [n for n in (1, 2, 3) if raised[n - 1] + watch.response_lag_days <= day and n > chased.alert]
        if watch.enabled and due:
            number = due[-1]
            chased.alerts[day] = number
            desk = "risk_officers" if number == 3 else "reps"
            step = f"alert_{ALERTS[number - 1]}"
            opened = day - watch.response_lag_days
            self.actions.append((line_id, 0, step, desk, opened, day, days.minutes, 0))

    def _opens(self, chased: Chased, day: int) -> int:
        """The day on which the next step would be asked for under the policy of a day."""
        line, policy = chased.line, self.recount.policy(day)
        name = STAGES[chased.asked]
        opens = max(line.due_date + getattr(policy.collections, name).start_day, chased.held)
        if name in ("plan", "legal") and chased.notice is not None:
            opens = max(opens, chased.notice + policy.collections.notice_days)
        if policy.monitoring.enabled:
            seen = max(opens, line.due_date + policy.monitoring.alerts.level_1_days)
        else:
            seen = self.recount.month_end(opens)
        return seen + policy.monitoring.response_lag_days

    def _asks(self, chased: Chased, line_id: int, day: int) -> None:
        """The next step goes to its desk; instead of a notice a core customer's wish for more time does, once."""
        line, policy = chased.line, self.recount.policy(day)
        known = standing(self.recount, line.customer_id)
        place = {
            "oldest": line.due_date,
            "largest": -line.amount_fen,
            "value_at_risk": -line.amount_fen * (1 - known.score(day) / 100),
        }[policy.collections.queue_rule]
        chased.asked_on = day
        number, name = chased.asked + 1, STAGES[chased.asked]
        longer = policy.collections.extension
        core = known.tier(day) == "core" and line.kind == "balance"
        if name == "formal" and longer.enabled and core and not chased.extension_asked:
            chased.extension_asked = True
            chased.held = line.due_date + policy.collections.plan.start_day
            row = (line_id, 0, "extension", "sales_managers", day, longer.minutes, 0)
            job = self._job(chased, (place, line_id, 2), 0, row)
        else:
            chased.asked = number
            step = getattr(policy.collections, name)
            row = (line_id, number, name, DESK_OF[name], day, step.minutes, step.cost_fen)
            job = self._job(chased, (place, line_id, number), number, row)
        self.desks[row[3]].submit(job, day)

    def _job(self, chased: Chased, place: tuple, number: int, row: tuple) -> Job:
        """A step of the ladder (1 to 4) or an extension (0) as work for a desk.

        What the desks have finished takes effect in the evening, line by line and on one line up the ladder.
        """
        line_id, stage, name, desk, opened, minutes, cost = row

        def needed(minute: int) -> bool:
            return (number == 0 or number > chased.stage) and self._may_chase(chased, minute)

        def takes_effect(day: int) -> None:
            self.actions.append((line_id, stage, name, desk, opened, day, minutes, cost))
            if needed(day * DAY + ALERTS_AT):
                self._takes_effect(chased, number, day)

        def done(day: int) -> None:
            self.finished.append(((line_id, number), takes_effect))

        return Job(place, minutes, needed, done)

    def _takes_effect(self, chased: Chased, number: int, day: int) -> None:
        recount, line = self.recount, chased.line
        if number == 0:
            brings = recount.draw(Stream.EXTENSION, line.line_id) < recount.world.payment.extension_acceptance
            chased.held = 0
            if brings:
                chased.held = chased.extended = day + recount.policy(day).collections.extension.days
            return
        chased.stages[day] = number
        self.felt[line.customer_id][day] += getattr(recount.world.relationship, STAGES[number - 1])
        if number == 2:
            chased.notice = day
        if number == 3 and line.kind == "balance":
            signs = recount.draw(Stream.PLAN, line.line_id) < recount.world.payment.plan_acceptance
            chased.rescheduled = signs


@cache
def office(recount: Recount, region: str) -> Office:
    return Office(recount, region).works_through()


def chased(recount: Recount, line: Row) -> Chased:
    return office(recount, line.region).chased[line.line_id]


def meets(recount: Recount, day: int, interval_days: int) -> bool:
    """Whether a meeting falls on a day: every so many days from the first, or the next working day after."""
    called = day
    while called % interval_days:
        called -= 1
    return [d for d in range(called, day + 1) if recount.works(d)] == [day]
