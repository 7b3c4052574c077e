"""The frontier: which points are efficient, which is recommended, and sweeps that cannot be run."""

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import simkit
from simkit.errors import UserError
from simkit.experiments.frontier import GROWTH, OVERDUE, Frontier, efficient, frontier, points_of
from simkit.experiments.simulation import simulate
from simkit.scenario.loading import load_model
from simkit.scenario.sweep import Sweep
from simkit.scenario.yaml_document import dump_yaml
from tests.experiments.scenarios import HANDBOOK

OUTCOME = st.integers(-3, 3).map(float) | st.just(math.nan)
GRID = {
    "prepayment": [
        {"label": "none", "set": {"policy.contract.prepayment_share": 0.0}},
        {"label": "half", "set": {"policy.contract.prepayment_share": 0.5}},
    ],
    "terms": [
        {"label": "as asked", "set": {}},
        {
            "label": "fixed",
            "set": {"policy.contract.term_negotiable": False, "policy.contract.term_days": 20},
        },
    ],
}


@given(st.lists(st.tuples(OUTCOME, OUTCOME), min_size=1, max_size=12))
def test_efficient_is_what_no_other_beats(points) -> None:
    def beats(a: tuple[float, float], b: tuple[float, float]) -> bool:
        return a[0] >= b[0] and a[1] <= b[1] and a != b

    expected = [
        not any(math.isnan(value) for value in point) and not any(beats(other, point) for other in points)
        for point in points
    ]
    assert efficient(*zip(*points, strict=True)).tolist() == expected


# ---------------------------------------------------------------- a sweep


class Folder:
    """A folder with a scenario file, and sweeps around it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        run = HANDBOOK.run.model_dump(mode="json")
        self.write("base", {"name": "Base", "run": run, "world": {"customers": {"orders_per_year": 24.0}}})

    def write(self, name: str, content: dict) -> Path:
        path = self.path / f"{name}.yaml"
        path.write_text(dump_yaml({"schema": 1} | content), encoding="utf-8")
        return path

    def sweep(self, grid=None, **content) -> Path:
        return self.write(
            "sweep",
            {"name": "Sweep", "scenario": "base.yaml", "replications": 2, "grid": grid or GRID} | content,
        )


@pytest.fixture
def folder(tmp_path) -> Folder:
    return Folder(tmp_path)


@pytest.fixture(scope="module")
def found(tmp_path_factory) -> Frontier:
    return simkit.frontier(Folder(tmp_path_factory.mktemp("sweep")).sweep(), workers=1)


def test_points_are_the_grid_the_last_lever_fastest(found) -> None:
    assert found.points["name"].tolist() == [
        "none · as asked",
        "none · fixed",
        "half · as asked",
        "half · fixed",
    ]
    assert found.points["prepayment"].tolist() == ["none", "none", "half", "half"]
    assert found.points["terms"].tolist() == ["as asked", "fixed"] * 2
    assert found.comparison.changes[3] == [
        ("policy.contract.prepayment_share", 0.0, 0.5),
        ("policy.contract.term_days", 30, 20),
        ("policy.contract.term_negotiable", True, False),
    ]


def test_points_carry_the_means_and_intervals(found) -> None:
    for row in found.points.to_dict("records"):
        for kpi in (GROWTH, OVERDUE):
            estimate = found.comparison.estimate(row["name"], kpi)
            assert (row[kpi], row[f"{kpi}_low"], row[f"{kpi}_high"]) == estimate[:3]
        for kpi in ("collection_rate", "profit_fen"):
            assert row[kpi] == found.comparison.estimate(row["name"], kpi).mean
    scenario = found.comparison.scenarios[3]
    runs = [simulate(scenario, replication=n).kpis["sales_growth"] for n in range(2)]
    assert found.points[GROWTH][3] == pytest.approx(np.mean(runs))


def test_recommended_is_the_efficient_point_that_earns_most(found) -> None:
    points = found.points
    assert points["feasible"].all()
    assert points["efficient"].tolist() == efficient(points[GROWTH], points[OVERDUE]).tolist()
    best = points[points["efficient"]].sort_values("profit_fen").iloc[-1]
    assert points["recommended"].sum() == 1
    assert found.recommendation is not None
    assert found.recommendation["name"] == best["name"]


@pytest.mark.parametrize(
    ("constraint", "kpi", "sign"),
    [
        ("sales_growth_min", GROWTH, 1),
        ("collection_rate_min", "collection_rate", 1),
        ("overdue_rate_cohort_30_max", OVERDUE, -1),
    ],
)
def test_constraints_rule_points_out(folder, found, constraint, kpi, sign) -> None:
    """A bound at the second best value leaves the two best points, bound included."""
    values = found.points[kpi].to_numpy()
    bound = float(np.sort(values * sign)[-2] * sign)
    narrowed = frontier(folder.sweep(constraints={constraint: bound}), workers=1)
    assert narrowed.points[kpi].tolist() == values.tolist()
    assert narrowed.points["feasible"].tolist() == (values * sign >= bound * sign).tolist()
    recommended = narrowed.points[narrowed.points["recommended"]]
    assert recommended["feasible"].all()


def test_no_point_within_the_constraints_recommends_none(folder) -> None:
    narrowed = frontier(folder.sweep(constraints={"sales_growth_min": 9.0}), workers=1)
    assert not narrowed.points["feasible"].any()
    assert not narrowed.points["recommended"].any()
    assert narrowed.recommendation is None


def test_policy_that_sells_nothing_is_neither_efficient_nor_recommended(folder) -> None:
    refuse = {f"policy.credit.grades.{g}.admission": "refuse" for g in "ABCD"}
    grid = {"admission": [{"label": "as it is", "set": {}}, {"label": "nobody", "set": refuse}]}
    points = frontier(folder.sweep(grid), workers=1).points
    assert points[GROWTH][1] == -1
    assert math.isnan(points[OVERDUE][1])
    assert points["efficient"].tolist() == [True, False]
    assert points["recommended"].tolist() == [True, False]


def test_world_is_laid_over_every_point(folder) -> None:
    world = folder.write("world", {"name": "World", "world": {"payment": {"frailty_sd": 0.25}}})
    sweep = folder.sweep()
    plain, laid = (points_of(load_model(sweep, Sweep, True), folder.path, over) for over in (None, world))
    assert {scenario.world.payment.frailty_sd for scenario in plain} == {0.9}
    assert {scenario.world.payment.frailty_sd for scenario in laid} == {0.25}
    assert [scenario.policy for scenario in laid] == [scenario.policy for scenario in plain]


def test_lever_set_twice_is_refused(folder) -> None:
    again = [{"label": "other", "set": {"policy.contract.term_days": 10}}]
    with pytest.raises(UserError) as error:
        frontier(folder.sweep(GRID | {"again": again}), workers=1)
    assert str(error.value) == (
        "grid.again: policy.contract.term_days is set by another lever too; one lever may set it"
    )


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"policy.contract.term_day": 10}, "term_days"),
        ({"policy.contract.term_days": 1000}, "365"),
        ({"world.payment.frailty_sd": 1.0}, "policy."),
    ],
    ids=["unknown lever", "out of bounds", "uncertainty"],
)
def test_bad_setting_is_told_before_anything_runs(folder, own_cache, setting, message) -> None:
    sweep = folder.sweep({"lever": [{"label": "bad", "set": setting}]})
    with pytest.raises(UserError, match=message):
        frontier(sweep, workers=1)
    assert not own_cache.exists()
