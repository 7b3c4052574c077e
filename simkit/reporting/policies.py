"""Policies in rows, outcomes in columns: each mean with its paired difference from the first policy below it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simkit.experiments.compare import Comparison
from simkit.reporting.markup import Child, Html, element, joined
from simkit.reporting.measures import Measure
from simkit.reporting.tables import table
from simkit.reporting.texts import Language, scenario_name, text
from simkit.reporting.verdict import Estimate

Values = Mapping[str, NDArray[np.float64]]
"""The values of one outcome by scenario, each by replication."""


@dataclass(frozen=True)
class Outcome:
    """One outcome of every scenario of a comparison, and how it is written."""

    measure: Measure
    values: Values

    @classmethod
    def of(cls, compared: Comparison, measure: Measure) -> "Outcome":
        """Return the outcome that the measure names."""
        return cls(measure, {name: compared.values[name, measure.name] for name in compared.names})

    def mean(self, name: str) -> float:
        """Return the mean of a scenario over the replications in which it is defined."""
        return Estimate.of(self.values[name]).mean

    def difference(self, name: str, first: str) -> Estimate:
        """Return the paired difference of a scenario from the first."""
        return Estimate.of(self.values[name] - self.values[first])


def difference(compared: Comparison, name: str, measure: Measure) -> Estimate:
    """Return the paired difference of a scenario from the first in one measure."""
    return Estimate(*compared.difference(name, measure.name)[:3])


def surely_lower(compared: Comparison, measure: Measure) -> list[str]:
    """Return the scenarios that surely lower a measure against the first, the lowest first."""
    found = {name: difference(compared, name, measure) for name in compared.names[1:]}
    return sorted((name for name in found if found[name].sign < 0), key=lambda name: found[name].mean)


def yearly(compared: Comparison, table_name: str, column: str, key: str, value: str) -> Values:
    """Return a column of a breakdown, summed by scenario and replication over the rows whose ``key`` is ``value``."""
    rows = compared.tables[table_name]
    rows = rows[rows[key] == value]
    sums = rows.groupby(["scenario", "replication"], sort=False)[column].sum()
    return {name: sums[name].sort_index().to_numpy(dtype=float) for name in compared.names}


def policy_table(
    compared: Comparison, outcomes: Sequence[Outcome], language: Language, caption: str, heading: str
) -> Html:
    """Return a table of policies: means, and below each how it differs from the first policy.

    Nothing stands below a mean that is the first policy's in every replication.
    """
    columns = {"policy": heading} | {
        str(place): outcome.measure.label(language) for place, outcome in enumerate(outcomes)
    }
    rows: list[dict[str, Child]] = []
    for name in compared.names:
        row: dict[str, Child] = {"policy": scenario_name(name, language)}
        for place, outcome in enumerate(outcomes):
            row[str(place)] = _cell(outcome, name, compared.names[0], language)
        rows.append(row)
    return table(columns, rows, caption=caption)


def _cell(outcome: Outcome, name: str, first: str, language: Language) -> Child:
    shown = outcome.measure.value(outcome.mean(name), language)
    if name == first or np.array_equal(outcome.values[name], outcome.values[first], equal_nan=True):
        return shown
    note = with_range(outcome.measure, outcome.difference(name, first), language)
    return joined([shown, element("div", note, class_="note")])


def with_range(measure: Measure, difference: Estimate, language: Language, signed: bool = True) -> str:
    """Return a difference with its interval in brackets; ``signed`` adds a plus sign to what is above 0."""
    shown = measure.difference(difference.mean, language, signed)
    range_ = measure.range(difference.low, difference.high, language, differences=True, signed=signed)
    return text("compare.with_range", language, value=shown, range=range_)
