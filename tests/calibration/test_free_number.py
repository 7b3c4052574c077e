"""Numbers that a fit may move: in units of their prior, within their bounds, written as they were simulated."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simkit.calibration.case_parameters import BEFORE, RESPONSES
from simkit.calibration.fitted_file import rounded
from simkit.calibration.free_number import REACH, Free, at, effect, laid, response
from simkit.errors import UserError
from simkit.outcomes.definitions import DEFINITIONS
from simkit.scenario.world import World

TERMS = [term.model_dump() for term in World().customers.terms]
Z = st.floats(-REACH, REACH)


def test_an_assumption_may_be_off_by_a_factor_of_two_and_a_survey_by_less() -> None:
    assert response("reps.collecting_response").value(0.8, 1.0) == pytest.approx(1.6)
    assert response("payment.stage.friendly").value(0.10, 1.0) == pytest.approx(0.15)
    assert response("demand.accept_cash").value(-1.5, 1.0) == pytest.approx(-3.0)


def test_an_effect_next_to_nothing_may_become_a_strong_one() -> None:
    before_due = effect("payment.alert.before_due")
    assert before_due.value(0.04, 2.0) == pytest.approx(1.04)
    assert before_due.value(0.04, -2.0) == 0.0
    assert before_due.limits(0.04) == pytest.approx((-0.08, REACH))


def test_bounds_of_the_world_end_a_number() -> None:
    share = response("payment.plan_acceptance")
    assert share.value(0.45, 3.0) == 1.0
    assert share.limits(0.45)[1] == pytest.approx(math.log(1 / 0.45) / math.log(2))
    assert response("demand.accept_cash").limits(-1.5) == pytest.approx(
        (-REACH, math.log(10 / 1.5) / math.log(2))
    )


@given(Z)
def test_tilted_terms_sum_to_one_as_written(z: float) -> None:
    terms = Free("customers.terms", "tilt", 1.0).value(TERMS, z)
    assert rounded(terms) == terms
    World.model_validate({"customers": {"terms": terms}})


def test_a_tilt_shortens_terms() -> None:
    def mean(z: float) -> float:
        return sum(
            term["days"] * term["share"] for term in Free("customers.terms", "tilt", 1.0).value(TERMS, z)
        )

    assert mean(1.0) < mean(0.0) < mean(-1.0)
    assert mean(0.0) == pytest.approx(75.0)


def test_lists_move_together() -> None:
    assert Free("payment.alpha", "shift", 1.0).value([-7.0, -6.1], 0.5) == [-6.5, -5.6]
    assert Free("payment.alpha", "shift", 1.0).number([-7.0, -6.1], 0.5) == 0.5
    assert Free("firms.debt_ratio", "factor", 1.0).number([0.1, 0.2], 1.0) == pytest.approx(math.e)


@given(st.sampled_from(RESPONSES), Z)
def test_every_response_gives_a_world(free: Free, z: float) -> None:
    tree = World().model_dump()
    World.model_validate(laid(tree, [(free.path, free.value(at(tree, free.path), z))]))


@given(st.sampled_from([free for own in BEFORE.values() for free in own]), Z)
def test_every_level_gives_a_world(free: Free, z: float) -> None:
    tree = World().model_dump()
    World.model_validate(laid(tree, [(free.path, free.value(at(tree, free.path), z))]))


def test_levels_are_of_outcomes_that_runs_have() -> None:
    assert set(BEFORE) <= set(DEFINITIONS)


@pytest.mark.parametrize("path", ["reps.colecting_response", "payment.alpha", "payment"])
def test_what_is_no_number_is_refused(path: str) -> None:
    with pytest.raises(UserError, match="is no number of the world"):
        response(path)
