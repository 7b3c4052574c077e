"""How long customers may take to pay, as people read it: the cash it ties up, and what shorter terms cost in sales."""

from simkit.experiments.compare import Comparison
from simkit.outcomes.curves import WEEK
from simkit.reporting.markup import Child, Html, element, joined
from simkit.reporting.measures import GROWTH, MEASURES, OVERDUE, PROFIT, Measure
from simkit.reporting.policies import Outcome, Values, difference, policy_table, surely_lower, with_range
from simkit.reporting.record import record
from simkit.reporting.texts import Language, filled, number, scenario_name, text
from simkit.reporting.verdict import Estimate, phrase
from simkit.scenario.scenario import Scenario

DSO = MEASURES["dso_days"]
TIED_UP = Measure("tied_up_fen", "money", -1)
"""Open receivables at the end of the policy year."""

OUTCOMES = (
    DSO.name,
    "collection_period_days",
    "overdue_rate_cohort_1",
    OVERDUE.name,
    GROWTH.name,
    PROFIT.name,
)
RESPONSES = ("world.demand.term_response", "world.demand.accept_term")
FACTORS = (0.5, 2.0)
JUDGED = (GROWTH, DSO, PROFIT)


def tied_up(compared: Comparison) -> Outcome:
    """Return the open receivables of the last whole week of the policy year, by scenario and replication."""
    run = compared.scenarios[0].run
    weekly = compared.tables["weekly"]
    rows = weekly[weekly["week"] == run.policy_days // WEEK - 1]
    closing = rows.groupby(["scenario", "replication"], sort=False)["closing_fen"].sum()
    values: Values = {name: closing[name].sort_index().to_numpy(dtype=float) for name in compared.names}
    return Outcome(TIED_UP, values)


def shorter(compared: Comparison) -> list[str]:
    """Return the limits under which receivables surely stand for fewer days of sales, the fewest first."""
    return surely_lower(compared, DSO)


def answer(compared: Comparison, language: Language) -> Html:
    """Return which limit frees most cash and at what cost, and which of those that free cash earns most."""
    names = shorter(compared)
    if not names:
        return Html(text("terms.none", language))
    best = max(names, key=lambda name: difference(compared, name, PROFIT).mean)
    parts = [_told("shortest", compared, names[0], language)]
    if best != names[0]:
        parts.append(_told("most_profit", compared, best, language))
    gap = text("list.gap", language)
    return joined([parts[0], *(piece for part in parts[1:] for piece in (gap, part))])


def _told(key: str, compared: Comparison, name: str, language: Language) -> Html:
    cash, period = tied_up(compared).difference(name, compared.names[0]), difference(compared, name, DSO)
    values: dict[str, Child] = {
        part: phrase(part, difference(compared, name, measure), measure, language)
        for part, measure in (("growth", GROWTH), ("overdue", OVERDUE), ("profit", PROFIT))
    }
    values["name"] = element("strong", scenario_name(name, language))
    values["cash"] = with_range(TIED_UP, _less(cash), language, signed=False)
    values["days"] = with_range(DSO, _less(period), language, signed=False)
    return filled(f"terms.{key}", language, **values)


def _less(change: Estimate) -> Estimate:
    """Return a fall as a positive amount."""
    return Estimate(-change.mean, -change.high, -change.low)


def habit(compared: Comparison, language: Language) -> Html:
    """Return whether the shortest limit makes customers later against their due dates; empty without one."""
    names = shorter(compared)
    if not names:
        return Html("")
    found = difference(compared, names[0], MEASURES["days_late_mean"])
    kind = {1: "later", -1: "sooner", 0: "alike"}[found.sign]
    size = _less(found) if found.sign < 0 else found
    return element(
        "p",
        filled(
            f"terms.{kind}",
            language,
            name=element("strong", scenario_name(names[0], language)),
            days=with_range(MEASURES["days_late_mean"], size, language, signed=not found.sign),
        ),
    )


def outcome_table(compared: Comparison, language: Language) -> Html:
    """Return what each limit comes to: cash tied up, days, overdue rates, growth, profit."""
    outcomes = [tied_up(compared), *(Outcome.of(compared, MEASURES[name]) for name in OUTCOMES)]
    return policy_table(
        compared, outcomes, language, text("terms.table", language), text("terms.limit", language)
    )


def responses(scenario: Scenario) -> dict[str, str]:
    """Return the assumed responses of customers to terms, for words."""
    demand = scenario.world.demand
    return {"response": number(demand.term_response, 2), "refusal": number(demand.accept_term, 2)}


def record_terms(compared: Comparison) -> None:
    """Record what every limit changes in cash, days, overdue rates, growth and profit."""
    cash = tied_up(compared)
    for name in compared.names:
        record(f"{name}.{TIED_UP.name}", cash.mean(name))
        for kpi in OUTCOMES:
            record(f"{name}.{kpi}", compared.estimate(name, kpi).mean)
            record(f"{name}.{kpi}.change", compared.difference(name, kpi).mean)
