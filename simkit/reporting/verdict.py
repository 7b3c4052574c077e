"""The verdict in words: which alternative raises growth, which lowers the overdue rate, how sure that is."""

import math
from dataclasses import dataclass
from typing import Literal, Self

import numpy as np
import pandas as pd

from simkit.experiments.estimate import Values, mean_interval
from simkit.reporting.markup import Html, element, joined
from simkit.reporting.measures import GROWTH, OVERDUE, PROFIT, Measure
from simkit.reporting.texts import Language, filled, scenario_name, text

Kind = Literal["improves", "trade_off", "unclear", "worsens"]
Outcome = Literal["improves", "trade_off", "nothing"]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean, or a paired difference from the status quo, with the ends of its 95 % interval."""

    mean: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Values) -> Self:
        """Return the mean of the values that are defined, one a replication, with its interval."""
        return cls(*mean_interval(values[~np.isnan(values)])[:3])

    @property
    def sign(self) -> int:
        """+1 or -1 when the whole interval lies on one side of 0, else 0 (also when there is no interval)."""
        if not (math.isfinite(self.low) and math.isfinite(self.high)):
            return 0
        return 1 if self.low > 0 else -1 if self.high < 0 else 0


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one alternative does to the three measures a decision turns on."""

    name: str
    growth: Estimate
    overdue: Estimate
    profit: Estimate

    @property
    def gains(self) -> tuple[int, int]:
        """Growth and overdue rate: +1 surely better, -1 surely worse, 0 not sure."""
        return GROWTH.better * self.growth.sign, OVERDUE.better * self.overdue.sign

    @property
    def kind(self) -> Kind:
        """Better on one and not worse on the other, better on one only, nothing sure, or worse."""
        least, most = sorted(self.gains)
        if most > 0:
            return "trade_off" if least < 0 else "improves"
        return "worsens" if least < 0 else "unclear"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The verdict of a comparison; ``best`` is the alternative it recommends, if there is one."""

    status_quo: str
    judgements: tuple[Judgement, ...]
    replications: int

    @property
    def best(self) -> Judgement | None:
        """The improving alternative with most sure gains, then most profit; ``None`` when none improves."""
        improving = [judgement for judgement in self.judgements if judgement.kind == "improves"]
        return max(
            improving, key=lambda judgement: (sum(judgement.gains), judgement.profit.mean), default=None
        )

    @property
    def bargain(self) -> Judgement | None:
        """The trade-off with most profit; ``None`` when there is no trade-off."""
        bargains = [judgement for judgement in self.judgements if judgement.kind == "trade_off"]
        return max(bargains, key=lambda judgement: judgement.profit.mean, default=None)

    @property
    def chosen(self) -> Judgement | None:
        """The alternative the headline names: the best one, else the bargain."""
        return self.best or self.bargain

    @property
    def outcome(self) -> Outcome:
        """What the verdict comes to: an alternative improves, only trade-offs are left, or nothing is sure."""
        return "improves" if self.best else "trade_off" if self.bargain else "nothing"

    @property
    def shown(self) -> tuple[str, ...]:
        """The scenarios to draw over time: the status quo and the chosen alternative, else the first one."""
        names = [judgement.name for judgement in (self.chosen, *self.judgements) if judgement]
        return (self.status_quo, *names[:1])

    def headline(self, language: Language) -> Html:
        """Return the verdict in one or two sentences."""
        if self.chosen:
            costly = "_costly" if self.outcome == "trade_off" and self.chosen.profit.sign < 0 else ""
            return filled(
                f"verdict.{self.outcome}{costly}", language, sentence=sentence(self.chosen, language)
            )
        today = element("strong", scenario_name(self.status_quo, language))
        return filled("verdict.nothing", language, status_quo=today)

    def lines(self, language: Language) -> Html:
        """Return a sentence for every alternative, and one on how sure they are."""
        items = (element("li", sentence(judgement, language)) for judgement in self.judgements)
        return joined(
            [element("ul", *items, class_="verdict"), element("p", self.sureness(language), class_="note")]
        )

    def sureness(self, language: Language) -> str:
        """Return how many paired replications stand behind the intervals."""
        key = "verdict.one_replication" if self.replications < 2 else "verdict.replications"
        return text(key, language, count=str(self.replications))


def verdict(differences: pd.DataFrame, status_quo: str) -> Verdict:
    """Return the verdict of paired differences.

    Parameters
    ----------
    differences : pandas.DataFrame
        Rows (scenario, kpi, mean, low, high, n) of the alternatives against the status quo, in the kpis'
        own units, with at least ``sales_growth``, ``overdue_rate_cohort_30`` and ``profit_fen`` of each.
    status_quo : str
        Name of the scenario the differences are against.
    """
    known = estimates(differences)
    judgements = tuple(
        Judgement(name, known[name, GROWTH.name], known[name, OVERDUE.name], known[name, PROFIT.name])
        for name in dict.fromkeys(name for name, _ in known)
    )
    paired = differences["kpi"].isin([GROWTH.name, OVERDUE.name])
    return Verdict(status_quo, judgements, int(differences.loc[paired, "n"].min()))


def estimates(table: pd.DataFrame) -> dict[tuple[str, str], Estimate]:
    """Return the rows of a summary, or of differences, by scenario and kpi."""
    columns = table[["scenario", "kpi", "mean", "low", "high"]]
    return {(name, kpi): Estimate(*ends) for name, kpi, *ends in columns.itertuples(index=False, name=None)}


_DIRECTION = {1: "up", -1: "down", 0: "unclear"}


def sentence(judgement: Judgement, language: Language) -> Html:
    """Return what one alternative does, in one sentence with its numbers."""
    parts = {
        part: phrase(part, estimate, measure, language)
        for part, estimate, measure in (
            ("growth", judgement.growth, GROWTH),
            ("overdue", judgement.overdue, OVERDUE),
            ("profit", judgement.profit, PROFIT),
        )
    }
    joint = text("verdict.but" if judgement.kind == "trade_off" else "verdict.and", language)
    name = element("strong", scenario_name(judgement.name, language))
    return filled("verdict.sentence", language, name=name, joint=joint, **parts)


def phrase(part: str, estimate: Estimate, measure: Measure, language: Language) -> str:
    """Return what happens to growth, the overdue rate or profit (``part``), with the number and its interval."""
    return text(
        f"verdict.{part}_{_DIRECTION[estimate.sign]}",
        language,
        value=_amount(estimate, measure, language),
        range=_range(estimate, measure, language),
    )


def _amount(estimate: Estimate, measure: Measure, language: Language) -> str:
    """Write the size of a sure effect, whose direction the verb tells; an unsure one keeps its sign."""
    if estimate.sign == 0:
        return measure.difference(estimate.mean, language)
    return measure.difference(abs(estimate.mean), language, signed=False)


def _range(estimate: Estimate, measure: Measure, language: Language) -> str:
    if estimate.sign == 0:
        return measure.range(estimate.low, estimate.high, language, differences=True)
    low, high = sorted((abs(estimate.low), abs(estimate.high)))
    return measure.range(low, high, language, differences=True, signed=False)


ARROWS = {
    1: "\N{BLACK UP-POINTING TRIANGLE}",
    -1: "\N{BLACK DOWN-POINTING TRIANGLE}",
    0: "\N{ALMOST EQUAL TO}",
}
"""Which way a difference goes; a difference that is not sure goes none."""


def marked(difference: Estimate, measure: Measure, language: Language) -> str:
    """Return an arrow for the way a difference goes and a word for whether that is better."""
    return f"{ARROWS[difference.sign]} {text(f'tone.{tone(difference, measure)}', language)}"


def tone(difference: Estimate, measure: Measure) -> str:
    """Return how a difference is coloured: good, bad, or unsure when its interval includes 0."""
    return {1: "good", -1: "bad", 0: "unsure"}[difference.sign * measure.better]
