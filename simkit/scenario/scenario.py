"""A scenario: what the company does (policy), what it cannot choose (world) and how it is run."""

from typing import Any

from pydantic import Field

from simkit.scenario.parameter import Parameters
from simkit.scenario.policy import Policy
from simkit.scenario.run import Run
from simkit.scenario.world import World


class Reported(Parameters):
    """An outcome as somebody reports it: under the status quo, and under the policy."""

    before: float
    after: float


class Scenario(Parameters):
    """Everything a run needs; two equal scenarios give the same bytes.

    ``status_quo`` is the policy in force in the warm-up year, ``policy`` the one from the switch date on. ``reported``
    are outcomes that a known case reports of the change, by name; a run is shown beside them and does not use them.
    ``draws`` are parts of worlds of which each replication takes one (see `simkit.scenario.draws`); there are none
    unless ``run.parameter_uncertainty`` is on.
    """

    name: str = Field(min_length=1, max_length=120)
    description: str = ""
    reported: dict[str, Reported] = Field(default_factory=dict)
    policy: Policy = Field(default_factory=Policy)
    status_quo: Policy = Field(default_factory=Policy)
    world: World = Field(default_factory=World)
    run: Run = Field(default_factory=Run)
    draws: list[dict[str, dict[str, Any]]] = Field(default_factory=list)
