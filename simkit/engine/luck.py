"""The luck of one replication: every draw by its name."""

from dataclasses import dataclass

from simkit.streams import Stream, uniform


@dataclass(frozen=True, slots=True)
class Luck:
    """Draws of one replication of one seed; the same name has the same draw under every policy."""

    seed: int
    replication: int

    def draw(self, stream: Stream, entity: int, index: int = 0) -> float:
        """Return the uniform draw, inside 0 and 1, of an entity for a purpose."""
        return uniform(self.seed, self.replication, stream.value, entity, index)
