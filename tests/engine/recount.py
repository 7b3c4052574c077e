"""The handbook counted a second time, day by day, with the same luck: what an engine's tables must say.

No event queue, no closed forms, no shared state: every function takes the tables as they are, goes through the days
of one customer or one line, and returns what should have happened to it. The random draws, the scalar PD functions
and the customers of the portfolio are taken as given (they have tests of their own).
"""

import math
from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from types import SimpleNamespace as Row
from typing import Any

import numpy as np
import pandas as pd

from simkit.behaviour.default import conditional_pd, default_day, normal_quantile
from simkit.engine.result import Result
from simkit.portfolio.synthetic import draw_customers
from simkit.scenario.policy import Policy
from simkit.scenario.policy.credit import Indicator
from simkit.streams import Stream, uniform

STAGES = ("friendly", "formal", "plan", "legal")
DESKS = dict(zip(STAGES, ("reps", "risk_officers", "sales_managers", "legal"), strict=True))


def half_up(amount: float) -> int:
    return math.floor(amount + 0.5)


class Clock:
    """A customer's clock of orders: Weibull gaps with mean 1, in its stride when on the books on the first day."""

    def __init__(self, recount: "Recount", customer_id: int) -> None:
        self.recount, self.customer_id, self.wound = recount, customer_id, 0
        self.shape = recount.world.customers.gap_shape
        self.goal, self.done = 0.0, 0.0
        if recount.people[customer_id].arrival_day < 0:
            self.done = 5.0
            while self.goal <= self.done:
                self.wind()

    def wind(self) -> None:
        luck = self.recount.draw(Stream.ORDER_GAP, self.customer_id, self.wound)
        self.goal += (-math.log(luck)) ** (1 / self.shape) / math.gamma(1 + 1 / self.shape)
        self.wound += 1


@dataclass(eq=False)
class Recount:
    """The tables of a run with days for dates, and what they should be."""

    result: Result

    def __post_init__(self) -> None:
        result = self.result
        self.world, self.run_ = result.scenario.world, result.scenario.run
        self.start = self.run_.start_date
        self.horizon, self.switch = self.run_.horizon_days, self.run_.warm_up_days
        self.customers = {row.customer_id: row for row in self.rows(result.customers)}
        self.orders = self.rows(result.orders)
        self.lines = self.rows(result.receivables)
        self.actions = self.rows(result.actions)
        self.receipts = self.rows(result.receipts)
        people = draw_customers(result.scenario, result.replication)
        self.people = {row.customer_id: row for row in self.rows(people)}
        self.order = {order.order_id: order for order in self.orders}
        self.line = {line.line_id: line for line in self.lines}
        self.lines_of = defaultdict(list)
        self.orders_of = defaultdict(list)
        self.actions_on = defaultdict(list)
        for line in self.lines:
            self.lines_of[line.customer_id].append(line)
        for order in self.orders:
            self.orders_of[order.customer_id].append(order)
        for action in sorted(self.actions, key=lambda action: (action.finished_date, action.stage)):
            self.actions_on[action.line_id].append(action)

    def rows(self, table: pd.DataFrame) -> list[Row]:
        days = {}
        for name in table:
            if table[name].dtype.kind == "M":
                since = (table[name] - pd.Timestamp(self.start)).dt.days
                days[name] = pd.Series([None if pd.isna(day) else int(day) for day in since], dtype=object)
        return [Row(**row) for row in table.assign(**days).to_dict("records")]

    # ------------------------------------------------------------ the calendar

    def policy(self, day: int) -> Policy:
        return self.result.scenario.status_quo if day < self.switch else self.result.scenario.policy

    def date(self, day: int) -> date:
        return self.start + timedelta(days=day)

    def month(self, day: int) -> tuple[int, int]:
        return self.date(day).year, self.date(day).month

    def months_since_start(self, day: int) -> int:
        year, month = self.month(day)
        return (year - self.start.year) * 12 + month - self.start.month

    def starts_month(self, day: int) -> bool:
        return day == 0 or self.date(day).day == 1

    def month_end(self, day: int) -> int:
        while self.date(day + 1).day != 1:
            day += 1
        return day

    def works(self, day: int) -> bool:
        return self.date(day).weekday() < 5 and self.date(day) not in self.run_.holidays

    def draw(self, stream: Stream, entity: int, index: int = 0) -> float:
        return uniform(self.run_.seed, self.result.replication, stream.value, entity, index)

    # ------------------------------------------------------------ reps

    def cash_share_change(self, day: int) -> float:
        pay = self.policy(day).incentives
        w = 1 - pay.commission.signing_share * (1 - pay.appraisal.weight)
        return w - self.world.reps.cash_share_today

    def selling_effort(self, day: int) -> float:
        return math.exp(-self.world.reps.selling_response * self.cash_share_change(day))

    # ------------------------------------------------------------ a customer

    @cache  # noqa: B019
    def default(self, customer_id: int) -> int | None:
        factor = self.world.economy.factor
        if factor is None:
            factor = normal_quantile(self.draw(Stream.ECONOMY, 0))
        person = self.people[customer_id]
        pd_now = conditional_pd(person.annual_pd, factor, self.world.economy.correlation)
        day = default_day(self.draw(Stream.DEFAULT, customer_id), pd_now, person.arrival_day, self.horizon)
        return day if day < self.horizon else None

    @cache  # noqa: B019
    def leaves(self, customer_id: int) -> int | None:
        """The day when as many years have passed as constant churn leaves this share of customers."""
        churn = self.world.customers.churn_per_year
        if churn == 0:
            return None
        years = math.log(self.draw(Stream.CHURN, customer_id)) / math.log(1 - churn)
        day = max(0, self.people[customer_id].arrival_day) + int(years * 365)
        return day if day < self.horizon else None

    def gone(self, customer_id: int, day: int) -> bool:
        last = [self.default(customer_id), self.leaves(customer_id)]
        return any(end is not None and day >= end for end in last)

    def late_share(self, customer_id: int, day: int) -> float:
        """Late share, shrunk, of the lines whose due date lies before a day."""
        person, payment = self.people[customer_id], self.world.payment
        known, late = person.history_lines, person.history_late
        for line in self.lines_of[customer_id]:
            if line.kind != "prepayment" and line.due_date < day:
                known += 1
                late += line.paid_date is None or line.paid_date > line.due_date
        prior = payment.history_prior_lines
        return (late + payment.history_prior_share * prior) / (known + prior)

    def score(self, customer_id: int, day: int) -> float:
        person = self.people[customer_id]
        known = vars(person) | {
            "past_overdue": self.late_share(customer_id, day),
            "net_assets": person.net_assets_million,
        }
        reps = self.world.reps
        extra = reps.inflation_points * math.exp(-reps.inflation_response * self.cash_share_change(day))
        total = 0.0
        for _, dimension in self.policy(day).credit.scorecard:
            for name, indicator in dimension:
                if isinstance(indicator, Indicator):
                    points = np.interp(known[name], *zip(*indicator.breakpoints, strict=True))
                    if name in ("industry_phase", "market_rank"):
                        points = min(100, points + extra)
                    total += dimension.weight * indicator.share * points
        return float(total)

    def grade(self, score: float, day: int) -> str:
        grades = self.policy(day).credit.grades
        return next(name for name in "ABCD" if score >= getattr(grades, name).min_score)

    def term(self, customer_id: int, grade: str, day: int, draw: float) -> int:
        policy, wanted = self.policy(day), self.people[customer_id].term_wanted_days
        rule = getattr(policy.credit.grades, grade)
        if rule.admission != "credit":
            return 0
        asked = wanted if policy.contract.term_negotiable else min(wanted, policy.contract.term_days)
        caught = asked > rule.term_limit_days and draw < policy.credit.audit_catch_rate
        return rule.term_limit_days if caught else asked

    def goodwill_changes(self, customer_id: int) -> dict[int, float]:
        """What collection steps took from the wish to buy, by the day they were taken."""
        changes: dict[int, float] = defaultdict(float)
        for line in self.lines_of[customer_id]:
            for action in self.felt(line):
                changes[action.finished_date] += getattr(self.world.relationship, STAGES[action.stage - 1])
        return changes

    def orders_expected(self, customer_id: int) -> list[Row]:
        """Every order of a customer, and all that is decided about it on the day."""
        person, arrival = self.people[customer_id], self.people[customer_id].arrival_day
        clock = Clock(self, customer_id)
        changes = self.goodwill_changes(customer_id)
        score, grade, goodwill, found = math.nan, "D", 0.0, []
        for day in range(max(0, arrival), self.horizon):
            if self.gone(customer_id, day):
                break
            if self.rescored(day) or day in (self.switch, arrival):
                score = self.score(customer_id, day)
                grade = self.grade(score, day)
            if day == arrival:
                if self.draw(Stream.LEAD, customer_id) >= self.selling_effort(day):
                    break
                found.append(self.decision(customer_id, day, score, grade, found))
                clock.wind()
                if found[0].status != "signed":
                    break
            if self.starts_month(day):
                goodwill *= 1 - self.world.relationship.recovery_per_month
            if self.starts_month(day) or day in (self.switch, arrival):
                intensity = self.intensity(person, grade, day) * math.exp(goodwill)
            while clock.goal <= clock.done + intensity:
                found.append(self.decision(customer_id, day, score, grade, found))
                clock.wind()
            clock.done += intensity
            goodwill += changes.get(day, 0.0)
        return found

    def rescored(self, day: int) -> bool:
        return (
            self.starts_month(day)
            and self.months_since_start(day) % self.policy(day).credit.rescore_months == 0
        )

    def intensity(self, person: Row, grade: str, day: int) -> float:
        """Expected orders a day, but for what collection steps have left."""
        market = self.world.market
        season = market.season[self.date(day).month - 1] / np.mean(market.season)
        trend = (1 + market.growth_per_year) ** (day / 365)
        shortfall = person.term_wanted_days - self.term(person.customer_id, grade, day, 0.0)
        wish = math.exp(-self.world.demand.term_response * shortfall / 30)
        return person.orders_per_year / 365 * season * trend * self.selling_effort(day) * wish

    def decision(self, customer_id: int, day: int, score: float, grade: str, before: list[Row]) -> Row:
        """What is offered for an order, and the customer's answer."""
        person, policy, demand = self.people[customer_id], self.policy(day), self.world.demand
        order_id = customer_id * 10_000 + len(before)
        rule = getattr(policy.credit.grades, grade)
        z = normal_quantile(self.draw(Stream.ORDER_VALUE, order_id))
        spread = self.world.customers.order_value_spread_within
        value = max(100, half_up(person.order_value_fen * math.exp(spread * z)))
        signed_before = any(order.status == "signed" for order in before)
        order = Row(
            order_id=order_id, order_date=day, value_fen=value, grade=grade, score=score, term_days=0,
            prepayment_fen=0, security=rule.security, status="refused",
            new_customer=person.arrival_day >= 0 and not signed_before,
        )  # fmt: skip
        if rule.admission == "refuse":
            return order
        conditions = {
            "none": 0.0,
            "guarantor": demand.accept_guarantor,
            "collateral": demand.accept_collateral,
        }
        if rule.admission == "cash":
            order.prepayment_fen, order.security, condition = value, "none", demand.accept_cash
        else:
            order.term_days = self.term(customer_id, grade, day, self.draw(Stream.AUDIT, order_id))
            limit = int(rule.credit_limit_months * person.monthly_purchases_fen)
            excess = self.exposure(customer_id, day, before) + value - limit
            share = half_up(value * policy.contract.prepayment_share)
            order.prepayment_fen, condition = min(value, max(share, excess)), conditions[order.security]
        logit = (
            demand.accept_intercept
            + demand.accept_term * max(0, person.term_wanted_days - order.term_days) / 30
            + demand.accept_prepayment * 10 * order.prepayment_fen / value
            + condition
        )
        accepts = self.draw(Stream.ACCEPTANCE, order_id) < 1 / (1 + math.exp(-logit))
        order.status = "signed" if accepts else "declined"
        return order

    def exposure(self, customer_id: int, day: int, before: list[Row]) -> int:
        """What the customer owes or will owe for goods ordered, less what has been settled or has lapsed."""
        owed = sum(order.value_fen - order.prepayment_fen for order in before if order.status == "signed")
        for line in self.lines_of[customer_id]:
            if line.closed_date is None or line.closed_date > day:
                continue
            order = self.order[line.order_id]
            if line.status == "credited":
                owed -= order.value_fen - order.prepayment_fen
            elif line.kind != "prepayment" and line.status != "rescheduled":
                owed -= line.amount_fen
        return owed

    # ------------------------------------------------------------ a line

    def lines_expected(self, order: Row) -> list[Row]:
        """The lines of an order by what became of those before them."""
        found = []
        contract = self.policy(order.order_date).contract
        shipped = order.order_date
        if order.status == "declined" or order.status == "refused":
            return []
        if order.prepayment_fen:
            due = order.order_date + contract.prepayment_due_days
            found.append(("prepayment", 0, order.order_date, due, order.prepayment_fen))
            shipped = self.line[order.order_id * 100].paid_date
        balance = order.value_fen - order.prepayment_fen
        if shipped is not None and shipped + self.world.customers.acceptance_days < self.horizon and balance:
            day = shipped + self.world.customers.acceptance_days
            found.append(("balance", 1, day, day + order.term_days, balance))
            parent = self.line[order.order_id * 100 + 1]
            if parent.status == "rescheduled":
                plan = self.policy(parent.closed_date).collections.instalments
                part = half_up(balance * plan.share)
                for number in range(1, plan.count + 1):
                    last = number == plan.count
                    amount = balance - (plan.count - 1) * part if last else part
                    due = parent.closed_date + number * plan.interval_days
                    if amount:
                        found.append(("instalment", 1 + number, parent.closed_date, due, amount))
        return [
            Row(
                kind=kind,
                line_id=order.order_id * 100 + n,
                issue_date=issued,
                due_date=due,
                amount_fen=amount,
            )
            for kind, n, issued, due, amount in found
        ]

    def delivered(self, order: Row) -> int | None:
        if order.status in ("declined", "refused"):
            return None
        shipped = order.order_date
        if order.prepayment_fen:
            shipped = self.line[order.order_id * 100].paid_date
        day = None if shipped is None else shipped + self.world.customers.acceptance_days
        return day if day is not None and day < self.horizon else None

    def felt(self, line: Row) -> list[Row]:
        """The steps on a line that were finished while it was owed, each later in the ladder than the last."""
        default, stage, steps = self.customers[line.customer_id].default_date, 0, []
        for action in self.actions_on[line.line_id]:
            day = action.finished_date
            settled = (
                line.closed_date is not None and line.closed_date <= day and line.status != "rescheduled"
            )
            replaced = line.status == "rescheduled" and day > line.closed_date
            lost = default is not None and default <= day
            if not (settled or replaced or lost) and action.stage > stage:
                stage = action.stage
                steps.append(action)
                if line.status == "rescheduled" and day == line.closed_date and stage == 3:
                    break
        return steps

    def outcome(self, line: Row) -> Row:
        """What becomes of a line, by counting its days."""
        default = self.customers[line.customer_id].default_date
        order = self.order[line.order_id]
        goal = -math.log1p(-self.draw(Stream.PAYMENT, line.line_id))
        late_share = self.late_share(line.customer_id, line.issue_date)
        steps = {action.finished_date: action.stage for action in self.felt(line)}
        stage, force = 0, 0.0
        end = Row(
            paid_date=None, paid_fen=0, written_off_fen=0, closed_date=None, status="open", stage_reached=0
        )

        def close(day: int, status: str, paid: int = 0, lost: int = 0) -> Row:
            return Row(
                paid_date=day if status == "paid" else None,
                paid_fen=paid, written_off_fen=lost, closed_date=day, status=status, stage_reached=stage,
            )  # fmt: skip

        lapses = order.order_date + self.policy(order.order_date).contract.lapse_days
        gives_up = line.due_date + self.policy(line.due_date).collections.write_off_days
        for day in range(line.issue_date + (default is None or default > line.issue_date), self.horizon):
            if default is not None and default <= day:
                if line.kind == "prepayment":
                    return close(lapses, "credited") if lapses < self.horizon else end
                back = max(default + self.world.recovery.lag_days, line.issue_date + 1)
                share = getattr(self.world.recovery, order.security)
                paid = half_up(line.amount_fen * share)
                end.stage_reached = stage
                return (
                    close(back, "written_off", paid, line.amount_fen - paid) if back < self.horizon else end
                )
            force -= math.log1p(-self.hazard(line, day, late_share, stage))
            if force >= goal:
                return close(day, "paid", line.amount_fen)
            if line.kind == "prepayment" and day == lapses:
                return close(day, "credited")
            if line.kind != "prepayment" and day == gives_up:
                return close(day, "written_off", lost=line.amount_fen)
            stage = steps.get(day, stage)
            plan_signed = self.draw(Stream.PLAN, line.line_id) < self.world.payment.plan_acceptance
            if steps.get(day) == 3 and line.kind == "balance" and plan_signed:
                return close(day, "rescheduled")
            end.stage_reached = stage
        return end

    def hazard(self, line: Row, day: int, late_share: float, stage: int) -> float:
        payment, person = self.world.payment, self.people[line.customer_id]
        bucket = bisect_right(payment.bucket_starts, day - line.due_date)
        effort = self.world.reps.collecting_response * self.cash_share_change(day)
        logit = (
            payment.alpha[bucket]
            + payment.history_weight * late_share
            + payment.quality_weight * person.quality
            + person.frailty
            + getattr(payment.grade, line.grade)
            + payment.effort_elasticity * effort
            + (getattr(payment.stage, STAGES[stage - 1]) if stage else 0.0)
            + {"prepayment": payment.prepayment_shift, "instalment": payment.instalment_shift}.get(
                line.kind, 0
            )
        )
        return 1 / (1 + math.exp(-logit))

    def charges(self, line: Row) -> list[tuple[Any, ...]]:
        """The cash a line brings: (day, line, amount, kind)."""
        if line.status == "written_off":
            return [(line.closed_date, line.line_id, line.paid_fen, "recovery")] if line.paid_fen else []
        if line.status != "paid":
            return []
        cash = [(line.paid_date, line.line_id, line.amount_fen, "payment")]
        late, contract = (
            line.paid_date - line.due_date,
            self.policy(self.order[line.order_id].order_date).contract,
        )
        collected = self.draw(Stream.INTEREST, line.line_id) < self.world.payment.interest_collected_share
        if line.kind != "prepayment" and late > 0 and collected:
            interest = half_up(line.amount_fen * (late * contract.overdue_interest_per_day))
            penalty = half_up(self.order[line.order_id].value_fen * contract.penalty_share)
            if interest:
                cash.append((line.paid_date, line.line_id, interest, "interest"))
            if line.kind == "balance" and late > contract.penalty_after_days and penalty:
                cash.append((line.paid_date, line.line_id, penalty, "penalty"))
        return cash

    # ------------------------------------------------------------ collections

    def asked(self, line: Row) -> list[tuple[int, int]]:
        """The (day, stage) on which each step is put before its desk while the line is owed."""
        default = self.customers[line.customer_id].default_date
        steps: list[tuple[int, int]] = []
        if line.kind == "prepayment":
            return steps
        for day in range(line.issue_date + 1, self.horizon):
            closed = line.closed_date is not None and line.closed_date <= day
            if (closed and line.status != "rescheduled") or (default is not None and default <= day):
                break
            if line.status == "rescheduled" and day > line.closed_date:
                break
            if len(steps) == len(STAGES):
                break
            policy = self.policy(day)
            opens = line.due_date + getattr(policy.collections, STAGES[len(steps)]).start_day
            seen = opens if policy.monitoring.enabled else self.month_end(opens)
            if day >= seen + policy.monitoring.response_lag_days:
                steps.append((day, len(steps) + 1))
        return steps

    def actions_with_ample_staff(self, line: Row) -> list[tuple[Any, ...]]:
        """The steps taken when nothing ever waits: each on the first working day from the one it is asked on."""
        default = self.customers[line.customer_id].default_date
        taken, done = [], 0
        for asked, stage in self.asked(line):
            day = asked
            while not self.works(day):
                day += 1
            closed = line.closed_date is not None and line.closed_date <= day
            if line.status == "rescheduled":
                closed = line.closed_date < day
            if closed or (default is not None and default <= day) or stage <= done or day >= self.horizon:
                continue
            name = STAGES[stage - 1]
            rule = getattr(self.policy(asked).collections, name)
            taken.append((line.line_id, stage, DESKS[name], asked, day, rule.minutes, rule.cost_fen))
            done = stage
        return taken

    # ------------------------------------------------------------ commission

    def commissions(self) -> dict[tuple[int, int], Row]:
        """Every rep's months, keyed by rep and months since the start, as far as they end within the run."""
        book: dict[tuple[int, int], Row] = defaultdict(
            lambda: Row(signing=0, collection=0, due=0, received=0)
        )
        for order in self.orders:
            if order.status in ("declined", "refused"):
                continue
            pay = self.policy(order.order_date).incentives.commission
            earned = half_up(order.value_fen * (pay.rate * pay.signing_share))
            book[order.rep_id, self.months_since_start(order.order_date)].signing += earned
            if order.status == "lapsed":
                lapsed = self.months_since_start(self.line[order.order_id * 100].closed_date)
                book[order.rep_id, lapsed].signing -= earned
        for line in self.lines:
            pay = self.policy(self.order[line.order_id].order_date).incentives.commission
            due = self.months_since_start(line.due_date)
            if line.kind != "prepayment":
                book[line.rep_id, due].due += line.amount_fen
            if line.paid_date is not None:
                month = self.months_since_start(line.paid_date)
                earned = half_up(line.amount_fen * (pay.rate * (1 - pay.signing_share)))
                book[line.rep_id, month].collection += earned
                if line.kind != "prepayment" and month <= due:
                    book[line.rep_id, due].received += line.amount_fen
        return book
