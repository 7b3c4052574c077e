"""Commission on cash instead of on signature, as people read it: what changes, what reps earn, what that rests on."""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from simkit.errors import UserError
from simkit.experiments.compare import Comparison
from simkit.reporting.markup import Child, Html, element, joined
from simkit.reporting.measures import GROWTH, MEASURES, OVERDUE, PROFIT, Measure
from simkit.reporting.policies import Outcome, Values, policy_table, with_range, yearly
from simkit.reporting.record import record
from simkit.reporting.tables import records, table
from simkit.reporting.texts import Language, filled, number, scenario_name, text
from simkit.reporting.verdict import Estimate, Judgement, Verdict, sentence
from simkit.scenario.policy.incentives import Commission
from simkit.scenario.scenario import Scenario

MONTHS_PER_YEAR = 12
SHARE = "policy.incentives.commission.signing_share"
RESPONSES = ("world.reps.selling_response", "world.reps.collecting_response")
FACTORS = (0.5, 2.0)
JUDGED = (GROWTH, OVERDUE, PROFIT)
EVENTS = ("promotions", "demotions", "quits", "months_below")


@dataclass(frozen=True)
class Split:
    """Points of a sweep over the part of commission that is paid at signing.

    Attributes
    ----------
    compared : Comparison
        Its first scenario is the company as it is today.
    judged : Verdict
        What each of the others does.

    Raises
    ------
    UserError
        When a split is asked for and no point changes the part paid at signing alone.
    """

    compared: Comparison
    judged: Verdict

    @property
    def shares(self) -> dict[str, float]:
        """Share paid at signing of the points that change nothing else, by name, today's first."""
        today = self.compared.scenarios[0]
        found = {today.name: share_of(today)}
        for scenario, changes in zip(self.compared.scenarios, self.compared.changes, strict=True):
            if [path for path, _, _ in changes] == [SHARE]:
                found[scenario.name] = share_of(scenario)
        return found

    @property
    def handbook(self) -> str:
        """The point nearest to the handbook's split that changes nothing else."""
        wanted = float(Commission.model_fields["signing_share"].default)
        return min(self._others, key=lambda name: abs(self.shares[name] - wanted))

    @property
    def furthest(self) -> str:
        """The point that pays least at signing and changes nothing else."""
        return min(self._others, key=lambda name: self.shares[name])

    @property
    def _others(self) -> list[str]:
        others = list(self.shares)[1:]
        if not others:
            raise UserError(f"the sweep of splits has no point that sets {SHARE} alone; give it at least one")
        return others

    def judgement(self, name: str) -> Judgement:
        """Return what a point does."""
        return next(judgement for judgement in self.judged.judgements if judgement.name == name)


def share_of(scenario: Scenario) -> float:
    """Return the part of commission that is paid at signing."""
    return scenario.policy.incentives.commission.signing_share


def answer(split: Split, language: Language) -> Html:
    """Return what the handbook's split does, and what the furthest one does and trades."""
    far = split.judgement(split.furthest)
    lead = text(f"commission.{far.kind}", language)
    parts: list[Child] = [lead, sentence(split.judgement(split.handbook), language)]
    if split.furthest != split.handbook:
        parts.append(sentence(far, language))
    gap = text("list.gap", language)
    return joined([parts[0], *(piece for part in parts[1:] for piece in (gap, part))])


def exchange(split: Split, language: Language) -> Html:
    """Return how many points of growth the furthest split gives up for a point of overdue rate; empty when not sure."""
    far = split.judgement(split.furthest)
    if not (far.growth.sign < 0 and far.overdue.sign < 0):
        return Html("")
    rate = far.growth.mean / far.overdue.mean
    name = element("strong", scenario_name(far.name, language))
    return element("p", filled("commission.exchange", language, name=name, rate=number(rate, 1)))


def pay_table(split: Split, language: Language) -> Html:
    """Return what commission comes to, for the company and for a rep, beside the sales and customers it brings."""
    compared = split.compared
    sales, paid = (_values(compared, kpi) for kpi in ("sales_fen", "commission_fen"))
    months = yearly(compared, "team", "rep_months", "year", "policy")
    outcomes = [
        Outcome.of(compared, MEASURES["sales_fen"]),
        Outcome.of(compared, MEASURES["new_customers"]),
        Outcome.of(compared, MEASURES["commission_fen"]),
        Outcome(Measure("commission_to_sales", "share", 0), _ratio(paid, sales)),
        Outcome(Measure("commission_each_fen", "money", 0), _ratio(paid, months, MONTHS_PER_YEAR)),
        Outcome.of(compared, PROFIT),
    ]
    return _table(split, outcomes, "pay", language)


def _values(compared: Comparison, kpi: str) -> Values:
    return {name: compared.values[name, kpi] for name in compared.names}


def _ratio(above: Values, below: Values, times: float = 1.0) -> Values:
    """Return quotients by scenario and replication, NaN where there is nothing to divide by."""
    return {name: times * above[name] / np.where(below[name] == 0, math.nan, below[name]) for name in above}


def team_table(split: Split, language: Language) -> Html:
    """Return how the sales team fares: careers, who leaves, poor months, what its customers think."""
    compared = split.compared
    outcomes = [
        Outcome(Measure(event, "average", 0), yearly(compared, "team", event, "year", "policy"))
        for event in EVENTS
    ]
    outcomes += [Outcome.of(compared, MEASURES[kpi]) for kpi in ("customer_satisfaction", "collection_rate")]
    return _table(split, outcomes, "team", language)


def _table(split: Split, outcomes: list[Outcome], subject: str, language: Language) -> Html:
    return policy_table(
        split.compared,
        outcomes,
        language,
        text(f"commission.{subject}_table", language),
        text("commission.split", language),
    )


# ---------------------------------------------------------------- other responses


def world_name(path: str, factor: float, language: Language) -> str:
    """Return a world in words: as assumed, or which response is scaled and by how much."""
    if not path:
        return text("commission.as_assumed", language)
    return text(f"commission.{path.rpartition('.')[2]}", language, factor=number(factor, 1))


def world_rows(tried: pd.DataFrame, measure: Measure, language: Language) -> pd.DataFrame:
    """Return the rows of ``charts.difference_bars``: what the split changes in one measure, world by world."""
    rows = tried[tried["kpi"] == measure.name]
    names = [world_name(row["path"], row["factor"], language) for row in records(rows)]
    return rows.assign(name=names)[["name", "mean", "low", "high"]]


def survival(tried: pd.DataFrame, split: Split, language: Language) -> Html:
    """Return for each measure whether its sign is the same in every world, and in how many it is sure."""
    return element("p", *(_survives(tried, split, measure, language) for measure in JUDGED))


def _survives(tried: pd.DataFrame, split: Split, measure: Measure, language: Language) -> Html:
    estimates = [
        Estimate(row["mean"], row["low"], row["high"]) for row in records(tried[tried["kpi"] == measure.name])
    ]
    kept = sum(estimate.mean * estimates[0].mean > 0 for estimate in estimates)
    return joined(
        [
            filled(
                "commission.survives" if kept == len(estimates) else "commission.turns",
                language,
                measure=element("strong", measure.label(language)),
                name=scenario_name(split.handbook, language),
                kept=str(kept),
                all=str(len(estimates)),
                sure=str(sum(estimate.sign != 0 for estimate in estimates)),
            ),
            text("list.gap", language),
        ]
    )


def world_table(tried: pd.DataFrame, split: Split, language: Language) -> Html:
    """Return what the handbook's split changes in each world, with intervals."""
    columns = {"world": text("commission.world", language)} | {
        measure.name: measure.label(language) for measure in JUDGED
    }
    rows: dict[str, dict[str, Child]] = {}
    for row in records(tried):
        world = world_name(row["path"], row["factor"], language)
        found = Estimate(row["mean"], row["low"], row["high"])
        cells = rows.setdefault(world, {"world": world})
        cells[row["kpi"]] = with_range(MEASURES[row["kpi"]], found, language)
    name = scenario_name(split.handbook, language)
    return table(columns, rows.values(), caption=text("commission.world_table", language, name=name))


def responses(scenario: Scenario) -> dict[str, str]:
    """Return the assumed responses of reps, for words."""
    reps = scenario.world.reps
    return {
        "selling": number(reps.selling_response, 2),
        "collecting": number(reps.collecting_response, 2),
    }


def record_split(split: Split, tried: pd.DataFrame) -> None:
    """Record what every point changes, what its commission comes to, and what other worlds make of the split."""
    compared = split.compared
    for name in compared.names:
        commission, sales = (compared.estimate(name, kpi).mean for kpi in ("commission_fen", "sales_fen"))
        record(f"{name}.commission_to_sales", commission / sales if sales else math.nan)
        for measure in JUDGED:
            record(f"{name}.{measure.name}", compared.difference(name, measure.name).mean)
    for row in records(tried):
        record(f"{row['path'] or 'as assumed'} x {row['factor']:g}.{row['kpi']}", row["mean"])
