"""What every executor can do."""

from collections.abc import Callable, Generator, Sequence
from typing import Any, NamedTuple, Protocol, TypeVar

Item = TypeVar("Item")


class Lost(NamedTuple):
    """What stands for a result that no worker lived to give."""

    reason: str


EVERY_WORKER_DIED = Lost("every worker that tried it was killed, perhaps for want of memory")


class Executor(Protocol):
    """Does pieces of work that need nothing of each other, many at a time."""

    def map(self, work: Callable[[Item], Any], items: Sequence[Item]) -> Generator[Any]:
        """Yield the result of every item, in order; `Lost` for an item on which worker after worker has died.

        What ``work`` itself raises is raised here. Leaving the iteration stops all that is still under way.
        """
        ...
