"""Synthetic customers: who they are on the first day, drawn from the world's distributions.

Every attribute is a pure function of (seed, replication, stream, customer_id, index), so a customer is the
same person in a small and in a large company and under every policy. Only three things depend on the
company's size: how many customers there are, on which day a region's n-th lead comes and which rep looks
after a lead.
"""

import math
from functools import partial

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import gammaincinv, ndtr, ndtri

from simkit.portfolio.balance_sheets import Draw, Floats, financial_quality, firm_scores, ratios
from simkit.portfolio.past_delays import past_delays
from simkit.portfolio.roll import ON_THE_BOOKS, binomial_counts, draw_roll, pick, poisson_counts
from simkit.scenario.firms import SCORES, Firms
from simkit.scenario.scenario import Scenario
from simkit.scenario.world.customers import Customers
from simkit.scenario.world.payment import Payment
from simkit.streams import Stream, uniforms

Ints = npt.NDArray[np.int64]

_DAYS_A_YEAR = 365.0
_LARGEST_VALUE_FEN = 1e15
_FEWEST_ORDERS_PER_YEAR = 1e-6  # one in a million years: keeps the gaps between orders finite


def draw_customers(scenario: Scenario, replication: int, roll: pd.DataFrame | None = None) -> pd.DataFrame:
    """Draw every customer of a run: those on the books on the first day, and every lead that any policy could reach.

    A lead comes to the company when the policy's marketing factor of its channel is above its ``reach``, which is even
    between 0 and ``MOST_MARKETING``.

    Parameters
    ----------
    scenario : Scenario
        Its world and its run are used and no lever of its policies: all policies meet the same people.
    replication : int
        Which repetition, from 0.
    roll : DataFrame, optional
        Whom to draw, rows of ``draw_roll``; everybody when not given. Who else is drawn changes nobody.

    Returns
    -------
    pandas.DataFrame
        One row a customer, sorted by ``customer_id``; the columns are in
        ``simkit.portfolio.contracts.CUSTOMERS``.

    Raises
    ------
    UserError
        When a region has more reps or leads than ids can tell apart.
    """
    world, seed = scenario.world, scenario.run.seed
    roll = draw_roll(scenario, replication) if roll is None else roll
    draw = partial(_draws, seed, replication, roll["customer_id"].to_numpy())
    scores = firm_scores(world.firms, draw)
    size = scores[SCORES.index("total_assets_million")]
    quality, annual_pd = financial_quality(world.firms, scores)
    frailty = world.payment.frailty_sd * ndtri(draw(Stream.FRAILTY, 0))
    orders = _orders_per_year(world.customers, draw(Stream.ORDER_RATE, 0))
    lines = _history_lines(world.customers, draw, orders, roll["arrival_day"].to_numpy())
    ease = frailty + world.payment.quality_weight * quality
    late = _history_late(world.payment, draw, lines, ease)
    delay_days, delay_lines = past_delays(world.customers, world.payment, ease, lines, late)
    hidden = {"quality": quality, "frailty": frailty, "annual_pd": annual_pd}
    character = {
        "past_overdue": _shrunk_share(world.payment, late, lines),
        "legal_disputes": _legal_disputes(world.firms, draw, frailty, quality, world.payment.frailty_sd),
    }
    soft = _collateral_and_condition(world.firms, draw, size)
    purchases = _purchases(scenario, draw, orders, size)
    history = {
        "history_lines": lines,
        "history_late": late,
        "history_delay_days": delay_days,
        "history_delay_lines": delay_lines,
    }
    given = {str(name): roll[name].array for name in roll}
    drawn = hidden | character | ratios(world.firms, scores) | soft | purchases | history
    return pd.DataFrame(given | drawn, index=roll.index, copy=False)


def _draws(seed: int, replication: int, customers: Ints, stream: Stream, index: int) -> Floats:
    return uniforms(seed, replication, stream, customers, index)


def _following(size: Floats, correlation: float, luck: Floats) -> Floats:
    """Return normal scores that follow the firm's size with a given correlation."""
    own: Floats = ndtri(luck)
    return correlation * size + math.sqrt(1 - correlation**2) * own


def _orders_per_year(customers: Customers, luck: Floats) -> Floats:
    """Return order rates: gamma with the world's mean and shape, so that few customers order often."""
    shape = customers.orders_shape
    rates: Floats = gammaincinv(shape, luck) * (customers.orders_per_year / shape)
    return np.maximum(rates, _FEWEST_ORDERS_PER_YEAR)


def _history_lines(customers: Customers, draw: Draw, orders: Floats, arrival_day: Ints) -> Ints:
    """Return past invoices on record: Poisson, in proportion to the order rate; none for leads."""
    mean = customers.history_lines * orders / customers.orders_per_year
    return np.where(arrival_day == ON_THE_BOOKS, poisson_counts(draw(Stream.HISTORY_LINES, 0), mean), 0)


def _history_late(payment: Payment, draw: Draw, lines: Ints, ease: Floats) -> Ints:
    """Return how many of the past invoices were paid late: binomial.

    A shift x of the payment logit multiplies small daily hazards by exp(x), so a line that is late with
    probability p without the shift is late with probability p ** exp(x). Here p is ``history_prior_share``
    and x the ease, the customer's frailty and quality; the feedback of history on payment is left out (assumption).
    """
    odds = np.exp(np.clip(ease, -50, 50))
    return binomial_counts(draw(Stream.HISTORY_LATE, 0), lines, payment.history_prior_share**odds)


def _shrunk_share(payment: Payment, late: Ints, lines: Ints) -> Floats:
    """Return the late share of past invoices, shrunk towards the prior share."""
    prior_late = payment.history_prior_share * payment.history_prior_lines
    shares: Floats = (late + prior_late) / (lines + payment.history_prior_lines)
    return shares


def _legal_disputes(firms: Firms, draw: Draw, frailty: Floats, quality: Floats, frailty_sd: float) -> Ints:
    """Return disputes on record: Poisson, more for weak firms and bad payers, with the world's mean."""
    on_quality, on_frailty = firms.legal_disputes_quality, firms.legal_disputes_frailty
    drift = (on_quality**2 + (on_frailty * frailty_sd) ** 2) / 2
    mean = firms.legal_disputes_mean * np.exp(on_quality * quality + on_frailty * frailty - drift)
    return poisson_counts(draw(Stream.LEGAL_DISPUTES, 0), mean)


def _collateral_and_condition(firms: Firms, draw: Draw, size: Floats) -> dict[str, Floats | Ints]:
    cover = ndtri(draw(Stream.PLEDGEABLE_COVER, 0))
    rank = _following(size, firms.rank_follows_size, draw(Stream.MARKET_RANK, 0))
    return {
        "pledgeable_cover": firms.pledgeable_cover_median * np.exp(firms.pledgeable_cover_spread * cover),
        "industry_phase": pick(firms.industry_phases, draw(Stream.INDUSTRY_PHASE, 0)) - 2,
        "market_rank": ndtr(rank),
    }


def _purchases(scenario: Scenario, draw: Draw, orders: Floats, size: Floats) -> dict[str, Floats | Ints]:
    """Return how a customer buys: rate, own median order value, term asked for, usual purchases a month."""
    firms, customers = scenario.world.firms, scenario.world.customers
    level = _following(size, firms.orders_follow_size, draw(Stream.ORDER_VALUE_LEVEL, 0))
    median = customers.order_value_fen * np.exp(customers.order_value_spread_between * level)
    monthly = orders / 12 * median * np.exp(customers.order_value_spread_within**2 / 2)
    wish = ndtr(_following(size, firms.terms_follow_size, draw(Stream.TERM_WANTED, 0)))
    terms = sorted(customers.terms, key=lambda term: term.days)
    days = np.array([term.days for term in terms], dtype=np.int64)
    return {
        "orders_per_year": orders,
        "order_value_fen": _fen(median),
        "term_wanted_days": days[pick([term.share for term in terms], wish)],
        "monthly_purchases_fen": _fen(monthly),
    }


def _fen(value: Floats) -> Ints:
    """Return whole fen, at least one."""
    return np.rint(np.clip(value, 1, _LARGEST_VALUE_FEN)).astype(np.int64)
