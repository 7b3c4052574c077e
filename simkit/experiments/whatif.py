"""What-ifs answered at once: the warm-up is simulated beforehand and kept, and a policy only takes over from it.

An answer is that of `simkit.compare` for the same scenarios and replications, to the last digit; only the way there is
shorter. Processes stay, each with the warm-ups of some replications and regions.
"""

import math
import os
import signal
from collections.abc import Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from functools import reduce
from itertools import groupby, pairwise
from multiprocessing import get_context
from operator import add, attrgetter
from types import TracebackType
from typing import Self, TypeVar

import pandas as pd

from simkit.engine.compiled.opening import Room
from simkit.engine.compiled.setting import Setting
from simkit.engine.compiled.tables import tables
from simkit.engine.compiled.warm_up import Reach, WarmUp
from simkit.engine.parameter_draw import drawn
from simkit.engine.result import Result
from simkit.errors import UserError
from simkit.experiments.compare import Comparison, refuse_unpaired
from simkit.outcomes.kpis import Kpis, kpis
from simkit.outcomes.summary import OF_KPIS
from simkit.outcomes.tally import Summary
from simkit.scenario.scenario import Scenario

Answer = TypeVar("Answer")
Unit = tuple[int, int]
"""A replication and the place of a region: what a warm-up is of."""


class WhatIf:
    """Scenarios beside a reference that shares their warm-up, answered at once.

    Parameters
    ----------
    reference : Scenario
        What the others are compared with.
    corners : sequence of Scenario
        The most active policies that will be asked about (most marketing, most effort to win leads). Asking beyond them
        is allowed, and takes a new warm-up.
    replications : int
        Repetitions of each, under the same luck.
    workers : int, optional
        Processes; all cores when not given.

    Raises
    ------
    UserError
        When the scenarios do not share seed, size, dates and status quo.
    """

    def __init__(
        self,
        reference: Scenario,
        corners: Sequence[Scenario] = (),
        replications: int = 4,
        workers: int | None = None,
    ) -> None:
        if replications < 1:
            raise UserError(f"replications: {replications} given; allowed are 1 or more")
        self.reference, self.replications = reference, replications
        regions = range(len(reference.run.regions))
        self._units: list[Unit] = [(number, region) for number in range(replications) for region in regions]
        count = min(workers or os.cpu_count() or 1, len(self._units))
        self._workers = [_worker() for _ in range(count)]
        self._warm([reference, *corners])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let the processes go."""
        for worker in self._workers:
            worker.shutdown(wait=True, cancel_futures=True)

    def answer(self, scenario: Scenario) -> Comparison:
        """Return a scenario beside the reference, without breakdowns.

        Raises
        ------
        UserError
            When the two cannot be compared pair by pair, or a customer orders more often than ids can tell apart.
        """
        refuse_unpaired((self.reference, scenario))
        if scenario.world != self.reference.world:
            raise UserError(
                "what-if: the world is the reference's; compare the two with simkit.compare instead"
            )
        if not self._reach.covers(scenario):
            self._warm([*self._corners, scenario])
        found = {self.reference.name: self._reference, scenario.name: self._outcomes(scenario)}
        rows = [
            (name, number, kpi, math.nan if value is None else float(value))
            for name, outcomes in found.items()
            for number, values in enumerate(outcomes)
            for kpi, value in values.items()
        ]
        table = pd.DataFrame(rows, columns=["scenario", "replication", "kpi", "value"])
        return Comparison((self.reference, scenario), table, {}, ())

    def _warm(self, corners: list[Scenario]) -> None:
        """Simulate the warm-up that scenarios share, and the reference from there."""
        self._corners, self._reach = corners, Reach.of(corners)
        count = len(self._workers)
        ends = [len(self._units) * place // count for place in range(count + 1)]
        shares = [self._units[start:end] for start, end in pairwise(ends)]
        _wait(
            [
                worker.submit(_hold, corners, share)
                for worker, share in zip(self._workers, shares, strict=True)
            ]
        )
        self._reference = self._outcomes(self.reference)

    def _outcomes(self, scenario: Scenario) -> list[Kpis]:
        """Return the outcomes of every replication of a scenario."""
        parts = _wait([worker.submit(_go_on, scenario) for worker in self._workers])
        return [
            kpis(reduce(add, [part[number] for part in parts if number in part]))
            for number in range(self.replications)
        ]


def _wait(futures: "list[Future[Answer]]") -> "list[Answer]":
    return [future.result() for future in futures]


# ---------------------------------------------------------------- in a worker


def _worker() -> ProcessPoolExecutor:
    """Return one process, which keeps what it was told to hold."""
    # A terminal interrupts every process of a command at once; it is for this one to stop the others.
    return ProcessPoolExecutor(
        max_workers=1,
        mp_context=get_context("spawn"),
        initializer=signal.signal,
        initargs=(signal.SIGINT, signal.SIG_IGN),
    )


_held: list[WarmUp] = []


def _hold(corners: list[Scenario], units: list[Unit]) -> None:
    """Hold the warm-ups of some replications and regions, and nothing that was held before."""
    room = Room()
    _held[:] = [
        WarmUp([drawn(each, replication) for each in corners], replication, region, room)
        for replication, region in units
    ]


def _go_on(scenario: Scenario) -> dict[int, Summary]:
    """Return what a scenario makes of every warm-up that is held here, by replication."""
    return {
        replication: Summary.count(_result(drawn(scenario, replication), replication, [*warm_ups]), OF_KPIS)
        for replication, warm_ups in groupby(_held, attrgetter("replication"))
    }


def _result(scenario: Scenario, replication: int, warm_ups: Sequence[WarmUp]) -> Result:
    setting = Setting(scenario, replication)
    columns = {scenario.run.regions[each.region]: each.columns(setting) for each in warm_ups}
    return Result(**tables(replication, columns, "category"), scenario=scenario, replication=replication)
