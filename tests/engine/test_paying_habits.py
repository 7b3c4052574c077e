"""What dates, terms, amounts and a customer's past days late do to the day on which lines are paid."""

import math
from functools import cache

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from simkit.engine.result import Result
from simkit.engine.simulation import ENGINES, simulate
from tests.engine.levers.still import NO_MEMORY
from tests.engine.plain import STILL, Changes, plain
from tests.engine.test_oracles import as_rare, assert_fits, logit, pays
from tests.engine.worlds import scenario

MANY = {"customers.orders_per_year": 40.0, "customers.orders_shape": 100.0}
SIZE = {"customers": 400, "warm_up_days": 200, "policy_days": 365, "run_out_days": 90}


def company(changes: Changes, engine: str = "compiled", both: Changes | None = None) -> Result:
    """A plain company whose customers are alike but for what is asked for."""
    return simulate(plain(both=both, world=STILL | MANY | changes, run=SIZE), engine)


# ---------------------------------------------------------------- dates

WEEKDAY, MONTH_END = [0.3, 0.0, -0.2, 0.1, 0.7, -1.0, -1.5], 0.8


@pytest.mark.parametrize("engine", ENGINES)
def test_nobody_pays_at_the_weekend_who_has_no_odds_then(engine) -> None:
    weekends_off = {"payment.calendar.weekday": [0.0] * 5 + [-50.0] * 2}
    paid = simulate(scenario(world=weekends_off), engine).receivables["paid_date"].dropna()
    assert len(paid) > 300
    assert set(paid.dt.dayofweek) == {0, 1, 2, 3, 4}


def test_payments_over_days_at_risk_are_the_odds_of_the_date() -> None:
    """On each kind of day payments over days at risk have error sqrt(h(1-h)/days); together they are chi-squared."""
    calendar = {"payment.calendar.weekday": WEEKDAY, "payment.calendar.month_end": MONTH_END}
    result = company(pays([0.03, 0.03], [0]) | calendar)
    lines, run = result.receivables, result.scenario.run
    dates = pd.date_range(run.start_date, periods=run.horizon_days)
    kind = dates.dayofweek + 7 * (dates.days_in_month - dates.day < 3)
    before = np.cumsum(np.eye(14, dtype=int)[kind], axis=0) - np.eye(14, dtype=int)[kind]
    before = np.vstack([before, before[-1] + np.eye(14, dtype=int)[kind[-1]]])
    issued = (lines["issue_date"] - dates[0]).dt.days.to_numpy()
    paid = (lines["paid_date"] - dates[0]).dt.days.fillna(run.horizon_days - 1).to_numpy(int)
    at_risk = (before[paid + 1] - before[issued + 1]).sum(axis=0)
    payments = np.bincount(kind[paid[lines["paid_date"].notna()]], minlength=14)
    logits = logit(0.03) + np.array([*WEEKDAY, *(effect + MONTH_END for effect in WEEKDAY)])

    def errors(factor: float) -> float:
        h = factor / (1 + np.exp(-logits))
        return as_rare(((payments / at_risk - h) ** 2 / (h * (1 - h) / at_risk)).sum(), 14)

    assert_fits(errors)


def test_all_days_raised_alike_are_higher_odds_throughout() -> None:
    alike = company(pays([0.03, 0.03], [0]) | {"payment.calendar.weekday": [0.7] * 7})
    raised = company({"payment.alpha": [logit(0.03) + 0.7] * 2, "payment.bucket_starts": [0]})
    for name in Result.names():
        pd.testing.assert_frame_equal(getattr(alike, name), getattr(raised, name), check_exact=True)


# ---------------------------------------------------------------- what is known at issue


@cache
def spread(path: str, weight: float) -> pd.DataFrame:
    """Lines on 90 days of amounts that differ, of customers who are taken to have paid very late so far."""
    late = {"payment.delay_prior_days": 90.0, "payment.delay_prior_lines": 1000.0}
    terms = {"customers.terms": [{"days": 90, "share": 1.0}], "customers.order_value_spread_within": 0.8}
    changes = NO_MEMORY | late | terms | {"payment.plan_acceptance": 0.0, f"payment.{path}": weight}
    return company(changes, both={"contract.term_days": 90}).receivables.set_index("line_id")


def change(path: str, weight: float) -> tuple[NDArray, pd.DataFrame]:
    """By how many days a weight moves the payment of each line; what has not come is paid in the distant future."""
    before, after = spread(path, 0.0), spread(path, weight)
    assert before["issue_date"].equals(after["issue_date"])
    never = pd.Timestamp("2200-01-01")
    return (after["paid_date"].fillna(never) - before["paid_date"].fillna(never)).dt.days.to_numpy(), before


@pytest.mark.parametrize("path", ["term_weight", "delay_weight"])
def test_weight_of_what_is_high_for_all_moves_every_line_its_way(path) -> None:
    later, _ = change(path, 0.5)
    assert (later <= 0).all()
    assert (later < 0).mean() > 0.2
    earlier, _ = change(path, -0.5)
    assert (earlier >= 0).all()
    assert (earlier > 0).mean() > 0.2


def test_weight_of_the_amount_parts_large_lines_from_small_ones() -> None:
    later, lines = change("amount_weight", 0.5)
    large = (lines["amount_fen"] > 6_000_000).to_numpy()
    assert (later[large] <= 0).all()
    assert (later[~large] >= 0).all()
    assert min((later[large] < 0).mean(), (later[~large] > 0).mean()) > 0.1


def test_who_has_paid_late_pays_late_again() -> None:
    """With habits alike and luck independent, only the weight ties a line to those paid before it."""

    def tie(weight: float) -> float:
        lines = company({"payment.delay_weight": weight, "payment.delay_prior_lines": 0.5}).receivables
        lines = lines[lines["paid_date"].notna()].sort_values(["customer_id", "issue_date"])
        delay = (lines["paid_date"] - lines["due_date"]).dt.days
        earlier = delay.groupby(lines["customer_id"]).shift(3)  # mostly paid when this line is issued
        return np.corrcoef(delay[earlier.notna()], earlier[earlier.notna()])[0, 1] * math.sqrt(
            earlier.count()
        )

    assert abs(tie(0.0)) < 4
    assert tie(-3.0) > 8
