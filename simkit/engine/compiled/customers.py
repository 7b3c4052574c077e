"""Customers, as `simkit.engine.selling` tells it: clocks, scores, tiers, offers and answers."""

from numba import njit

from simkit.behaviour.default import conditional_pd, default_day, normal_quantile
from simkit.behaviour.demand import (
    acceptance,
    cross_sell_factor,
    gap,
    leaving_day,
    order_day,
    order_intensity,
    order_value_fen,
)
from simkit.engine.compiled import state as of
from simkit.engine.compiled.chasing import PREPAYMENT, terms_on
from simkit.engine.compiled.history import history
from simkit.engine.compiled.lines import (
    DECLINED,
    PENDING,
    REFUSED,
    SIGNED,
    WITHDRAWN,
    issue,
    ship,
)
from simkit.engine.compiled.luck import draw
from simkit.engine.compiled.records import INDICATORS, NOBODY
from simkit.engine.compiled.state import MEMBERS, ORDERS, PURCHASES, State, take
from simkit.engine.compiled.team import log_effort
from simkit.rules.admission import audited_term, excess_over_limit_fen, grade_of, requested_term
from simkit.rules.contract import prepayment_fen, share_of_fen
from simkit.rules.funnel import first_order_discount
from simkit.rules.scorecard import indicator_score, inflated
from simkit.rules.segments import tier_of
from simkit.streams import Stream

CREDIT, CASH, REFUSE = range(3)
EXTEND, COLLATERAL, REFUSED_BY_MEETING = range(3)
NO_RULING = -1
YEAR = 365
BURN_IN_GAPS = 5.0
ORDER_STEP = 10_000

_DEFAULT = int(Stream.DEFAULT)
_CHURN = int(Stream.CHURN)
_ORDER_GAP = int(Stream.ORDER_GAP)
_ORDER_VALUE = int(Stream.ORDER_VALUE)
_PAST_ORDER_VALUE = int(Stream.PAST_ORDER_VALUE)
_CROSS_SELL = int(Stream.CROSS_SELL)
_AUDIT = int(Stream.AUDIT)
_ACCEPTANCE = int(Stream.ACCEPTANCE)


class TooManyOrdersError(Exception):
    """A customer orders more often than ids can tell apart."""


@njit(cache=True)
def enters(s: State, customer: int) -> None:
    """Draw a customer's fate; one on the books has a year of orders behind it."""
    c, world, run = of.customers(s)[customer], of.world(s)[0], of.run(s)[0]
    pd_now = conditional_pd(c.annual_pd, world.economy, world.correlation)
    c.active = 1
    c.leaves = leaving_day(
        draw(s, _CHURN, c.customer_id, 0), max(0, c.arrival), world.churn_per_year, run.horizon
    )
    c.defaults = default_day(draw(s, _DEFAULT, c.customer_id, 0), pd_now, c.arrival, run.horizon)
    of.members(s)[of.used(s)[MEMBERS]] = customer
    of.used(s)[MEMBERS] += 1
    if c.arrival < 0:
        past(s, customer)


@njit(cache=True)
def may_default(s: State, customer: int) -> None:
    """Put a customer into the list of the day on which it will default."""
    c = of.customers(s)[customer]
    if c.defaults < of.run(s)[0].horizon:
        c.next_default = of.defaulters(s)[c.defaults]
        of.defaulters(s)[c.defaults] = customer


@njit(cache=True)
def past(s: State, customer: int) -> None:
    """Let the clock run before the first day, a year at least; its orders of that year are purchases."""
    c, world = of.customers(s)[customer], of.world(s)[0]
    c.done = max(BURN_IN_GAPS, c.orders_per_year)
    while c.goal <= c.done:
        if c.gaps:
            day = -1 - int((c.done - c.goal) * YEAR / c.orders_per_year)
            if day >= -YEAR:
                z = normal_quantile(draw(s, _PAST_ORDER_VALUE, c.customer_id, c.gaps))
                buys(s, customer, day, order_value_fen(c.order_value_fen, 1.0, world.spread_within, z))
        winds(s, customer)


@njit(cache=True)
def winds(s: State, customer: int) -> None:
    """Set a customer's clock for its next order."""
    c, world = of.customers(s)[customer], of.world(s)[0]
    c.goal += gap(draw(s, _ORDER_GAP, c.customer_id, c.gaps), world.gap_shape, world.log_mean_gap)
    c.gaps += 1


@njit(cache=True)
def buys(s: State, customer: int, day: int, fen: int) -> None:
    """Note a contract among the customer's purchases."""
    number = take(s, PURCHASES, of.purchases(s).shape[0])
    c, p = of.customers(s)[customer], of.purchases(s)[number]
    p.day, p.fen, p.before, p.after = day, fen, c.last_purchase, NOBODY
    if c.last_purchase != NOBODY:
        of.purchases(s)[c.last_purchase].after = number
    c.last_purchase, c.last_day = number, day
    if c.oldest == NOBODY:
        c.oldest, c.oldest_day = number, day
    c.recent += 1
    c.recent_fen += fen


@njit(cache=True)
def in_business(s: State, customer: int, day: int) -> bool:
    """Tell whether a customer is still in business with us on a day."""
    c = of.customers(s)[customer]
    return day < c.leaves and day < c.defaults


# -------------------------------------------------------------------- scores and tiers


@njit(cache=True)
def score(s: State, customer: int, day: int, policy: int) -> None:
    """Score a customer from what is known of it on a day, and grade it."""
    c, p = of.customers(s)[customer], of.policies(s)[policy]
    c.indicators[0] = history(s, customer, day)
    # The others stand still: their points change with the policy alone.
    for i in range(INDICATORS if c.scored_by != policy else 1):
        c.points[i] = points(s, policy, i, c.indicators[i])
    c.scored_by = policy
    total = 0.0
    for i in range(INDICATORS):
        total += p.weights[i] * c.points[i]
    c.score = total
    c.grade = grade_of(total, p.cutoffs[0], p.cutoffs[1], p.cutoffs[2])
    if c.first_grade == NOBODY:
        c.first_grade = c.grade


@njit(cache=True)
def points(s: State, policy: int, indicator: int, value: float) -> float:
    """Return the points of a value of an indicator, as the reps report them."""
    p = of.policies(s)[policy]
    size = p.breakpoints[indicator]
    found = indicator_score(
        value, of.values(s)[policy, indicator, :size], of.scores(s)[policy, indicator, :size]
    )
    return inflated(found, p.inflation_points) if p.soft[indicator] else found


@njit(cache=True)
def tier(s: State, customer: int, day: int, month: int, policy: int) -> None:
    """Put a customer into its RFM tier and book what the tier's treatment costs."""
    c, p = of.customers(s)[customer], of.policies(s)[policy]
    while c.oldest != NOBODY and c.oldest_day < day - YEAR:
        c.recent -= 1
        c.recent_fen -= of.purchases(s)[c.oldest].fen
        c.oldest = of.purchases(s)[c.oldest].after
        if c.oldest != NOBODY:
            c.oldest_day = of.purchases(s)[c.oldest].day
    recency = 10 * YEAR if c.last_purchase == NOBODY else day - c.last_day
    c.tier = tier_of(recency, c.recent, c.recent_fen, p.recency, p.frequency, p.monetary)
    of.tiers(s)[month, c.tier] += 1
    of.treatment_fen(s)[month, c.tier] += p.tier_cost_fen[c.tier]


@njit(cache=True)
def review(s: State, customer: int, day: int) -> None:
    """Let ill feeling fade and re-tier each month, re-score where it is time, and set the clock's pace."""
    if not in_business(s, customer, day):
        return
    c, policy = of.customers(s)[customer], terms_on(s, day)
    month = of.days(s)[day].month
    if of.days(s)[day].starts_month:
        c.goodwill *= 1.0 - of.world(s)[0].recovery_per_month
        tier(s, customer, day, month, policy)
        if month % of.policies(s)[policy].rescore_months == 0:
            score(s, customer, day, policy)
    if day == of.run(s)[0].switch:
        score(s, customer, day, policy)
    c.intensity = order_intensity(
        c.orders_per_year / 365,
        of.days(s)[day].market * of.policies(s)[policy].selling_effort,
        term(s, customer, policy, 0.0, 0),
        c.wanted_days,
        of.world(s)[0].term_response,
        c.goodwill,
        of.policies(s)[policy].tier_effect[c.tier] + log_effort(s, c.rep, day),
    )
    ticks(s, customer, day)


@njit(cache=True)
def ticks(s: State, customer: int, day: int) -> None:
    """Let a customer's clock run from a day until it orders, or the stretch of constant pace ends."""
    c, end = of.customers(s)[customer], of.days(s)[day].stretch_end
    orders = order_day(c.done, c.goal, day, end, c.intensity)
    c.done += c.intensity * (orders - day)
    if orders < end:
        c.next = of.buyers(s)[orders]
        of.buyers(s)[orders] = customer


@njit(cache=True)
def term(s: State, customer: int, policy: int, luck: float, extra_days: int) -> int:
    """Return the credit term a customer is offered; the meeting may grant days beyond the grade's limit."""
    c, p = of.customers(s)[customer], of.policies(s)[policy]
    if p.admission[c.grade] != CREDIT:
        return 0
    asked = requested_term(c.wanted_days, p.term_days, p.term_negotiable == 1)
    return audited_term(asked, p.term_limit_days[c.grade] + extra_days, luck, p.audit_catch_rate)


# -------------------------------------------------------------------- orders


@njit(cache=True)
def place_order(s: State, customer: int, day: int, lead: int) -> int:
    """Return the order that a customer places, before anybody has decided on it."""
    c, world, policy = of.customers(s)[customer], of.world(s)[0], of.policies(s)[terms_on(s, day)]
    if c.orders == ORDER_STEP:
        raise TooManyOrdersError
    number = take(s, ORDERS, of.orders(s).shape[0])
    o = of.orders(s)[number]
    o.order_id = c.customer_id * ORDER_STEP + c.orders
    c.orders += 1
    winds(s, customer)
    factor = cross_sell_factor(
        draw(s, _CROSS_SELL, o.order_id, 0),
        world.cross_sell_rate,
        world.cross_sell,
        policy.tier_cross_sell[c.tier] == 1,
        world.cross_sell_uplift,
    )
    z = normal_quantile(draw(s, _ORDER_VALUE, o.order_id, 0))
    o.customer, o.lead, o.day = customer, lead, day
    o.list_value_fen = order_value_fen(c.order_value_fen, factor, world.spread_within, z)
    o.cross_sold = 1 if factor > 1.0 else 0
    o.tier, o.grade, o.score = c.tier, c.grade, c.score
    o.is_new = 1 if c.signed == 0 and c.arrival >= 0 else 0
    o.status, o.route, o.decided = PENDING, 0, NOBODY
    o.discount_fen, o.term_days, o.prepayment_fen, o.security = 0, 0, 0, 0
    o.delivered, o.handed_over, o.next = NOBODY, NOBODY, NOBODY
    return number


@njit(cache=True)
def excess_fen(s: State, order: int, policy: int) -> int:
    """Return the part of an order beyond its customer's credit limit."""
    o = of.orders(s)[order]
    c = of.customers(s)[o.customer]
    limit = int(of.policies(s)[policy].credit_limit_months[c.grade] * c.monthly_purchases_fen)
    return excess_over_limit_fen(o.list_value_fen - o.discount_fen, c.exposure_fen, limit)


@njit(cache=True)
def discount(s: State, order: int, policy: int) -> float:
    """Return the discount on an order: the promotion on a first one, the tier's on the others."""
    o, p = of.orders(s)[order], of.policies(s)[policy]
    if o.is_new:
        return first_order_discount(o.grade, p.promoted_from, p.first_discount)
    return p.tier_discount[o.tier]


@njit(cache=True)
def offers(s: State, order: int, policy: int, ruling: int) -> None:
    """Write into an order what the company offers, or refuse it."""
    o, p = of.orders(s)[order], of.policies(s)[policy]
    c = of.customers(s)[o.customer]
    o.grade, o.score = c.grade, c.score
    admission = p.admission[o.grade]
    o.security = p.security[o.grade]
    if admission == REFUSE or ruling == REFUSED_BY_MEETING:
        o.status = REFUSED
        return
    o.discount_fen = share_of_fen(o.list_value_fen, discount(s, order, policy))
    value = o.list_value_fen - o.discount_fen
    if admission == CASH:
        o.prepayment_fen, o.security = value, 0
        return
    if ruling == COLLATERAL:
        o.security = 2
    extra = p.extra_term_days if ruling == EXTEND else 0
    o.term_days = term(s, o.customer, policy, draw(s, _AUDIT, o.order_id, 0), extra)
    o.prepayment_fen = prepayment_fen(value, p.prepayment_share, excess_fen(s, order, policy))


@njit(cache=True)
def answers(s: State, order: int, policy: int, day: int) -> None:
    """The customer signs or declines; a contract signed is among its purchases."""
    o = of.orders(s)[order]
    c = of.customers(s)[o.customer]
    value = o.list_value_fen - o.discount_fen
    if draw(s, _ACCEPTANCE, o.order_id, 0) < accepts(s, order, policy, day):
        o.status = SIGNED
        c.signed += 1
        buys(s, o.customer, day, value)
        if c.first_order == NOBODY:
            c.first_order = day
    else:
        o.status = DECLINED


@njit(cache=True)
def accepts(s: State, order: int, policy: int, day: int) -> float:
    """Return the probability that a customer accepts what an order offers."""
    o, world = of.orders(s)[order], of.world(s)[0]
    c = of.customers(s)[o.customer]
    conditions = world.accept_security[o.security]
    if of.policies(s)[policy].admission[o.grade] == CASH:
        conditions = world.accept_cash
    conditions += world.accept_waiting * (day - o.day)
    if o.is_new:
        conditions += world.accept_discount * 10.0 * discount(s, order, policy)
    return acceptance(
        world.accept_intercept,
        world.accept_term,
        o.term_days,
        c.wanted_days,
        world.accept_prepayment,
        o.prepayment_fen / (o.list_value_fen - o.discount_fen),
        conditions,
    )


@njit(cache=True)
def decide(s: State, order: int, day: int, minute: int, ruling: int) -> None:
    """An order is decided: offered and answered, signed or not."""
    o, policy = of.orders(s)[order], terms_on(s, day)
    o.decided = day
    if not in_business(s, o.customer, day):
        o.status = WITHDRAWN
    else:
        offers(s, order, policy, ruling)
        if o.status != REFUSED:
            answers(s, order, policy, day)
    if o.lead != NOBODY:
        close_lead(s, order, day)
    if o.status != SIGNED:
        return
    sign(s, order, day, minute)
    if o.lead != NOBODY:
        review(s, o.customer, day)


@njit(cache=True)
def close_lead(s: State, order: int, day: int) -> None:
    """Note what became of the lead behind a first order."""
    o = of.orders(s)[order]
    lead = of.leads(s)[o.lead]
    lead.score, lead.grade, lead.decided = o.score, o.grade, day
    if o.status == SIGNED:
        lead.outcome, lead.stage = 3, 4
    else:
        lead.outcome = 2 if o.status == REFUSED else 1


@njit(cache=True)
def sign(s: State, order: int, day: int, minute: int) -> None:
    """A signed contract earns commission, and asks for the prepayment or sends the goods."""
    o = of.orders(s)[order]
    c, agreed = of.customers(s)[o.customer], of.policies(s)[terms_on(s, day)]
    value = o.list_value_fen - o.discount_fen
    c.exposure_fen += value - o.prepayment_fen
    month = of.months(s)[c.rep, of.days(s)[day].month]
    month.sales_fen += value
    month.signing_fen += share_of_fen(value, agreed.rate * agreed.signing_share)
    month.new_customers += o.is_new
    if o.prepayment_fen:
        due = day + agreed.prepayment_due_days
        issue(s, order, PREPAYMENT, day, minute, due, o.prepayment_fen, 0)
    else:
        ship(s, order, day, minute)
