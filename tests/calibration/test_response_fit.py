"""Responses fitted to cases: what made the figures is found again, and what cannot be found or met is told."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import simkit
from simkit.calibration.case_year import years_of
from simkit.calibration.free_number import Free, response
from simkit.calibration.response_file import main, write_fit
from simkit.calibration.response_fit import ResponseFit, fit_responses
from simkit.errors import UserError
from simkit.scenario.scenario import Reported, Scenario

BASELINE = Path(__file__).parents[2] / "params" / "baseline.yaml"
SMALL = {
    "run.customers": 500,
    "run.regions": ["One"],
    "run.warm_up_days": 60,
    "run.policy_days": 120,
    "run.run_out_days": 90,
    "policy.incentives.commission.signing_share": 0.0,
}
KPI = "late_share"
LEVEL = Free("payment.alpha", "shift", 1.0)
CHASING = replace(response("payment.effort_elasticity"), sd=math.log(4.0))
RESPONSES = (CHASING, response("treatments.account_manager"))
LEVELS = {KPI: (LEVEL,)}
TRUTH = np.array([1.0, 0.0, -0.4])
"""Collecting effort weighs four times as much as is assumed, and everybody pays later."""


def case(before: float, after: float, **changes: object) -> Scenario:
    """Return the case of a company that pays all commission on cash."""
    loaded = simkit.load(BASELINE, SMALL | changes)
    return loaded.model_copy(
        update={"name": "On cash", "reported": {KPI: Reported(before=before, after=after)}}
    )


@pytest.fixture(scope="module")
def told() -> Scenario:
    """Return the case as a company whose responses are known would report it."""
    numbers = [*RESPONSES, LEVEL]
    years = years_of([case(0.0, 0.0)], [numbers], [np.arange(3)])
    before, after = (float(year.sample(TRUTH, range(3)).mean()) for year in years)
    return case(before, after)


@pytest.fixture(scope="module")
def found(told: Scenario) -> ResponseFit:
    return fit_responses([told], RESPONSES, LEVELS, replications=3, checks=2)


def row(fit: ResponseFit, path: str) -> pd.Series:
    return fit.parameters.set_index("path").loc[f"world.{path}"]


def test_what_made_the_figures_is_found_again(found: ResponseFit) -> None:
    level, chasing = row(found, LEVEL.path), row(found, CHASING.path)
    assert level["estimate"] == pytest.approx(TRUTH[2], abs=2 * level["se"])
    made = CHASING.number(0.15, TRUTH[0])
    assert chasing["estimate"] == pytest.approx(made, abs=2 * chasing["se"])
    assert chasing["low"] < made < chasing["high"]
    assert found.misfit[0] > 20 * found.misfit[1]


def test_a_response_that_no_figure_shows_is_flagged(found: ResponseFit) -> None:
    blind = row(found, "treatments.account_manager")
    assert blind["verdict"] == "not at all"
    assert blind["estimate"] == blind["assumed"] == 0.25
    assert row(found, LEVEL.path)["verdict"] == "pinned down"


def test_the_table_of_cases_has_luck_of_its_own(found: ResponseFit, told: Scenario) -> None:
    [line] = found.cases.to_dict("records")
    assert line["before_reported"] == told.reported[KPI].before
    assert line["change_fitted"] == pytest.approx(line["after_fitted"] - line["before_fitted"])
    unseen = years_of([told], [[]], [np.arange(0)])[1].sample(np.zeros(0), range(3, 5))
    assert line["after_assumed"] == pytest.approx(unseen.mean())
    assert line["after_low"] < line["after_fitted"] < line["after_high"]


def test_evaluations_are_the_same_to_the_byte_whatever_came_before(told: Scenario) -> None:
    fresh, used = (years_of([told], [[*RESPONSES, LEVEL]], [np.arange(3)])[1] for _ in range(2))
    used.sample(-TRUTH, range(2))
    assert used.sample(TRUTH, [1, 0]).tobytes() == fresh.sample(TRUTH, [0, 1])[::-1].tobytes()
    assert used.sample(TRUTH, [0]) != used.sample(-TRUTH, [0])


def test_an_unreachable_figure_is_told_with_how_near_responses_come(told: Scenario) -> None:
    """No collecting makes people pay later; idle reps still leave what was before."""
    far = case(told.reported[KPI].before, 0.95)
    fit = fit_responses([far], [CHASING], LEVELS, replications=3, checks=2)
    [note] = [note for note in fit.notes if "out of reach" in note]
    assert note.startswith(f"On cash, {KPI} after: ")
    assert "payment.effort_elasticity at 0.000586 " in note


def test_a_fit_is_written_as_worlds_that_scenarios_can_take(
    found: ResponseFit, told: Scenario, tmp_path: Path
) -> None:
    shared, own = write_fit(found, tmp_path)
    assert (shared.name, own.name) == ("responses.yaml", "on_cash.yaml")
    world = simkit.load(BASELINE, world=own).world
    assert world.payment.effort_elasticity == row(found, CHASING.path)["estimate"]
    shift = row(found, LEVEL.path)["estimate"]
    assert world.payment.alpha == pytest.approx(
        [alpha + shift for alpha in told.world.payment.alpha], rel=1e-4
    )
    assert simkit.load(BASELINE, world=shared).world.payment.alpha == told.world.payment.alpha


# ---------------------------------------------------------------- what is refused


def test_cases_that_cannot_be_fitted_are_refused(told: Scenario) -> None:
    with pytest.raises(UserError, match="two cases are named 'On cash'"):
        fit_responses([told, told], RESPONSES, LEVELS)
    with pytest.raises(UserError, match="give at least one case and one response"):
        fit_responses([], RESPONSES, LEVELS)
    with pytest.raises(UserError, match="replications: 1 given; allowed are 2 or more"):
        fit_responses([told], RESPONSES, LEVELS, replications=1)
    with pytest.raises(UserError, match="reports no outcome"):
        fit_responses([told.model_copy(update={"reported": {}})], RESPONSES, LEVELS)


def test_cases_must_assume_one_value_of_what_they_share(told: Scenario) -> None:
    other = case(0.5, 0.4, **{"world.payment.effort_elasticity": 0.3}).model_copy(update={"name": "Other"})
    with pytest.raises(UserError, match=r"world.payment.effort_elasticity: the cases assume 0.15 and 0.3"):
        fit_responses([told, other], RESPONSES, LEVELS)


def test_the_command_names_what_it_wants(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["only a folder"]) == 2
    assert "usage: python -m simkit.calibration.response_file FOLDER CASE..." in capsys.readouterr().err
    assert main([str(tmp_path), str(tmp_path / "absent.yaml")]) == 2
    assert "no such file" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
