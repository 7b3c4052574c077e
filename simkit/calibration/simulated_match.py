"""The engine's own payment timing brought to the ledger's, under the policy in force when the ledger was written.

The hazards fitted to a ledger are what collection steps, defaults and uneven order rates have left of them. The engine
adds those on top, so each bucket effect is corrected until simulated lines show the ledger's payments a day at risk.
Each round simulates a fresh replication under the status quo and moves every bucket by the difference of logits; the
gains 1, 1, 1/2, 1/3, ... average the luck of the rounds out (Robbins & Monro 1951, Ann. Math. Stat. 22:400). Later
replications, which no round has seen, tell how well it went. A ledger's lines do not all come at risk when simulated
ones do (rare terms, issue dates that are estimates), so equal hazards need not mean equal late shares: up to the due
date hazards only give the shape, and the level is moved by what the late shares differ.

Order rates are uneven, so few customers make most lines and one replication's luck is mostly theirs. Lines are
therefore weighted so that each tenth of the distribution of habits has a tenth of the expected orders
(post-stratification).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd
from scipy.special import logit, ndtr
from scipy.stats import t as student

from simkit.calibration.person_periods import OPEN, Floats, Ints, Told, bucket_spells, given_up, totals
from simkit.calibration.validation import TIMING, timing
from simkit.engine.result import Result
from simkit.engine.simulation import simulate
from simkit.portfolio.roll import draw_roll
from simkit.portfolio.synthetic import draw_customers
from simkit.scenario.draws import laid_over
from simkit.scenario.policy import Policy
from simkit.scenario.run import Run
from simkit.scenario.scenario import Scenario
from simkit.scenario.world import World

ROUNDS = 8
CHECKS = 4
SETTLING_DAYS = 240
"""Lines issued in the first days of a simulation are left out: it takes months until late payers, who are chased,
have come to buy less, and until histories are the customers' own."""

_CALENDAR = {"warm_up_days": 240, "policy_days": 180, "run_out_days": 180}
_DAYS = sum(_CALENDAR.values())
_FEWEST_CUSTOMERS, _MOST_CUSTOMERS = 20, 2_000
_MOST_REGIONS = 64
_STRATA = 10
_HEAVIEST = 5.0
_FEWEST_PAYMENTS = 5
_DOUBT = 10.0
_LONGEST_STEP = 1.0
_FARTHEST = 1.5


@dataclass(frozen=True)
class Hazards:
    """Payments and days at risk of lines by bucket, and their ratio."""

    payments: Floats
    days: Floats

    @classmethod
    def of(cls, lines: pd.DataFrame, starts: tuple[int, ...]) -> Self:
        """Return the hazards of lines as `simkit.calibration.person_periods.ledger_lines` returns."""
        spells, buckets = bucket_spells(lines, starts), len(starts) + 1
        weight = lines["weight"].to_numpy()[spells.line] * spells.part
        days = weight * (spells.until - spells.since)
        return cls(totals(spells.bucket, weight * spells.pays, buckets), totals(spells.bucket, days, buckets))

    @property
    def rate(self) -> Floats:
        """Payments a day at risk; NaN in a bucket no line was in."""
        return np.divide(self.payments, self.days, out=np.full_like(self.days, np.nan), where=self.days > 0)

    @property
    def smooth_logit(self) -> Floats:
        """Logit of the rate with half a payment and half a day without added, so that it is finite."""
        smooth: Floats = logit((self.payments + 0.5) / (self.days + 1.0))
        return smooth


@dataclass(frozen=True)
class Match:
    """Bucket effects under which the engine shows the ledger's payment timing.

    Attributes
    ----------
    alpha : float array, shape (buckets,)
    rounds, timing : DataFrame
        As in `simkit.calibration.validation.Validation`.
    simulated : Hazards
        Of the checking replications together.
    """

    alpha: Floats
    rounds: pd.DataFrame
    timing: pd.DataFrame
    simulated: Hazards


def match(lines: pd.DataFrame, world: World, status_quo: Policy, run: Run, lines_a_round: int) -> Match:
    """Return bucket effects corrected until the engine's lines are paid when the ledger's are.

    Parameters
    ----------
    lines : DataFrame
        The ledger's.
    world : World
        The fitted world; its ``payment.alpha`` is the start.
    status_quo : Policy
        The policy in force when the ledger was written.
    run : Run
        Its seed, start date and customers per region are kept.
    lines_a_round : int
        About how many lines one replication simulates.
    """
    starts = tuple(world.payment.bucket_starts)
    target = Hazards.of(lines, starts)
    sized = _sized(run, world.customers.orders_per_year, lines_a_round)
    fitted = alpha = np.array(world.payment.alpha)
    settled_only = bool((lines["paid_share"] == 1).all())
    ledger = timing(lines)
    until_due = np.array([*(start <= 1 for start in starts), False])
    rounds = []
    for number in range(1, ROUNDS + 1):
        seen = _simulated(_scenario(world, alpha, status_quo, sized), number - 1, settled_only)
        told = timing(seen)
        level = _level_step(ledger["late_share"], told["late_share"])
        step = _step(target, Hazards.of(seen, starts), until_due, level) / max(1, number - 1)
        alpha = np.clip(alpha + step, fitted - _FARTHEST, fitted + _FARTHEST)
        rounds.append(
            (number, len(seen), told["late_share"], told["days_late_mean"], float(np.abs(step).max()))
        )
    final = _scenario(world, alpha, status_quo, sized)
    checks = [_simulated(final, ROUNDS + number, settled_only) for number in range(CHECKS)]
    return Match(
        alpha=alpha,
        rounds=pd.DataFrame(
            rounds, columns=["round", "lines", "late_share", "days_late_mean", "largest_step"]
        ),
        timing=_timing_table(ledger, [timing(check) for check in checks]),
        simulated=Hazards.of(pd.concat(checks, ignore_index=True), starts),
    )


def simulated_lines(
    result: Result, settled_only: bool = False, since_day: int = SETTLING_DAYS
) -> pd.DataFrame:
    """Return the balances of a simulated run as lines of a ledger drawn up on its last day.

    A rescheduled line counts as settled with its last instalment; one written off, or lost with its customer, as
    unpaid and given up after the status quo's time: that is how a ledger shows them.

    Parameters
    ----------
    result : Result
        A run.
    settled_only : bool
        Leave lost lines out, as an extract of settled invoices does.
    since_day : int
        First day of issue that counts.
    """
    run, lines = result.scenario.run, result.receivables
    start = int(np.datetime64(run.start_date, "D").astype(np.int64))
    instalments = lines[lines["kind"] == "instalment"]
    by_order = instalments.groupby("order_id")["paid_date"]
    settled = by_order.max()[by_order.count() == by_order.size()]
    balances = lines[lines["kind"] == "balance"].reset_index(drop=True)
    rescheduled = (balances["status"] == "rescheduled").to_numpy()
    paid_date = balances["paid_date"].mask(rescheduled, balances["order_id"].map(settled))
    unpaid = paid_date.isna().to_numpy()
    issue, due, paid = (_days(dates) for dates in (balances["issue_date"], balances["due_date"], paid_date))
    default_date = result.customers.set_index("customer_id")["default_date"]
    frame = pd.DataFrame(
        {
            "customer": pd.factorize(balances["customer_id"])[0],
            "issue": issue,
            "due": due,
            "first": issue + 1,
            "paid": np.where(unpaid, OPEN, paid),
            "end": start + run.horizon_days - 1,
            "paid_share": np.where(unpaid, 0.0, 1.0),
            "amount_fen": balances["amount_fen"].to_numpy(np.float64),
            "weight": balances["customer_id"].map(_weights(result)).to_numpy(np.float64),
        }
    )
    written_off = (balances["status"] == "written_off").to_numpy()
    lost = unpaid & (written_off | balances["customer_id"].map(default_date).notna().to_numpy())
    kept = (frame["issue"] >= start + since_day) & ~(lost & settled_only)
    policy = result.scenario.status_quo.collections
    return given_up(frame[kept].reset_index(drop=True), policy.write_off_days)


def _weights(result: Result) -> "pd.Series[float]":
    """Return the weight of each customer's lines by which every tenth of habits is expected to order as much.

    Of those who have come to buy, only the draws of habits and order rates enter, so that late payers who come to buy
    less, or for cash, stay rare.
    """
    scenario, customers = result.scenario, result.customers
    bought = customers.loc[~customers["new"] | customers["first_order_date"].notna(), "customer_id"]
    roll = draw_roll(scenario, result.replication)
    known = roll[roll["customer_id"].isin(bought)].reset_index(drop=True)
    drawn = draw_customers(scenario, result.replication, known).set_index("customer_id")
    expected = drawn["orders_per_year"] * (scenario.run.horizon_days - drawn["arrival_day"].clip(lower=0))
    habit = drawn["frailty"] / max(scenario.world.payment.frailty_sd, 1e-12)
    stratum = np.minimum(np.floor(_STRATA * ndtr(habit)), _STRATA - 1)
    orders = expected.groupby(stratum).transform("sum")
    weight: pd.Series[float] = expected.sum() / (stratum.nunique() * orders)
    return weight.clip(upper=_HEAVIEST)


def _simulated(scenario: Scenario, replication: int, settled_only: bool) -> pd.DataFrame:
    result = simulate(scenario, replication=replication)
    return simulated_lines(result, settled_only)


def _scenario(world: World, alpha: Floats, status_quo: Policy, run: Run) -> Scenario:
    matched = laid_over(world, {"payment": {"alpha": [float(value) for value in alpha]}})
    return Scenario(name="status quo", policy=status_quo, status_quo=status_quo, world=matched, run=run)


def _sized(run: Run, orders_per_year: float, lines: int) -> Run:
    """Return a short run of about so many lines, with as many customers in a region as before where that fits."""
    customers = int(np.clip(lines / (orders_per_year * _DAYS / 365), _FEWEST_CUSTOMERS, _MOST_CUSTOMERS))
    per_region = max(1, round(run.customers / len(run.regions)))
    regions = min(max(1, round(customers / per_region)), _MOST_REGIONS)
    names = [f"region {number}" for number in range(1, regions + 1)]
    return run.model_copy(update={"customers": customers, "regions": names, **_CALENDAR})


def _level_step(ledger: float, seen: float) -> float | None:
    """Return the shift of the log force of payment up to the due date that takes one late share to the other.

    None where a late share is 0, 1 or unknown.
    """
    if not (0 < ledger < 1 and 0 < seen < 1):
        return None
    return float(np.clip(np.log(np.log(ledger) / np.log(seen)), -_LONGEST_STEP, _LONGEST_STEP))


def _step(target: Hazards, seen: Hazards, until_due: Told, level: float | None) -> Floats:
    """Return how far to move each bucket: the difference of logits, less where few payments speak.

    The mean of the buckets up to the due date is replaced by the level, if there is one.
    """
    payments = np.minimum(target.payments, seen.payments)
    trust = np.where(payments >= _FEWEST_PAYMENTS, payments / (payments + _DOUBT), 0.0)
    apart = target.smooth_logit - seen.smooth_logit
    weight = trust * payments * until_due
    if level is not None and weight.any():
        apart += until_due * (level - np.average(apart, weights=weight))
    step: Floats = trust * np.clip(apart, -_LONGEST_STEP, _LONGEST_STEP)
    return step


def _timing_table(ledger: Mapping[str, float], checks: list[dict[str, float]]) -> pd.DataFrame:
    """Return measure, ledger, simulated mean over replications and its 95 % interval (Student's t)."""
    table = pd.DataFrame(checks)[list(TIMING)]
    mean = table.mean()
    reach = table.std() / np.sqrt(len(table)) * student.ppf(0.975, len(table) - 1)
    frame = {"ledger": pd.Series(ledger), "simulated": mean, "low": mean - reach, "high": mean + reach}
    return pd.DataFrame(frame).loc[list(TIMING)].rename_axis("measure").reset_index()


def _days(dates: "pd.Series[pd.Timestamp]") -> Ints:
    return dates.fillna(pd.Timestamp(0)).to_numpy("datetime64[D]").astype(np.int64)
