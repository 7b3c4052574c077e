"""Where work is done: on the cores of this machine, or on a Dask cluster."""

from simkit.errors import UserError
from simkit.experiments.executors.executor import Executor, Lost
from simkit.experiments.executors.local import Local

LOCAL_CLUSTER = "local"
"""The scheduler's address that stands for a cluster of processes on this machine."""


def executor(workers: int | None = None, scheduler: str | None = None) -> Executor:
    """Return what does the work: processes on this machine, or the workers of a Dask scheduler.

    Parameters
    ----------
    workers : int, optional
        Processes on this machine; all cores when not given.
    scheduler : str, optional
        Address of a running Dask scheduler, such as ``tcp://10.0.0.5:8786``, or ``local`` for one on this machine.

    Raises
    ------
    UserError
        When there are to be fewer than one worker, or workers are asked of a scheduler that has its own.
    """
    if workers is not None and workers < 1:
        raise UserError(f"workers: {workers} given; allowed are 1 or more")
    if scheduler is None:
        return Local(workers)
    if workers is not None and scheduler != LOCAL_CLUSTER:
        raise UserError(
            f"workers: the scheduler at {scheduler} has its own; give either workers or a scheduler"
        )
    # Dask is an extra, and takes a second to load.
    from simkit.experiments.executors.dask import Dask

    return Dask(None if scheduler == LOCAL_CLUSTER else scheduler, workers)


__all__ = ["LOCAL_CLUSTER", "Executor", "Lost", "executor"]
