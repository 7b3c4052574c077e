"""Work on one receivable put before a desk (Handbook B4)."""

from collections.abc import Callable
from dataclasses import dataclass

from simkit.engine.line import Line
from simkit.rules.collections import Stage


@dataclass(slots=True)
class Chase:
    """A step of the ladder for one line, waiting for its desk.

    The step is dropped when by the time its turn comes the line is settled, or a later step has been taken. The line is
    never disputed by then: disputes come by the due date, steps after it.
    """

    line: Line
    stage: Stage
    desk: str
    opened: int
    key: tuple[float, int]
    minutes: int
    cost_fen: int
    finished: Callable[["Chase"], None]

    @property
    def place(self) -> tuple[int, int]:
        """Place among the steps that take effect on one day: by line, and on one line in the order of the ladder."""
        return self.line.line_id, int(self.stage)

    @property
    def step(self) -> str:
        """Name of the step."""
        return self.stage.name.lower()

    def needed(self) -> bool:
        """Tell whether the step is still worth taking."""
        return self.line.is_open and not self.line.in_recovery and self.stage > self.line.stage

    def finish(self, minute: int) -> None:
        """Be among the steps that take effect today."""
        self.finished(self)


@dataclass(slots=True)
class Extension(Chase):
    """A core customer's request for more time, waiting for approval; the ladder stands still meanwhile."""

    @property
    def place(self) -> tuple[int, int]:
        """Place among the steps that take effect on one day: before the steps on its line."""
        return self.line.line_id, 0

    @property
    def step(self) -> str:
        """Name of the step."""
        return "extension"

    def needed(self) -> bool:
        """Tell whether there is still something to extend."""
        return self.line.is_open and not self.line.in_recovery
