"""The order process, fitted: against closed forms, ledgers of known laws, and the engine's own orders."""

import math
from dataclasses import replace
from itertools import combinations, product

import numpy as np
import pandas as pd
import pytest
from scipy.integrate import quad
from scipy.stats import gamma, poisson

import simkit
from simkit.calibration.order_law import HIGHEST, LOWEST, YEAR, OrderHistories, OrderLaw
from simkit.calibration.order_rates import OrderLikelihood, fit_orders

EXPECTED = OrderLaw(6 / YEAR, 1.2, 0.75, 0.08 / YEAR, 0.1, 0.5)


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
    window = 5
    seen = [
        np.repeat((first, *others), parts)
        for first in range(window)
        for count in range(window - first)
        for others in combinations(range(first + 1, window), count)
        for parts in product((1, 2), repeat=1 + count)
    ]
    histories = histories_of(seen, window)
    old, new = OrderLikelihood(histories).of_customers(OrderLaw(0.3, 0.9, 0.7, 0.01, 0.2, 0.4))
    assert np.exp(old).sum() == pytest.approx(1)
    for first in range(window):
        assert np.exp(new[histories.first == first]).sum() == pytest.approx(1, abs=2e-4)


def test_even_gaps_make_every_day_a_coin():
    """Without bursts a day has an order or not, whatever the days before it: summed over rates and days of leaving."""
    law = OrderLaw(0.08, 0.8, 1.0, 0.004, 0.15, 0.5)
    window, days = 60, np.array([3, 4, 9, 30, 31, 31, 47])
    _, new = OrderLikelihood(histories_of([days], window)).of_customers(law)
    orders, active, idle = len(set(days)) - 1, days[-1] - days[0], window - 1 - days[-1]

    def chance(rate):
        some = -math.expm1(-rate)
        one = some / rate  # no second order on the day of a first, whose moment is any
        parts = ((1 - law.cut_share) * one) ** orders * (1 - (1 - law.cut_share) * one)
        stays = np.exp(-law.leaving_per_day * (active + np.arange(idle + 1)))
        silent = np.exp(-rate * np.arange(idle + 1))
        seen = stays[-1] * silent[-1] + (stays[:-1] - stays[1:]) @ silent[:-1]
        return parts * some**orders * math.exp(-rate * (active - orders)) * seen

    rates = gamma(law.shape, scale=law.orders_per_day / law.shape)
    expected, _ = quad(lambda rate: chance(rate) * rates.pdf(rate), 0, 3)
    assert math.exp(new[0]) == pytest.approx(expected, rel=1e-3)


LAWS = [
    OrderLaw(10 / YEAR, 0.8, 0.7, 0.25 / YEAR, 0.001, 0.5),
    OrderLaw(20 / YEAR, 2.0, 1.4, 0.6 / YEAR, 0.001, 0.5),
]


@pytest.mark.parametrize("law", LAWS, ids=["bursts", "steady"])
def test_intervals_hold_the_truth_as_often_as_they_say(law):
    held = []
    for seed in range(8):
        fit = fit_orders(drawn(seed, law, 400, 100, 40), EXPECTED)
        low, high = fit.interval()
        held.append((low.free() <= law.free()) & (law.free() <= high.free()))
    hits = np.array(held)[:, :4]  # the share of old customers is a fact of each sample, not of the law
    # 32 intervals of 95 %: fewer than 26 right would come once in a thousand such tests.
    assert hits.sum() >= 26


def test_those_who_stopped_are_told_from_those_who_are_slow():
    laws = [OrderLaw(20 / YEAR, 2.0, 1.0, leaving / YEAR, 0.001, 0.5) for leaving in (0.01, 0.9)]
    stayed, stopped = (fit_orders(drawn(3, law, 500, 150, 40), EXPECTED) for law in laws)
    assert stayed.stopped_share < 0.05
    assert stopped.stopped_share == pytest.approx(0.6, abs=0.12)
    assert stopped.law.churn_per_year == pytest.approx(1 - math.exp(-0.9), abs=0.12)


def test_busy_customers_hold_several_orders_a_day():
    law = OrderLaw(3.0, 50.0, 1.0, 0.05 / YEAR, 0.001, 0.5)
    fit = fit_orders(drawn(4, law, 120, 15, 0), EXPECTED)
    assert fit.law.orders_per_day == pytest.approx(3, rel=0.1)
    several = np.arange(2, 20)
    chances = poisson.pmf(several, 3)
    assert fit.orders_a_day.mean() == pytest.approx(several @ chances / chances.sum(), rel=0.2)


def test_orders_cut_into_several_invoices_are_told_from_bursts():
    law = OrderLaw(10 / YEAR, 0.8, 1.0, 0.25 / YEAR, 0.001, 0.5)
    plain = drawn(6, law, 400, 120, 40)
    luck = np.random.default_rng(6)
    cut = luck.binomial(plain.single, 0.3)
    whole, apart = (fit_orders(each, EXPECTED) for each in (
        plain, replace(plain, single=plain.single - cut, several=plain.several + cut)))  # fmt: skip
    assert apart.law.cut_share == pytest.approx(0.3, abs=0.03)
    assert apart.law.gap_shape == pytest.approx(whole.law.gap_shape, abs=0.05)
    assert apart.law.orders_per_day == pytest.approx(whole.law.orders_per_day, rel=0.03)


def test_the_engines_own_orders():
    overrides = {
        "run.customers": 200, "run.warm_up_days": 365, "run.policy_days": 365, "run.run_out_days": 90,
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
