"""Replications added until a difference is known well enough: the rule, its coverage, and a comparison that uses it."""

import math

import numpy as np
import pytest
from scipy import stats

from simkit.engine.simulation import regions
from simkit.errors import UserError
from simkit.experiments import shards
from simkit.experiments.compare import compare
from simkit.experiments.estimate import mean_interval
from simkit.experiments.sequential import STEERED, needed, stopping
from tests.experiments.scenarios import tiny

TRIALS = 20_000


def coverage(first: int, precision: float) -> tuple[float, float]:
    """Share of two-stage intervals of standard normal data that hold the mean 0, and the largest half-width."""
    rng = np.random.default_rng(1)
    stage = rng.standard_normal((TRIALS, first))
    half_widths, held = [], 0
    for values in stage:
        n = needed(values, precision)
        # The sum of the second stage is all that the mean needs of it.
        mean = (values.sum() + rng.standard_normal() * math.sqrt(n - first)) / n
        half = stats.t.ppf(0.975, first - 1) * values.std(ddof=1) / math.sqrt(n)
        held += abs(mean) <= half
        half_widths.append(half)
    return held / TRIALS, max(half_widths)


@pytest.mark.parametrize(("first", "precision"), [(5, 0.3), (20, 0.25)])
def test_two_stages_cover_as_they_say_and_are_as_narrow_as_asked(first: int, precision: float) -> None:
    """Coverage is exactly 95 %: the share found lies within four standard errors of it."""
    covered, widest = coverage(first, precision)
    assert abs(covered - 0.95) < 4 * math.sqrt(0.95 * 0.05 / TRIALS)
    assert widest <= precision


def test_interval_takes_its_spread_from_the_first_stage() -> None:
    values = np.r_[[1.0, 2.0, 4.0], np.full(6, 100.0)]
    found = mean_interval(values, first=3)
    half = stats.t.ppf(0.975, 2) * np.std(values[:3], ddof=1) / 3
    assert (found.mean, found.n) == (pytest.approx(values.mean()), 9)
    assert (found.low, found.high) == pytest.approx((values.mean() - half, values.mean() + half))


def test_the_neediest_difference_decides() -> None:
    rng = np.random.default_rng(3)
    noise = rng.standard_normal(20)
    values = {("a", kpi): np.zeros(20) for kpi in STEERED}
    values |= {("b", STEERED[0]): 0.01 * noise, ("b", STEERED[1]): 0.05 * noise}
    plan = stopping(values, ["a", "b"], precision=0.01, first=20, most=1000)
    assert plan.differences["needed"].tolist() == [20, needed(0.05 * noise, 0.01)]
    assert plan.wanted == plan.used == needed(0.05 * noise, 0.01) > 20
    assert plan.met
    short = stopping(values, ["a", "b"], precision=0.01, first=20, most=30)
    assert (short.wanted, short.used, short.met) == (plan.wanted, 30, False)


def precise(precision: float, most: int, **policy: float) -> list:
    run = {"precision": precision, "replications_max": most, "replications": 2}
    return [tiny("One", run=run), tiny("Two", policy, run=run)]


def test_comparison_adds_what_the_first_stage_asks_for() -> None:
    scenarios = precise(0.10, 30, **{"contract.prepayment_share": 0.6})
    found = compare(scenarios, workers=1)
    plan = found.stopping
    assert plan is not None
    assert plan.first == 20
    assert found.replications == plan.used
    first = compare(scenarios, replications=20, workers=1)
    for row in plan.differences.itertuples():
        spread = first.values["Two", row.kpi] - first.values["One", row.kpi]
        spread = spread[~np.isnan(spread)]
        assert row.sd == pytest.approx(np.std(spread, ddof=1))
        difference = found.values["Two", row.kpi] - found.values["One", row.kpi]
        difference = difference[~np.isnan(difference)]
        assert found.difference("Two", row.kpi) == pytest.approx(mean_interval(difference, len(spread)))
    exact = compare(scenarios, replications=3, workers=1)
    assert (exact.replications, exact.stopping) == (3, None)


def test_precision_that_cannot_be_had_is_said_and_what_failed_counts_in_no_spread(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fails(scenario, engine, replication, **shown):
        if (scenario.name, replication) == ("Two", 1):
            raise UserError("lost")
        return regions(scenario, engine, replication, **shown)

    monkeypatch.setattr(shards, "regions", fails)
    found = compare(precise(1e-6, 21, **{"contract.prepayment_share": 0.6}), workers=1)
    assert found.stopping is not None
    assert (found.stopping.first, found.replications, len(found.failed)) == (19, 20, 1)
    assert not found.stopping.met
    assert found.stopping.used == 21 < found.stopping.wanted
