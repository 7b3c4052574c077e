"""Commission on cash instead of on signature, as people read it: what changes, what reps earn, what that rests on."""

import math
from dataclasses import dataclass

import numpy as np

from simkit.errors import UserError
from simkit.experiments.compare import Comparison
from simkit.reporting.markup import Child, Html, element, joined
from simkit.reporting.measures import GROWTH, MEASURES, OVERDUE, PROFIT, Measure
from simkit.reporting.policies import Outcome, Values, policy_table, yearly
from simkit.reporting.record import record
from simkit.reporting.texts import Language, filled, number, scenario_name, text
from simkit.reporting.verdict import Judgement, Verdict, sentence
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


def responses(scenario: Scenario) -> dict[str, str]:
    """Return the assumed responses of reps, for words."""
    reps = scenario.world.reps
    return {
        "selling": number(reps.selling_response, 2),
        "collecting": number(reps.collecting_response, 2),
    }


def record_split(split: Split) -> None:
    """Record what every point changes, and what its commission comes to."""
    compared = split.compared
    for name in compared.names:
        commission, sales = (compared.estimate(name, kpi).mean for kpi in ("commission_fen", "sales_fen"))
        record(f"{name}.commission_to_sales", commission / sales if sales else math.nan)
        for measure in JUDGED:
            record(f"{name}.{measure.name}", compared.difference(name, measure.name).mean)
