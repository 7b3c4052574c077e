"""The cores of this machine, by joblib's processes."""

import signal
import warnings
from collections.abc import Callable, Generator, Iterator, Sequence
from typing import Any

from joblib import Parallel, cpu_count, delayed
from joblib.externals.loky.process_executor import TerminatedWorkerError

from simkit.experiments.executors.executor import EVERY_WORKER_DIED, Item

# Whoever leaves the iteration knows that results are left behind.
warnings.filterwarnings(
    "ignore", message=r"\d+ tasks (have been successfully executed|which were)", category=UserWarning
)


class Local:
    """Processes on this machine.

    Parameters
    ----------
    workers : int, optional
        How many; all cores when not given. One is this process itself.
    """

    def __init__(self, workers: int | None = None) -> None:
        self.workers = workers or cpu_count()

    def map(self, work: Callable[[Item], Any], items: Sequence[Item]) -> Generator[Any]:
        """Yield the result of every item, in order (see `Executor`).

        When a worker dies, the system ends all of them. The first item without a result is then tried alone, so that
        one on which every worker dies is found and given up, and the others are done by new workers.
        """
        workers = min(self.workers, len(items))
        if workers <= 1:
            yield from map(work, items)
            return
        done = 0
        while done < len(items):
            try:
                for result in _processes(workers, work, items[done:]):
                    yield result
                    done += 1
            except TerminatedWorkerError:
                yield _alone(work, items[done])
                done += 1


def _processes(workers: int, work: Callable[[Item], Any], items: Sequence[Item]) -> Iterator[Any]:
    # A terminal interrupts every process of a command at once; it is for this one to stop the others.
    deaf = {"initializer": signal.signal, "initargs": (signal.SIGINT, signal.SIG_IGN)}
    parallel = Parallel(n_jobs=workers, return_as="generator", batch_size=1, **deaf)
    results: Iterator[Any] = parallel(delayed(work)(item) for item in items)
    return results


def _alone(work: Callable[[Item], Any], item: Item) -> Any:
    """Return the result of an item that has the workers to itself, or `Lost`."""
    try:
        # Two workers, of which one has nothing to do: joblib does the work of a single one in this process.
        return next(_processes(2, work, [item]))
    except TerminatedWorkerError:
        return EVERY_WORKER_DIED
