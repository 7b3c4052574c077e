"""Policies in many worlds: every policy in every world under the same luck, failures counted."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from simkit.experiments.design import Units
from simkit.experiments.estimate import Values
from simkit.experiments.evaluation import Evaluate
from simkit.experiments.variation import ContradictionError, varied
from simkit.scenario.loading import PathLike, load
from simkit.scenario.scenario import Scenario
from simkit.scenario.uncertainties import Span

World = dict[str, float]
"""Dotted path of the world to value."""


@dataclass(frozen=True)
class Sampled:
    """Outcomes of policies in worlds.

    Attributes
    ----------
    values : dict of str to float array, shape (policies, worlds, replications)
        By outcome; NaN where undefined, and in a world in which any run failed.
    failed : tuple of str
        Runs that failed and worlds that contradict themselves, each with its reason.
    lost : int
        Worlds that are left out because of them.
    """

    values: dict[str, Values]
    failed: tuple[str, ...]
    lost: int

    def means(self, kpi: str) -> Values:
        """Return the mean over replications, shape (policies, worlds)."""
        means: Values = self.values[kpi].mean(axis=2)
        return means


def worlds_of(spans: Sequence[Span], units: Units) -> list[World]:
    """Return the worlds at points of the unit cube, one coordinate a range."""
    return [
        {span.path: span.at(place) for span, place in zip(spans, unit, strict=True)}
        for unit in units.tolist()
    ]


def sample(policies: Sequence[Scenario], worlds: Sequence[World], evaluate: Evaluate) -> Sampled:
    """Return the outcomes of every policy in every world.

    Parameters
    ----------
    policies : sequence of Scenario
        What is run.
    worlds : sequence of World
        What of the world is changed for all of them.
    evaluate : callable
        Scenarios to outcomes; all worlds are one batch.
    """
    columns: list[list[Scenario]] = []
    made: list[int] = []
    told: list[str] = []
    for number, world in enumerate(worlds):
        try:
            columns.append([varied(policy, world) for policy in policies])
        except ContradictionError as error:
            told.append(str(error))
            continue
        made.append(number)
    return _sampled(columns, made, (len(policies), len(worlds)), told, evaluate)


def sample_files(policies: Sequence[PathLike], worlds: Sequence[PathLike], evaluate: Evaluate) -> Sampled:
    """Return the outcomes of every policy file under every world file, such as those in ``params/worlds/``."""
    columns = [[load(policy, world=world) for policy in policies] for world in worlds]
    return _sampled(columns, list(range(len(worlds))), (len(policies), len(worlds)), [], evaluate)


def _sampled(
    columns: Sequence[Sequence[Scenario]],
    made: Sequence[int],
    shape: tuple[int, int],
    told: Sequence[str],
    evaluate: Evaluate,
) -> Sampled:
    """Run the policies of each world that could be made, as one batch."""
    outcomes = evaluate([scenario for column in columns for scenario in column])
    policies, worlds = shape
    values = {}
    whole = np.zeros(worlds, dtype=bool)
    whole[list(made)] = True
    for kpi, found in outcomes.values.items():
        shaped = found.reshape(len(made), policies, -1).transpose(1, 0, 2)
        values[kpi] = np.full((policies, worlds, found.shape[1]), math.nan)
        values[kpi][:, list(made)] = shaped
        whole &= ~np.isnan(values[kpi]).any(axis=(0, 2))
    return Sampled(values, (*told, *outcomes.failed), int((~whole).sum()))
