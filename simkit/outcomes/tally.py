"""Tallies: what is counted in a region and is enough to compute outcomes, so that no ledger has to be kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self, TypeVar, cast

from simkit.outcomes.reading import Reading
from simkit.outcomes.run import Run
from simkit.outcomes.sums import Sums


class Tally(Sums):
    """A dataclass of sums over the ledger of some regions; those of all regions add up to the company's."""

    @classmethod
    def count(cls, reading: Reading) -> Self:
        """Return the sums over the tables of a run, all of it or one or more whole regions."""
        raise NotImplementedError

    @classmethod
    def of(cls, run: "Run | Summary") -> Self:
        """Return the tally of a run, or the one that a summary holds already."""
        if isinstance(run, Summary):
            return cast(Self, run.tallies[cls])
        return cls.count(Reading(run))


AnyTally = TypeVar("AnyTally", bound=Tally)


@dataclass(frozen=True)
class Summary:
    """All that outcomes need of a run: the scenario, and tallies by their class; summaries of regions add up."""

    scenario: Any
    tallies: Mapping[type[Tally], Tally]

    @classmethod
    def count(cls, run: Run, kinds: Sequence[type[Tally]]) -> "Summary":
        """Return the tallies of some classes over a run, its tables read once."""
        reading = Reading(run)
        return cls(run.scenario, {kind: kind.count(reading) for kind in kinds})

    def __add__(self, other: "Summary") -> "Summary":
        return Summary(
            self.scenario, {kind: tally + other.tallies[kind] for kind, tally in self.tallies.items()}
        )
