"""Where the line of credit is drawn, as people read it: whom it keeps out, what that saves and what it costs."""

import math

from simkit.experiments.compare import Comparison
from simkit.reporting.markup import Child, Html, element, joined
from simkit.reporting.measures import GROWTH, MEASURES, OVERDUE, PROFIT
from simkit.reporting.policies import Outcome, difference, policy_table, with_range
from simkit.reporting.record import record
from simkit.reporting.texts import Language, filled, number, percent, scenario_name, text
from simkit.reporting.verdict import Verdict

GINI = MEASURES["gini"]
HIGH_RISK = MEASURES["high_risk_share"]
LOSSES = MEASURES["bad_debt_ratio"]
WHOM = (HIGH_RISK.name, "refused_share", "orders", LOSSES.name)
OUTCOMES = (GROWTH.name, OVERDUE.name, "dso_days", LOSSES.name, PROFIT.name)


def answer(compared: Comparison, judged: Verdict, language: Language) -> Html:
    """Return what the best cutoff does, and how well the score that it rests on ranks customers."""
    parts: list[Child] = [judged.headline(language), text("list.gap", language), ranking(compared, language)]
    return joined(parts)


def ranking(compared: Comparison, language: Language) -> Html:
    """Return how often the score puts a customer that defaults below one that does not, as the company is today."""
    found = compared.estimate(compared.names[0], GINI.name)
    if math.isnan(found.mean):
        return Html(text("cutoffs.no_gini", language))
    return filled(
        "cutoffs.ranking",
        language,
        gini=GINI.value(found.mean, language),
        range=GINI.range(found.low, found.high, language),
        rightly=percent((1 + found.mean) / 2),
    )


def price(compared: Comparison, language: Language) -> Html:
    """Return what a point less of overdue rate costs in growth with each cutoff that surely lowers both, in a list."""
    items = []
    for name in compared.names[1:]:
        growth, overdue, profit = (
            difference(compared, name, measure) for measure in (GROWTH, OVERDUE, PROFIT)
        )
        if growth.sign < 0 and overdue.sign < 0:
            words = filled(
                "cutoffs.price",
                language,
                name=element("strong", scenario_name(name, language)),
                rate=number(growth.mean / overdue.mean, 1),
                profit=with_range(PROFIT, profit, language),
            )
            items.append(element("li", words))
    return element("ul", *items) if items else Html("")


def whom_table(compared: Comparison, language: Language) -> Html:
    """Return whom each cutoff keeps from buying on credit: high-risk customers, refusals, orders, losses."""
    return _table(compared, WHOM, "whom", language)


def outcome_table(compared: Comparison, language: Language) -> Html:
    """Return what each cutoff comes to in growth, overdue rate, receivables, losses and profit."""
    return _table(compared, OUTCOMES, "outcome", language)


def _table(compared: Comparison, names: tuple[str, ...], subject: str, language: Language) -> Html:
    outcomes = [Outcome.of(compared, MEASURES[name]) for name in names]
    caption = text(f"cutoffs.{subject}_table", language)
    return policy_table(compared, outcomes, language, caption, text("cutoffs.cutoff", language))


def record_cutoffs(compared: Comparison) -> None:
    """Record what every cutoff changes, and how well the score ranks."""
    record("gini", compared.estimate(compared.names[0], GINI.name).mean)
    for name in compared.names:
        for kpi in dict.fromkeys((*OUTCOMES, *WHOM)):
            record(f"{name}.{kpi}", compared.estimate(name, kpi).mean)
            record(f"{name}.{kpi}.change", compared.difference(name, kpi).mean)
