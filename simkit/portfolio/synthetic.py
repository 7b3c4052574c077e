"""Synthetic customers: who they are before the first day, drawn from the world's distributions.

Every attribute is a pure function of (seed, replication, stream, customer_id, index), so a customer is the same
person in a small and in a large company, in every region split and under every policy. What depends on the size of
the company is only how many customers there are, on which day the n-th applicant of a region comes, and which rep
looks after an applicant.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import expit, gammaincinv, log_ndtr, logit, ndtr, ndtri
from scipy.stats import binom, poisson

from simkit.errors import UserError
from simkit.scenario.firms import KNOTS, SCORES, Firms
from simkit.scenario.scenario import Scenario
from simkit.scenario.world import Customers, Payment
from simkit.streams import Stream, uniforms

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Draw = Callable[..., Floats]

REGION_STEP = 10**8
APPLICANT_STEP = 5 * 10**7
REP_STEP = 10**4
DAYS_A_YEAR = 365.0
_LARGEST_VALUE_FEN = 10**15
_SLOWEST_ORDERS_PER_YEAR = 1e-6  # an order in a million years: keeps gaps between orders finite


def draw_customers(scenario: Scenario, replication: int) -> pd.DataFrame:
    """Draw every customer of a run: those on the books on the first day and those who apply later.

    Parameters
    ----------
    scenario : Scenario
        Its world and run are used; no lever of the policy is, so all policies meet the same people.
    replication : int
        Which repetition, from 0.

    Returns
    -------
    pandas.DataFrame
        One row a customer sorted by ``customer_id``, as in ``simkit.portfolio.contracts.CUSTOMERS``.

    Raises
    ------
    UserError
        When a region has more reps or applicants than its ids can tell apart.
    """
    run, world = scenario.run, scenario.world
    table = _roll(scenario, replication)
    ids = table["customer_id"].to_numpy()

    def draw(stream: Stream, index: npt.ArrayLike = 0) -> Floats:
        return uniforms(run.seed, replication, stream, ids, index)

    scores = firm_scores(world.firms, draw)
    size = scores[SCORES.index("total_assets_million")]
    intercept, spread, signal = default_signal(world.firms, scores)
    quality = -signal / spread if spread > 0 else np.zeros(ids.size)
    frailty = world.payment.frailty_sd * ndtri(draw(Stream.FRAILTY))
    orders = _order_rates(world.customers, draw(Stream.ORDER_RATE))
    median_value = _order_values(world.customers, _following(size, world.firms.orders_follow_size, draw, Stream.ORDER_VALUE_LEVEL))
    lines, late = _history(scenario, draw, table["arrival_day"].to_numpy() < 0, orders, frailty, quality)
    prior = world.payment

    table["quality"] = quality
    table["frailty"] = frailty
    table["annual_pd"] = expit(intercept + signal)
    table["past_overdue"] = (late + prior.history_prior_share * prior.history_prior_lines) / (
        lines + prior.history_prior_lines
    )
    table["legal_disputes"] = _legal_disputes(world.firms, prior, draw, frailty, quality)
    for name, values in ratios(world.firms, scores).items():
        table[name] = values
    table["pledgeable_cover"] = world.firms.pledgeable_cover_median * np.exp(
        world.firms.pledgeable_cover_spread * ndtri(draw(Stream.PLEDGEABLE_COVER))
    )
    table["industry_phase"] = _pick(world.firms.industry_phases, draw(Stream.INDUSTRY_PHASE)) - 2
    table["market_rank"] = ndtr(_following(size, world.firms.rank_follows_size, draw, Stream.MARKET_RANK))
    table["orders_per_year"] = orders
    table["order_value_fen"] = median_value
    table["term_wanted_days"] = _terms_wanted(
        world.customers, ndtr(_following(size, world.firms.terms_follow_size, draw, Stream.TERM_WANTED))
    )
    table["history_lines"] = lines
    table["history_late"] = late
    mean_value = median_value * np.exp(world.customers.order_value_spread_within**2 / 2)
    table["monthly_purchases_fen"] = np.rint(
        np.minimum(orders / 12 * mean_value, _LARGEST_VALUE_FEN)
    ).astype(np.int64)
    return pd.DataFrame(table)


def customers_on_books(customers: int, regions: int) -> Ints:
    """Return how many of ``customers`` each region has: as even as can be, the first regions taking the rest."""
    share, rest = divmod(customers, regions)
    return np.array([share + (r < rest) for r in range(regions)], dtype=np.int64)


