"""Scoring, offers and orders: what the company decides about a customer and what the customer answers."""

import math
from collections.abc import Callable, Hashable, Mapping
from typing import Any

import pandas as pd

from simkit.behaviour.default import conditional_pd, default_day, normal_quantile
from simkit.behaviour.demand import acceptance, gap, log_mean_gap, order_intensity
from simkit.engine.calendar import Calendar
from simkit.engine.order import Customer, Order
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
from simkit.rules.contract import prepayment_fen
from simkit.rules.scorecard import credit_score, indicator_score, inflated
from simkit.scenario.world import World
from simkit.streams import Stream

BURN_IN_GAPS = 5.0
"""Mean gaps a customer's order clock has run before the first day, so that it starts in its stride."""

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

    # ---------------------------------------------------------------- customers

    def customers(self, table: pd.DataFrame) -> list[Customer]:
        """Return the customers of a table with their clocks set and their fate drawn."""
        economy = self.world.economy
        factor = economy.factor
        if factor is None:
            factor = normal_quantile(self.draw(Stream.ECONOMY, 0))
        return [self._customer(row, factor) for row in table.to_dict("records")]

    def _customer(self, row: Mapping[Hashable, Any], factor: float) -> Customer:
        customer_id, arrival = int(row["customer_id"]), int(row["arrival_day"])
        pd_now = conditional_pd(row["annual_pd"], factor, self.world.economy.correlation)
        luck = self.draw(Stream.DEFAULT, customer_id)
        customer = Customer(
            customer_id=customer_id,
            rep_id=int(row["rep_id"]),
            arrival=arrival,
            leaves=self._leaves(customer_id, max(0, arrival)),
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
        )
        if arrival < 0:
            customer.done = BURN_IN_GAPS
            while customer.goal <= BURN_IN_GAPS:
                self.winds(customer)
        return customer

    def _leaves(self, customer_id: int, arrival: int) -> int:
        """Return the day a customer stops buying, with a constant yearly share."""
        churn = self.world.customers.churn_per_year
        if churn == 0.0:
            return self.calendar.horizon
        years = math.log(self.draw(Stream.CHURN, customer_id)) / math.log1p(-churn)
        return arrival + int(min(years, 1000.0) * 365)

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
        """Let ill feeling fade, and re-score where the quarter or the policy changes."""
        month = self.calendar.month(day)
        if day == self.calendar.month_start(month):
            customer.goodwill *= 1.0 - self.world.relationship.recovery_per_month
            if month % terms.policy.credit.rescore_months == 0:
                self.score(customer, day, terms)
        if day == self.calendar.switch:
            self.score(customer, day, terms)

    # ---------------------------------------------------------------- offers

    def term(self, customer: Customer, terms: Terms, draw: float) -> int:
        """Return the credit term a customer is offered."""
        offer = terms.grades[customer.grade]
        if offer.admission != Admission.CREDIT:
            return 0
        contract = terms.policy.contract
        asked = requested_term(customer.wanted_days, contract.term_days, contract.term_negotiable)
        return audited_term(asked, offer.term_limit_days, draw, terms.policy.credit.audit_catch_rate)

    def intensity(self, customer: Customer, day: int, terms: Terms) -> float:
        """Return the expected orders a day of a customer until the next review."""
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
        )

    def order(self, customer: Customer, day: int, terms: Terms) -> Order:
        """Return the customer's next order as the company and the customer decide on it."""
        if customer.orders == ORDER_STEP:
            raise UserError(
                f"customer {customer.customer_id} orders more than {ORDER_STEP:,} times and orders could not be told "
                "apart; lower world.customers.orders_per_year or raise world.customers.orders_shape"
            )
        order_id = customer.customer_id * ORDER_STEP + customer.orders
        customer.orders += 1
        self.winds(customer)
        offer = terms.grades[customer.grade]
        pay = terms.policy.incentives.commission
        order = Order(
            order_id=order_id,
            customer=customer,
            day=day,
            value_fen=self._value_fen(customer, order_id),
            grade=customer.grade,
            score=customer.score,
            status="refused",
            is_new=customer.signed == 0 and customer.arrival >= 0,
            security=offer.security,
            signing_share=pay.signing_share,
            commission_rate=pay.rate,
        )
        if offer.admission == Admission.REFUSE:
            return order
        self._offer(order, terms)
        accepted = self.draw(Stream.ACCEPTANCE, order_id) < self._acceptance(order, terms)
        order.status = "signed" if accepted else "declined"
        if accepted:
            customer.signed += 1
            customer.first_order = day if customer.first_order is None else customer.first_order
        return order

    def _value_fen(self, customer: Customer, order_id: int) -> int:
        spread = self.world.customers.order_value_spread_within
        z = normal_quantile(self.draw(Stream.ORDER_VALUE, order_id))
        return max(100, int(math.floor(customer.order_value_fen * math.exp(spread * z) + 0.5)))

    def _offer(self, order: Order, terms: Terms) -> None:
        customer, offer = order.customer, terms.grades[order.grade]
        if offer.admission == Admission.CASH:
            order.prepayment_fen, order.security = order.value_fen, Security.NONE
            return
        order.term_days = self.term(customer, terms, self.draw(Stream.AUDIT, order.order_id))
        limit = int(offer.credit_limit_months * customer.monthly_purchases_fen)
        excess = excess_over_limit_fen(order.value_fen, customer.exposure_fen, limit)
        order.prepayment_fen = prepayment_fen(order.value_fen, terms.policy.contract.prepayment_share, excess)

    def _acceptance(self, order: Order, terms: Terms) -> float:
        demand = self.world.demand
        conditions = (0.0, demand.accept_guarantor, demand.accept_collateral)[order.security]
        if terms.grades[order.grade].admission == Admission.CASH:
            conditions = demand.accept_cash
        return acceptance(
            demand.accept_intercept,
            demand.accept_term,
            order.term_days,
            order.customer.wanted_days,
            demand.accept_prepayment,
            order.prepayment_fen / order.value_fen,
            conditions,
        )
