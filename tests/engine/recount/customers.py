"""Customers: their clocks of orders, their purchases, and what the company thinks of them."""

import math
from dataclasses import dataclass, field
from functools import cache

import numpy as np

from simkit.behaviour.default import normal_quantile
from simkit.scenario.policy import Policy
from simkit.scenario.policy.credit import Indicator
from simkit.streams import Stream
from tests.engine.recount.reps import cash_share_change
from tests.engine.recount.tables import SIGNED, Recount, half_up

TIERS = ("core", "potential", "basic", "dormant", "unclassified")


class Clock:
    """A customer's clock of orders: Weibull gaps with mean 1, in its stride when on the books on the first day.

    It has then run for a year at the customer's own rate, for five gaps at least; `past` are the days, below 0, and
    the numbers of the orders of that year.
    """

    def __init__(self, recount: Recount, customer_id: int) -> None:
        person = recount.people[customer_id]
        self.recount, self.customer_id, self.wound = recount, customer_id, 0
        self.shape = recount.world.customers.gap_shape
        self.goal, self.done = 0.0, 0.0
        self.past: list[tuple[int, int]] = []
        if person.arrival_day < 0:
            self.done = max(5.0, person.orders_per_year)
            self.wind()
            while self.goal <= self.done:
                days_ago = (self.done - self.goal) / (person.orders_per_year / 365)
                if math.floor(days_ago) < 365:
                    self.past.append((-1 - math.floor(days_ago), self.wound))
                self.wind()

    def wind(self) -> None:
        luck = self.recount.draw(Stream.ORDER_GAP, self.customer_id, self.wound)
        self.goal += (-math.log(luck)) ** (1 / self.shape) / math.gamma(1 + 1 / self.shape)
        self.wound += 1


@cache
def purchases(recount: Recount, customer_id: int) -> list[tuple[int, int]]:
    """The (day, value) of every contract of the run and of the year before."""
    person, spread = recount.people[customer_id], recount.world.customers.order_value_spread_within
    bought = []
    for day, number in Clock(recount, customer_id).past:
        z = normal_quantile(recount.draw(Stream.PAST_ORDER_VALUE, customer_id, number))
        bought.append((day, max(100, half_up(person.order_value_fen * math.exp(spread * z)))))
    for order in recount.orders_of[customer_id]:
        if order.status in SIGNED:
            bought.append((order.decided_date, order.value_fen))
    return bought


def bought_between(recount: Recount, customer_id: int, first: int, last: int) -> bool:
    return any(first <= day <= last for day, _ in purchases(recount, customer_id))


def late_share(recount: Recount, customer_id: int, day: int) -> float:
    """Late share, shrunk, of the lines whose due date lies before a day."""
    person, payment = recount.people[customer_id], recount.world.payment
    known, late = person.history_lines, person.history_late
    for line in recount.lines_of[customer_id]:
        if line.kind != "prepayment" and line.due_date < day:
            known += 1
            late += line.paid_date is None or line.paid_date > line.due_date
    prior = payment.history_prior_lines
    return (late + payment.history_prior_share * prior) / (known + prior)


def mean_delay(recount: Recount, customer_id: int, day: int) -> float:
    """Mean days late, shrunk, of the lines paid before a day; each first of a month since makes a line count less."""
    person, payment = recount.people[customer_id], recount.world.payment
    known = [(0, person.history_delay_days, person.history_delay_lines)]
    for line in recount.lines_of[customer_id]:
        if line.kind != "prepayment" and line.paid_date is not None and line.paid_date < day:
            known.append((line.paid_date, max(-30, min(90, line.paid_date - line.due_date)), 1))
    counts = [payment.delay_memory ** (recount.month(day) - recount.month(since)) for since, *_ in known]
    days = sum(count * delay for count, (_, delay, _) in zip(counts, known, strict=True))
    lines = sum(count * number for count, (*_, number) in zip(counts, known, strict=True))
    prior = payment.delay_prior_lines
    return (days + payment.delay_prior_days * prior) / (lines + prior)


def score(recount: Recount, customer_id: int, day: int) -> float:
    person = recount.people[customer_id]
    known = vars(person) | {
        "past_overdue": late_share(recount, customer_id, day),
        "net_assets": person.net_assets_million,
    }
    reps = recount.world.reps
    extra = reps.inflation_points * math.exp(-reps.inflation_response * cash_share_change(recount, day))
    total = 0.0
    for _, dimension in recount.policy(day).credit.scorecard:
        for name, indicator in dimension:
            if isinstance(indicator, Indicator):
                points = np.interp(known[name], *zip(*indicator.breakpoints, strict=True))
                if name in ("industry_phase", "market_rank"):
                    points = min(100, points + extra)
                total += dimension.weight * indicator.share * points
    return float(total)


def grade(recount: Recount, points: float, day: int) -> str:
    grades = recount.policy(day).credit.grades
    return next(name for name in "ABCD" if points >= getattr(grades, name).min_score)


def tier(recount: Recount, customer_id: int, day: int) -> str:
    """The tier of a customer by its contracts of the days before: the best whose limits it all meets.

    Who becomes a customer on that very day does so by a contract, which counts.
    """
    known = [(bought, value) for bought, value in purchases(recount, customer_id) if bought < day]
    if recount.people[customer_id].arrival_day >= 0:
        known = known or purchases(recount, customer_id)[:1]
    recency = day - max((bought for bought, _ in known), default=day - 3650)
    year = [value for bought, value in known if bought >= day - 365]
    segments = recount.policy(day).segments
    for name in TIERS[:3]:
        limits = getattr(segments, name)
        recent = recency <= limits.recency_days
        if recent and len(year) >= limits.frequency and sum(year) >= limits.monetary_fen:
            return name
    return "dormant" if recency > segments.basic.recency_days else "unclassified"


def treatment(policy: Policy, name: str):
    section = getattr(policy.segments, name)
    return section.treatment if name in TIERS[:3] else section


@dataclass
class Standing:
    """A customer's scores, grades and tiers by the day from which they hold."""

    scores: dict[int, float] = field(default_factory=dict)
    grades: dict[int, str] = field(default_factory=dict)
    tiers: dict[int, str] = field(default_factory=dict)

    def score(self, day: int) -> float:
        return _latest(self.scores, day, 0.0)

    def grade(self, day: int) -> str:
        return _latest(self.grades, day, "D")

    def tier(self, day: int) -> str:
        return _latest(self.tiers, day, "unclassified")


def _latest(values: dict, day: int, before):
    known = [since for since in values if since <= day]
    return values[max(known)] if known else before


@cache
def standing(recount: Recount, customer_id: int) -> Standing:
    """A customer through the run: scored by the quarter and when the policy changes, re-tiered by the month.

    A lead is scored when it applies, and then no more until it has signed.
    """
    found, begins = Standing(), 0
    if recount.people[customer_id].arrival_day >= 0:
        applied, begins = recount.leads[customer_id].application_date, recount.signed_first(customer_id)
        found.scores[applied] = score(recount, customer_id, applied)
        found.grades[applied] = grade(recount, found.scores[applied], applied)
    for day in range(recount.horizon if begins is None else begins, recount.horizon):
        if recount.gone(customer_id, day):
            break
        quarter = recount.month(day) % recount.policy(day).credit.rescore_months == 0
        if recount.starts_month(day):
            found.tiers[day] = tier(recount, customer_id, day)
        if (recount.starts_month(day) and quarter) or day == recount.switch:
            found.scores[day] = score(recount, customer_id, day)
            found.grades[day] = grade(recount, found.scores[day], day)
    return found


def segments_expected(recount: Recount) -> list[tuple]:
    """Rows (region, first day, tier, customers, treatment_fen): who is in which tier on the first of a month."""
    found, effects = [], recount.world.treatments
    for region in recount.regions:
        members = [c for c in recount.customers if recount.people[c].region == region]
        for day in recount.first_days():
            policy = recount.policy(day)
            tiers = [standing(recount, customer_id).tiers.get(day) for customer_id in members]
            for name in TIERS:
                what = treatment(policy, name)
                cost = (
                    what.account_manager * effects.account_manager_fen
                    + what.cross_sell * effects.cross_sell_fen
                    + what.self_service * effects.self_service_fen
                )
                found.append((region, day, name, tiers.count(name), tiers.count(name) * cost))
    return found


def customers_expected(recount: Recount) -> list[int]:
    """Who is a customer: on the books on the first day, or still in business on the day it applied."""
    applied = {lead: row.application_date for lead, row in recount.leads.items()}
    return [
        person.customer_id
        for person in recount.people.values()
        if person.arrival_day < 0
        or (
            applied.get(person.customer_id) is not None
            and not recount.gone(person.customer_id, applied[person.customer_id])
        )
    ]
