"""How receivables run off, against closed forms: absorbing chain, Little's law, stationary ageing, refitted hazards.

A plain company (see `tests.engine.plain`) sells on one term to customers who are alike. Every check measures a number
of standard errors between the ledger and a closed form, where each error is derived beside it. The luck is fixed by its
names, so that the limit of four errors is no allowance for flakiness: a sound engine stays inside it for all but one
seed in ten thousand. Each check must also reject the same closed form with its rate bent by 5 %, up and down.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from scipy import stats

from simkit.behaviour.default import conditional_pd, default_hazard
from simkit.calibration.payment_model import PRIOR_SD, fit_payment, theta_of
from simkit.calibration.simulated_match import simulated_lines
from simkit.engine.daybook import BUCKETS
from simkit.engine.result import Result
from simkit.engine.simulation import ENGINES, Engine, simulate
from simkit.portfolio.synthetic import draw_customers
from simkit.scenario.firms import DefaultDrivers
from simkit.scenario.world.payment import Payment
from tests.engine.plain import STEPS, STILL, plain

pytestmark = pytest.mark.no_cover

SIGMAS = 4.0
BENT = (0.95, 1.05)
TERM = 30
WARM, LONG, REST = 150, 500, 90


def logit(h: float) -> float:
    return math.log(h / (1 - h))


def pays(hazards: list[float], starts: list[int]) -> dict[str, object]:
    return {"payment.alpha": [logit(h) for h in hazards], "payment.bucket_starts": starts}


def assert_fits(errors: Callable[[float], NDArray | float]) -> None:
    """Assert that what is measured lies within the limit of the closed form, and outside of the bent ones.

    `errors` returns the deviations from the closed form with its rate times a factor, in standard errors.
    """
    found = np.abs(errors(1.0))
    assert np.max(found) < SIGMAS, found
    for factor in BENT:
        assert np.max(np.abs(errors(factor))) > SIGMAS, factor


# ---------------------------------------------------------------- oracle 1: the absorbing chain


@dataclass(frozen=True)
class Chain:
    """A line as a chain: one transient state a day, absorbed as paid, defaulted, or left over after the last day.

    `shares` are the absorption probabilities B = NR from the first day, `days` the expected time N1 until absorption
    and `spread` its standard deviation, by N = (I-Q)^-1 (Kemeny & Snell 1960, chapter 3).
    """

    shares: NDArray[np.float64]
    days: float
    spread: float

    @classmethod
    def of(cls, hazards: NDArray[np.float64], default: float = 0.0) -> "Chain":
        """Return the chain of a line's hazards day by day; on each day default comes before payment."""
        stays = (1 - default) * (1 - hazards)
        Q = np.diag(stays[:-1], k=1)
        R = np.zeros((len(hazards), 3))
        R[:, 0], R[:, 1] = (1 - default) * hazards, default
        R[-1, 2] = stays[-1]
        N = np.linalg.inv(np.eye(len(hazards)) - Q)
        times = N.sum(axis=1)
        variance = (2 * N - np.eye(len(hazards))) @ times - times**2
        return cls((N @ R)[0], times[0], math.sqrt(variance[0]))


def waits(lines: pd.DataFrame) -> NDArray[np.float64]:
    """Days from issue to payment; infinite where it has not come."""
    days = (lines["paid_date"] - lines["issue_date"]).dt.days
    return days.fillna(np.inf).to_numpy(float)


def watched(result: Result, days: int) -> pd.DataFrame:
    """Lines whose first so many days lie within the run."""
    run, lines = result.scenario.run, result.receivables
    last = pd.Timestamp(run.start_date) + pd.Timedelta(days=run.horizon_days - 1)
    return lines[(last - lines["issue_date"]).dt.days >= days]


H = 0.04
"""Daily probability of payment in the company whose odds are constant."""


@cache
def with_constant_odds(engine: Engine) -> Result:
    """Customers who order as a Poisson process and pay with constant odds."""
    orders = {"customers.orders_per_year": 60.0, "customers.gap_shape": 1.0}
    size = {"customers": 200, "warm_up_days": WARM, "policy_days": LONG, "run_out_days": REST}
    return simulate(plain(world=STILL | orders | pays([H, H], [0]), run=size), engine)


HAZARDS, STARTS, GIVEN_UP = [0.004, 0.01, 0.05, 0.02, 0.012], [-10, 0, 5, 30], 60
"""Odds by days from due, and the day overdue on which a line is written off."""


@cache
def with_buckets(engine: Engine) -> Result:
    """Customers who order in bursts (gaps of shape 0.75) and whose odds depend on days from due."""
    orders = {"customers.orders_per_year": 60.0, "customers.gap_shape": 0.75}
    given_up = {"collections.write_off_days": GIVEN_UP}
    given_up |= {f"collections.{step}.start_day": 56 + n for n, step in enumerate(STEPS)}
    nobody = {f"desks.{desk}.staff": 0 for desk in ("reps", "risk_officers", "sales_managers", "legal")}
    size = {"customers": 200, "warm_up_days": WARM, "policy_days": LONG, "run_out_days": REST}
    company = plain(both=given_up | nobody, world=STILL | orders | pays(HAZARDS, STARTS), run=size)
    return simulate(company, engine)


@pytest.fixture(scope="module", params=[with_constant_odds, with_buckets])
def either(request) -> Result:
    return request.param("compiled")


@pytest.mark.parametrize("engine", ENGINES)
def test_oracle_1_share_paid_by_each_day(engine: Engine) -> None:
    """A share p of n independent lines has error sqrt(p(1-p)/n)."""
    constant = with_constant_odds(engine)

    def errors(factor: float) -> NDArray:
        found = []
        for t in (1, 5, 20, 40, 90):
            lines = watched(constant, t)
            p = Chain.of(np.full(t, H * factor)).shares[0]
            assert p == pytest.approx(1 - (1 - H * factor) ** t, rel=1e-9)
            found.append(((waits(lines) <= t).mean() - p) / math.sqrt(p * (1 - p) / len(lines)))
        return np.array(found)

    assert_fits(errors)


@pytest.mark.parametrize("engine", ENGINES)
def test_oracle_1_mean_time_to_payment(engine: Engine) -> None:
    """Time on the book is counted up to 200 days, by which all but one in 3,500 lines are paid."""
    constant = with_constant_odds(engine)
    days = 200
    times = np.minimum(waits(watched(constant, days)), days)

    def errors(factor: float) -> float:
        chain = Chain.of(np.full(days, H * factor))
        assert chain.days == pytest.approx(1 / (H * factor), rel=2e-3)
        return (times.mean() - chain.days) / (chain.spread / math.sqrt(len(times)))

    assert_fits(errors)


@pytest.mark.parametrize("engine", ENGINES)
def test_oracle_1_chain_over_days_from_due(engine: Engine) -> None:
    """Paid or given up: a share of n lines has error sqrt(p(1-p)/n), their mean time the chain's spread / sqrt(n)."""
    bucketed = with_buckets(engine)
    last = TERM + GIVEN_UP
    lines = watched(bucketed, last)
    paid = waits(lines) <= last
    assert (lines["status"] == np.where(paid, "paid", "written_off")).all()
    assert ((lines["closed_date"] - lines["issue_date"]).dt.days[~paid] == last).all()
    times = np.minimum(waits(lines), last)
    buckets = np.searchsorted(STARTS, np.arange(1, last + 1) - TERM, side="right")

    def errors(factor: float) -> NDArray:
        chain = Chain.of(np.array(HAZARDS)[buckets] * factor)
        p = chain.shares[0]
        return np.array(
            [
                (paid.mean() - p) / math.sqrt(p * (1 - p) / len(lines)),
                (times.mean() - chain.days) / (chain.spread / math.sqrt(len(lines))),
            ]
        )

    assert_fits(lambda factor: errors(factor)[0])
    assert_fits(lambda factor: errors(factor)[1])


def test_oracle_1_competing_default() -> None:
    """Two absorbing states: what a customer has open when it defaults is lost.

    The lines of one customer default together, so that the error of a share or mean is that of a ratio over
    independent customers: the root of the sum of each customer's squared deviation from what its lines let expect, over
    the number of lines. Either of the two hazards, bent alone, is told apart.
    """
    pd_now = conditional_pd(0.5, 3.09, 0.5)
    q = 1 - math.exp(-default_hazard(pd_now))
    h, days = q, 60
    risk = {f"firms.default.drivers.{driver}": 0.0 for driver in DefaultDrivers.model_fields}
    risk |= {"firms.default.mean_pd": 0.5, "economy.factor": 3.09, "economy.correlation": 0.5}
    orders = {"customers.orders_per_year": 16.0, "customers.gap_shape": 1.0, "customers.orders_shape": 100.0}
    orders |= {"customers.acceptance_days": 0}  # so that no line is issued after its customer has defaulted
    size = {"customers": 26_000, "regions": [f"R{n}" for n in range(64)]}
    size |= {"warm_up_days": 30, "policy_days": 30, "run_out_days": 90}
    result = simulate(plain(world=STILL | risk | orders | pays([h, h], [0]), run=size))

    lines = watched(result, days).merge(result.customers[["customer_id", "default_date"]], on="customer_id")
    until_default = (lines["default_date"] - lines["issue_date"]).dt.days.fillna(np.inf).to_numpy(float)
    until_paid = waits(lines)
    paid = (until_paid < until_default) & (until_paid <= days)
    defaulted = (until_default <= until_paid) & (until_default <= days)
    times = np.minimum(np.minimum(until_paid, until_default), days)
    _, customer = np.unique(lines["customer_id"], return_inverse=True)

    def errors(of_payment: float, of_default: float) -> NDArray:
        chain = Chain.of(np.full(days, h * of_payment), q * of_default)
        by_payment, by_default = chain.shares[:2] / chain.days
        assert (by_payment, by_default) == pytest.approx(
            (h * of_payment * (1 - q * of_default), q * of_default)
        )
        deviations = (
            paid - chain.shares[0],
            defaulted - chain.shares[1],
            times - chain.days,
            paid - by_payment * times,
            defaulted - by_default * times,
        )
        of_customers = np.array([np.bincount(customer, deviation) for deviation in deviations])
        return of_customers.sum(axis=1) / np.sqrt((of_customers**2).sum(axis=1))

    assert_fits(lambda factor: errors(factor, 1.0))
    assert_fits(lambda factor: errors(1.0, factor))


# ---------------------------------------------------------------- oracles 2 and 3: the stock of receivables


def window(result: Result) -> tuple[pd.Timestamp, pd.Timestamp]:
    """First day of the policy period, when the book is in its stride, and the day after its last."""
    first = pd.Timestamp(result.scenario.run.start_date) + pd.Timedelta(days=WARM)
    return first, first + pd.Timedelta(days=LONG)


def within(table: pd.DataFrame, column: str, result: Result) -> pd.DataFrame:
    first, end = window(result)
    return table[(table[column] >= first) & (table[column] < end)]


def order_dispersion(result: Result) -> float:
    """Variance over mean of the number of orders in a long time: the squared variation of their Weibull gaps."""
    shape = result.scenario.world.customers.gap_shape
    return math.gamma(1 + 2 / shape) / math.gamma(1 + 1 / shape) ** 2 - 1


@pytest.mark.parametrize("engine", ENGINES)
def test_oracle_2_littles_law(engine: Engine) -> None:
    """Mean receivables = what is invoiced a day x mean days to payment.

    Two relative errors: of the mean of n geometric waits, sqrt(1-h)/sqrt(n); and of what reaches over the window's two
    edges, two stocks of n/(days x h) lines, each with a geometric rest, in a number as spread as the orders.
    """
    constant = with_constant_odds(engine)
    daily = within(constant.daily, "date", constant)
    n = len(within(constant.receivables, "issue_date", constant))
    stock, invoiced = daily["closing_fen"].mean(), daily["invoiced_fen"].mean()

    def errors(factor: float) -> float:
        h = H * factor
        expected = invoiced / h
        of_waits = math.sqrt(1 - h) / math.sqrt(n)
        of_edges = math.sqrt(2 * (n / LONG / h) * (1 + order_dispersion(constant))) / n
        return (stock / expected - 1) / math.hypot(of_waits, of_edges)

    assert_fits(errors)


def test_oracle_2_littles_law_is_exact_line_by_line(either) -> None:
    """The book summed over all days is each line's amount times its days on it, to the fen."""
    lines, end = either.receivables, either.daily["date"].max() + pd.Timedelta(days=1)
    open_days = (lines["closed_date"].fillna(end) - lines["issue_date"]).dt.days
    assert either.daily["closing_fen"].sum() == (lines["amount_fen"] * open_days).sum()


EDGES = (-(10**6), 1, 31, 61, 91, 10**6)
"""First days overdue of the buckets of the ageing."""


@pytest.mark.parametrize("engine", ENGINES)
def test_oracle_3_stationary_ageing_follows_the_survival_curve(engine: Engine) -> None:
    """The share of each bucket is that of the survival curve (1-h)^age.

    A ratio of sums over independent lines: its error is the root of the sum of each line's squared (days in the
    bucket - share x days on the book), over all days on the book.
    """
    constant = with_constant_odds(engine)
    first, end = window(constant)
    lines = constant.receivables[constant.receivables["issue_date"] < end]
    since, due = ((lines[name] - first).dt.days.to_numpy() for name in ("issue_date", "due_date"))
    closed = (lines["closed_date"] - first).dt.days.fillna(10**6).to_numpy()

    def days_between(low: NDArray, high: NDArray) -> NDArray:
        inside = np.minimum(np.minimum(high, closed), LONG) - np.maximum(np.maximum(low, since), 0)
        return np.clip(inside, 0, None)

    total = days_between(since, closed)
    daily = within(constant.daily, "date", constant)
    shares = daily[[*BUCKETS]].sum() / daily["closing_fen"].sum()
    parts = [days_between(due + low, due + high) for low, high in pairwise(EDGES)]
    assert shares.to_numpy() == pytest.approx([part.sum() / total.sum() for part in parts], rel=1e-12)

    def errors(factor: float) -> NDArray:
        age = np.arange(2000)
        alive = (1 - H * factor) ** age
        found = []
        for part, (low, high) in zip(parts, pairwise(EDGES), strict=True):
            share = alive[(age - TERM >= low) & (age - TERM < high)].sum() * H * factor
            off = part - share * total
            found.append(off.sum() / math.sqrt((off**2).sum()))
        return np.array(found)

    assert_fits(errors)


# ---------------------------------------------------------------- oracle 4: refitted hazards


def as_rare(squares: float, degrees: int) -> float:
    """Standard errors of a normal measure that are as rare as this chi-squared sum."""
    return float(stats.norm.isf(stats.chi2.sf(squares, degrees) / 2))


@pytest.mark.parametrize("engine", ENGINES)
def test_oracle_4_payments_over_days_at_risk_are_the_hazards(engine: Engine) -> None:
    """In each bucket payments over days at risk have error sqrt(h(1-h)/days); together they are chi-squared."""
    bucketed = with_buckets(engine)
    run, lines = bucketed.scenario.run, bucketed.receivables
    last_day = pd.Timestamp(run.start_date) + pd.Timedelta(days=run.horizon_days - 1)
    due = lines["due_date"]
    first = (lines["issue_date"] - due).dt.days + 1
    last = (lines["closed_date"].fillna(last_day) - due).dt.days
    paid = lines["paid_date"].notna()
    at_risk, payments = [], []
    for low, high in pairwise((-(10**6), *STARTS, 10**6)):
        at_risk.append((np.minimum(last, high - 1) - np.maximum(first, low) + 1).clip(lower=0).sum())
        payments.append((paid & (last >= low) & (last < high)).sum())
    days, found = np.array(at_risk), np.array(payments) / np.array(at_risk)

    def errors(factor: float) -> float:
        h = np.array(HAZARDS) * factor
        squares = ((found - h) ** 2 / (h * (1 - h) / days)).sum()
        return as_rare(squares, len(h))

    assert_fits(errors)


def test_oracle_4_the_payment_model_recovers_the_world() -> None:
    """`fit_payment`, started from another world, against the odds, history weight and habits that made the ledger.

    The distance of all estimates from the truth, squared and weighted with the curvature of the likelihood, is
    chi-squared (Wald). What is bent are the hazards of a customer without a record or habit of its own.
    """
    habits = {"history_weight": -0.8, "frailty_sd": 0.2}
    odds = [-4.4, -3.6, -1.6, -2.4, -2.9]
    payment = {"alpha": odds, "bucket_starts": STARTS} | habits
    orders = {"customers.orders_per_year": 20.0, "customers.history_lines": 0.0}
    size = {"customers": 1300, "warm_up_days": 150, "policy_days": 365, "run_out_days": 90}
    world = STILL | orders | {f"payment.{name}": value for name, value in payment.items()}
    lines = simulated_lines(simulate(plain(world=world, run=size)), since_day=0).assign(weight=1.0)
    customers = int(lines["customer"].max()) + 1
    elsewhere = Payment(alpha=[-4.0] * 5, bucket_starts=STARTS, history_weight=0.0, frailty_sd=1.0)
    fit = fit_payment(lines, customers, elsewhere)
    # All lines have one term, so that its weight has nothing but its prior; the rest is judged.
    judged = [at for at, error in enumerate(fit.errors.values()) if error < 0.9 * PRIOR_SD]
    assert len(judged) == len(fit.theta) - 1
    information = np.linalg.inv(fit.covariance[np.ix_(judged, judged)])

    def errors(factor: float) -> float:
        bent = [logit(factor / (1 + math.exp(-effect))) for effect in odds]
        exact = theta_of(elsewhere.model_copy(update={"alpha": bent} | habits))
        exact[-1] = math.log(habits["frailty_sd"])
        apart = (fit.theta - exact)[judged]
        return as_rare(float(apart @ information @ apart), len(judged))

    assert_fits(errors)


# ---------------------------------------------------------------- and the orders that make the receivables


def test_orders_come_at_the_customers_own_rates(either) -> None:
    """A clock that starts in its stride gives rate x days orders, with the variance of Weibull renewals."""
    people = draw_customers(either.scenario, 0)
    expected = people["orders_per_year"].sum() * either.scenario.run.horizon_days / 365
    error = math.sqrt(order_dispersion(either) * expected)
    assert_fits(lambda factor: (len(either.orders) - factor * expected) / error)
