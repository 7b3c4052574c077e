"""Scenario discovery: a planted box is found, its measures are counts, and what is noise is told as noise."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from simkit.errors import UserError
from simkit.experiments.evaluation import Evaluator, Outcomes
from simkit.experiments.prim import CHANCE, Limits, Misses, discover, misses, pasted, prim
from simkit.scenario.uncertainties import Span
from tests.experiments.scenarios import HANDBOOK

SPANS = [
    Span("world.payment.frailty_sd", 0.9, 0.0, 2.0, "assumption", "logit", False),
    Span("world.payment.instalment_shift", 0.6, 0.0, 1.0, "assumption", "logit", False),
]


def points(count: int = 1000, dimensions: int = 5) -> pd.DataFrame:
    rng = np.random.default_rng(0)
    return pd.DataFrame(rng.random((count, dimensions)), columns=[f"x{n}" for n in range(dimensions)])


def test_a_planted_box_is_found() -> None:
    x = points()
    cases = (x["x0"] > 0.6) & (x["x2"] > 0.3) & (x["x2"] < 0.8)
    found = prim(x, cases)
    limits = found.limits.set_index("path")
    assert set(limits.index) == {"x0", "x2"}
    assert limits.loc["x0", "low"] == pytest.approx(0.6, abs=0.05)
    assert limits.loc["x0", "high"] == x["x0"].max()
    assert limits.loc["x2", ["low", "high"]].tolist() == pytest.approx([0.3, 0.8], abs=0.06)
    assert found.coverage > 0.9
    assert found.density > 0.8
    assert (limits["p_value"] < 1e-6).all()
    assert (limits["reproduced"] == 1).all()
    assert found.base_rate == cases.mean()


def test_measures_are_counts_of_the_worlds() -> None:
    x = points(300, 3)
    cases = x["x0"] + x["x1"] > 1.3
    found = prim(x, cases)
    inside = found.worlds["inside"]
    expected = pd.Series(True, index=x.index)
    for row in found.limits.itertuples():
        expected &= x[row.path].between(row.low, row.high)
    for row in found.limits.itertuples():
        others = [other for other in found.limits.itertuples() if other.path != row.path]
        without = np.all([x[other.path].between(other.low, other.high) for other in others], axis=0)
        chance = stats.binomtest(
            cases[inside].sum(), inside.sum(), cases[without].mean(), alternative="greater"
        )
        assert row.p_value == pytest.approx(chance.pvalue)
    assert inside.tolist() == expected.tolist()
    assert found.coverage == pytest.approx((cases & inside).sum() / cases.sum())
    assert found.density == pytest.approx(cases[inside].mean())
    assert found.support == pytest.approx(inside.mean())
    path = found.trajectory
    assert path["support"].is_monotonic_decreasing
    assert path[["coverage", "support", "dimensions"]].iloc[0].tolist() == [1, 1, 0]
    assert path["density"].iloc[0] == found.base_rate
    assert path["chosen"].sum() == 1


def test_slices_that_are_dense_are_pasted_back() -> None:
    """A box cut too small grows to the planted one within less than a slice, and no further."""
    x = points(2000, 2)
    cases = (x["x0"] > 0.5).to_numpy()
    small = Limits(np.array([0.7, 0.2]), np.array([0.9, 0.8]))
    grown = pasted(x.to_numpy(), cases, small)
    assert 0.5 < grown.low[0] < 0.53
    assert grown.high[0] == x["x0"].max()
    assert (grown.low[1], grown.high[1]) == (pytest.approx(0, abs=0.02), pytest.approx(1, abs=0.02))


def test_noise_is_told_as_noise() -> None:
    """One dimension decides; among cases tossed with a coin no limit on the others holds in the half samples."""
    rng = np.random.default_rng(2)
    x = points(400, 4)
    cases = (x["x0"] < 0.4) & (rng.random(400) < 0.7)
    limits = prim(x, cases, least_density=0.65).limits.set_index("path")
    assert limits.index[0] == "x0"
    assert limits.loc["x0", "reproduced"] == 1
    others = limits.drop("x0")
    assert (others["p_value"] > 0.01).all()


def test_all_or_none_is_refused() -> None:
    for flag, word in ((True, "all"), (False, "none")):
        with pytest.raises(UserError, match=f"{word} of the 10 worlds are cases"):
            prim(points(10), [flag] * 10)


def fake(scenarios) -> Outcomes:
    """Growth falls with the spread of habits; the slowest worlds are lost."""
    spread = np.array([scenario.world.payment.frailty_sd for scenario in scenarios])
    values = np.where(spread < 0.1, np.nan, 1 - spread)
    return Outcomes(
        {"sales_growth": np.repeat(values[:, None], 2, axis=1)}, ("lost",) * int((spread < 0.1).sum())
    )


def test_worlds_that_miss_the_target_are_those_of_the_closed_form() -> None:
    found = discover(HANDBOOK, SPANS, "sales_growth", -0.5, fake, worlds=256)
    assert found.limits["path"].tolist() == ["world.payment.frailty_sd"]
    assert found.limits["low"][0] == pytest.approx(1.5, abs=0.03)
    assert found.density > 0.9
    assert found.coverage > 0.9
    assert found.lost == len(found.failed) == 256 - len(found.worlds) > 0
    above = discover(HANDBOOK, SPANS, "sales_growth", 0.5, fake, worlds=256, at_least=False)
    assert above.limits["high"][0] == pytest.approx(0.5, abs=0.05)


def test_number_of_worlds_is_a_power_of_two() -> None:
    with pytest.raises(UserError, match="worlds: 100 given; allowed is a power of 2"):
        discover(HANDBOOK, SPANS, "sales_growth", 0, fake, worlds=100)


def test_a_real_policy_is_looked_through() -> None:
    run = Evaluator(("late_share",), range(1), 1)
    middle = float(np.nanmedian(run([HANDBOOK]).means("late_share")))
    found = discover(HANDBOOK, SPANS, "late_share", middle, run, worlds=8, at_least=False, least_support=0.2)
    assert found.failed == ()
    assert len(found.worlds) == 8


def test_misses_are_a_box_only_where_some_worlds_miss() -> None:
    found = misses(HANDBOOK, SPANS, "sales_growth", -0.5, fake, worlds=64)
    box = found.box()
    assert box is not None
    assert box.lost == found.lost == 64 - len(found.worlds) > 0
    assert box.failed == found.failed
    assert box.base_rate == found.missed.mean()
    assert misses(HANDBOOK, SPANS, "sales_growth", -9, fake, worlds=64).box() is None
    assert misses(HANDBOOK, SPANS, "sales_growth", 9, fake, worlds=64).box() is None


def test_limits_that_chance_does_as_well_are_let_go() -> None:
    rng = np.random.default_rng(5)
    worlds = pd.DataFrame(rng.random((64, 6)), columns=[f"x{number}" for number in range(6)])
    missed = (worlds["x2"] > 0.7).to_numpy()
    missed[:4] = ~missed[:4]
    assert (prim(worlds, missed).limits["p_value"] >= CHANCE).any()
    box = Misses(worlds, missed, (), 0).box()
    assert box is not None
    assert box.limits["path"].tolist() == ["x2"]
    assert box.limits["low"][0] == pytest.approx(0.7, abs=0.05)
