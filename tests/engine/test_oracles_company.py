"""The company against closed forms: the book's identity, the queue at a desk, and losses in a one-factor economy.

As in `tests.engine.test_oracles`, a deviation is counted in standard errors, and the check must reject the closed form
with its rate bent by 5 %.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pytest
import simpy
from hypothesis import given, settings
from numpy.typing import NDArray
from scipy import stats

from simkit.behaviour.default import conditional_pd
from simkit.engine.calendar import Calendar
from simkit.engine.daybook import BUCKETS
from simkit.engine.desk import Desk
from simkit.engine.luck import Luck
from simkit.engine.result import Result
from simkit.engine.selling import Selling, rows
from simkit.engine.simulation import ENGINES, simulate
from simkit.portfolio.synthetic import draw_customers
from simkit.scenario.firms import DefaultDrivers
from tests.engine.drawn import policies, runs, worlds
from tests.engine.plain import STILL, plain
from tests.engine.test_oracles import assert_fits
from tests.engine.worlds import scenario

pytestmark = pytest.mark.no_cover

# ---------------------------------------------------------------- oracle 5: every day balances

SHORT = {"customers": 12, "warm_up_days": 60, "policy_days": 100, "run_out_days": 90}
FLOWS = ("invoiced_fen", "interest_fen", "cash_fen", "written_off_fen", "credited_fen")


def counted(result: Result, region: str) -> dict[str, NDArray[np.int64]]:
    """A region's days, counted from its lines and receipts alone: flows, and the stock line by line."""
    days = result.daily.loc[result.daily["region"] == region, "date"].to_numpy()[:, None]
    lines = result.receivables[result.receivables["region"] == region]
    cash = result.receipts[result.receipts["region"] == region]
    amount = lines["amount_fen"].to_numpy()
    issued, closed = (lines[name].to_numpy() for name in ("issue_date", "closed_date"))
    taken_back = amount * lines["status"].isin(["credited", "rescheduled"]).to_numpy()
    charged = cash["amount_fen"].to_numpy() * cash["kind"].isin(["interest", "penalty"]).to_numpy()
    received = cash["date"].to_numpy()
    still_open = (issued <= days) & ~(closed <= days)
    return {
        "invoiced_fen": ((issued == days) * amount).sum(axis=1),
        "interest_fen": ((received == days) * charged).sum(axis=1),
        "cash_fen": ((received == days) * cash["amount_fen"].to_numpy()).sum(axis=1),
        "written_off_fen": ((closed == days) * lines["written_off_fen"].to_numpy()).sum(axis=1),
        "credited_fen": ((closed == days) * taken_back).sum(axis=1),
        "closing_fen": (still_open * amount).sum(axis=1),
    }


@pytest.mark.parametrize("engine", ENGINES)
@settings(deadline=None, max_examples=40)
@given(policies(), policies(), worlds(), runs())
def test_oracle_5_every_day_balances_to_the_fen(engine, policy, status_quo, world, run) -> None:
    """Opening + invoiced + interest = cash + written off + credited + closing, under any policy in any world.

    The stock is counted from the lines that are open, not carried forward, so that the sum can fail.
    """
    result = simulate(scenario(policy, status_quo, world, SHORT | run), engine)
    for region, daily in result.daily.groupby("region"):
        found = counted(result, region)
        for name in (*FLOWS, "closing_fen"):
            np.testing.assert_array_equal(daily[name], found[name], name)
        opening = np.concatenate([[0], found["closing_fen"][:-1]])
        np.testing.assert_array_equal(daily["opening_fen"], opening)
        came = opening + found["invoiced_fen"] + found["interest_fen"]
        went = found["cash_fen"] + found["written_off_fen"] + found["credited_fen"] + found["closing_fen"]
        np.testing.assert_array_equal(came, went)
        np.testing.assert_array_equal(daily[[*BUCKETS]].sum(axis=1), found["closing_fen"])


def test_oracle_5_notices_one_fen() -> None:
    result = simulate(scenario(run=SHORT))
    paid = result.receipts.index[result.receipts["kind"] == "payment"][0]
    result.receipts.loc[paid, "amount_fen"] += 1
    off = counted(result, result.receipts.loc[paid, "region"])
    came = off["invoiced_fen"] + off["interest_fen"]
    went = off["cash_fen"] + off["written_off_fen"] + off["credited_fen"]
    change = np.diff(off["closing_fen"], prepend=0)
    assert ((came - went) != change).sum() == 1


# ---------------------------------------------------------------- oracle 6: the queue at a desk


class RoundTheClock:
    """A calendar without nights, and one long month."""

    def next_opening(self, minute: int) -> int:
        return minute

    def finish(self, minute: int, work: int) -> int:
        return minute + work

    def month(self, day: int) -> int:
        return 0


@dataclass(slots=True)
class Errand:
    """A job that notes when its turn came; served in the order of arrival."""

    env: simpy.Environment
    key: tuple[float, int]
    minutes: int
    begun: int = -1

    def needed(self) -> bool:
        self.begun = int(self.env.now)
        return True

    def finish(self, minute: int) -> None:
        pass


def queue_waits(servers: int, load: float, jobs: int) -> tuple[NDArray[np.float64], Desk]:
    """Waits in mean services of Poisson arrivals with exponential work at a desk; the first tenth is left out."""
    service = 1_000  # minutes: so long that whole minutes are fine enough
    rng = np.random.default_rng([20_250_101, servers])
    env = simpy.Environment()
    desk = Desk(env, RoundTheClock(), "office", servers)  # type: ignore[arg-type]
    desk.staff(servers)
    arrivals = np.cumsum(rng.exponential(service / load, jobs)).astype(int)
    work = np.rint(rng.exponential(service, jobs)).astype(int)
    errands = [Errand(env, (float(n), 0), int(work[n])) for n in range(jobs)]

    def come() -> Iterator[simpy.Event]:
        for at, errand in zip(arrivals, errands, strict=True):
            yield env.timeout(int(at) - env.now)
            desk.submit(errand)

    env.process(come())
    env.run()
    waits = np.array([errand.begun for errand in errands]) - arrivals
    assert desk.months[0].waiting_minutes == waits.sum()
    return waits[jobs // 10 :] / service, desk


def erlang_c(servers: int, load: float) -> float:
    """Probability of waiting in M/M/c with `load` = arrival rate x mean service."""
    busy = load**servers / math.factorial(servers) * servers / (servers - load)
    return busy / (sum(load**k / math.factorial(k) for k in range(servers)) + busy)


def test_oracle_6_waiting_at_a_desk_of_one_is_that_of_the_mm1_queue() -> None:
    """Mean wait load/(1-load) in mean services.

    Waits remember each other: the variance of the mean of n is load(2 + 5 load - 4 load^2 + load^3)/(1-load)^4/n
    (Daley 1968, "The serial correlation coefficients of waiting times in a stationary single server queue").
    """
    load = 0.6
    waits, _ = queue_waits(1, load, 70_000)

    def errors(factor: float) -> float:
        rho = load * factor
        variance = rho * (2 + 5 * rho - 4 * rho**2 + rho**3) / (1 - rho) ** 4
        return (waits.mean() - rho / (1 - rho)) / math.sqrt(variance / len(waits))

    assert_fits(errors)


def test_oracle_6_waiting_at_a_desk_of_three_is_that_of_the_mmc_queue() -> None:
    """Mean wait by Erlang's C formula, and the shares that wait longer than 0, 1 and 3 mean services.

    In order of arrival the waits of those who wait are exponential with rate servers - load.
    The error is that of 30 batch means: a batch of some thousand jobs is long against what the queue remembers, about
    1/(1 - root of utilisation)^2 = 38 services.
    """
    servers, load = 3, 2.1
    waits, _ = queue_waits(servers, load, 70_000)
    batches = np.array_split(waits, 30)
    longer = (0.0, 1.0, 3.0)
    means = np.array([[batch.mean(), *((batch > t).mean() for t in longer)] for batch in batches])
    of_batches = means.std(axis=0, ddof=1) / math.sqrt(len(batches))

    def errors(factor: float) -> NDArray:
        waiting, rate = erlang_c(servers, load * factor), servers - load * factor
        exact = np.array([waiting / rate, *(waiting * math.exp(-rate * t) for t in longer)])
        return (means.mean(axis=0) - exact) / of_batches

    assert_fits(errors)


# ---------------------------------------------------------------- oracle 6: losses in a one-factor economy

ALIKE = {f"firms.default.drivers.{driver}": 0.0 for driver in DefaultDrivers.model_fields}
RARELY = {"customers.orders_per_year": 0.1}
YEAR = {"warm_up_days": 30, "policy_days": 245, "run_out_days": 90}
PD, RHO = 0.3, 0.02


def defaults_in_a_year(world: dict, customers: int, replications: int) -> NDArray[np.int64]:
    """How many of the customers default within 365 days, in each replication."""
    company = plain(world=STILL | RARELY | ALIKE | world, run=YEAR | {"customers": customers})
    people = draw_customers(company, 0)
    assert people["annual_pd"].to_numpy() == pytest.approx(world["firms.default.mean_pd"])
    calendar = Calendar(company.run)
    assert calendar.horizon == 365
    counts = []
    for replication in range(replications):
        selling = Selling(company.world, Luck(company.run.seed, replication).draw, calendar)
        counts.append(sum(customer.defaults < 365 for customer in selling.customers(rows(people))))
    return np.array(counts)


def vasicek(at: float) -> float:
    """The share of an endless portfolio's customers that is exceeded with probability 1 - `at` (Vasicek 2002)."""
    z = stats.norm.ppf(PD) + math.sqrt(RHO) * stats.norm.ppf(at)
    return float(stats.norm.cdf(z / math.sqrt(1 - RHO)))


def chance_of_at_most(count: int, customers: int, pd_average: float) -> float:
    """Probability of so many defaults: binomial given the economy, averaged over 4,000 equally likely economies."""
    z = stats.norm.ppf((np.arange(4000) + 0.5) / 4000)
    given_z = stats.norm.cdf((stats.norm.ppf(pd_average) + math.sqrt(RHO) * z) / math.sqrt(1 - RHO))
    return float(stats.binom.cdf(count, customers, given_z).mean())


@pytest.mark.parametrize("at", [0.05, 0.25, 0.5, 0.75, 0.95, 0.99])
def test_oracle_6_defaults_of_a_large_portfolio_are_vasiceks(at) -> None:
    """The law that the next test takes for a small portfolio comes to Vasicek's in a large one."""
    customers = 10**6
    chance = chance_of_at_most(round(customers * vasicek(at)), customers, PD)
    assert chance == pytest.approx(at, abs=5e-4)


def test_oracle_6_losses_over_economies_are_vasiceks() -> None:
    """Among many replications the share that defaults stays below Vasicek's quantiles as often as it should.

    The number of replications that do is binomial, with error sqrt(p(1-p)/replications).
    """
    customers, replications = 500, 500
    world = {"firms.default.mean_pd": PD, "economy.correlation": RHO}
    counts = defaults_in_a_year(world, customers, replications)

    def errors(factor: float) -> NDArray:
        found = []
        for at in (0.05, 0.25, 0.5, 0.75, 0.95):
            count = round(customers * vasicek(at))
            p = chance_of_at_most(count, customers, PD * factor)
            found.append(((counts <= count).mean() - p) / math.sqrt(p * (1 - p) / replications))
        return np.array(found)

    assert_fits(errors)


@pytest.mark.parametrize("factor", [-1.0, 2.0])
def test_oracle_6_share_that_defaults_in_an_economy_is_vasiceks(factor) -> None:
    """Given the economy customers default independently: a share p of n has error sqrt(p(1-p)/n)."""
    customers = 25_000
    world = {"firms.default.mean_pd": PD, "economy.correlation": 0.12, "economy.factor": factor}
    share = defaults_in_a_year(world, customers, 1)[0] / customers

    def errors(bend: float) -> float:
        p = conditional_pd(PD * bend, factor, 0.12)
        return (share - p) / math.sqrt(p * (1 - p) / customers)

    assert_fits(errors)


def test_oracle_6_the_ledger_tells_the_same_defaults() -> None:
    world = {"firms.default.mean_pd": PD, "economy.factor": 0.5}
    result = simulate(plain(world=STILL | RARELY | ALIKE | world, run=YEAR | {"customers": 200}))
    in_ledger = result.customers["default_date"].notna().sum()
    assert in_ledger == defaults_in_a_year(world, 200, 1)[0] > 30
