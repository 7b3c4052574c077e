"""What a policy changes where people respond less, or more, than is assumed: bars, table, and whether it holds."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from simkit.reporting.markup import Child, Html, element, joined
from simkit.reporting.measures import Measure
from simkit.reporting.policies import with_range
from simkit.reporting.record import record
from simkit.reporting.tables import records, table
from simkit.reporting.texts import Language, filled, number, scenario_name, text
from simkit.reporting.verdict import Estimate


@dataclass(frozen=True)
class OtherWorlds:
    """Differences of one policy from the first in several worlds.

    Attributes
    ----------
    name : str
        The policy.
    tried : DataFrame
        As `simkit.experiments.responses.differences_in_worlds` returns.
    measures : sequence of Measure
        The outcomes judged.
    """

    name: str
    tried: pd.DataFrame
    measures: Sequence[Measure]

    def rows(self, measure: Measure, language: Language) -> pd.DataFrame:
        """Return the rows of ``charts.difference_bars``: what the policy changes in one measure, world by world."""
        rows = self.tried[self.tried["kpi"] == measure.name]
        names = [world_name(row["path"], row["factor"], language) for row in records(rows)]
        return rows.assign(name=names)[["name", "mean", "low", "high"]]

    def survival(self, language: Language) -> Html:
        """Return for each measure whether its sign is the same in every world, and in how many it is sure."""
        return element("p", *(self._survives(measure, language) for measure in self.measures))

    def _survives(self, measure: Measure, language: Language) -> Html:
        estimates = [
            Estimate(row["mean"], row["low"], row["high"])
            for row in records(self.tried[self.tried["kpi"] == measure.name])
        ]
        kept = sum(estimate.mean * estimates[0].mean > 0 for estimate in estimates)
        words = filled(
            "worlds.survives" if kept == len(estimates) else "worlds.turns",
            language,
            measure=element("strong", measure.label(language)),
            name=scenario_name(self.name, language),
            kept=str(kept),
            all=str(len(estimates)),
            sure=str(sum(estimate.sign != 0 for estimate in estimates)),
        )
        return joined([words, text("list.gap", language)])

    def table(self, language: Language) -> Html:
        """Return what the policy changes in each world, with intervals."""
        columns = {"world": text("worlds.world", language)} | {
            measure.name: measure.label(language) for measure in self.measures
        }
        known = {measure.name: measure for measure in self.measures}
        rows: dict[str, dict[str, Child]] = {}
        for row in records(self.tried):
            world = world_name(row["path"], row["factor"], language)
            found = Estimate(row["mean"], row["low"], row["high"])
            cells = rows.setdefault(world, {"world": world})
            cells[row["kpi"]] = with_range(known[row["kpi"]], found, language)
        name = scenario_name(self.name, language)
        return table(columns, rows.values(), caption=text("worlds.table", language, name=name))

    def record(self) -> None:
        """Record every mean difference by world and measure."""
        for row in records(self.tried):
            record(f"{row['path'] or 'as assumed'} x {row['factor']:g}.{row['kpi']}", row["mean"])


def world_name(path: str, factor: float, language: Language) -> str:
    """Return a world in words: as assumed, or which response is scaled and by how much."""
    if not path:
        return text("worlds.as_assumed", language)
    return text(f"worlds.{path.rpartition('.')[2]}", language, factor=number(factor, 1))
