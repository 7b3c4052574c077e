"""A known case: the company before it, and reports that cannot be checked."""

import pytest

from simkit.errors import UserError
from simkit.scenario.known_case import before, check_reported
from simkit.scenario.policy import Policy
from simkit.scenario.scenario import Reported, Scenario

STRICT = Policy.model_validate({"contract": {"term_days": 10}})
CASE = Scenario(name="Case", policy=STRICT, reported={"dso_days": Reported(before=60.0, after=50.0)})


def test_before_the_status_quo_goes_on() -> None:
    earlier = before(CASE)
    assert earlier.name == "Case, before"
    assert earlier.policy == earlier.status_quo == CASE.status_quo != CASE.policy
    assert earlier.model_copy(update={"name": "Case", "policy": STRICT}) == CASE


def test_outcomes_of_a_run_may_be_reported() -> None:
    check_reported(CASE, ["dso_days", "orders"])


def test_others_are_refused() -> None:
    with pytest.raises(UserError) as error:
        check_reported(CASE, ["dso_day"])
    assert str(error.value) == (
        "'Case': reported.dso_days is no outcome of a run; did you mean \"dso_day\"?; allowed are dso_day"
    )
    with pytest.raises(UserError, match="'Case' reports no outcome"):
        check_reported(CASE.model_copy(update={"reported": {}}), [])
