"""The cube that a search draws from: what is drawn stays in order, apart, on its steps and within bounds."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simkit.errors import UserError
from simkit.scenario.policy import Policy
from simkit.scenario.space import Space, decoded
from simkit.scenario.sweep import Design, Range, Setting, Sweep

LADDER = [f"policy.collections.{stage}.start_day" for stage in ("friendly", "formal", "plan", "legal")]
GRADES = [f"policy.credit.grades.{grade}.min_score" for grade in "ABC"]
SOBOL = Design(kind="sobol", points=8)


def space(**levers) -> Space:
    return Space(
        Sweep(
            name="s",
            scenario="s.yaml",
            design=SOBOL,
            levers={n: Range(**lever) for n, lever in levers.items()},
        )
    )


@st.composite
def levers(draw) -> Range:
    count = draw(st.integers(1, 4))
    step = draw(st.none() | st.sampled_from([0.1, 0.5, 1, 5]))
    gap = draw(st.sampled_from([0, 0.3, 1, 4]))
    low = draw(st.integers(-20, 20))
    width = (
        (count - 1) * (-(-gap // step) * step if step else gap)
        + draw(st.sampled_from([0.5, 5, 60]))
        + (step or 0)
    )
    order = draw(st.sampled_from(["rising", "falling"]))
    return Range(
        set=[f"policy.{n}" for n in range(count)], low=low, high=low + width, step=step, order=order, gap=gap
    )


@given(levers(), st.data())
def test_ordered_levers_never_cross(lever, data) -> None:
    unit = data.draw(st.lists(st.floats(0, 1), min_size=lever.draws, max_size=lever.draws))
    found = decoded(lever, unit)
    rising = found if lever.order == "rising" else found[::-1]
    assert all(right - left >= lever.gap - 1e-6 for left, right in pairwise(rising))
    assert min(found) >= lever.low - 1e-6
    assert max(found) <= lever.high + 1e-6
    if lever.step is not None:
        assert all(abs((value - lever.low) / lever.step % 1 - 0.5) > 0.499999 for value in found)


@given(st.lists(st.floats(0, 1), min_size=7, max_size=7))
def test_every_corner_of_cutoffs_and_ladder_is_a_policy(unit) -> None:
    cube = space(
        cutoffs={"set": GRADES, "low": 5, "high": 95, "step": 5, "order": "falling"},
        ladder={"set": LADDER, "low": 1, "high": 90, "step": 1, "order": "rising", "gap": 1},
    )
    data = Policy().model_dump()
    for path, value in cube.decode(unit).values.items():
        place = data
        *sections, name = path.split(".")[1:]
        for section in sections:
            place = place[section]
        place[name] = value
    Policy.model_validate(data)


def test_every_step_is_as_likely_as_any_other() -> None:
    lever = Range(set=["policy.x"], low=0, high=4, step=2)
    found = [decoded(lever, [place / 300])[0] for place in range(300)]
    assert [found.count(value) for value in (0, 2, 4)] == [100, 100, 100]


def test_one_draw_serves_all_that_are_the_same() -> None:
    cube = space(
        desks={
            "set": ["policy.desks.reps.staff", "policy.desks.legal.staff"],
            "low": 1,
            "high": 3,
            "step": 1,
            "order": "same",
        }
    )
    assert cube.dimensions == 1
    assert cube.decode([0.5]).values == {"policy.desks.reps.staff": 2, "policy.desks.legal.staff": 2}
    assert cube.decode([0.5]).name == "2"


def test_settings_are_drawn_evenly() -> None:
    grid = {"queue": [Setting(label=label) for label in "abc"]}
    cube = Space(Sweep(name="s", scenario="s.yaml", design=SOBOL, grid=grid))
    assert [cube.decode([place]).name for place in (0.0, 0.34, 0.67, 1.0)] == ["a", "b", "c", "c"]


@pytest.mark.parametrize(
    ("lever", "message"),
    [
        ({"set": ["policy.contract.term_day"], "low": 0, "high": 9}, 'unknown name; .*did you mean "term_days"'),
        ({"set": ["policy.contract"], "low": 0, "high": 9}, "is a section; name a parameter in it"),
        ({"set": ["policy.contract.term_days"], "low": 0, "high": 999, "step": 1}, "high makes .* 999; allowed: whole"),
        ({"set": ["policy.contract.term_days"], "low": 0, "high": 9}, "give a whole low and step"),
        ({"set": ["policy.collections.queue_rule"], "low": 0, "high": 9}, "allowed: one of"),
    ],
)  # fmt: skip
def test_a_range_that_is_none_of_its_lever_is_refused(lever, message) -> None:
    with pytest.raises(UserError, match=f"levers.x: .*{message}"):
        space(x=lever)


def test_a_path_that_two_levers_set_is_refused() -> None:
    term = {"policy.contract.term_days": 10}
    grid = {"one": [Setting(label="a", set=term)], "two": [Setting(label="b", set=term)]}
    with pytest.raises(UserError, match="grid.two: policy.contract.term_days is set by 'one' too"):
        Space(Sweep(name="s", scenario="s.yaml", design=SOBOL, grid=grid))
