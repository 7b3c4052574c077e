"""What growth measures cost, part by part, and what they bring for it."""

import math
from dataclasses import astuple

from simkit.reporting.growth import Programme
from simkit.reporting.markup import Child, Html, element, joined
from simkit.reporting.measures import GROWTH, PROFIT
from simkit.reporting.profit import OF_GROWTH, Parts, changes, unit_of
from simkit.reporting.tables import table
from simkit.reporting.texts import Language, bare_points, interval, listing, percent, scenario_name, text
from simkit.scenario.scenario import Scenario

COSTS: Parts = {
    "margin": OF_GROWTH["list_margin"],
    "discounts": OF_GROWTH["discounts"],
    "acquisition": {"acquisition_cost_fen": -1},
    "treatments": {"treatment_cost_fen": -1},
    "training": {"training_cost_fen": -1},
    "commission": OF_GROWTH["commission"],
    "credit": OF_GROWTH["credit"],
}
"""The parts of `simkit.reporting.profit.OF_GROWTH`, what was spent on each kind of measure by itself."""


def cost_table(programme: Programme, language: Language) -> Html:
    """Return what each measure changes: growth, the parts of profit, their sum, the profit for a point of growth."""
    compared = programme.compared
    unit = unit_of(compared, COSTS, language)
    columns = {
        "measure": text("growth.measure", language),
        "growth": GROWTH.label(language),
        **{part: text(f"growth.cost_{part}", language) for part in COSTS},
        "profit": PROFIT.label(language),
        "each": text("growth.per_point", language),
    }
    rows: list[dict[str, Child]] = []
    for name in compared.names[1:]:
        gained, earned = programme.difference(name, GROWTH.name), programme.difference(name, PROFIT.name)
        # Where growth does not surely rise there is no point of it to pay for.
        each = earned.mean / (100 * gained.mean) if gained.sign > 0 else math.nan
        row: dict[str, Child] = {
            "measure": scenario_name(name, language),
            "growth": _cell([bare_points(end) for end in astuple(gained)], language),
            "profit": _cell([unit.written(end) for end in astuple(earned)], language),
            "each": unit.written(each),
        }
        rows.append(row | {part: unit.written(fen) for part, fen in changes(compared, name, COSTS).items()})
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
