"""Policies in several worlds, as people read it: how far each moves, and which gives away least."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from simkit.experiments.regret import CRITERIA, Regret, regret
from simkit.experiments.worlds import Sampled
from simkit.reporting import theme
from simkit.reporting.charts import Chart
from simkit.reporting.dumbbells import dumbbells
from simkit.reporting.markup import Child, Html, element, joined
from simkit.reporting.measures import GROWTH, OVERDUE, PROFIT, Measure
from simkit.reporting.policies import with_range
from simkit.reporting.record import record
from simkit.reporting.tables import records, table
from simkit.reporting.texts import Language, filled, percent, scenario_name, text
from simkit.reporting.verdict import Estimate

MEASURES = (GROWTH, OVERDUE, PROFIT)


@dataclass(frozen=True)
class Stressed:
    """Policies in worlds, the status quo and the base world first.

    Attributes
    ----------
    policies, worlds : sequence of str
        Their names, in the order of the outcomes.
    sampled : Sampled
        What came out.
    """

    policies: Sequence[str]
    worlds: Sequence[str]
    sampled: Sampled

    @property
    def regret(self) -> Regret:
        """What each policy gives away in profit, all worlds held to be alike likely."""
        values = self.sampled.values[PROFIT.name]
        return regret(self.policies, self.worlds, values, PROFIT.name, largest=PROFIT.better > 0)

    def mean(self, measure: Measure, policy: int, world: int) -> float:
        """Return the mean outcome of a policy in a world."""
        return float(self.sampled.means(measure.name)[policy, world])

    def difference(self, measure: Measure, policy: int, world: int) -> Estimate:
        """Return the paired difference of a policy from the first in the same world."""
        values = self.sampled.values[measure.name][:, world]
        return Estimate.of(values[policy] - values[0])

    def picture(self, measure: Measure, language: Language) -> Chart:
        """Draw a measure of every policy in every world."""
        shown = [scenario_name(world, language) for world in self.worlds]
        colours = {name: theme.colour_of(place) for place, name in enumerate(shown)}
        rows = [
            (scenario_name(policy, language), name, self.mean(measure, number, place))
            for number, policy in enumerate(self.policies)
            for place, name in enumerate(shown)
        ]
        return dumbbells(pd.DataFrame(rows, columns=["name", "series", "value"]), colours, measure, language)

    def table(self, language: Language) -> Html:
        """Return every measure of every policy, world by world, with the difference from the status quo there."""
        columns = {"world": text("worlds.world", language), "policy": text("stress.policy", language)} | {
            measure.name: measure.label(language) for measure in MEASURES
        }
        rows: list[dict[str, Child]] = []
        for place, world in enumerate(self.worlds):
            for number, policy in enumerate(self.policies):
                row: dict[str, Child] = {
                    "world": scenario_name(world, language),
                    "policy": scenario_name(policy, language),
                }
                rows.append(row | {m.name: self._cell(m, number, place, language) for m in MEASURES})
        today = scenario_name(self.policies[0], language)
        return table(columns, rows, caption=text("stress.table", language, today=today))

    def _cell(self, measure: Measure, policy: int, world: int, language: Language) -> Child:
        shown = measure.value(self.mean(measure, policy, world), language)
        if policy == 0 or math.isnan(self.mean(measure, policy, world)):
            return shown
        note = with_range(measure, self.difference(measure, policy, world), language)
        return joined([shown, element("div", note, class_="note")])

    def record(self) -> None:
        """Record the mean outcomes by policy and world."""
        for number, policy in enumerate(self.policies):
            for place, world in enumerate(self.worlds):
                for measure in MEASURES:
                    record(f"{policy}.{world}.{measure.name}", self.mean(measure, number, place))


def answer(stressed: Stressed, found: Regret, language: Language) -> Html:
    """Return which policy gives away least in its worst world, and between which values its outcomes lie."""
    name = found.choice("minimax")
    row = _row(found, name)
    values: dict[str, Child] = {
        "name": element("strong", scenario_name(name, language)),
        "count": str(len(set(found.worlds["world"]))),
        "growth": _span(stressed, GROWTH, name, language),
        "overdue": _span(stressed, OVERDUE, name, language),
    }
    if row["max_regret"] == 0:
        return filled("stress.answer_always", language, **values)
    values["regret"] = PROFIT.value(row["max_regret"], language)
    values["range"] = PROFIT.range(row["max_regret_low"], row["max_regret_high"], language)
    values["world"] = scenario_name(str(row["worst_world"]), language)
    return filled("stress.answer", language, **values)


def _row(found: Regret, name: str) -> dict[str, Any]:
    return next(row for row in records(found.policies) if row["policy"] == name)


def _span(stressed: Stressed, measure: Measure, name: str, language: Language) -> Html:
    """Return the least and the largest mean of a policy over the worlds, each with its world."""
    means = stressed.sampled.means(measure.name)[list(stressed.policies).index(name)]
    ends = {
        f"{end}{part}": words
        for end, place in (("low", np.nanargmin(means)), ("high", np.nanargmax(means)))
        for part, words in (
            ("", measure.value(float(means[place]), language)),
            ("_world", scenario_name(stressed.worlds[int(place)], language)),
        )
    }
    return filled("stress.span", language, **ends)


def failures(failed: Sequence[str], language: Language) -> Html:
    """Return how many runs failed, with the first reason; empty when none did."""
    if not failed:
        return Html("")
    return element(
        "p", filled("stress.failed", language, count=str(len(failed)), first=failed[0]), class_="note"
    )


def criteria(found: Regret, language: Language) -> Html:
    """Return what each criterion chooses, and how sure that is, in a list."""
    items = []
    for criterion in CRITERIA:
        name = found.choice(criterion)
        words = filled(
            f"stress.{criterion}",
            language,
            name=element("strong", scenario_name(name, language)),
            sure=percent(_row(found, name)[f"p_{criterion}"], 0),
        )
        items.append(element("li", words))
    return element("ul", *items)


def regret_table(found: Regret, language: Language) -> Html:
    """Return what each policy gives away at most and on average, where, and in what part of the worlds it is best."""
    keys = ("policy", "max_regret", "worst_world", "expected_regret")
    columns = {key: text(f"stress.{key}", language) for key in keys} | {
        "domain": text("stress.domain_share", language)
    }
    rows: list[dict[str, Child]] = []
    for row in records(found.policies):
        cells: dict[str, Child] = {"policy": scenario_name(row["policy"], language)}
        for key in ("max_regret", "expected_regret"):
            ends = PROFIT.range(row[f"{key}_low"], row[f"{key}_high"], language)
            cells[key] = joined([PROFIT.value(row[key], language), element("div", ends, class_="note")])
        # A policy that gives nothing away has no world in which it gives away most.
        cells["worst_world"] = (
            scenario_name(row["worst_world"], language) if row["max_regret"] > 0 else "\N{EN DASH}"
        )
        cells["domain"] = percent(row["domain"], 0)
        rows.append(cells)
    return table(columns, rows, caption=text("stress.regret_table", language))


def record_regret(found: Regret) -> None:
    """Record the choice of each criterion, and what every policy gives away."""
    for criterion in CRITERIA:
        record(f"choice.{criterion}", found.choice(criterion))
    for row in records(found.policies):
        for key in ("max_regret", "expected_regret", "domain"):
            record(f"{row['policy']}.{key}", row[key])
