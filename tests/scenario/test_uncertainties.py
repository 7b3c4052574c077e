"""Plausible ranges: from the source's share, within bounds, or as given."""

import pytest
from pydantic import ValidationError

from simkit.errors import UserError
from simkit.scenario.check import check_paths
from simkit.scenario.problem import ScenarioError
from simkit.scenario.scenario import Scenario
from simkit.scenario.uncertainties import Between, Uncertainties, spans
from simkit.scenario.world import World

DEFAULT = Scenario(name="default")


def of(**ranges) -> list:
    given = {path.replace("__", "."): Between(**between) for path, between in ranges.items()}
    return spans(Uncertainties(name="u", uncertainties=given), DEFAULT)


def test_range_is_a_share_of_the_value_by_its_source() -> None:
    survey, assumed, negative, whole = of(
        world__economy__correlation={}, world__reps__inflation_points={}, world__demand__accept_cash={},
        world__recovery__lag_days={},
    )  # fmt: skip
    assert (survey.source, survey.low, survey.high) == ("survey", pytest.approx(0.09), pytest.approx(0.15))
    assert (assumed.source, assumed.low, assumed.high) == ("assumption", 3.0, 9.0)
    assert (negative.low, negative.value, negative.high) == (-2.25, -1.5, -0.75)
    assert (whole.low, whole.high, whole.at(0.26)) == (90, 270, 137)
    assert isinstance(whole.at(0.26), int)


def test_a_value_of_0_moves_as_far_as_the_usual_one_would() -> None:
    world = World.model_validate({"payment": {"quality_weight": 0.0}})
    ranges = Uncertainties(name="u", uncertainties={"world.payment.quality_weight": Between()})
    (found,) = spans(ranges, DEFAULT.model_copy(update={"world": world}))
    reach = 0.5 * DEFAULT.world.payment.quality_weight
    assert (found.value, found.low, found.high) == (0.0, -reach, reach)


def test_range_stays_within_bounds() -> None:
    """The satisfaction of 95 % cannot be half as much again, and a share above 0 stays above it."""
    (found,) = of(world__relationship__satisfaction={})
    assert (found.low, found.high) == (pytest.approx(0.475), 1.0)
    world = World.model_validate({"firms": {"default": {"mean_pd": 0.4}}})
    scenario = DEFAULT.model_copy(update={"world": world})
    (pd,) = spans(Uncertainties(name="u", uncertainties={"world.firms.default.mean_pd": Between()}), scenario)
    assert (pd.low, pd.high) == (pytest.approx(0.2), 0.5)


def test_range_given_is_taken_and_what_is_drawn_has_no_value() -> None:
    (found,) = of(world__economy__factor={"low": -1.0, "high": 2.0})
    assert (found.value, found.low, found.high, found.at(0.5)) == (None, -1.0, 2.0, 0.5)


@pytest.mark.parametrize(
    ("path", "between", "message"),
    [
        ("world.economy.factor", {}, "is not set, of which no share can be taken; give low and high"),
        ("world.reps.cash_share_today", {}, "is 0, of which no share can be taken; give low and high"),
        ("world.economy.factor", {"low": -9.0, "high": 1.0}, "low makes world.economy.factor -9; allowed: "),
        ("world.payment.alpha", {}, "is no number"),
        ("world.payment.frailty", {}, "unknown name"),
        ("world.payment", {}, "is a section"),
        ("world.reps.highest_level", {"low": 1.6, "high": 2.4}, "holds the one whole number 2"),
    ],
)
def test_what_has_no_range_is_refused(path, between, message) -> None:
    with pytest.raises(UserError, match=message):
        spans(Uncertainties(name="u", uncertainties={path: Between(**between)}), DEFAULT)


@pytest.mark.parametrize(
    ("between", "message"),
    [({"low": 1.0}, "give both low and high, or neither"), ({"low": 2.0, "high": 1.0}, "must be below high")],
)
def test_half_a_range_is_refused(between, message) -> None:
    with pytest.raises(ValidationError, match=message):
        Between(**between)


def test_levers_are_no_uncertainties() -> None:
    with pytest.raises(ValidationError, match="'policy.contract.term_days' is not an uncertainty"):
        Uncertainties(name="u", uncertainties={"policy.contract.term_days": Between()})


def test_files_are_checked(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = "schema: 1\nname: Ranges\nuncertainties:\n  world.payment.frailty_sd: {}\n"
    (tmp_path / "u.yaml").write_text(text)
    assert check_paths(["u.yaml"]) == ["u.yaml: ok, uncertainties Ranges, 1 ranges"]
    (tmp_path / "u.yaml").write_text(text.replace("frailty_sd", "frailty"))
    with pytest.raises(ScenarioError, match=r"u\.yaml.*world\.payment\.frailty: unknown name"):
        check_paths(["u.yaml"])
    search = (
        "schema: 1\nname: S\nscenario: a.yaml\ndesign: {kind: sobol, points: 8}\n"
        "levers:\n  x: {set: [policy.contract.term_days], low: 0, high: 90, step: 1}\n"
    )
    (tmp_path / "a.yaml").write_text("schema: 1\nname: A\npolicy: {}\n")
    (tmp_path / "s.yaml").write_text(search)
    assert check_paths(["s.yaml"]) == ["s.yaml: ok, sweep S, sobol over 1 dimensions"]
    (tmp_path / "s.yaml").write_text(search.replace("high: 90", "high: 900"))
    with pytest.raises(ScenarioError, match=r"s\.yaml.*high makes policy\.contract\.term_days 900"):
        check_paths(["s.yaml"])
    (tmp_path / "s.yaml").write_text(search.replace("points: 8", "points: 9"))
    with pytest.raises(ScenarioError, match=r"s\.yaml:4: .*must be a power of 2, such as 8 or 16"):
        check_paths(["s.yaml"])
