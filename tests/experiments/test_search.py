"""Searching the levers: the operators on known fronts, hypervolume, dominance, and a search on a closed form."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import simkit
from simkit.errors import UserError
from simkit.experiments.dominance import dominance, resampled
from simkit.experiments.evaluation import Outcomes
from simkit.experiments.frontier import searched
from simkit.experiments.hypervolume import hypervolume
from simkit.experiments.nsga2 import Judged, evolve, ranks
from simkit.experiments.recommendation import COLLECTED, GROWTH, KPIS, OVERDUE, PROFIT, chances, violation
from simkit.experiments.search import search
from simkit.scenario.sweep import Constraints, Design, Range, Setting, Sweep
from simkit.scenario.yaml_document import dump_yaml
from tests.experiments.scenarios import HANDBOOK, tiny

PAIR = st.tuples(st.integers(0, 6), st.integers(0, 6))


# ---------------------------------------------------------------- hypervolume and ranks


@given(st.lists(PAIR, max_size=10))
def test_hypervolume_counts_the_cells_that_a_point_beats(points) -> None:
    cells = {(x, y) for x in range(5) for y in range(5) if any(a <= x and b <= y for a, b in points)}
    assert hypervolume(np.array(points, dtype=float), (5.0, 5.0)) == len(cells)


@given(st.lists(st.tuples(PAIR, st.integers(0, 2)), min_size=1, max_size=10))
def test_ranks_peel_front_by_front(points) -> None:
    def beats(a, b) -> bool:
        (f, v), (g, w) = a, b
        if v == w == 0:
            return f[0] <= g[0] and f[1] <= g[1] and f != g
        return v < w

    expected, left, front = {}, set(range(len(points))), 0
    while left:
        now = {i for i in left if not any(beats(points[j], points[i]) for j in left)}
        expected |= dict.fromkeys(now, front)
        left, front = left - now, front + 1
    objectives = np.array([f for f, _ in points], dtype=float)
    found = ranks(Judged(objectives, np.array([v for _, v in points], dtype=float)))
    assert found.tolist() == [expected[i] for i in range(len(points))]


# ---------------------------------------------------------------- NSGA-II


def zdt(shape):
    """ZDT1 (shape sqrt) and ZDT2 (square) in six dimensions (Zitzler, Deb & Thiele 2000)."""

    def judge(units) -> Judged:
        g = 1 + 9 * units[:, 1:].mean(axis=1)
        return Judged(np.c_[units[:, 0], g * (1 - shape(units[:, 0] / g))], np.zeros(len(units)))

    return judge


@pytest.mark.parametrize(
    ("shape", "most"),
    [(np.sqrt, 1.1**2 - 1 + 2 / 3), (np.square, 1.1**2 - 1 + 1 / 3)],
    ids=["convex", "concave"],
)
def test_known_front_is_reached(shape, most) -> None:
    """The area up to (1.1, 1.1) that the whole front leaves is 1.21 less the integral under it."""
    rng = np.random.default_rng(4)
    history = evolve(zdt(shape), rng.random((32, 6)), 60, rng)
    areas = [hypervolume(generation.judged.objectives, (1.1, 1.1)) for generation in history]
    assert areas[-1] > 0.95 * most
    assert areas[-1] <= most
    assert areas[0] < 0.2 * most
    last = history[-1]
    assert ((last.units >= 0) & (last.units <= 1)).all()
    assert last.units[:, 1:].mean() < 0.05


def test_constraint_is_kept_by_every_survivor() -> None:
    """Of ZDT1 only the points right of 0.4 are allowed."""

    def judge(units) -> Judged:
        objectives = zdt(np.sqrt)(units).objectives
        return Judged(objectives, np.maximum(0.0, 0.4 - objectives[:, 0]))

    rng = np.random.default_rng(1)
    last = evolve(judge, rng.random((16, 4)), 40, rng)[-1]
    assert (last.judged.violation == 0).all()
    assert last.judged.objectives[:, 0].min() == pytest.approx(0.4, abs=0.02)


# ---------------------------------------------------------------- uncertainty


def test_resampled_means_spread_like_means() -> None:
    values = np.random.default_rng(0).normal(size=(1, 4))
    drawn = resampled(values, 40_000, np.random.default_rng(1))
    assert drawn.mean() == pytest.approx(values.mean(), abs=0.02)
    assert drawn.std() == pytest.approx(values.std(ddof=1) / 2, rel=0.02)


def test_pairing_decides_who_is_dominated() -> None:
    """Under the same luck a constant handicap is certain; a coin's toss is not; the undefined is never efficient."""
    rng = np.random.default_rng(2)
    luck = rng.normal(0, 10, 40)
    tie = rng.normal(0, 0.01, 40)
    growth = np.array([luck, luck - 1, luck + tie - tie.mean(), np.full(40, np.nan)])
    overdue = np.array([luck, luck, luck, luck])
    table = dominance(growth, overdue).table
    assert table["p_dominated"][1] == 1
    assert table["beaten_by"][1] in (0, 2)
    assert table["p_dominated"][0] == pytest.approx(0.5, abs=0.05)
    assert table["p_efficient"][0] + table["p_efficient"][2] == pytest.approx(1, abs=0.01)
    assert table["p_efficient"][3] == 0


def test_chances_follow_the_constraint() -> None:
    """Growth of 0 with a standard error of 1 against a bound at 1: the chance of a normal above 1."""
    rng = np.random.default_rng(5)
    noise = rng.standard_normal(400)
    noise = (noise - noise.mean()) / noise.std(ddof=1) * 20
    flat = np.zeros((2, 400))
    values = {GROWTH: np.array([noise, np.full(400, 5.0)]), OVERDUE: flat, COLLECTED: flat, PROFIT: flat}
    found = chances(values, Constraints(sales_growth_min=1.0), draws=20_000)
    assert found["p_feasible"].tolist() == pytest.approx([0.1587, 1.0], abs=0.01)
    assert found["p_recommended"].sum() == pytest.approx(1.0)


# ---------------------------------------------------------------- a search


def fake(scenarios) -> Outcomes:
    """ZDT1 in two levers: growth is less the first objective, the overdue rate the second; a third fails at random."""
    rows = []
    for scenario in scenarios:
        x, y = scenario.policy.incentives.commission.signing_share, scenario.policy.credit.audit_catch_rate
        g = 1 + 9 * y
        broken = math.nan if scenario.policy.contract.term_days == 31 else 1.0
        rows.append((-x * broken, g * (1 - math.sqrt(x / g)), 0.9, -x))
    table = np.array(rows).reshape(-1, 4)
    failed = tuple(f"{s.name}: lost" for s in scenarios if s.policy.contract.term_days == 31)
    return Outcomes({kpi: np.repeat(table[:, [n]], 3, axis=1) for n, kpi in enumerate(KPIS)}, failed)


LEVERS = {
    "split": Range(set=["policy.incentives.commission.signing_share"], low=0, high=1),
    "audit": Range(set=["policy.credit.audit_catch_rate"], low=0, high=0.9),
}


def sweep(design: Design, **more) -> Sweep:
    return Sweep(name="s", scenario="base.yaml", design=design, **({"levers": LEVERS} | more))


NSGA2 = Design(kind="nsga2", population=16, generations=25, finalists=5)


def test_search_finds_the_front_and_confirms_its_best() -> None:
    found = searched(sweep(NSGA2), HANDBOOK, fake, fake)
    tried = found.search
    assert tried is not None
    areas = tried.convergence["hypervolume"]
    assert areas.is_monotonic_increasing
    assert tried.convergence["evaluated"].iloc[-1] == len(tried.points)
    best = tried.points[tried.points["efficient"]]
    np.testing.assert_allclose(best[OVERDUE], 1 - np.sqrt(-best[GROWTH]), atol=0.05)
    assert found.points["name"][0] == "Handbook"
    assert found.points["split"][0] == "as today"
    assert len(found.points) == 6
    assert found.recommendation is not None
    assert found.recommendation[PROFIT] == found.points.query("feasible and efficient")[PROFIT].max()


def test_the_same_seed_draws_the_same_points() -> None:
    one, two = (search(sweep(NSGA2), HANDBOOK, fake) for _ in range(2))
    pd.testing.assert_frame_equal(one.points, two.points)
    other = search(sweep(NSGA2.model_copy(update={"seed": 2})), HANDBOOK, fake)
    assert set(other.points["name"]) != set(one.points["name"])


def test_sobol_design_is_spread_over_settings_and_ranges() -> None:
    grid = {
        "queue": [
            Setting(label=rule, set={"policy.collections.queue_rule": rule}) for rule in ("oldest", "largest")
        ]
    }
    found = search(sweep(Design(kind="sobol", points=64), grid=grid), HANDBOOK, fake)
    drawn = found.points.iloc[1:]
    assert len(drawn) == 64
    assert drawn["queue"].value_counts().tolist() == [32, 32]
    assert np.histogram(drawn["split"].astype(float), 8, (0, 1))[0].tolist() == [8] * 8
    assert found.convergence["evaluated"].tolist() == [2, 4, 8, 16, 32, 64, 65]


def test_contradictions_and_failures_are_counted_and_never_kept() -> None:
    """A promotion for a refused grade is a contradiction; a run that fails makes its point unusable."""
    grid = {
        "D": [
            Setting(label=name, set={"policy.credit.grades.D.admission": name}) for name in ("cash", "refuse")
        ],
        "term": [Setting(label=f"{days}", set={"policy.contract.term_days": days}) for days in (30, 31)],
    }
    base = tiny("Base", {"funnel.first_order.discount_share": 0.2, "funnel.first_order.lowest_grade": "D"})
    tried = search(sweep(NSGA2, grid=grid), base, fake)
    assert len(tried.rejected)
    assert tried.rejected["reason"].str.contains("lowest_grade is D").all()
    assert len(tried.failed) == (tried.points["term"] == "31").sum() > 0
    assert np.isinf(tried.points.query("term == '31'")["violation"]).all()
    assert not set(tried.finalists(100)) & set(tried.points.query("term == '31'")["name"])


def test_when_no_draw_is_a_policy_the_reason_is_told() -> None:
    grid = {"D": [Setting(label="no", set={"policy.credit.grades.D.admission": "refuse"})]}
    base = tiny("Base", {"funnel.first_order.discount_share": 0.2, "funnel.first_order.lowest_grade": "D"})
    with pytest.raises(
        UserError, match=r"no point of the search is a policy; the first: .*lowest_grade is D"
    ):
        search(sweep(NSGA2, grid=grid), base, fake)


def test_violation_adds_up_what_is_missed() -> None:
    limits = Constraints(sales_growth_min=0.1, collection_rate_min=0.9, overdue_rate_cohort_30_max=0.2)
    row = {GROWTH: 0.05, COLLECTED: 0.95, OVERDUE: 0.3}
    assert violation(row, limits) == pytest.approx(0.15)
    assert violation(row | {OVERDUE: math.nan}, limits) == math.inf
    assert violation({GROWTH: 0.1, COLLECTED: 0.9, OVERDUE: 0.2}, limits) == 0


def test_a_real_search_runs_from_a_file(tmp_path) -> None:
    run = HANDBOOK.run.model_dump(mode="json")
    world = {"customers": {"orders_per_year": 24.0}}
    (tmp_path / "base.yaml").write_text(dump_yaml({"schema": 1, "name": "Base", "run": run, "world": world}))
    grades = [f"policy.credit.grades.{grade}.min_score" for grade in "ABC"]
    plan = {
        "schema": 1,
        "name": "Search",
        "scenario": "base.yaml",
        "replications": 2,
        "design": {"kind": "nsga2", "population": 4, "generations": 2, "finalists": 2, "confirm": 2},
        "levers": {
            "cutoffs": {"set": grades, "low": 10, "high": 90, "step": 5, "order": "falling", "gap": 5}
        },
    }
    (tmp_path / "sweep.yaml").write_text(dump_yaml(plan))
    found = simkit.frontier(tmp_path / "sweep.yaml", workers=1)
    assert found.comparison.replications == 2
    assert set(found.comparison.kpis["replication"]) == {2, 3}
    assert found.search is not None
    assert found.search.failed == ()
    for scenario in found.search.scenarios.values():
        scores = [grade.min_score for _, grade in scenario.policy.credit.grades]
        assert scores == sorted(scores, reverse=True)
