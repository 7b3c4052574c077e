"""The life of a receivable: issued, paid or disputed or given up, recovered after default (SPEC: Payment, Default)."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import simpy

from simkit.behaviour.disputes import dispute_day, settlement_day
from simkit.behaviour.payment import counted_delay, drivers, threshold
from simkit.engine.book import Book
from simkit.engine.calendar import ALERTS, DAY, DEFAULTS, RECEIPTS, SETTLEMENTS
from simkit.engine.clock import Clock
from simkit.engine.collecting import Collecting
from simkit.engine.desk import Desk, Process
from simkit.engine.line import BALANCE, INSTALMENT, PREPAYMENT, Line
from simkit.engine.order import Customer, Order
from simkit.engine.paydays import pay_days
from simkit.engine.payroll import Payroll
from simkit.rules.collections import instalment_fen
from simkit.rules.contract import overdue_interest_fen, penalty_fen, share_of_fen
from simkit.rules.incentives import collection_commission_fen
from simkit.scenario.world import World
from simkit.streams import Stream


class Event(NamedTuple):
    """What may happen to a line next, on a day at a minute; of several at once the least rank comes first."""

    day: int
    minute: int
    rank: int
    happens: Callable[[Line, int], None]


class Receivables:
    """The open receivables of a region.

    Parameters
    ----------
    clock : Clock
        Time and terms.
    world : World
        How customers pay.
    draw : callable
        Draws by name (see `simkit.engine.luck`).
    desks : mapping of str to Desk
        The desks by name.
    book : Book
        Where lines and cash are noted.
    payroll : Payroll
        Commission on cash.
    ships : callable
        What to do with an order whose prepayment has come in, on a day.
    """

    def __init__(
        self,
        clock: Clock,
        world: World,
        draw: Callable[..., float],
        desks: Mapping[str, Desk],
        book: Book,
        payroll: Payroll,
        ships: Callable[[Order, int], None],
    ) -> None:
        self.clock = clock
        self.world = world
        dates = pay_days(clock.calendar, world.payment.calendar)
        self.dates = dates.effects.tolist(), dates.counts.tolist()
        self.draw = draw
        self.book = book
        self.payroll = payroll
        self.ships = ships
        self.collecting = Collecting(clock, world, draw, desks, book, self.wakes, self.reschedules)
        self._open: dict[int, tuple[Line, simpy.Process]] = {}

    # ---------------------------------------------------------------- a line comes and goes

    def issues(self, order: Order, kind: int, day: int, due: int, amount_fen: int, number: int = 0) -> None:
        """A receivable line comes on the book."""
        line_id = order.order_id * 100 + kind + number
        line = Line(
            line_id=line_id,
            order=order,
            kind=kind,
            issued=day,
            due=due,
            amount_fen=amount_fen,
            drivers=self._drivers(order.customer, day, due, amount_fen),
            goal=threshold(self.draw(Stream.PAYMENT, line_id)),
            disputable=self._disputable(order, day, due) if kind == BALANCE else None,
        )
        if kind != PREPAYMENT:
            order.customer.unjudged.append(line)
            self.payroll.issued(line)
        self.book.lines.append(line)
        self._open[line_id] = (line, self.clock.env.process(self.collects(line)))

    def _drivers(self, customer: Customer, day: int, due: int, amount_fen: int) -> float:
        """Return the part of a line's payment logit that is settled on the day of issue."""
        payment = self.world.payment
        return drivers(
            customer.history(day, payment),
            customer.delays.mean(day, self.clock.calendar, payment),
            due - day,
            amount_fen,
            self.world.customers.order_value_fen,
            payment.history_weight,
            payment.delay_weight,
            payment.term_weight,
            payment.amount_weight,
        )

    def _disputable(self, order: Order, day: int, due: int) -> tuple[int, int] | None:
        """Return when the goods will be disputed, if still unpaid, and when that will be settled."""
        draw, order_id = self.draw, order.order_id
        if draw(Stream.DISPUTE, order_id, 0) >= self.clock.terms(order.dated).dispute_probability:
            return None
        raised = dispute_day(draw(Stream.DISPUTE, order_id, 1), day, due)
        mean_days = self.world.payment.dispute.mean_days
        return raised, settlement_day(draw(Stream.DISPUTE, order_id, 2), raised, mean_days)

    def collects(self, line: Line) -> Process:
        """A line is paid, or disputed, or comes to light and is chased, or is given up: what happens first."""
        customer = line.order.customer
        while line.is_open:
            if customer.defaults <= self.clock.day:
                yield from self.recovers(line)
                return
            acts_from = self.clock.acts_from
            line.moves(acts_from, self.world.payment, self.clock.terms(acts_from), self.dates)
            event = min(self._events(line), key=lambda event: event[:3])
            try:
                yield self.clock.until(event.day, event.minute)
                event.happens(line, event.day)
            except simpy.Interrupt:
                continue

    def _events(self, line: Line) -> list[Event]:
        """Return what may happen to a line next, if nothing else changes."""
        events = [
            Event(line.pays, RECEIPTS, 0, self.settles),
            Event(self._gives_up(line), RECEIPTS, 1, self.abandons),
        ]
        if line.in_dispute:
            assert line.disputable is not None
            events.append(Event(line.disputable[1], SETTLEMENTS, 0, self.reconciles))
            return events
        if line.disputable is not None and line.disputed is None:
            events.append(Event(line.disputable[0], ALERTS, 2, self.disputes))
        day = self.clock.day
        earliest = day if self.clock.minute <= ALERTS else day + 1
        answered, alert = self.collecting.next_alert(line, earliest)
        events.append(Event(answered, ALERTS, 3, lambda line, day: self.collecting.answers(line, alert, day)))
        events.append(Event(self.collecting.next_step(line, earliest), ALERTS, 4, self.collecting.asks))
        return events

    def _gives_up(self, line: Line) -> int:
        if line.kind == PREPAYMENT:
            return line.issued + self.clock.terms(line.issued).policy.contract.lapse_days
        day = line.due + self.clock.terms(line.due).policy.collections.write_off_days
        # Also once it is settled: that may be after the day on which the line would have been given up.
        return max(day, line.disputable[1]) if line.disputed is not None and line.disputable else day

    def wakes(self, line: Line) -> None:
        """Let a line notice that something has changed."""
        if line.line_id in self._open:
            self._open[line.line_id][1].interrupt()

    def wakes_all(self) -> None:
        """Let every open line notice that something has changed."""
        for _, process in list(self._open.values()):
            process.interrupt()

    # ---------------------------------------------------------------- cash

    def settles(self, line: Line, day: int) -> None:
        """Cash comes in; a prepayment sets the goods moving."""
        order = line.order
        line.paid, line.paid_fen = day, line.amount_fen
        self._closes(line, day, "paid")
        self.book.receipt(day, line, line.amount_fen, "payment")
        commission = collection_commission_fen(line.amount_fen, order.commission_rate, order.signing_share)
        self.payroll.paid(line, day, commission)
        if line.kind == PREPAYMENT:
            self.ships(order, day)
            return
        order.customer.delays.pays(day, counted_delay(day, line.due))
        if day > line.due:
            self._charges(line, day)

    def _charges(self, line: Line, day: int) -> None:
        """Interest and penalty are due on a late line by the terms it was signed on, and collected on some."""
        if self.draw(Stream.INTEREST, line.line_id) >= self.world.payment.interest_collected_share:
            return
        order, late = line.order, day - line.due
        contract = self.clock.terms(order.dated).policy.contract
        interest = overdue_interest_fen(line.amount_fen, late, contract.overdue_interest_per_day)
        penalty = 0
        if line.kind == BALANCE:
            penalty = penalty_fen(order.value_fen, late, contract.penalty_share, contract.penalty_after_days)
        for amount, kind in ((interest, "interest"), (penalty, "penalty")):
            if amount:
                self.book.receipt(day, line, amount, kind)

    def abandons(self, line: Line, day: int) -> None:
        """A contract whose prepayment never came lapses; a debt chased too long is written off."""
        if line.kind == PREPAYMENT:
            order = line.order
            order.status = "lapsed"
            order.customer.exposure_fen -= order.balance_fen
            self.payroll.lapsed(order, day)
            self._closes(line, day, "credited")
        else:
            line.written_off_fen = line.amount_fen
            self._closes(line, day, "written_off")

    def _closes(self, line: Line, day: int, status: str) -> None:
        line.close(day, status)
        del self._open[line.line_id]
        if line.kind != PREPAYMENT:
            line.order.customer.exposure_fen -= line.amount_fen

    def reschedules(self, line: Line, day: int) -> None:
        """The debt becomes instalments; the remainder falls due with the last."""
        plan = self.clock.terms(day).policy.collections.instalments
        process = self._open[line.line_id][1]
        self._closes(line, day, "rescheduled")
        process.interrupt()
        line.order.customer.exposure_fen += line.amount_fen
        for number in range(1, plan.count + 1):
            amount = instalment_fen(line.amount_fen, plan.share, plan.count, number)
            if amount:
                due = day + number * plan.interval_days
                self.issues(line.order, INSTALMENT, day, due, amount, number - 1)

    # ---------------------------------------------------------------- disputes

    def disputes(self, line: Line, day: int) -> None:
        """The customer disputes the goods: nothing is paid or chased until that is settled."""
        line.disputed = day
        line.order.customer.goodwill += self.world.relationship.dispute

    def reconciles(self, line: Line, day: int) -> None:
        """The dispute is settled: the line can be paid and chased again."""
        line.settled = day

    # ---------------------------------------------------------------- default

    def defaults(self, customer: Customer) -> Process:
        """A customer defaults: its open lines stop paying and go to legal recovery."""
        yield self.clock.until(customer.defaults, DEFAULTS)
        for line, process in list(self._open.values()):
            if line.order.customer is customer:
                process.interrupt()

    def recovers(self, line: Line) -> Process:
        """After default a share comes back by security, some months later; the rest is written off."""
        line.in_recovery = True
        recovery = self.world.recovery
        day = max(line.order.customer.defaults + recovery.lag_days, self.clock.day + 1)
        if line.kind == PREPAYMENT:
            day = self._gives_up(line)
        while int(self.clock.env.now) < day * DAY + RECEIPTS:
            try:
                yield self.clock.until(day, RECEIPTS)
            except simpy.Interrupt:
                continue
        if line.kind == PREPAYMENT:
            self.abandons(line, day)
            return
        share = (recovery.none, recovery.guarantor, recovery.collateral)[line.order.security]
        line.paid_fen = share_of_fen(line.amount_fen, share)
        line.written_off_fen = line.amount_fen - line.paid_fen
        self._closes(line, day, "written_off")
        if line.paid_fen:
            self.book.receipt(day, line, line.paid_fen, "recovery")
