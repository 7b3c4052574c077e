"""What growth measures cost: the change of profit, in parts that sum to it."""

import math
from dataclasses import astuple
from typing import NamedTuple

from simkit.reporting import theme
from simkit.reporting.growth import Programme
from simkit.reporting.markup import Child, Html, element, joined
from simkit.reporting.measures import GROWTH, PROFIT
from simkit.reporting.stacks import Stack
from simkit.reporting.tables import table
from simkit.reporting.texts import (
    FEN_PER_YUAN,
    Language,
    bare_points,
    interval,
    listing,
    money_unit,
    number,
    percent,
    scenario_name,
    text,
)
from simkit.scenario.scenario import Scenario

COSTS: dict[str, dict[str, int]] = {
    "margin": {"gross_profit_fen": 1, "discount_fen": 1},
    "discounts": {"discount_fen": -1},
    "acquisition": {"acquisition_cost_fen": -1},
    "treatments": {"treatment_cost_fen": -1},
    "training": {"training_cost_fen": -1},
    "commission": {"commission_fen": -1},
    "credit": {
        "bad_debt_fen": -1,
        "provision_fen": -1,
        "collection_cost_fen": -1,
        "funding_cost_fen": -1,
        "approval_cost_fen": -1,
        "interest_income_fen": 1,
    },
}
"""Parts of profit with the outcomes they are made of, and their signs; the parts sum to the profit."""

BARS = {
    "margin": (("margin",), theme.BLUE),
    "discounts": (("discounts",), theme.ORANGE),
    "work": (("acquisition", "treatments", "training"), theme.VIOLET),
    "commission": (("commission",), theme.PALE_BLUE),
    "credit": (("credit",), theme.PALE_GREY),
}
"""The parts a chart shows, what was spent on the measures themselves in one, with their colours."""


def changes(programme: Programme, name: str) -> dict[str, float]:
    """Return the mean change of each part of profit from today, in fen; NaN where undefined."""
    difference = programme.difference
    return {
        part: sum(sign * difference(name, kpi).mean for kpi, sign in outcomes.items())
        for part, outcomes in COSTS.items()
    }


class Unit(NamedTuple):
    """What amounts of fen are divided by, the words for it, and the decimals that are then written."""

    fen: float
    words: str
    digits: int

    def written(self, fen: float) -> str:
        """Return an amount in this unit with its sign."""
        return number(fen / self.fen, self.digits, signed=True)


def unit_of(programme: Programme, language: Language) -> Unit:
    """Return the unit in which the largest change is easily read."""
    sizes = [abs(value) for name in _measures(programme) for value in changes(programme, name).values()]
    largest = max(filter(math.isfinite, sizes), default=0.0)
    divisor, name = money_unit(largest, language)
    fen = float(divisor * FEN_PER_YUAN)
    return Unit(fen, text(f"unit.money_{name}", language), 2 if largest < 100 * fen else 1)


def _measures(programme: Programme) -> tuple[str, ...]:
    return programme.compared.names[1:]


def profit_stacks(programme: Programme, language: Language) -> list[Stack]:
    """Return the bars of what each measure changes in profit, in the unit of ``unit_of``."""
    unit, stacks = unit_of(programme, language), []
    for name in _measures(programme):
        change, profit = changes(programme, name), programme.difference(name, PROFIT.name).mean
        parts = {
            text(f"growth.bar_{bar}", language): sum(change[part] for part in of) / unit.fen
            for bar, (of, _) in BARS.items()
        }
        if math.isfinite(profit):
            shown = unit.written(profit)
            stacks.append(Stack(scenario_name(name, language), parts, profit / unit.fen, shown))
    return stacks


def bar_colours(language: Language) -> dict[str, str]:
    """Return the colour of each part of ``profit_stacks`` by its words, in order."""
    return {text(f"growth.bar_{bar}", language): colour for bar, (_, colour) in BARS.items()}


def cost_table(programme: Programme, language: Language) -> Html:
    """Return what each measure changes: growth, the parts of profit, their sum, the profit for a point of growth."""
    unit = unit_of(programme, language)
    columns = {
        "measure": text("growth.measure", language),
        "growth": GROWTH.label(language),
        **{part: text(f"growth.cost_{part}", language) for part in COSTS},
        "profit": PROFIT.label(language),
        "each": text("growth.per_point", language),
    }
    rows: list[dict[str, Child]] = []
    for name in _measures(programme):
        gained, earned = programme.difference(name, GROWTH.name), programme.difference(name, PROFIT.name)
        # Where growth does not surely rise there is no point of it to pay for.
        each = earned.mean / (100 * gained.mean) if gained.sign > 0 else math.nan
        row: dict[str, Child] = {
            "measure": scenario_name(name, language),
            "growth": _cell([bare_points(end) for end in astuple(gained)], language),
            "profit": _cell([unit.written(end) for end in astuple(earned)], language),
            "each": unit.written(each),
        }
        rows.append(row | {part: unit.written(fen) for part, fen in changes(programme, name).items()})
    numbers = [key for key in columns if key != "measure"]
    return table(columns, rows, numbers=numbers, caption=text("growth.cost_table", language, unit=unit.words))


def _cell(estimate: list[str], language: Language) -> Html:
    mean, low, high = estimate
    return joined([element("strong", mean), element("div", interval(low, high, language), class_="note")])


def margin_note(scenario: Scenario, language: Language) -> Html:
    """Return the margin that discounts come off, and which discounts of a scenario's policy take all of it or more."""
    margin = scenario.world.economics.gross_margin
    discounts = {"first_order": scenario.policy.funnel.first_order.discount_share}
    segments = scenario.policy.segments
    discounts |= {
        name: getattr(segments, name).treatment.discount_share for name in ("core", "potential", "basic")
    }
    discounts |= {name: getattr(segments, name).discount_share for name in ("dormant", "unclassified")}
    eaten = [
        text(f"growth.discount_{name}", language, share=percent(share, 0))
        for name, share in discounts.items()
        if share >= margin
    ]
    told = {"margin": percent(margin, 0)} | ({"discounts": listing(eaten, language)} if eaten else {})
    return element("p", text(f"growth.margin_{'eaten' if eaten else 'left'}", language, **told))
