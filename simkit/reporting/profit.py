"""What policies change in yearly profit, in parts that sum to it."""

import math
from collections.abc import Mapping
from typing import NamedTuple

from simkit.experiments.compare import Comparison
from simkit.reporting import theme
from simkit.reporting.measures import PROFIT
from simkit.reporting.stacks import Stack
from simkit.reporting.texts import FEN_PER_YUAN, Language, money_unit, number, scenario_name, text

Parts = Mapping[str, Mapping[str, int]]
"""Parts of profit with the outcomes they are made of and their signs."""

COLOURS = (theme.BLUE, theme.ORANGE, theme.VIOLET, theme.PALE_BLUE, theme.PALE_GREY)
"""Colours of parts in their order: what is earned, what the page is about, and the rest."""

LEADS = {"acquisition_cost_fen": -1, "treatment_cost_fen": -1, "approval_cost_fen": -1}
FUNDING = {"funding_cost_fen": -1, "interest_income_fen": 1}
LOSSES = {"bad_debt_fen": -1, "provision_fen": -1}
COLLECTION = {"collection_cost_fen": -1}

OF_PAY: Parts = {
    "margin": {"gross_profit_fen": 1},
    "commission": {"commission_fen": -1},
    "training": {"training_cost_fen": -1},
    "credit": {**LOSSES, **COLLECTION, **FUNDING},
    "other": LEADS,
}
"""Where what reps are paid shows."""

OF_COLLECTION: Parts = {
    "net_margin": {"gross_profit_fen": 1, "commission_fen": -1},
    "collection": COLLECTION,
    "losses": LOSSES,
    "funding": FUNDING,
    "other": {**LEADS, "training_cost_fen": -1},
}
"""Where chasing what is overdue shows."""

OF_GROWTH: Parts = {
    "list_margin": {"gross_profit_fen": 1, "discount_fen": 1},
    "discounts": {"discount_fen": -1},
    "measures": {"acquisition_cost_fen": -1, "treatment_cost_fen": -1, "training_cost_fen": -1},
    "commission": {"commission_fen": -1},
    "credit": {**LOSSES, **COLLECTION, **FUNDING, "approval_cost_fen": -1},
}
"""Where what is done to grow shows: discounts, and what the measures themselves cost."""


class Unit(NamedTuple):
    """What amounts of fen are divided by, the words for it, and the decimals that are then written."""

    fen: float
    words: str
    digits: int

    def written(self, fen: float) -> str:
        """Return an amount in this unit with its sign."""
        return number(fen / self.fen, self.digits, signed=True)


def profit_stacks(compared: Comparison, parts: Parts, language: Language) -> list[Stack]:
    """Return a bar for every policy but the first: what it changes in each part, in the unit of ``unit_of``."""
    unit, stacks = unit_of(compared, parts, language), []
    for name in compared.names[1:]:
        profit = compared.difference(name, PROFIT.name).mean
        if math.isfinite(profit):
            changed = changes(compared, name, parts)
            bars = {text(f"profit.{part}", language): fen / unit.fen for part, fen in changed.items()}
            stacks.append(Stack(scenario_name(name, language), bars, profit / unit.fen, unit.written(profit)))
    return stacks


def changes(compared: Comparison, name: str, parts: Parts) -> dict[str, float]:
    """Return the mean change of each part of profit from the first policy, in fen; together that of the profit."""
    return {
        part: sum(sign * compared.difference(name, kpi).mean for kpi, sign in outcomes.items())
        for part, outcomes in parts.items()
    }


def unit_of(compared: Comparison, parts: Parts, language: Language) -> Unit:
    """Return the unit in which the largest change of a part is easily read."""
    sizes = [abs(value) for name in compared.names[1:] for value in changes(compared, name, parts).values()]
    largest = max(filter(math.isfinite, sizes), default=0.0)
    divisor, name = money_unit(largest, language)
    fen = float(divisor * FEN_PER_YUAN)
    return Unit(fen, text(f"unit.money_{name}", language), 2 if largest < 100 * fen else 1)


def part_colours(parts: Parts, language: Language) -> dict[str, str]:
    """Return the colour of each part by its words, in order."""
    return {text(f"profit.{part}", language): colour for part, colour in zip(parts, COLOURS, strict=True)}
