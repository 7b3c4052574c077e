"""The reference engine: SimPy processes that read like the handbook.

One process per customer, per receivable line and per desk; `simkit.engine.calendar` states the order of work inside
a day. Regions share nothing but the state of the economy.
"""

import pandas as pd
import simpy

from simkit.behaviour.demand import order_day
from simkit.behaviour.payment import threshold
from simkit.engine.book import Book
from simkit.engine.calendar import (
    ALERTS,
    DAY,
    DEFAULTS,
    MONTH_END,
    ORDERS,
    RECEIPTS,
    REVIEW,
    SWITCH,
    Calendar,
)
from simkit.engine.chase import Chase
from simkit.engine.desk import Desk, Process
from simkit.engine.line import BALANCE, INSTALMENT, PREPAYMENT, Line
from simkit.engine.luck import Luck
from simkit.engine.order import Customer, Order
from simkit.engine.payroll import Payroll
from simkit.engine.selling import Selling
from simkit.engine.terms import Terms
from simkit.rules.collections import Stage, instalment_fen, queue_key
from simkit.rules.contract import overdue_interest_fen, penalty_fen, share_of_fen
from simkit.rules.incentives import collection_commission_fen, signing_commission_fen
from simkit.rules.monitoring import discovery_day
from simkit.scenario.scenario import Scenario
from simkit.streams import Stream

DESKS = ("reps", "risk_officers", "sales_managers", "legal")
"""The desk of each step of the ladder."""


class Region:
    """One region of the company, simulated from the first day to the last.

    Parameters
    ----------
    scenario : Scenario
        Policy, status quo, world and run.
    replication : int
        Number of the repetition.
    customers : DataFrame
        The region's customers, on the books and to come (see `simkit.portfolio.synthetic`).
    """

    def __init__(self, scenario: Scenario, replication: int, customers: pd.DataFrame) -> None:
        self.world = scenario.world
        self.draw = Luck(scenario.run.seed, replication).draw
        self.calendar = Calendar(scenario.run)
        self.env = simpy.Environment()
        self.today = Terms.of(scenario.status_quo, self.world)
        self.new = Terms.of(scenario.policy, self.world)
        self.selling = Selling(self.world, self.draw, self.calendar)
        self.customers = self.selling.customers(customers)
        self.payroll = Payroll(self.calendar)
        self.book = Book(self.calendar)
        self.open_lines: dict[int, tuple[Line, simpy.Process]] = {}
        self.desks = {name: self._desk(name) for name in DESKS}

    def run(self) -> Book:
        """Simulate every day of the run and return the book."""
        self.env.process(self.switches())
        self.env.process(self.closes_months())
        for customer in self.customers:
            self.env.process(self.buys(customer))
            if customer.defaults < self.calendar.horizon:
                self.env.process(self.defaults(customer))
        self.env.run(until=self.calendar.horizon * DAY)
        return self.book

    # ---------------------------------------------------------------- the clock

    def until(self, day: int, minute: int) -> simpy.Event:
        """Return the event of a minute of a day."""
        return self.env.timeout(max(0, day * DAY + minute - self.env.now))

    def terms(self, day: int) -> Terms:
        """Return the terms in force on a day."""
        return self.today if day < self.calendar.switch else self.new

    def switches(self) -> Process:
        """On the switch date the new policy takes force: desks are staffed, open lines feel it."""
        yield self.until(self.calendar.switch, SWITCH)
        for name, desk in self.desks.items():
            desk.staff(getattr(self.new.policy.desks, name).staff)
        for _, process in list(self.open_lines.values()):
            process.interrupt()

    def _desk(self, name: str) -> Desk:
        staff = [getattr(terms.policy.desks, name).staff for terms in (self.today, self.new)]
        desk = Desk(self.env, self.calendar, name, max(staff))
        desk.staff(staff[0])
        return desk

    # ---------------------------------------------------------------- customers and orders

    def buys(self, customer: Customer) -> Process:
        """A customer comes, is scored, and orders when its clock says so."""
        if customer.arrival >= 0:
            yield self.until(customer.arrival, ORDERS)
            self.selling.score(customer, customer.arrival, self.terms(customer.arrival))
            if not self.wins(customer):
                return
        for start, end in self.calendar.reviews(max(0, customer.arrival)):
            yield self.until(start, REVIEW)
            if not customer.buys(start):
                return
            terms = self.terms(start)
            self.selling.review(customer, start, terms)
            intensity = self.selling.intensity(customer, start, terms)
            day = start
            while True:
                since, day = day, order_day(customer.done, customer.goal, day, end, intensity)
                customer.done += intensity * (day - since)
                if day == end:
                    break
                yield self.until(day, ORDERS)
                if not customer.buys(day):
                    return
                self.signs(self.selling.order(customer, day, terms), day)

    def wins(self, customer: Customer) -> bool:
        """A lead is pursued with the selling effort of the day; the application comes with a first order."""
        day = customer.arrival
        terms = self.terms(day)
        pursued = self.draw(Stream.LEAD, customer.customer_id) < terms.selling_effort
        outcome = "lost"
        if pursued and customer.buys(day):
            order = self.selling.order(customer, day, terms)
            self.signs(order, day)
            outcome = {"signed": "won", "refused": "refused"}.get(order.status, "lost")
        self.book.lead(customer, day, outcome)
        return outcome == "won"

    def signs(self, order: Order, day: int) -> None:
        """A contract is signed: commission is earned, the prepayment is asked for, or the goods go out."""
        self.book.orders.append(order)
        if order.status != "signed":
            return
        customer, contract = order.customer, self.terms(day).policy.contract
        customer.exposure_fen += order.balance_fen
        self.payroll.signed(customer.rep_id, day, self._signing_fen(order))
        if order.prepayment_fen:
            due = day + contract.prepayment_due_days
            self.issues(order, PREPAYMENT, day, due, order.prepayment_fen)
        else:
            self.env.process(self.delivers(order, day))

    def _signing_fen(self, order: Order) -> int:
        return signing_commission_fen(order.value_fen, order.commission_rate, order.signing_share)

    def delivers(self, order: Order, shipped: int) -> Process:
        """The goods are shipped and, some days later, accepted; the balance is invoiced."""
        day = shipped + self.world.customers.acceptance_days
        yield self.until(day, ORDERS)
        order.delivered, order.status = day, "delivered"
        if order.balance_fen:
            self.issues(order, BALANCE, day, day + order.term_days, order.balance_fen)

    # ---------------------------------------------------------------- receivables

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
            late_share=order.customer.history(day, self.world.payment),
            goal=threshold(self.draw(Stream.PAYMENT, line_id)),
        )
        if kind != PREPAYMENT:
            order.customer.unjudged.append(line)
            self.payroll.issued(line)
        self.book.lines.append(line)
        self.open_lines[line_id] = (line, self.env.process(self.collects(line)))

    def collects(self, line: Line) -> Process:
        """A line is paid, or comes to light and is chased, or is given up; what happens first."""
        customer = line.order.customer
        while line.is_open:
            today = int(self.env.now) // DAY
            if customer.defaults <= today:
                yield from self.recovers(line)
                return
            # What changed during a day's work acts from the next day's receipts on.
            first = today if self.env.now % DAY < RECEIPTS else today + 1
            line.moves(first, self.world.payment, self.terms(first))
            pays = line.expected_payment(self.world.payment)
            gives_up = self._gives_up(line)
            chased = self._comes_to_light(line, first)
            try:
                if pays <= min(chased, gives_up):
                    yield self.until(pays, RECEIPTS)
                    self.settles(line, pays)
                elif gives_up <= chased:
                    yield self.until(gives_up, RECEIPTS)
                    self.abandons(line, gives_up)
                else:
                    yield self.until(chased, ALERTS)
                    self.asks(line, chased)
            except simpy.Interrupt:
                continue

    def _gives_up(self, line: Line) -> int:
        if line.kind == PREPAYMENT:
            return line.order.day + self.terms(line.order.day).policy.contract.lapse_days
        return line.due + self.terms(line.due).policy.collections.write_off_days

    def _comes_to_light(self, line: Line, first: int) -> int:
        """Return the day on which the next step of the ladder is asked for."""
        terms = self.terms(first)
        if line.kind == PREPAYMENT or line.asked == Stage.LEGAL:
            return self.calendar.horizon
        due = line.due + terms.stage_days[line.asked]
        watch = terms.policy.monitoring
        day = discovery_day(due, self.calendar.month_end(due), watch.enabled, watch.response_lag_days)
        return max(day, first)

    def settles(self, line: Line, day: int) -> None:
        """Cash comes in; a prepayment sets the goods moving."""
        order = line.order
        line.paid, line.paid_fen = day, line.amount_fen
        self._closes(line, day, "paid")
        self.book.receipt(day, line, line.amount_fen, "payment")
        commission = collection_commission_fen(line.amount_fen, order.commission_rate, order.signing_share)
        self.payroll.paid(line, day, commission)
        if line.kind == PREPAYMENT:
            self.env.process(self.delivers(order, day))
        elif day > line.due:
            self._charges(line, day)

    def _charges(self, line: Line, day: int) -> None:
        """Interest and penalty are due on a late line by the terms it was signed on, and collected on some."""
        if self.draw(Stream.INTEREST, line.line_id) >= self.world.payment.interest_collected_share:
            return
        contract, late = self.terms(line.order.day).policy.contract, day - line.due
        interest = overdue_interest_fen(line.amount_fen, late, contract.overdue_interest_per_day)
        penalty = 0
        if line.kind == BALANCE:
            penalty = penalty_fen(
                line.order.value_fen, late, contract.penalty_share, contract.penalty_after_days
            )
        for amount, kind in ((interest, "interest"), (penalty, "penalty")):
            if amount:
                self.book.receipt(day, line, amount, kind)

    def abandons(self, line: Line, day: int) -> None:
        """A contract whose prepayment never came lapses; a debt chased too long is written off."""
        if line.kind == PREPAYMENT:
            order = line.order
            order.status = "lapsed"
            order.customer.exposure_fen -= order.balance_fen
            self.payroll.signed(order.customer.rep_id, day, -self._signing_fen(order))
            self._closes(line, day, "credited")
        else:
            line.written_off_fen = line.amount_fen
            self._closes(line, day, "written_off")

    def _closes(self, line: Line, day: int, status: str) -> None:
        line.close(day, status)
        del self.open_lines[line.line_id]
        if line.kind != PREPAYMENT:
            line.order.customer.exposure_fen -= line.amount_fen

    # ---------------------------------------------------------------- collections

    def asks(self, line: Line, day: int) -> None:
        """The next step of the ladder is put before its desk."""
        stage = Stage(line.asked + 1)
        line.asked = stage
        terms = self.terms(day)
        customer = line.order.customer
        key = queue_key(terms.queue_rule, line.due, line.amount_fen, 1.0 - customer.score / 100.0)
        desk = self.desks[DESKS[stage - 1]]
        desk.submit(
            Chase(
                line=line,
                stage=stage,
                desk=desk.name,
                opened=day,
                key=(key, line.line_id),
                minutes=terms.stage_minutes[stage - 1],
                cost_fen=terms.stage_cost_fen[stage - 1],
                done=self.acts,
            )
        )

    def acts(self, chase: Chase, day: int) -> None:
        """A step has been taken: it costs, it is felt, and from the next day it moves the line."""
        self.book.action(chase, day)
        line = chase.line
        if not chase.needed():  # settled, or overtaken by a later step of another desk, while it was in hand
            return
        customer = line.order.customer
        memory = self.world.relationship
        customer.goodwill += (memory.friendly, memory.formal, memory.plan, memory.legal)[chase.stage - 1]
        process = self.open_lines[line.line_id][1]
        line.stage = chase.stage
        plan_offered = chase.stage == Stage.PLAN and line.kind == BALANCE
        if plan_offered and self.draw(Stream.PLAN, line.line_id) < self.world.payment.plan_acceptance:
            self.reschedules(line, day)
        process.interrupt()

    def reschedules(self, line: Line, day: int) -> None:
        """The debt becomes instalments; the remainder falls due with the last."""
        plan = self.terms(day).policy.collections.instalments
        self._closes(line, day, "rescheduled")
        line.order.customer.exposure_fen += line.amount_fen
        for number in range(1, plan.count + 1):
            amount = instalment_fen(line.amount_fen, plan.share, plan.count, number)
            if amount:
                due = day + number * plan.interval_days
                self.issues(line.order, INSTALMENT, day, due, amount, number - 1)

    # ---------------------------------------------------------------- default

    def defaults(self, customer: Customer) -> Process:
        """A customer defaults: its open lines stop paying and go to legal recovery."""
        yield self.until(customer.defaults, DEFAULTS)
        for line, process in list(self.open_lines.values()):
            if line.order.customer is customer:
                process.interrupt()

    def recovers(self, line: Line) -> Process:
        """After default a share comes back by security, some months later; the rest is written off."""
        line.in_recovery = True
        recovery = self.world.recovery
        day = max(line.order.customer.defaults + recovery.lag_days, int(self.env.now) // DAY + 1)
        if line.kind == PREPAYMENT:
            day = self._gives_up(line)
        while int(self.env.now) < day * DAY + RECEIPTS:
            try:
                yield self.until(day, RECEIPTS)
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

    # ---------------------------------------------------------------- month end

    def closes_months(self) -> Process:
        """On the last of each month the reps' commission is settled and appraised."""
        reps = sorted({customer.rep_id for customer in self.customers})
        for month, end in enumerate(self.calendar.month_ends[:-1]):  # the last month outlasts the run
            yield self.until(end, MONTH_END)
            rule = self.terms(end).policy.incentives.appraisal
            for rep_id in reps:
                self.book.commission(rep_id, month, self.payroll.close_month(rep_id, month, rule))
