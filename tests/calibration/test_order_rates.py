"""The order process, fitted: against closed forms, ledgers of known laws, and the engine's own orders."""

import math
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from scipy.special import comb

import simkit
from simkit.calibration.order_law import HIGHEST, LOWEST, YEAR, OrderHistories, OrderLaw
from simkit.calibration.order_rates import OrderLikelihood, fit_orders

EXPECTED = OrderLaw(6 / YEAR, 1.2, 0.75, 0.08 / YEAR, 0.5)


def histories_of(days_of_customers, window):
    customer = np.repeat(
        [f"{n:06}" for n in range(len(days_of_customers))], list(map(len, days_of_customers))
    )
    return OrderHistories.of(pd.Series(customer), np.concatenate(days_of_customers), window)


def drawn(seed, law, window, old, new):
    """Return the days on which customers order: old ones in their stride, and new ones as they come."""
    luck = np.random.default_rng(seed)
    start = np.concatenate([np.full(old, -1.0), luck.uniform(0, window, luck.poisson(new))])
    size, c = len(start), law.gap_shape
    scale = 1 / (luck.gamma(law.shape, law.orders_per_day / law.shape, size) * math.gamma(1 + 1 / c))
    gone = np.maximum(start, 0) + luck.exponential(1 / law.leaving_per_day, size)
    # A gap met in the middle is long: its length, weighed by itself, is that of a gamma of shape 1 + 1/c.
    met = scale * luck.gamma(1 + 1 / c, size=size) ** (1 / c) * luck.random(size)
    time = np.where(start < 0, met, start)
    found = [[] for _ in range(size)]
    while (going := time < np.minimum(gone, window)).any():
        for customer in np.flatnonzero(going):
            found[customer].append(int(time[customer]))
        time = np.where(going, time + scale * luck.weibull(c, size), time)
    return histories_of([np.array(days) for days in found if days], window)


def test_all_that_could_be_seen_has_probability_one():
    window = 8
    seen = [
        np.array((first, *others))
        for first in range(window)
        for count in range(window - first)
        for others in combinations(range(first + 1, window), count)
    ]
    histories = histories_of(seen, window)
    old, new = OrderLikelihood(histories).of_customers(OrderLaw(0.3, 0.9, 0.7, 0.01, 0.4))
    assert np.exp(old).sum() == pytest.approx(1)
    for first in range(window):
        assert np.exp(new[histories.first == first]).sum() == pytest.approx(1, abs=2e-4)


def test_even_gaps_have_a_closed_form():
    """Without bursts each day has an order or not, independently: a beta-geometric sum over the day of leaving."""
    law = OrderLaw(0.08, 0.8, 1.0, 0.004, 0.5)
    window, days = 60, np.array([3, 4, 9, 30, 31, 47])
    _, new = OrderLikelihood(histories_of([days], window)).of_customers(law)

    def chance(span):  # of orders on these days and on no other of a span, for a customer who stays
        blank, more = span - len(days) + 1, np.arange(len(days))
        signs = comb(len(days) - 1, more) * (-1.0) ** more
        return signs @ (1 + (blank + more) * law.orders_per_day / law.shape) ** -law.shape

    active, idle = days[-1] - days[0], window - 1 - days[-1]
    stays = np.exp(-law.leaving_per_day * (active + np.arange(idle + 1)))
    expected = stays[-1] * chance(active + idle) + sum(
        (stays[day] - stays[day + 1]) * chance(active + day) for day in range(idle)
    )
    assert math.exp(new[0]) == pytest.approx(expected, rel=1e-3)


LAWS = [OrderLaw(10 / YEAR, 0.8, 0.7, 0.25 / YEAR, 0.5), OrderLaw(20 / YEAR, 2.0, 1.4, 0.6 / YEAR, 0.5)]


@pytest.mark.parametrize("law", LAWS, ids=["bursts", "steady"])
def test_intervals_hold_the_truth_as_often_as_they_say(law):
    held = []
    for seed in range(12):
        fit = fit_orders(drawn(seed, law, 400, 150, 50), EXPECTED)
        low, high = fit.interval()
        held.append((low.free() <= law.free()) & (law.free() <= high.free()))
    hits = np.array(held)[:, :4]  # the share of old customers is a fact of each sample, not of the law
    # 48 intervals of 95 %: fewer than 41 right would come once in a thousand such tests.
    assert hits.sum() >= 41


def test_those_who_stopped_are_told_from_those_who_are_slow():
    stayed, stopped = (fit_orders(drawn(3, law, 500, 300, 60), EXPECTED) for law in (
        OrderLaw(20 / YEAR, 2.0, 1.0, 0.01 / YEAR, 0.5), OrderLaw(20 / YEAR, 2.0, 1.0, 0.9 / YEAR, 0.5)))  # fmt: skip
    assert stayed.stopped_share < 0.05
    assert stopped.stopped_share == pytest.approx(0.6, abs=0.12)
    assert stopped.law.churn_per_year == pytest.approx(1 - math.exp(-0.9), abs=0.12)


def test_busy_customers_hold_several_orders_a_day():
    law = OrderLaw(3.0, 50.0, 1.0, 0.05 / YEAR, 0.5)
    fit = fit_orders(drawn(4, law, 120, 15, 0), EXPECTED)
    assert fit.orders_a_day.mean() == pytest.approx(3 / -math.expm1(-3), rel=0.35)


def test_the_engines_own_orders():
    overrides = {
        "run.customers": 300, "run.warm_up_days": 365, "run.policy_days": 365, "run.run_out_days": 90,
        "world.customers.orders_per_year": 8.0, "world.customers.orders_shape": 0.9,
        "world.customers.gap_shape": 0.8, "world.customers.churn_per_year": 0.2, "world.firms.default.mean_pd": 0.001,
        "world.market.season": [1.0] * 12, "world.market.growth_per_year": 0.0, "world.demand.term_response": 0.0,
    }  # fmt: skip
    scenario = simkit.load("params/baseline.yaml", overrides=overrides)
    orders = simkit.simulate(scenario).orders
    day = (orders["order_date"] - pd.Timestamp(scenario.run.start_date)).dt.days.to_numpy()
    histories = OrderHistories.of(orders["customer_id"].astype(str), day, scenario.run.horizon_days)
    low, high = fit_orders(histories, EXPECTED).interval(3)
    truth = scenario.world.customers
    assert low.orders_per_day < truth.orders_per_year / YEAR < high.orders_per_day
    assert low.shape < truth.orders_shape < high.shape
    assert low.gap_shape < truth.gap_shape < high.gap_shape
    assert low.churn_per_year < truth.churn_per_year < high.churn_per_year


def test_the_search_keeps_to_its_bounds():
    crowd = fit_orders(histories_of([np.arange(200)] * 3, 200), EXPECTED)
    lonely = fit_orders(histories_of([np.array([0])] * 2000, 700), EXPECTED)
    for fit in (crowd, lonely):
        free = fit.law.free()
        assert (LOWEST.free() - 1e-9 <= free).all()
        assert (free <= HIGHEST.free() + 1e-9).all()
        assert np.isfinite(fit.free_se).all()
        assert np.isfinite(fit.orders_a_day).all()
        assert 0 <= fit.stopped_share <= 1
