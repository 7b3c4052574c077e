"""Approval of sales applications: the risk desk's reviews and the joint meeting (Handbook C1, C2)."""

from collections.abc import Callable
from dataclasses import dataclass

from simkit.behaviour.leads import wait_days
from simkit.engine.calendar import ALERTS, APPROVALS, DAY
from simkit.engine.clock import Clock
from simkit.engine.desk import Desk, Month, Process
from simkit.engine.order import Order
from simkit.engine.selling import Selling
from simkit.rules.admission import Admission
from simkit.rules.approval import Route, Ruling, review_class, route_of, ruling
from simkit.scenario.policy.approval import Meeting
from simkit.scenario.world import World
from simkit.streams import Stream


@dataclass(slots=True)
class Review:
    """An application before the risk desk."""

    order: Order
    key: tuple[float, int]
    minutes: int
    done: Callable[[Order, int], None]

    def needed(self) -> bool:
        """Tell whether the application still has to be reviewed: always, once it has been made."""
        return True

    def finish(self, minute: int) -> None:
        """Hand it over to the decision of the next day."""
        self.done(self.order, minute // DAY)


class Approvals:
    """Who decides on orders, and when.

    Parameters
    ----------
    clock : Clock
        Time and terms.
    world : World
        How long papers take.
    draw : callable
        Draws by name (see `simkit.engine.luck`).
    selling : Selling
        Offers, and the customers' answers.
    desk : Desk
        The risk reviewers.
    signs : callable
        What to do with a decided order on a day.
    """

    def __init__(
        self,
        clock: Clock,
        world: World,
        draw: Callable[..., float],
        selling: Selling,
        desk: Desk,
        signs: Callable[[Order, int], None],
    ) -> None:
        self.clock = clock
        self.world = world
        self.draw = draw
        self.selling = selling
        self.desk = desk
        self.signs = signs
        self.meetings: dict[int, Month] = {}
        self._reviewed: list[Order] = []
        self._agenda: list[tuple[int, Order]] = []

    def takes(self, order: Order, day: int) -> None:
        """An order is decided at once, or goes to the risk desk when its papers are complete."""
        order.route = self._route(order, day)
        if order.route == Route.DIRECT:
            self._decides(order, day, None)
        else:
            self.clock.env.process(self.applies(order, day))

    def _route(self, order: Order, day: int) -> Route:
        terms, customer = self.clock.terms(day), order.customer
        rule = terms.policy.approval
        return Route(
            route_of(
                terms.grades[customer.grade].admission == Admission.CREDIT,
                order.is_new,
                self.selling.excess_fen(order, terms) > 0,
                customer.score,
                rule.new_customers,
                rule.over_limit,
                rule.meeting.enabled,
                rule.meeting.below_score,
            )
        )

    def applies(self, order: Order, day: int) -> Process:
        """A new customer's papers are gathered; then the application is put before the risk desk."""
        if order.is_new:
            papers = self.draw(Stream.PAPERS, order.order_id)
            yield self.clock.until(day + wait_days(papers, self.world.funnel.papers_days), ALERTS)
        else:
            yield self.clock.until(day, ALERTS)
        rule = self.clock.terms(self.clock.day).policy.approval
        first = review_class(order.customer.grade, rule.good_grades_first)
        place = float(first * self.clock.calendar.horizon + day)
        self.desk.submit(Review(order, (place, order.order_id), rule.minutes, self._hands_over))

    def _hands_over(self, order: Order, day: int) -> None:
        if order.route == Route.MEETING:
            self._month(day).submitted += 1
            self._agenda.append((day, order))
        else:
            self._reviewed.append(order)

    def decides(self) -> Process:
        """Every day what was reviewed until yesterday is decided, and on meeting days the agenda."""
        calendar = self.clock.calendar
        for day in range(calendar.horizon):
            yield self.clock.until(day, APPROVALS)
            reviewed, self._reviewed = self._reviewed, []
            for order in sorted(reviewed, key=lambda order: order.order_id):
                self._decides(order, day, None)
            meeting = self.clock.terms(day).policy.approval.meeting
            if self._agenda and not meeting.enabled:
                self._settles(day, len(self._agenda), None)
            elif self._agenda and calendar.meets(day, meeting.interval_days):
                self._settles(day, meeting.capacity, meeting)

    def _settles(self, day: int, capacity: int, meeting: Meeting | None) -> None:
        """Settle the cases that have waited longest; without a meeting each is decided like any other."""
        self._agenda.sort(key=lambda case: (case[0], case[1].order_id))
        cases, self._agenda = self._agenda[:capacity], self._agenda[capacity:]
        month = self._month(day)
        for since, order in cases:
            month.started += 1
            month.waiting_minutes += (day - since) * DAY
            verdict = None
            if meeting is not None:
                score = order.customer.score
                verdict = Ruling(ruling(score, meeting.collateral_below, meeting.refuse_below))
            self._decides(order, day, verdict)

    def _month(self, day: int) -> Month:
        return self.meetings.setdefault(self.clock.calendar.month(day), Month())

    def _decides(self, order: Order, day: int, verdict: Ruling | None) -> None:
        order.decided = day
        if not order.customer.buys(day):
            order.status = "withdrawn"
        else:
            self.selling.offers(order, self.clock.terms(day), verdict)
            if order.status != "refused":
                self.selling.answers(order, self.clock.terms(day), day)
        self.signs(order, day)
