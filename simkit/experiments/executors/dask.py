"""The workers of a Dask cluster, on this machine or on many."""

import logging
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Any

from joblib import cpu_count

from simkit.errors import UserError
from simkit.experiments.cache import code_version
from simkit.experiments.executors.executor import EVERY_WORKER_DIED, Item

try:
    from distributed import Client, KilledWorker, LocalCluster, get_worker
    from distributed.comm.core import CommClosedError
except ImportError:  # pragma: no cover (the extra is installed wherever coverage is measured)
    raise UserError(
        "a scheduler needs Dask, which is not installed: pip install 'simkit[distributed]'"
    ) from None

CONNECT_SECONDS = 30
LATEST = 60.0
"""Seconds after which, without a result, it is asked whether the scheduler is still there."""


class Dask:
    """The workers of a Dask scheduler.

    Parameters
    ----------
    address : str, optional
        Where the scheduler listens; a cluster of processes on this machine, ended with the work, when not given.
    workers : int, optional
        Processes of that cluster; all cores when not given.
    """

    def __init__(self, address: str | None = None, workers: int | None = None) -> None:
        self.address = address
        self.workers = workers or cpu_count()

    def map(self, work: Callable[[Item], Any], items: Sequence[Item]) -> Generator[Any]:
        """Yield the result of every item, in order (see `Executor`).

        A worker that dies is replaced by its nanny, and what it had in hand is done again by another.

        Raises
        ------
        UserError
            When the scheduler cannot be reached, has no workers or is lost, or a worker has not this version of simkit.
        """
        if not items:
            return
        with _quiet(), ExitStack() as open_:
            client = self._client(open_)
            self._refuse_other_code(client)
            futures = client.map(partial(_with_code, code_version(), work), items, pure=False)
            for future in futures:
                yield self._result(client, future)

    def _client(self, open_: ExitStack) -> Client:
        if self.address is None:
            cluster = open_.enter_context(
                LocalCluster(
                    n_workers=self.workers,
                    threads_per_worker=1,
                    host="127.0.0.1",
                    # None would take a port that two clusters of one machine have in common.
                    dashboard_address="127.0.0.1:0",
                    scheduler_kwargs={"dashboard": False},
                    preload=["simkit.experiments.executors.local_worker"],
                )
            )
            client: Client = open_.enter_context(Client(cluster))
            return client
        try:
            client = open_.enter_context(Client(self.address, timeout=CONNECT_SECONDS))
        except (OSError, TimeoutError, ValueError) as error:
            raise UserError(f"scheduler {self.address}: cannot be reached ({_first_line(error)})") from None
        return client

    def _refuse_other_code(self, client: Client) -> None:
        try:
            client.wait_for_workers(1, timeout=CONNECT_SECONDS)
        except TimeoutError:
            raise UserError(
                f"scheduler {self.address}: no worker came within {CONNECT_SECONDS} seconds; start some with "
                f"'dask worker {self.address}'"
            ) from None
        # A worker without simkit gives an error instead of its version, and so has another.
        versions = client.run(code_version, on_error="return")
        others = sorted(worker for worker, version in versions.items() if version != code_version())
        if others:
            raise UserError(
                f"scheduler {self.address}: {len(others)} of {len(versions)} workers have another version of simkit "
                f"or none (the first: {others[0]}); install the same on all"
            )

    def _result(self, client: Client, future: Any) -> Any:
        while True:
            try:
                return future.result(timeout=LATEST)
            except KilledWorker:
                return EVERY_WORKER_DIED
            except TimeoutError:
                if client.status == "running":
                    continue
                raise self._lost() from None
            except (CancelledError, CommClosedError):
                raise self._lost() from None

    def _lost(self) -> UserError:
        where = self.address or "on this machine"
        return UserError(
            f"scheduler {where}: lost; what was done until now is kept, and running the same again goes on from there"
        )


def _with_code(version: str, work: Callable[[Item], Any], item: Item) -> Any:
    """Return the result of an item, unless this worker, which may have come later, has another version of simkit."""
    if code_version() != version:
        raise UserError(
            f"worker {get_worker().address}: it has another version of simkit; install the same on all"
        )
    return work(item)


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep Dask's log to itself: it tells in tracebacks what our messages say in a line."""
    loggers = [
        logging.getLogger(name) for name in logging.root.manager.loggerDict if name.startswith("distributed")
    ]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
