"""A sweep's grid: every point once, and grids that make no sense are refused."""

import pytest
from pydantic import ValidationError

from simkit.scenario.sweep import Design, Range, Setting, Sweep


def lever(*labels: str) -> list[Setting]:
    return [Setting(label=label, set={}) for label in labels]


def test_points_are_all_combinations_and_the_last_lever_moves_fastest() -> None:
    sweep = Sweep(name="s", scenario="a.yaml", grid={"one": lever("a", "b"), "two": lever("x", "y", "z")})
    labels = [(point["one"].label, point["two"].label) for point in sweep.points()]
    assert labels == [(one, two) for one in "ab" for two in "xyz"]


@pytest.mark.parametrize(
    ("grid", "message"),
    [
        ({"one": []}, "lever 'one' has no setting"),
        ({"one": lever("a", "a")}, "lever 'one' has two settings with one label"),
        ({str(n): lever("a", "b") for n in range(14)}, "more than 10000 points"),
    ],
)
def test_grid_without_sense_is_refused(grid: dict[str, list[Setting]], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        Sweep(name="s", scenario="a.yaml", grid=grid)


def test_sweep_sets_levers_only() -> None:
    with pytest.raises(ValidationError, match=r"'world.market.growth_per_year' is not a lever"):
        Setting(label="boom", set={"world.market.growth_per_year": 0.1})


SOBOL = Design(kind="sobol", points=8)
TERM = {"set": ["policy.contract.term_days"], "low": 0, "high": 90}


@pytest.mark.parametrize(
    ("lever", "message"),
    [
        ({"low": 90}, r"low \(90\) must be below high \(90\)"),
        ({"gap": 5.0}, "gap is for order rising or falling; order is free"),
        ({"step": 100.0}, r"step \(100\) is above high - low \(90\)"),
        ({"set": ["policy.a", "policy.a"]}, "set names a path twice"),
        (
            {"set": ["policy.a", "policy.b", "policy.c"], "order": "rising", "gap": 50.0},
            "no room for 3 values 50 apart between 0 and 90",
        ),
        ({"set": ["world.a"]}, "'world.a' is not a lever"),
    ],
)  # fmt: skip
def test_range_without_sense_is_refused(lever: dict, message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        Range(**TERM | lever)


@pytest.mark.parametrize(
    ("design", "message"),
    [
        ({"kind": "sobol"}, "design.points is missing; it is needed when design.kind is sobol"),
        ({"kind": "sobol", "points": 50}, r"design.points \(50\) must be a power of 2, such as 32 or 64"),
        ({"kind": "nsga2", "population": 8}, "design.generations is missing"),
        ({"kind": "nsga2", "population": 7, "generations": 2}, r"design.population \(7\) must be even"),
        ({"kind": "nsga2", "population": 1000, "generations": 11}, "more than 10000 points"),
        ({"kind": "grid", "points": 8}, "design.points means nothing when design.kind is grid"),
    ],
)
def test_design_without_its_sizes_is_refused(design: dict, message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        Design(**design)


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({}, "grid is missing or empty"),
        ({"grid": {"a": lever("x")}, "levers": {"t": Range(**TERM)}}, "need a design of kind sobol or nsga2"),
        ({"design": SOBOL}, "a sobol design needs levers"),
        (
            {"design": SOBOL, "grid": {"t": lever("x")}, "levers": {"t": Range(**TERM)}},
            "in both grid and levers",
        ),
        (
            {"design": SOBOL, "levers": {"t": Range(**TERM), "u": Range(**TERM)}},
            "levers.u: policy.contract.term_days is set by 't' too",
        ),
        (
            {
                "design": SOBOL,
                "levers": {"t": Range(**TERM)},
                "grid": {"g": [Setting(label="x", set={"policy.contract.term_days": 1})]},
            },
            "grid.g: policy.contract.term_days is set by 't' too",
        ),
    ],
)  # fmt: skip
def test_levers_that_do_not_suit_the_design_are_refused(parts: dict, message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        Sweep(name="s", scenario="a.yaml", **parts)
