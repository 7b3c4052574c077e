"""Orders: when each is placed, which way it goes, what is offered and what the customer answers."""

import math
from types import SimpleNamespace as Row

from simkit.behaviour.default import normal_quantile
from simkit.scenario.policy import Policy
from simkit.streams import Stream
from tests.engine.recount.customers import Clock, Standing, standing, treatment
from tests.engine.recount.reps import career_effort, selling_effort
from tests.engine.recount.tables import Recount, exponential_days, half_up


def orders_expected(recount: Recount, customer_id: int, felt: dict[int, float]) -> list[Row]:
    """Every order of a customer; `felt` is what steps and disputes took from its wish to buy, by day."""
    return Life(recount, customer_id, felt).lives()


def goodwill_at(recount: Recount, customer_id: int, day: int, felt: dict[int, float]) -> float:
    """What is left of ill feeling at the end of a day: it fades on the first of each month."""
    left = 0.0
    for today in range(day + 1):
        if recount.starts_month(today):
            left *= 1 - recount.world.relationship.recovery_per_month
        left += felt.get(today, 0.0)
    return left


class Life:
    """The days of one customer."""

    def __init__(self, recount: Recount, customer_id: int, felt: dict[int, float]) -> None:
        self.recount, self.customer_id, self.felt = recount, customer_id, felt
        self.person = recount.people[customer_id]
        self.lead = self.person.arrival_day >= 0
        self.clock = Clock(recount, customer_id)
        self.standing: Standing = standing(recount, customer_id)
        self.decided_on = {o.order_id: o.decided_date for o in recount.orders_of[customer_id]}
        self.found: list[Row] = []
        self.intensity, self.begun = 0.0, False

    def lives(self) -> list[Row]:
        first = self.recount.leads[self.customer_id].application_date if self.lead else 0
        for day in range(first, self.recount.horizon):
            if self.lead and day == first:
                self._places(day)
            elif not self.lead or self.begun:
                self._buys(day)
            self._hears(day)
            if self.lead and not self.begun and self.found[0].status == "signed":
                self._buys(day)
        return self.found

    def _buys(self, day: int) -> None:
        """One day in business: the order clock runs at a rate that holds for a month."""
        recount = self.recount
        if recount.gone(self.customer_id, day):
            return
        if not self.begun or recount.starts_month(day) or day == recount.switch:
            self.intensity = self._rate(day)
            self.begun = True
        while self.clock.goal <= self.clock.done + self.intensity:
            self._places(day)
        self.clock.done += self.intensity

    def _hears(self, day: int) -> None:
        """What was reviewed is decided, and then what was before the meeting."""
        for route in ("review", "meeting"):
            for order in self.found:
                if (
                    order.status == "pending"
                    and order.route == route
                    and self.decided_on.get(order.order_id) == day
                ):
                    self._decides(order, day)

    def _rate(self, day: int) -> float:
        """Expected orders a day."""
        recount, world, wanted = self.recount, self.recount.world, self.person.term_wanted_days
        trend = (1 + world.market.growth_per_year) ** (day / 365)
        shortfall = wanted - self._term(self.standing.grade(day), day, 0.0)
        wish = (
            -world.demand.term_response * shortfall / 30
            + self._treated(day)
            + career_effort(recount, self.person.rep_id, recount.month(day))
            + self._goodwill(day)
        )
        usual = self.person.orders_per_year / 365 * recount.season(day) * trend
        return usual * selling_effort(recount, day) * math.exp(wish)

    def _goodwill(self, day: int) -> float:
        """What is left of ill feeling in the morning of a day."""
        today = self.felt.get(day, 0.0)
        return goodwill_at(self.recount, self.customer_id, day, self.felt) - today if self.felt else 0.0

    def _treated(self, day: int) -> float:
        """Log-change of the wish to buy by what is done for the customer's tier."""
        what = treatment(self.recount.policy(day), self.standing.tier(day))
        effects, demand = self.recount.world.treatments, self.recount.world.demand
        return (
            what.account_manager * effects.account_manager
            + what.self_service * effects.self_service
            + 10 * what.discount_share * demand.discount_response
        )

    def _term(self, grade: str, day: int, luck: float, extra: int = 0) -> int:
        policy, wanted = self.recount.policy(day), self.person.term_wanted_days
        rule = getattr(policy.credit.grades, grade)
        if rule.admission != "credit":
            return 0
        asked = wanted if policy.contract.term_negotiable else min(wanted, policy.contract.term_days)
        limit = rule.term_limit_days + extra
        caught = asked > limit and luck < policy.credit.audit_catch_rate
        return limit if caught else asked

    # ------------------------------------------------------------ one order

    def _places(self, day: int) -> None:
        """The customer orders; who needs no approval is told at once."""
        person = self.person
        applies = self.lead and not self.found
        tier = "unclassified" if applies else self.standing.tier(day)
        order_id = self.customer_id * 10_000 + len(self.found)
        cross_sold, value = self._value(order_id, tier, day)
        order = Row(
            order_id=order_id, customer_id=self.customer_id, rep_id=person.rep_id, order_date=day,
            list_value_fen=value, value_fen=value, discount_fen=0, cross_sold=cross_sold, tier=tier,
            grade=self.standing.grade(day), score=self.standing.score(day), term_days=0, prepayment_fen=0,
            term_wanted_days=person.term_wanted_days, security="none", status="pending", decided_date=None,
            new_customer=self.lead and not any(order.status == "signed" for order in self.found),
        )  # fmt: skip
        order.route = self._route(order, day)
        self.found.append(order)
        self.clock.wind()
        if order.route == "direct":
            self._decides(order, day)

    def _value(self, order_id: int, tier: str, day: int) -> tuple[bool, int]:
        """Whether a further product is sold, and the list value: as many such sales as today change no mean."""
        recount, effects = self.recount, self.recount.world.treatments
        rate = effects.cross_sell_rate
        if treatment(recount.policy(day), tier).cross_sell:
            rate = 1 / (1 + math.exp(-(math.log(rate / (1 - rate)) + effects.cross_sell)))
        taken = recount.draw(Stream.CROSS_SELL, order_id) < rate
        factor = (1 + effects.cross_sell_uplift * taken) / (
            1 + effects.cross_sell_uplift * effects.cross_sell_rate
        )
        z = normal_quantile(recount.draw(Stream.ORDER_VALUE, order_id))
        spread = recount.world.customers.order_value_spread_within
        value = half_up(self.person.order_value_fen * factor * math.exp(spread * z))
        return taken and effects.cross_sell_uplift > 0, max(100, value)

    def _route(self, order: Row, day: int) -> str:
        """Buyers on credit are reviewed as new customers or over their limit; those of low score then meet."""
        policy = self.recount.policy(day)
        rule, terms = policy.approval, getattr(policy.credit.grades, order.grade)
        if terms.admission != "credit":
            return "direct"
        over = self._excess(order, order.list_value_fen, policy, day) > 0
        if (rule.new_customers and order.new_customer) or (rule.over_limit and over):
            high_risk = rule.meeting.enabled and order.score < rule.meeting.below_score
            return "meeting" if high_risk else "review"
        return "direct"

    def _excess(self, order: Row, value_fen: int, policy: Policy, day: int) -> int:
        """How far an order of a value would take the customer beyond its credit limit."""
        months = getattr(policy.credit.grades, order.grade).credit_limit_months
        limit = int(months * self.person.monthly_purchases_fen)
        return exposure(self.recount, self.customer_id, day, self.found) + value_fen - limit

    def _decides(self, order: Row, day: int) -> None:
        """The company refuses or offers, the customer signs or declines; who is gone has withdrawn."""
        recount, policy = self.recount, self.recount.policy(day)
        order.decided_date = day
        if recount.gone(self.customer_id, day):
            order.status = "withdrawn"
            return
        if not order.new_customer:  # an applicant is scored when it applies, and is not while it waits
            order.grade, order.score = self.standing.grade(day), self.standing.score(day)
        rule = getattr(policy.credit.grades, order.grade)
        order.security, order.status = rule.security, "refused"
        meeting = policy.approval.meeting
        rules = order.route == "meeting" and meeting.enabled
        if rule.admission == "refuse" or (rules and order.score < meeting.refuse_below):
            return
        order.discount_fen = half_up(order.list_value_fen * self._discount(order, policy))
        order.value_fen = order.list_value_fen - order.discount_fen
        if rule.admission == "cash":
            order.security, order.prepayment_fen = "none", order.value_fen
        else:
            extends = rules and order.score >= meeting.collateral_below
            if rules and not extends:
                order.security = "collateral"
            luck = recount.draw(Stream.AUDIT, order.order_id)
            order.term_days = self._term(order.grade, day, luck, meeting.extra_term_days if extends else 0)
            share = half_up(order.value_fen * policy.contract.prepayment_share)
            excess = self._excess(order, order.value_fen, policy, day)
            order.prepayment_fen = min(order.value_fen, max(share, excess))
        accepts = recount.draw(Stream.ACCEPTANCE, order.order_id) < self._likes(order, policy, day)
        order.status = "signed" if accepts else "declined"

    def _discount(self, order: Row, policy: Policy) -> float:
        """A good new customer's promotion, or what the order's tier gets."""
        if order.new_customer:
            first = policy.funnel.first_order
            return first.discount_share if order.grade <= first.lowest_grade else 0.0
        return treatment(policy, order.tier).discount_share

    def _likes(self, order: Row, policy: Policy, day: int) -> float:
        """Probability that the customer accepts what is offered."""
        demand = self.recount.world.demand
        secured = {"none": 0.0, "guarantor": demand.accept_guarantor, "collateral": demand.accept_collateral}
        logit = (
            demand.accept_intercept
            + demand.accept_term * max(0, self.person.term_wanted_days - order.term_days) / 30
            + demand.accept_prepayment * 10 * order.prepayment_fen / order.value_fen
            + demand.accept_waiting * (day - order.order_date)
            + secured[order.security]
        )
        if getattr(policy.credit.grades, order.grade).admission == "cash":
            logit += demand.accept_cash
        if order.new_customer:
            logit += demand.accept_discount * 10 * self._discount(order, policy)
        return 1 / (1 + math.exp(-logit))


def exposure(recount: Recount, customer_id: int, day: int, before: list[Row]) -> int:
    """What the customer owes or will owe for goods ordered, less what has been settled or has lapsed."""
    owed = sum(order.value_fen - order.prepayment_fen for order in before if order.status == "signed")
    for line in recount.lines_of[customer_id]:
        if line.closed_date is None or line.closed_date > day:
            continue
        order = recount.order[line.order_id]
        if line.status == "credited":
            owed -= order.value_fen - order.prepayment_fen
        elif line.kind != "prepayment" and line.status != "rescheduled":
            owed -= line.amount_fen
    return owed


def papers_complete(recount: Recount, order: Row) -> int:
    """The day on which an application can go to the risk desk: a new customer has papers to gather."""
    if not order.new_customer:
        return order.order_date
    luck = recount.draw(Stream.PAPERS, order.order_id)
    return order.order_date + exponential_days(luck, recount.world.funnel.papers_days)
