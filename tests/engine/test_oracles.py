"""The engine against closed forms: absorbing chain, Little's law, stationary ageing, refitted hazards, defaults.

One company whose customers differ in nothing that matters to payment, watched for years under one policy.
Tolerances are multiples of the standard error of what is measured.
"""

import math
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from simkit.behaviour.default import conditional_pd
from simkit.engine.daybook import BUCKETS
from simkit.engine.result import Result
from simkit.portfolio.synthetic import draw_customers
from simkit.scenario.scenario import Scenario
from tests.engine.worlds import NOBODY, run_once, scenario

H, TERM = 0.04, 30
"""Daily probability of payment, and the credit term."""

FLAT = {
    "market.growth_per_year": 0.0,
    "market.season": [1.0] * 12,
    "customers.churn_per_year": 0.0,
    "customers.new_per_year": 0.0,
    "customers.order_value_spread_between": 0.0,
    "customers.order_value_spread_within": 0.0,
    "firms.default.mean_pd": 0.0,
    "payment.history_weight": 0.0,
    "payment.quality_weight": 0.0,
    "payment.frailty_sd": 0.0,
    "payment.effort_elasticity": 0.0,
}
PLAIN = NOBODY | {
    **{f"credit.grades.{g}.{name}": v for g in "ABCD" for name, v in (
        ("admission", "credit"), ("term_limit_days", 365), ("credit_limit_months", 60.0), ("security", "none"),
    )},
    "contract.prepayment_share": 0.0,
    "contract.term_days": TERM,
    "contract.term_negotiable": False,
    "collections.write_off_days": 1000,
    "incentives.commission.signing_share": 0.6,
    "incentives.appraisal.weight": 0.35,
}  # fmt: skip
WARM, LONG = 150, 500
SIGMAS = 4  # the luck is fixed by its names; a sound engine stays inside for all but one seed in ten thousand


def company(alpha: list[float], starts: list[int]) -> Scenario:
    payment = {"payment.alpha": alpha, "payment.bucket_starts": starts}
    terms = {"customers.terms": [{"days": TERM, "share": 1.0}]}
    size = {
        "customers": 60,
        "regions": ["One"],
        "warm_up_days": WARM,
        "policy_days": LONG,
        "run_out_days": 90,
    }
    return scenario(PLAIN, PLAIN, FLAT | payment | terms, size)


def logit(h: float) -> float:
    return math.log(h / (1 - h))


def wait(lines: pd.DataFrame) -> np.ndarray:
    """Days from issue to payment, NaN where it has not come."""
    return (lines["paid_date"] - lines["issue_date"]).dt.days.to_numpy(float)


@pytest.fixture(scope="module")
def constant() -> Result:
    return run_once(company([logit(H)] * 2, [0]))


def order_dispersion(result: Result) -> float:
    """Variance over mean of the number of orders in a long time: the squared variation of their Weibull gaps."""
    shape = result.scenario.world.customers.gap_shape
    return math.gamma(1 + 2 / shape) / math.gamma(1 + 1 / shape) ** 2 - 1


def window(result: Result) -> tuple[pd.Timestamp, pd.Timestamp]:
    first = pd.Timestamp(result.scenario.run.start_date) + pd.Timedelta(days=WARM)
    return first, first + pd.Timedelta(days=LONG)


def last_day(result: Result) -> pd.Timestamp:
    run = result.scenario.run
    return pd.Timestamp(run.start_date) + pd.Timedelta(days=run.horizon_days - 1)


def test_oracle_1_share_collected_by_each_day_is_that_of_the_absorbing_chain(constant) -> None:
    lines = constant.receivables
    last = last_day(constant)
    for t in (1, 5, 20, 40, 90):
        seen = lines[(last - lines["issue_date"]).dt.days >= t]
        paid = (wait(seen) <= t).mean()
        expected = 1 - (1 - H) ** t
        assert len(seen) > 2000
        assert abs(paid - expected) < SIGMAS * math.sqrt(expected * (1 - expected) / len(seen)), t


def test_oracle_1_mean_time_to_payment(constant) -> None:
    """Of lines watched for at least 250 days, of which one in 27,000 is still open."""
    _, end = window(constant)
    lines = constant.receivables[constant.receivables["issue_date"] < end - pd.Timedelta(days=160)]
    waits = wait(lines)
    assert np.isnan(waits).mean() < 1e-3
    sd = math.sqrt(1 - H) / H
    assert abs(np.nanmean(waits) - 1 / H) < SIGMAS * sd / math.sqrt(len(waits))


def test_oracle_2_littles_law(constant) -> None:
    """Mean receivables = invoiced a day x mean days to payment, in a long window of a stationary run."""
    first, end = window(constant)
    daily = constant.daily[(constant.daily["date"] >= first) & (constant.daily["date"] < end)]
    issued = constant.receivables["issue_date"]
    n = ((issued >= first) & (issued < end)).sum()
    expected = daily["invoiced_fen"].mean() / H
    # Relative errors: of the mean of n geometric waits; and of the stock that reaches over the window's two edges,
    # each line of it with a geometric rest, in a number as spread as the orders that made it.
    of_waits = math.sqrt(1 - H) / math.sqrt(n)
    of_edges = math.sqrt(2 * (n / LONG / H) * (1 + order_dispersion(constant))) / n
    tolerance = SIGMAS * math.hypot(of_waits, of_edges)
    assert tolerance < 0.12
    assert daily["closing_fen"].mean() == pytest.approx(expected, rel=tolerance)


def test_oracle_3_stationary_ageing_follows_the_survival_curve(constant) -> None:
    first, end = window(constant)
    since_issue = np.arange(2000)
    alive, ages = (1 - H) ** since_issue, since_issue - TERM
    edges = [-(10**6), 1, 31, 61, 91, 10**6]
    expected = [alive[(ages >= low) & (ages < high)].sum() * H for low, high in pairwise(edges)]
    assert sum(expected) == pytest.approx(1)
    daily = constant.daily[(constant.daily["date"] >= first) & (constant.daily["date"] < end)]
    shares = daily[[*BUCKETS]].sum() / daily["closing_fen"].sum()
    # A ratio of sums over independent lines: its error from each line's own days in the bucket and in all.
    lines = constant.receivables[constant.receivables["issue_date"] < end]
    opened = (lines["issue_date"] - first).dt.days.to_numpy()
    closed = ((lines["closed_date"] - first).dt.days.fillna(10**6)).to_numpy()
    due = (lines["due_date"] - first).dt.days.to_numpy()
    amount = lines["amount_fen"].to_numpy(float)

    def days_between(low: np.ndarray, high: np.ndarray) -> np.ndarray:
        return amount * np.clip(np.minimum(np.minimum(high, closed), LONG) - np.maximum(low, 0), 0, None)

    total = days_between(opened, closed)
    for share, exact, low, high in zip(shares, expected, edges[:-1], edges[1:], strict=True):
        inside = days_between(np.maximum(opened, due + low), due + high)
        assert inside.sum() / total.sum() == pytest.approx(share, rel=1e-12)
        error = math.sqrt(((inside - exact * total) ** 2).sum()) / total.sum()
        assert abs(share - exact) < SIGMAS * error
        assert error < 0.03


def test_oracle_4_refitted_hazards_are_those_of_the_world() -> None:
    """Payments over days at risk in each bucket, right-censored at the end, against the odds simulated."""
    starts, hazards = [-10, 0, 5, 30], [0.01, 0.03, 0.15, 0.05, 0.02]
    result = run_once(company([logit(h) for h in hazards], starts))
    lines = result.receivables
    end = last_day(result)
    due = lines["due_date"]
    first = (lines["issue_date"] - due).dt.days + 1
    last = (lines["paid_date"].fillna(end) - due).dt.days
    paid = lines["paid_date"].notna()
    edges = [-(10**6), *starts, 10**6]
    for h, low, high in zip(hazards, edges[:-1], edges[1:], strict=True):
        at_risk = (np.minimum(last, high - 1) - np.maximum(first, low) + 1).clip(lower=0).sum()
        payments = (paid & (last >= low) & (last < high)).sum()
        assert payments > 50
        assert abs(payments / at_risk - h) < SIGMAS * math.sqrt(h * (1 - h) / at_risk)


@pytest.mark.parametrize("factor", [-1.0, 2.0])
def test_oracle_6_share_that_defaults_is_vasiceks(factor) -> None:
    """Given the economy, customers default independently, each with its conditional probability."""
    size = {"customers": 400, "regions": ["One"], "warm_up_days": 275, "policy_days": 30, "run_out_days": 90}
    world = FLAT | {"firms.default.mean_pd": 0.1, "economy.factor": factor, "customers.orders_per_year": 0.1}
    result = run_once(scenario(PLAIN, PLAIN, world, size))
    people = draw_customers(result.scenario, 0)
    rho = result.scenario.world.economy.correlation
    pd_now = np.array([conditional_pd(p, factor, rho) for p in people["annual_pd"]])
    expected = 1 - (1 - pd_now) ** (result.scenario.run.horizon_days / 365)
    defaulted = result.customers["default_date"].notna().sum()
    spread = math.sqrt((expected * (1 - expected)).sum())
    assert abs(defaulted - expected.sum()) < SIGMAS * spread


def test_orders_come_at_the_customers_own_rates(constant) -> None:
    """A clock that starts in its stride gives rate x days orders, with the variance of Weibull renewals."""
    run = constant.scenario.run
    people = draw_customers(constant.scenario, 0).set_index("customer_id")
    placed = constant.orders.groupby("customer_id").size().reindex(people.index, fill_value=0)
    expected = people["orders_per_year"] * run.horizon_days / 365
    z = (placed.sum() - expected.sum()) / math.sqrt(order_dispersion(constant) * expected.sum())
    assert abs(z) < stats.norm.isf(1e-4)
