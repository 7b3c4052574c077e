"""A sweep's grid: every point once, and grids that make no sense are refused."""

import pytest
from pydantic import ValidationError

from simkit.scenario.sweep import Setting, Sweep


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
