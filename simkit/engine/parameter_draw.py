"""The world of one replication: the fitted one, or the draw of it that belongs to the replication."""

from simkit.errors import UserError
from simkit.scenario.draws import laid_over
from simkit.scenario.scenario import Scenario
from simkit.streams import Stream, uniform


def drawn(scenario: Scenario, replication: int) -> Scenario:
    """Return the scenario as one replication has it.

    Without ``run.parameter_uncertainty`` that is the scenario itself. With it, the replication takes one of the
    scenario's draws, each as likely. Which one depends on seed and replication alone, so it is the same under every
    policy, in every region and on every worker; customers keep their own luck, a draw only changes what it is luck
    of. The scenario returned holds no other draw: drawn from again it stays what it is.

    Raises
    ------
    UserError
        When the uncertainty is on and the scenario has no draws.
    """
    if not scenario.run.parameter_uncertainty:
        return scenario
    if not scenario.draws:
        raise UserError(
            f"{scenario.name}: run.parameter_uncertainty is true, but the scenario has no draws of its world"
        )
    luck = uniform(scenario.run.seed, replication, Stream.WORLD_DRAW.value, 0, 0)
    draw = scenario.draws[int(luck * len(scenario.draws))]
    return scenario.model_copy(update={"world": laid_over(scenario.world, draw), "draws": [draw]})
