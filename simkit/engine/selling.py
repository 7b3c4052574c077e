"""Scoring, tiers, offers and orders: what the company decides about a customer and what the customer answers."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Any

import pandas as pd

from simkit.behaviour.default import conditional_pd, default_day, normal_quantile
from simkit.behaviour.demand import (
    acceptance,
    cross_sell_factor,
    gap,
    leaving_day,
    log_mean_gap,
    order_intensity,
    order_value_fen,
)
from simkit.engine.calendar import Calendar
from simkit.engine.delays import Delays
from simkit.engine.order import YEAR, Customer, Order
from simkit.engine.terms import Terms
from simkit.errors import UserError
from simkit.rules.admission import (
    Admission,
    Security,
    audited_term,
    excess_over_limit_fen,
    grade_of,
    requested_term,
)
from simkit.rules.approval import Ruling
from simkit.rules.contract import prepayment_fen, share_of_fen
from simkit.rules.funnel import first_order_discount
from simkit.rules.scorecard import credit_score, indicator_score, inflated
from simkit.rules.segments import tier_of
from simkit.scenario.world import World
from simkit.streams import Stream

BURN_IN_GAPS = 5.0
"""Fewest mean gaps a customer's order clock has run before the first day, so that it starts in its stride."""

ORDER_STEP = 10_000
"""Order ids a customer has."""

INDICATORS = (
    "legal_disputes",
    "current_ratio",
    "quick_ratio",
    "receivables_turnover",
    "debt_ratio",
    "pledgeable_cover",
    "industry_phase",
    "market_rank",
)


def rows(table: pd.DataFrame) -> list[dict[Hashable, Any]]:
    """Return the rows of a table by column; for few rows pandas' own ``to_dict`` takes several times as long."""
    columns = (table[name].tolist() for name in table)
    return [dict(zip(table, values, strict=True)) for values in zip(*columns, strict=True)]


class Selling:
    """The sales side of a region: customers' clocks, scores, offers.

    Parameters
    ----------
    world : World
        How customers respond.
    draw : callable
        Draws by name (see `simkit.engine.luck`).
    calendar : Calendar
        Days of the run.
    """

    def __init__(self, world: World, draw: Callable[..., float], calendar: Calendar) -> None:
        self.world = world
        self.draw = draw
        self.calendar = calendar
        self.log_mean_gap = log_mean_gap(world.customers.gap_shape)
        factor = world.economy.factor
        self.economy = normal_quantile(draw(Stream.ECONOMY, 0)) if factor is None else factor
        self.tiers: Counter[tuple[int, int]] = Counter()
        self.treatment_fen: Counter[tuple[int, int]] = Counter()

    # ---------------------------------------------------------------- customers

    def customers(self, people: Iterable[Mapping[Hashable, Any]]) -> list[Customer]:
        """Return the customers of rows of the portfolio's table (see `rows`), clocks set and fate drawn."""
        return [self.customer(row) for row in people]

    def customer(self, row: Mapping[Hashable, Any]) -> Customer:
        """Return the customer of a row of the portfolio's table."""
        customer_id, arrival = int(row["customer_id"]), int(row["arrival_day"])
        pd_now = conditional_pd(row["annual_pd"], self.economy, self.world.economy.correlation)
        luck = self.draw(Stream.DEFAULT, customer_id)
        customer = Customer(
            customer_id=customer_id,
            rep_id=int(row["rep_id"]),
            channel=int(row["channel"]),
            arrival=arrival,
            leaves=leaving_day(
                self.draw(Stream.CHURN, customer_id),
                max(0, arrival),
                self.world.customers.churn_per_year,
                self.calendar.horizon,
            ),
            defaults=default_day(luck, pd_now, arrival, self.calendar.horizon),
            quality=row["quality"],
            frailty=row["frailty"],
            annual_pd=row["annual_pd"],
            indicators={name: row[name] for name in INDICATORS} | {"net_assets": row["net_assets_million"]},
            orders_per_year=row["orders_per_year"],
            order_value_fen=int(row["order_value_fen"]),
            wanted_days=int(row["term_wanted_days"]),
            monthly_purchases_fen=int(row["monthly_purchases_fen"]),
            late_lines=int(row["history_late"]),
            known_lines=int(row["history_lines"]),
            delays=Delays(row["history_delay_days"], row["history_delay_lines"]),
        )
        if arrival < 0:
            self._past(customer)
        return customer

    def _past(self, customer: Customer) -> None:
        """Let the clock run before the first day, a year at least; its orders of that year are purchases."""
        customer.done = max(BURN_IN_GAPS, customer.orders_per_year)
        while customer.goal <= customer.done:
            if customer.gaps:
                day = -1 - int((customer.done - customer.goal) * YEAR / customer.orders_per_year)
                if day >= -YEAR:
                    z = normal_quantile(
                        self.draw(Stream.PAST_ORDER_VALUE, customer.customer_id, customer.gaps)
                    )
                    customer.purchases.append((day, self._value_fen(customer, z)))
            self.winds(customer)

    def winds(self, customer: Customer) -> None:
        """Set the customer's clock for its next order."""
        luck = self.draw(Stream.ORDER_GAP, customer.customer_id, customer.gaps)
        customer.goal += gap(luck, self.world.customers.gap_shape, self.log_mean_gap)
        customer.gaps += 1

    # ---------------------------------------------------------------- scores

    def score(self, customer: Customer, day: int, terms: Terms) -> None:
        """Score a customer from what is known of it on a day, and grade it."""
        known = customer.indicators | {"past_overdue": customer.history(day, self.world.payment)}
        scores = []
        for table in terms.indicators:
            points = indicator_score(known[table.name], table.values, table.scores)
            scores.append(inflated(points, terms.inflation_points) if table.soft else points)
        customer.score = credit_score(scores, [table.weight for table in terms.indicators])
        customer.grade = grade_of(customer.score, *terms.cutoffs)
        if customer.first_grade is None:
            customer.first_grade = customer.grade

    def review(self, customer: Customer, day: int, terms: Terms) -> None:
        """Let ill feeling fade and re-tier each month, and re-score where the quarter or the policy changes."""
        month = self.calendar.month(day)
        if day == self.calendar.month_starts[month]:
            customer.goodwill *= 1.0 - self.world.relationship.recovery_per_month
            self._tier(customer, day, month, terms)
            if month % terms.policy.credit.rescore_months == 0:
                self.score(customer, day, terms)
        if day == self.calendar.switch:
            self.score(customer, day, terms)

    def _tier(self, customer: Customer, day: int, month: int, terms: Terms) -> None:
        """Put a customer into its RFM tier and book what the tier's treatment costs."""
        limits = terms.limits
        customer.tier = tier_of(*customer.rfm(day), limits.recency, limits.frequency, limits.monetary)
        self.tiers[month, customer.tier] += 1
        self.treatment_fen[month, customer.tier] += terms.tiers[customer.tier].cost_fen

    # ---------------------------------------------------------------- offers

    def term(self, customer: Customer, terms: Terms, draw: float, extra_days: int = 0) -> int:
        """Return the credit term a customer is offered; the meeting may grant days beyond the grade's limit."""
        offer = terms.grades[customer.grade]
        if offer.admission != Admission.CREDIT:
            return 0
        contract = terms.policy.contract
        asked = requested_term(customer.wanted_days, contract.term_days, contract.term_negotiable)
        limit = offer.term_limit_days + extra_days
        return audited_term(asked, limit, draw, terms.policy.credit.audit_catch_rate)

    def intensity(self, customer: Customer, day: int, terms: Terms, log_effort: float) -> float:
        """Return the expected orders a day of a customer until the next review, given its rep's effort."""
        market = self.world.market
        season = market.season[self.calendar.date(day).month - 1] / (sum(market.season) / 12)
        trend = (1.0 + market.growth_per_year) ** (day / 365)
        return order_intensity(
            customer.orders_per_year / 365,
            season * trend * terms.selling_effort,
            self.term(customer, terms, 0.0),
            customer.wanted_days,
            self.world.demand.term_response,
            customer.goodwill,
            terms.tiers[customer.tier].effect + log_effort,
        )

    def order(self, customer: Customer, day: int, terms: Terms) -> Order:
        """Return the order that a customer places, before anybody has decided on it."""
        if customer.orders == ORDER_STEP:
            raise too_many_orders(customer.customer_id)
        order_id = customer.customer_id * ORDER_STEP + customer.orders
        customer.orders += 1
        self.winds(customer)
        treatments = self.world.treatments
        factor = cross_sell_factor(
            self.draw(Stream.CROSS_SELL, order_id),
            treatments.cross_sell_rate,
            treatments.cross_sell,
            terms.tiers[customer.tier].cross_sell,
            treatments.cross_sell_uplift,
        )
        z = normal_quantile(self.draw(Stream.ORDER_VALUE, order_id))
        return Order(
            order_id=order_id,
            customer=customer,
            day=day,
            list_value_fen=self._value_fen(customer, z, factor),
            cross_sold=factor > 1.0,
            tier=customer.tier,
            grade=customer.grade,
            score=customer.score,
            is_new=customer.signed == 0 and customer.arrival >= 0,
        )

    def _value_fen(self, customer: Customer, z: float, factor: float = 1.0) -> int:
        spread = self.world.customers.order_value_spread_within
        return order_value_fen(customer.order_value_fen, factor, spread, z)

    def excess_fen(self, order: Order, terms: Terms) -> int:
        """Return the part of an order beyond its customer's credit limit."""
        customer = order.customer
        limit = int(terms.grades[customer.grade].credit_limit_months * customer.monthly_purchases_fen)
        return excess_over_limit_fen(order.value_fen, customer.exposure_fen, limit)

    def offers(self, order: Order, terms: Terms, verdict: Ruling | None) -> None:
        """Write into an order what the company offers, or refuse it; `verdict` is what the meeting ruled."""
        customer, pay = order.customer, terms.policy.incentives.commission
        order.grade, order.score = customer.grade, customer.score
        order.signing_share, order.commission_rate = pay.signing_share, pay.rate
        offer = terms.grades[order.grade]
        order.security = offer.security
        if offer.admission == Admission.REFUSE or verdict == Ruling.REFUSE:
            order.status = "refused"
            return
        order.discount_fen = share_of_fen(order.list_value_fen, self._discount(order, terms))
        if offer.admission == Admission.CASH:
            order.prepayment_fen, order.security = order.value_fen, Security.NONE
            return
        if verdict == Ruling.COLLATERAL:
            order.security = Security.COLLATERAL
        extra = terms.policy.approval.meeting.extra_term_days if verdict == Ruling.EXTEND else 0
        order.term_days = self.term(customer, terms, self.draw(Stream.AUDIT, order.order_id), extra)
        order.prepayment_fen = prepayment_fen(
            order.value_fen, terms.policy.contract.prepayment_share, self.excess_fen(order, terms)
        )

    def _discount(self, order: Order, terms: Terms) -> float:
        """Return the discount on an order: the promotion on a first one, the tier's on the others."""
        if order.is_new:
            rule = terms.policy.funnel.first_order
            return first_order_discount(order.grade, terms.promoted_from, rule.discount_share)
        return terms.tiers[order.tier].discount_share

    def answers(self, order: Order, terms: Terms, day: int) -> None:
        """The customer signs or declines; a contract signed is among its purchases."""
        customer = order.customer
        accepted = self.draw(Stream.ACCEPTANCE, order.order_id) < self._acceptance(order, terms, day)
        order.status = "signed" if accepted else "declined"
        if accepted:
            customer.signed += 1
            customer.purchases.append((day, order.value_fen))
            customer.first_order = day if customer.first_order is None else customer.first_order

    def _acceptance(self, order: Order, terms: Terms, day: int) -> float:
        demand = self.world.demand
        conditions = (0.0, demand.accept_guarantor, demand.accept_collateral)[order.security]
        if terms.grades[order.grade].admission == Admission.CASH:
            conditions = demand.accept_cash
        conditions += demand.accept_waiting * (day - order.day)
        if order.is_new:
            conditions += demand.accept_discount * 10.0 * self._discount(order, terms)
        return acceptance(
            demand.accept_intercept,
            demand.accept_term,
            order.term_days,
            order.customer.wanted_days,
            demand.accept_prepayment,
            order.prepayment_fen / order.value_fen,
            conditions,
        )


def too_many_orders(customer_id: int) -> UserError:
    """Return the refusal of a world in which a customer orders more often than ids can tell apart."""
    return UserError(
        f"customer {customer_id} orders more than {ORDER_STEP:,} times and orders could not be told apart; lower "
        "world.customers.orders_per_year or raise world.customers.orders_shape"
    )
