"""A collection step put before a desk (Handbook B4)."""

from collections.abc import Callable
from dataclasses import dataclass

from simkit.engine.calendar import DAY
from simkit.engine.line import Line
from simkit.rules.collections import Stage


@dataclass(slots=True)
class Chase:
    """One step of the ladder for one line, waiting for its desk.

    The step is dropped when the line is settled or a later step has been taken by the time its turn comes.
    """

    line: Line
    stage: Stage
    desk: str
    opened: int
    key: tuple[float, int]
    minutes: int
    cost_fen: int
    done: Callable[["Chase", int], None]

    def needed(self) -> bool:
        """Tell whether the step is still worth taking."""
        return self.line.is_open and self.stage > self.line.stage and not self.line.in_recovery

    def finish(self, minute: int) -> None:
        """Take effect on the day the work is done."""
        self.done(self, minute // DAY)
