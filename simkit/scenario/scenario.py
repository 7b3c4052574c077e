"""A scenario: what the company does (policy), what it cannot choose (world) and how it is run."""

from pydantic import Field

from simkit.scenario.parameter import Parameters
from simkit.scenario.policy import Policy
from simkit.scenario.run import Run
from simkit.scenario.world import World


class Scenario(Parameters):
    """Everything a run needs; two equal scenarios give the same bytes.

    ``status_quo`` is the policy in force in the warm-up year, ``policy`` the one from the switch date on.
    """

    name: str = Field(min_length=1, max_length=120)
    description: str = ""
    policy: Policy = Field(default_factory=Policy)
    status_quo: Policy = Field(default_factory=Policy)
    world: World = Field(default_factory=World)
    run: Run = Field(default_factory=Run)
