"""A known case as a scenario: what is reported of it, and the company before it."""

from collections.abc import Collection

from simkit.errors import UserError
from simkit.scenario.problem import did_you_mean, listed
from simkit.scenario.scenario import Scenario

BEFORE = "before"


def before(case: Scenario) -> Scenario:
    """Return the case with the status quo kept for the policy year."""
    return case.model_copy(update={"name": f"{case.name}, {BEFORE}", "policy": case.status_quo})


def check_reported(case: Scenario, outcomes: Collection[str]) -> None:
    """Refuse a case that reports nothing, or an outcome that no run has.

    Parameters
    ----------
    case : Scenario
        A scenario with a ``reported`` section, such as those in ``params/cases/``.
    outcomes : collection of str
        Names of the outcomes of a run.

    Raises
    ------
    UserError
        With the name that is wrong and what is allowed.
    """
    if not case.reported:
        raise UserError(
            f"{case.name!r} reports no outcome; give it a section reported: {{outcome: {{before, after}}}}"
        )
    for name in case.reported:
        if name not in outcomes:
            raise UserError(
                f"{case.name!r}: reported.{name} is no outcome of a run{did_you_mean(name, outcomes)}; "
                f"allowed are {listed(list(outcomes))}"
            )
