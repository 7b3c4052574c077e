"""What flips a choice: roots of margins known in closed form, and a real recommendation."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import simkit
from simkit.errors import UserError
from simkit.experiments.compare import Comparison
from simkit.experiments.evaluation import Evaluator, Outcomes
from simkit.experiments.flip import EARNS, KEEPS, MISSES, crossing, flips
from simkit.experiments.frontier import Frontier
from simkit.experiments.recommendation import COLLECTED, GROWTH, KPIS, OVERDUE, PROFIT
from simkit.scenario.sweep import Constraints, Setting, Sweep
from simkit.scenario.uncertainties import Span
from tests.experiments.scenarios import tiny

NOISE = np.random.default_rng(0).normal(0, 1, 10)
NOISE -= NOISE.mean()


def cubic(x: float) -> np.ndarray:
    """A margin that falls to 0 at 2, with noise of one size everywhere."""
    return (8 - x**3) + NOISE


def test_root_and_its_interval_are_those_of_the_closed_form() -> None:
    at = [0.0, 1.0, 1.9, 2.1, 3.0]
    root, tried, _ = crossing(at, [cubic(x) for x in at], 0.0, cubic, steps=6)
    half = stats.t.ppf(0.975, 9) * NOISE.std(ddof=1) / math.sqrt(10)
    assert root.value == pytest.approx(2, abs=0.01)
    assert root.low == pytest.approx((8 - half) ** (1 / 3), abs=0.01)
    assert root.high == pytest.approx((8 + half) ** (1 / 3), abs=0.01)
    assert len(tried) <= len(at) + 6


def test_a_steep_margin_is_closed_in_on_from_both_sides() -> None:
    """Secants alone keep one end for ever where a margin bends, and would stop beside it."""

    def bent(x: float) -> np.ndarray:
        return 1 - (x / 2.5) ** 15 + NOISE * 1e-6

    root, _, _ = crossing([0.0, 4.0], [bent(0.0), bent(4.0)], 0.0, bent, steps=12)
    assert root.value == pytest.approx(2.5, abs=0.01)


def test_the_root_nearest_to_now_counts() -> None:
    def wave(x: float) -> np.ndarray:
        return np.cos(x) + NOISE * 1e-6

    at = list(np.linspace(0, 12, 13))
    for now, expected in ((0.0, 0.5), (6.0, 1.5), (8.3, 2.5), (12.0, 3.5)):
        root, _, _ = crossing(at, [wave(x) for x in at], now, wave)
        assert root.value == pytest.approx(expected * math.pi, abs=1e-3)


def test_no_sign_change_is_no_root() -> None:
    root, tried, margins = crossing([0.0, 1.0], [cubic(0.0), cubic(1.0)], 0.0, cubic)
    assert all(math.isnan(value) for value in root)
    assert tried == [0.0, 1.0]
    assert [found.mean for found in margins] == pytest.approx([8, 7])


def test_undefined_margins_are_left_out() -> None:
    at = [0.0, 1.0, 1.5, 2.5]
    margins = [cubic(0.0), np.full(10, math.nan), cubic(1.5), cubic(2.5)]
    root, tried, _ = crossing(at, margins, 0.0, cubic)
    assert root.value == pytest.approx(2, abs=0.01)
    assert 1.0 not in tried


# ---------------------------------------------------------------- a recommendation

BEST = tiny("best", {"contract.term_days": 30})
RIVAL = tiny("rival", {"contract.term_days": 40})
RICHER = tiny("richer", {"contract.term_days": 50})
SPAN = Span("world.payment.frailty_sd", 0.9, 0.4, 1.4, "assumption", "logit", False)


def fake(scenarios) -> Outcomes:
    """By the habit's spread x: profit best 2, rival 1 + x; best keeps growth while x > 0.6; richer from x = 1.2 on."""
    rows = []
    for scenario in scenarios:
        x, days = scenario.world.payment.frailty_sd, scenario.policy.contract.term_days
        growth = {30: x - 0.6, 40: 1.0, 50: x - 1.2}[days]
        rows.append((growth, {30: 0.1, 40: 0.2, 50: 0.1}[days], 0.9, {30: 2.1, 40: 1 + x, 50: 5.0}[days]))
    table = np.array(rows).reshape(-1, 4)
    return Outcomes({kpi: table[:, [n]] + NOISE * 1e-3 for n, kpi in enumerate(KPIS)}, ())


def frontier() -> Frontier:
    scenarios = (BEST, RIVAL, RICHER)
    outcomes = fake(scenarios)
    points = pd.DataFrame({kpi: outcomes.means(kpi) for kpi in KPIS}).assign(
        name=["best", "rival", "richer"],
        feasible=[True, True, False],
        efficient=True,
        recommended=[True, False, False],
    )
    plan = Sweep(
        name="s",
        scenario="s.yaml",
        grid={"a": [Setting(label="x")]},
        constraints=Constraints(sales_growth_min=0.0),
    )
    return Frontier(plan, Comparison(scenarios, pd.DataFrame(), {}, ()), points)


def test_every_way_to_flip_is_found_where_it_is() -> None:
    found = flips(frontier(), [SPAN], fake)
    assert found.recommended == "best"
    table = found.table.set_index("why")
    assert table["flips_at"][EARNS] == pytest.approx(1.1, abs=1e-3)
    assert table["flips_at"][MISSES] == pytest.approx(0.6, abs=1e-3)
    assert table["flips_at"][KEEPS] == pytest.approx(1.2, abs=1e-3)
    assert table["side"].to_dict() == {EARNS: "above", MISSES: "below", KEEPS: "above"}
    assert table["rival"].to_dict() == {EARNS: "rival", MISSES: "", KEEPS: "richer"}
    assert table["distance"].tolist() == pytest.approx([0.2, 0.3, 0.3], abs=1e-3)
    assert table["margin"].to_dict() == pytest.approx({EARNS: 0.2, MISSES: 0.3, KEEPS: 0.3})
    assert not table["sure"].any()
    assert found.rivals["name"].tolist() == ["richer", "rival"]


def test_range_in_which_nothing_flips_is_sure() -> None:
    narrow = Span("world.payment.frailty_sd", 0.9, 0.8, 1.0, "assumption", "logit", False)
    table = flips(frontier(), [narrow], fake).table
    assert table["flips_at"].isna().all()
    assert table["sure"].all()
    assert (table["side"] == "").all()


def test_a_lost_value_is_left_out_and_told() -> None:
    def loses(scenarios) -> Outcomes:
        found = fake(scenarios)
        lost = [n for n, scenario in enumerate(scenarios) if scenario.world.payment.frailty_sd == 1.4]
        for values in found.values.values():
            values[lost] = math.nan
        return Outcomes(found.values, tuple("lost" for _ in lost))

    found = flips(frontier(), [SPAN], loses)
    assert found.failed == ("lost",) * 3
    assert found.table.set_index("why")["flips_at"][MISSES] == pytest.approx(0.6, abs=1e-3)


def test_without_a_recommendation_nothing_can_flip() -> None:
    none = frontier()
    none.points["recommended"] = False
    with pytest.raises(UserError, match="no recommendation that could flip"):
        flips(none, [SPAN], fake)


def test_a_real_recommendation_is_taken_through_its_worlds() -> None:
    compared = simkit.compare([BEST, RIVAL], replications=2, workers=1)
    points = pd.DataFrame(
        {kpi: [compared.estimate(name, kpi).mean for name in compared.names] for kpi in KPIS}
    )
    points = points.assign(name=compared.names, feasible=True, efficient=True, recommended=[True, False])
    found = Frontier(frontier().sweep, compared, points)
    table = flips(
        found, [SPAN], Evaluator((GROWTH, OVERDUE, COLLECTED, PROFIT), range(2), 1), points=2, steps=1
    ).table
    lead = compared.values["best", PROFIT] - compared.values["rival", PROFIT]
    assert table.set_index("why")["margin"][EARNS] == pytest.approx(lead.mean())
    assert (table["tried"] >= 3).all()
