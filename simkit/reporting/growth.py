"""A growth programme as people read it: the target and its parts beside what each measure achieves."""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from simkit.experiments.compare import Comparison
from simkit.reporting import theme
from simkit.reporting.markup import Child, Html, element, joined
from simkit.reporting.measures import GROWTH, MEASURES, PROFIT
from simkit.reporting.record import record
from simkit.reporting.stacks import Stack
from simkit.reporting.tables import records, table
from simkit.reporting.texts import (
    Language,
    bare_points,
    catalogue,
    filled,
    listing,
    percent,
    points,
    scenario_name,
    text,
)
from simkit.reporting.verdict import Estimate, phrase

PARTS = {
    "new_customers": theme.BLUE,
    "repurchase": theme.PALE_BLUE,
    "order_value": theme.VIOLET,
    "unassigned": theme.PALE_GREY,
}
"""Parts of growth with their colours; what the target assigns to none of the first three is a part of its own."""

WHOLE = "sales_growth"
SOURCES = ("growth_new_customers", "growth_repurchase", "growth_order_value", "growth_other")
AGAINST_TARGET = {1: "above", -1: "below", 0: "unclear"}


@dataclass(frozen=True)
class Programme:
    """Measures compared with the company as it is: each alone, all together, and within a larger policy.

    Attributes
    ----------
    compared : Comparison
        Its first scenario is the company as it is today.
    together : str
        The scenario in which all measures are taken.
    whole : str
        The scenario of the larger policy.
    """

    compared: Comparison
    together: str
    whole: str

    @property
    def today(self) -> str:
        """The company as it is."""
        return self.compared.names[0]

    @property
    def single(self) -> tuple[str, ...]:
        """The measures one by one."""
        others = (self.today, self.together, self.whole)
        return tuple(name for name in self.compared.names if name not in others)

    @property
    def shown(self) -> tuple[str, str, str]:
        """What tables set side by side: today, all measures, the larger policy."""
        return self.today, self.together, self.whole

    def measure_of(self, section: str) -> str:
        """Return the measure that changes this section of the policy and no other; all together when none does."""
        for name, changes in zip(self.compared.names, self.compared.changes, strict=True):
            if changes and all(path.startswith(f"policy.{section}.") for path, _, _ in changes):
                return name
        return self.together

    def difference(self, name: str, *kpis: str) -> Estimate:
        """Return the paired difference from today of an outcome, or of the sum of several."""
        values = self.compared.values
        differences = sum(values[name, kpi] - values[self.today, kpi] for kpi in kpis)
        return Estimate.of(np.asarray(differences, dtype=float))


def answer(programme: Programme, language: Language) -> Html:
    """Return what all measures together bring and cost, and which of them brings most."""
    compared, name = programme.compared, programme.together
    gap = Estimate(*compared.estimate(name, "target_gap")[:3])
    gains = sorted(((programme.difference(name, kpi).mean, kpi) for kpi in SOURCES), reverse=True)
    sources = [
        text(f"growth.from_{kpi.removeprefix('growth_')}", language, value=points(gain, language))
        for gain, kpi in gains
    ]
    target = percent(_rows(programme, "growth", name, "part", WHOLE)["target"].iloc[0])
    said = filled(
        "growth.answer",
        language,
        name=element("strong", scenario_name(name, language)),
        growth=phrase("growth", programme.difference(name, GROWTH.name), GROWTH, language),
        level=percent(compared.estimate(name, GROWTH.name).mean),
        target=text(f"growth.target_{AGAINST_TARGET[gap.sign]}", language, target=target),
        sources=listing(sources, language),
        profit=phrase("profit", programme.difference(name, PROFIT.name), PROFIT, language),
    )
    return joined([said, text("list.gap", language), _best(programme, language)])


def _rows(programme: Programme, table_name: str, scenario: str, key: str, value: str) -> pd.DataFrame:
    rows = programme.compared.tables[table_name]
    return rows[(rows["scenario"] == scenario) & (rows[key] == value)]


def _best(programme: Programme, language: Language) -> Html:
    """Return which single measure adds most growth and which most profit, of those that surely add any."""
    best: dict[str, Child] = {}
    for key, measure in (("growth", GROWTH), ("profit", PROFIT)):
        found = {name: programme.difference(name, measure.name) for name in programme.single}
        sure = {name: difference.mean for name, difference in found.items() if difference.sign > 0}
        if sure:
            name = max(sure, key=lambda name: sure[name])
            best[f"{key}_name"] = element("strong", scenario_name(name, language))
            best[f"{key}_value"] = measure.difference(sure[name], language)
    if not best:
        return Html(text("growth.best_none", language))
    both = "growth_name" in best and "profit_name" in best
    key = "both" if both else "growth" if "growth_name" in best else "profit"
    return filled(f"growth.best_{key}", language, **best)


def growth_stacks(programme: Programme, language: Language) -> list[Stack]:
    """Return the bars of the growth target and of the growth achieved, in points, the target first.

    A bar's parts sum to it: its last is what the target leaves unassigned, or the growth that no part explains. A
    scenario whose growth is undefined has no bar.
    """
    target, achieved = _growth(programme)
    bars = {text("growth.target", language): target}
    bars |= {scenario_name(name, language): achieved[name] for name in programme.compared.names}
    words = part_words(language)
    return [
        Stack(
            name,
            {words[part]: 100 * parts[part] for part in PARTS},
            100 * parts[WHOLE],
            bare_points(parts[WHOLE]),
        )
        for name, parts in bars.items()
        if math.isfinite(parts[WHOLE])
    ]


def _growth(programme: Programme) -> tuple[dict[str, float], dict[str, dict[str, float]]]:
    """Return the target's parts and, by scenario, the parts achieved on average; all are shares of sales."""
    means = programme.compared.mean_table("growth", ["part"])
    achieved = {
        str(name): dict(zip(rows["part"], rows["achieved"], strict=True))
        for name, rows in means.groupby("scenario", sort=False)
    }
    wanted = means[means["scenario"] == programme.together]
    return dict(zip(wanted["part"], wanted["target"], strict=True)), achieved


def assigned(programme: Programme) -> dict[str, str]:
    """Return how much of the growth target is assigned to a source and how much to none, in words."""
    rows = _rows(programme, "growth", programme.together, "part", "unassigned")
    rest = float(rows["share"].iloc[0])
    return {"assigned": percent(1 - rest, 0), "unassigned": percent(rest, 0)}


def part_words(language: Language) -> dict[str, str]:
    """Return the words of each part of growth, in order."""
    return {part: text(f"growth.part_{part}", language) for part in PARTS}


def part_colours(language: Language) -> dict[str, str]:
    """Return the colour of each part of growth by its words, in order."""
    words = part_words(language)
    return {words[part]: colour for part, colour in PARTS.items()}


def targets_table(programme: Programme, language: Language) -> Html:
    """Return the parts of the growth target beside those achieved, in points of growth."""
    target, achieved = _growth(programme)
    means = programme.compared.mean_table("growth", ["part"])
    shares = dict(zip(means["part"], means["share"], strict=True))
    columns = {
        "part": text("growth.part", language),
        "share": text("growth.share", language),
        "target": text("growth.target", language),
        **{str(place): scenario_name(name, language) for place, name in enumerate(programme.shown)},
    }
    words = part_words(language) | {WHOLE: GROWTH.label(language)}
    rows: list[dict[str, Child]] = [
        {
            "part": words[part],
            "share": percent(shares[part], 0),
            "target": bare_points(target[part]),
            **{str(place): bare_points(achieved[name][part]) for place, name in enumerate(programme.shown)},
        }
        for part in words
    ]
    numbers = [key for key in columns if key != "part"]
    return table(columns, rows, numbers=numbers, caption=text("growth.targets_table", language))


def key_results_table(programme: Programme, language: Language) -> Html:
    """Return each key result with its owner, what is to be reached, what was, and in how many years it was reached."""
    columns = {
        "result": text("growth.key_result", language),
        "owner": text("growth.owner", language),
        "target": text("growth.target", language),
        **{str(place): scenario_name(name, language) for place, name in enumerate(programme.shown)},
    }
    results = programme.compared.tables["key_results"]
    wanted = results[results["scenario"] == programme.together].drop_duplicates("key_result")
    rows: list[dict[str, Child]] = []
    for result in records(wanted):
        row: dict[str, Child] = {
            "result": MEASURES[result["key_result"]].label(language),
            "owner": _owner(result["owner"], language),
            "target": percent(result["target"]),
        }
        for place, name in enumerate(programme.shown):
            row[str(place)] = _reached(programme, name, result["key_result"], language)
        rows.append(row)
    return table(columns, rows, numbers=("target",), caption=text("growth.key_results_table", language))


def _owner(owner: object, language: Language) -> str:
    """Return who answers for a result: a role in words, another name as it is, the company where it is nobody's."""
    if not isinstance(owner, str):
        return text("growth.owner_company", language)
    return catalogue(language).get(f"choice.{owner}", owner)


def _reached(programme: Programme, name: str, result: str, language: Language) -> Html:
    measure, found = MEASURES[result], programme.compared.estimate(name, result)
    years = _rows(programme, "key_results", name, "key_result", result)["reached"]
    reached = sum(value is True or value == 1 for value in years)
    notes = (
        measure.range(found.low, found.high, language),
        text("growth.reached", language, count=str(reached), all=str(len(years))),
    )
    return joined(
        [measure.value(found.mean, language), *(element("div", note, class_="note") for note in notes)]
    )


def record_growth(programme: Programme) -> None:
    """Record what each measure adds to growth and to profit, with the ends of the intervals."""
    for name in programme.compared.names[1:]:
        for kpi in (GROWTH.name, PROFIT.name):
            difference = programme.difference(name, kpi)
            for end in ("mean", "low", "high"):
                record(f"{name}.{kpi}.{end}", getattr(difference, end))
