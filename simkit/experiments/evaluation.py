"""Outcomes of many scenarios under the same luck, failures counted: what every search and every sampling runs on."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from simkit.experiments.cache import Cache
from simkit.experiments.estimate import Values
from simkit.experiments.shards import Shard, run
from simkit.scenario.scenario import Scenario


@dataclass(frozen=True)
class Outcomes:
    """What came out.

    Attributes
    ----------
    values : dict of str to float array, shape (scenarios, replications)
        By outcome; NaN where it is undefined or the run failed.
    failed : tuple of str
        Runs that failed, each with its reason.
    first : int
        Number of the first replication.
    """

    values: dict[str, Values]
    failed: tuple[str, ...] = ()
    first: int = 0

    def means(self, kpi: str) -> Values:
        """Return each scenario's mean over its replications; NaN when one of them is missing.

        A mean over other replications than the others' would compare luck, not scenarios.
        """
        means: Values = np.mean(self.values[kpi], axis=1)
        return means


Evaluate = Callable[[Sequence[Scenario]], Outcomes]
"""What turns scenarios into outcomes: an `Evaluator`, or a closed form in its place."""


class Evaluator:
    """Runs scenarios on the same replications and keeps some of their outcomes.

    Parameters
    ----------
    kpis : sequence of str
        Outcomes that are kept (see `simkit.outcomes.definitions`).
    replications : range
        Numbers of the replications.
    workers, cache, scheduler, progress : optional
        As in `simkit.experiments.compare.compare`.
    """

    def __init__(
        self,
        kpis: Sequence[str],
        replications: range,
        workers: int | None = None,
        cache: Cache | None = None,
        scheduler: str | None = None,
        progress: bool = False,
    ) -> None:
        self.kpis = tuple(kpis)
        self.replications = replications
        self._how = (workers, cache, scheduler, progress)

    def __call__(self, scenarios: Sequence[Scenario]) -> Outcomes:
        """Return the outcomes of scenarios."""
        shards = [Shard(scenario, number) for scenario in scenarios for number in self.replications]
        shape = (len(scenarios), len(self.replications))
        values = {kpi: np.full(shape, math.nan) for kpi in self.kpis}
        failed = []
        for place, digest in enumerate(run(shards, *self._how) if shards else ()):
            if digest.failure:
                failed.append(digest.failure)
                continue
            for kpi in self.kpis:
                value = digest.kpis[kpi]
                values[kpi].flat[place] = math.nan if value is None else float(value)
        return Outcomes(values, tuple(failed), self.replications.start)
