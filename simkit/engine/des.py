"""The reference engine: SimPy processes that read like the handbook.

One process per customer, lead, application, receivable line and job at a desk; `simkit.engine.calendar` states the
order of work inside a day. Regions share nothing but the state of the economy.
"""

from bisect import insort

import pandas as pd
import simpy

from simkit.behaviour.demand import order_day
from simkit.engine.approvals import Approvals
from simkit.engine.book import Book, TierMonth
from simkit.engine.calendar import DAY, MONTH_END, ORDERS, REVIEW, SWITCH, Calendar
from simkit.engine.clock import Clock
from simkit.engine.collecting import DESKS
from simkit.engine.desk import Desk, Process
from simkit.engine.desk_month import DeskMonth, desk_months
from simkit.engine.funnel import Funnel
from simkit.engine.lead import SIGNED, Lead
from simkit.engine.line import BALANCE, PREPAYMENT
from simkit.engine.luck import Luck
from simkit.engine.order import Customer, Order
from simkit.engine.payroll import Payroll
from simkit.engine.receivables import Receivables
from simkit.engine.selling import Selling, rows
from simkit.engine.team import Team
from simkit.engine.terms import Terms
from simkit.portfolio.roll import ON_THE_BOOKS
from simkit.rules.segments import Tier
from simkit.scenario.scenario import Scenario


class Region:
    """One region of the company, simulated from the first day to the last.

    Parameters
    ----------
    scenario : Scenario
        Policy, status quo, world and run.
    replication : int
        Number of the repetition.
    customers : DataFrame
        The region's customers on the books, and leads to come (see `simkit.portfolio.synthetic`).
    """

    def __init__(self, scenario: Scenario, replication: int, customers: pd.DataFrame) -> None:
        self.world = scenario.world
        draw = Luck(scenario.run.seed, replication).draw
        self.calendar = Calendar(scenario.run)
        self.env = simpy.Environment()
        self.clock = Clock(
            self.env,
            self.calendar,
            Terms.of(scenario.status_quo, self.world),
            Terms.of(scenario.policy, self.world),
        )
        self.selling = Selling(self.world, draw, self.calendar)
        people = rows(customers)
        on_the_books = [row for row in people if row["arrival_day"] == ON_THE_BOOKS]
        self.customers = self.selling.customers(on_the_books)
        self.payroll = Payroll(self.calendar)
        reps = sorted({int(rep_id) for rep_id in customers["rep_id"]})
        self.team = Team(self.world, draw, self.calendar, self.payroll, reps, self.customers)
        self.book = Book(self.calendar)
        self.desks = {name: self._desk(name) for name in ("risk_reviewers", *DESKS)}
        self.receivables = Receivables(
            self.clock, self.world, draw, self.desks, self.book, self.payroll, self.ships
        )
        self.approvals = Approvals(
            self.clock, self.world, draw, self.selling, self.desks["risk_reviewers"], self.signs
        )
        firms = [row for row in people if row["arrival_day"] != ON_THE_BOOKS]
        self.funnel = Funnel(self.clock, self.world, draw, self.team, firms, self.applies)

    def run(self) -> Book:
        """Simulate every day of the run and return the book."""
        self.env.process(self.switches())
        self.env.process(self.closes_months())
        self.env.process(self.funnel.comes())
        self.env.process(self.approvals.decides())
        self.env.process(self.receivables.collecting.takes_effect())
        for customer in self.customers:
            self.env.process(self.buys(customer, 0))
            self._may_default(customer)
        self.env.run(until=self.calendar.horizon * DAY)
        self.book.customers = self.customers
        self.book.leads = sorted(self.funnel.leads, key=lambda lead: lead.lead_id)
        self.book.tiers = self._tiers()
        self.book.desks = self._desk_months()
        return self.book

    def switches(self) -> Process:
        """On the switch date the new policy takes force: desks are staffed, open lines feel it."""
        yield self.clock.until(self.calendar.switch, SWITCH)
        for name, desk in self.desks.items():
            desk.staff(getattr(self.clock.new.policy.desks, name).staff)
        self.receivables.wakes_all()

    def _desk(self, name: str) -> Desk:
        staff = [getattr(terms.policy.desks, name).staff for terms in (self.clock.today, self.clock.new)]
        desk = Desk(self.env, self.calendar, name, max(staff))
        desk.staff(staff[0])
        return desk

    def _may_default(self, customer: Customer) -> None:
        if customer.defaults < self.calendar.horizon:
            self.env.process(self.receivables.defaults(customer))

    def _tiers(self) -> list[TierMonth]:
        months = [
            m
            for m in range(len(self.calendar.month_ends))
            if self.calendar.month_starts[m] < self.calendar.horizon
        ]
        return [
            TierMonth(month, tier, self.selling.tiers[month, tier], self.selling.treatment_fen[month, tier])
            for month in months
            for tier in Tier
        ]

    def _desk_months(self) -> list[DeskMonth]:
        """Return every desk's months, the joint meeting's last; a month that outlasts the run is cut off."""
        found = []
        for name, desk in self.desks.items():
            found += desk_months(name, desk.months, desk.staffed, self.calendar)
        capacity = [
            (day, self.clock.terms(day).policy.approval.meeting.capacity) for day in (0, self.calendar.switch)
        ]
        return found + desk_months(
            "meeting", self.approvals.meetings, capacity, self.calendar, minutes_a_day=0
        )

    # ---------------------------------------------------------------- customers and orders

    def buys(self, customer: Customer, day: int) -> Process:
        """From a day on a customer orders when its clock says so."""
        for start, end in self.calendar.reviews(day):
            yield self.clock.until(start, REVIEW)
            if not customer.buys(start):
                return
            terms = self.clock.terms(start)
            self.selling.review(customer, start, terms)
            effort = self.team.log_effort(customer.rep_id, start)
            intensity = self.selling.intensity(customer, start, terms, effort)
            day = start
            while True:
                since, day = day, order_day(customer.done, customer.goal, day, end, intensity)
                customer.done += intensity * (day - since)
                if day == end:
                    break
                yield self.clock.until(day, ORDERS)
                if not customer.buys(day):
                    return
                self.orders(customer, day)

    def orders(self, customer: Customer, day: int, lead: Lead | None = None) -> None:
        """A customer places an order, which somebody has to decide on."""
        order = self.selling.order(customer, day, self.clock.terms(day))
        order.lead = lead
        self.book.orders.append(order)
        self.approvals.takes(order, day)

    def applies(self, lead: Lead) -> None:
        """A lead applies: it is scored as a customer, and its first order goes the way of approval."""
        day = self.clock.day
        customer = self.selling.customer(lead.firm)
        if not customer.buys(day):
            lead.close(day, "lost")
            return
        self.selling.score(customer, day, self.clock.terms(day))
        lead.customer, lead.score, lead.grade = customer, customer.score, customer.grade
        insort(self.customers, customer, key=lambda each: each.customer_id)
        self._may_default(customer)
        self.orders(customer, day, lead)

    def signs(self, order: Order, day: int) -> None:
        """An order has been decided; a signed one earns commission, asks for the prepayment or sends the goods."""
        if order.lead is not None:
            self._closes_lead(order.lead, order, day)
        if order.status != "signed":
            return
        contract = self.clock.terms(day).policy.contract
        order.customer.exposure_fen += order.balance_fen
        self.payroll.signed(order, day)
        if order.prepayment_fen:
            due = day + contract.prepayment_due_days
            self.receivables.issues(order, PREPAYMENT, day, due, order.prepayment_fen)
        else:
            self.ships(order, day)

    def _closes_lead(self, lead: Lead, order: Order, day: int) -> None:
        outcome = {"signed": "won", "refused": "refused"}.get(order.status, "lost")
        lead.score, lead.grade = order.score, order.grade
        lead.close(day, outcome)
        if outcome == "won":
            lead.stage = SIGNED
            self.env.process(self.buys(order.customer, day))

    def ships(self, order: Order, day: int) -> None:
        """The goods are on their way."""
        self.env.process(self.delivers(order, day))

    def delivers(self, order: Order, shipped: int) -> Process:
        """The goods are shipped and, some days later, accepted; the balance is invoiced."""
        day = shipped + self.world.customers.acceptance_days
        yield self.clock.until(day, ORDERS)
        order.delivered, order.status = day, "delivered"
        if order.balance_fen:
            self.receivables.issues(order, BALANCE, day, day + order.term_days, order.balance_fen)

    # ---------------------------------------------------------------- month end

    def closes_months(self) -> Process:
        """On the last of each month the reps' commission is settled, they are appraised, careers decided."""
        for month, end in enumerate(self.calendar.month_ends[:-1]):  # the last month outlasts the run
            yield self.clock.until(end, MONTH_END)
            self.book.payslips += self.team.closes_month(month, end, self.clock.terms(end))
