"""Draws by name, for compiled code (see `simkit.engine.luck`)."""

from numba import njit

from simkit.engine.compiled import state as of
from simkit.engine.compiled.state import State
from simkit.streams import uniform


@njit("float64(int64, int64, int64, int64)", cache=True)
def draw(s: State, stream: int, entity: int, index: int) -> float:
    """Return the uniform draw, inside 0 and 1, of an entity for a purpose."""
    run = of.run(s)[0]
    return uniform(run.seed, run.replication, stream, entity, index)
