"""Measures the reports show: the kind of number each is, which way is better, and how it is written."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from simkit.reporting.texts import (
    Language,
    bare_points,
    days,
    interval,
    number,
    percent,
    points,
    text,
    yuan,
    yuan_range,
)

Kind = Literal["share", "days", "money", "count", "average", "score"]


@dataclass(frozen=True, slots=True)
class Measure:
    """One outcome by its name in ``kpis``: ``better`` is +1 when more is better, -1 when less is, 0 when neither."""

    name: str
    kind: Kind
    better: int

    def label(self, language: Language) -> str:
        """Return the measure's name in words."""
        return text(f"measure.{self.name}", language)

    def value(self, value: float, language: Language) -> str:
        """Return a value with its unit."""
        return _VALUE[self.kind](value, language)

    def difference(self, value: float, language: Language, signed: bool = True) -> str:
        """Return a difference of two values; shares differ by percentage points."""
        return _DIFFERENCE[self.kind](value, language, signed)

    def range(
        self, low: float, high: float, language: Language, differences: bool = False, signed: bool = True
    ) -> str:
        """Return an interval of values, or of differences; the unit stands once, behind the upper end."""
        if self.kind == "money":
            return yuan_range(low, high, language, signed=differences and signed)
        last = self.difference(high, language, signed) if differences else self.value(high, language)
        if self.kind == "share":
            return interval(bare_points(low, signed) if differences else percent(low), last, language)
        return interval(number(low, _DIGITS[self.kind], differences and signed), last, language)


_DIGITS: dict[Kind, int] = {"days": 1, "count": 0, "average": 1, "score": 2}
_VALUE: dict[Kind, Callable[[float, Language], str]] = {
    "share": lambda value, language: percent(value),
    "days": lambda value, language: days(value, language),
    "money": lambda value, language: yuan(value, language),
    "count": lambda value, language: number(value),
    "average": lambda value, language: number(value, 1),
    "score": lambda value, language: number(value, 2),
}
_DIFFERENCE: dict[Kind, Callable[[float, Language, bool], str]] = {
    "share": points,
    "days": days,
    "money": yuan,
    "count": lambda value, language, signed: number(value, signed=signed),
    "average": lambda value, language, signed: number(value, 1, signed),
    "score": lambda value, language, signed: number(value, 2, signed),
}

GROWTH = Measure("sales_growth", "share", +1)
OVERDUE = Measure("overdue_rate_cohort_30", "share", -1)
PROFIT = Measure("profit_fen", "money", +1)

MEASURES: dict[str, Measure] = {
    measure.name: measure
    for measure in (
        GROWTH,
        OVERDUE,
        PROFIT,
        Measure("sales_fen", "money", +1),
        Measure("collection_rate", "share", +1),
        Measure("overdue_rate_balance", "share", -1),
        Measure("overdue_rate_cohort_1", "share", -1),
        Measure("overdue_rate_cohort_60", "share", -1),
        Measure("overdue_rate_cohort_90", "share", -1),
        Measure("dso_days", "days", -1),
        Measure("bad_debt_fen", "money", -1),
        Measure("bad_debt_ratio", "share", -1),
        Measure("commission_fen", "money", 0),
        Measure("collection_cost_fen", "money", -1),
        Measure("funding_cost_fen", "money", -1),
        Measure("new_customers", "count", +1),
        Measure("new_customers_growth", "share", +1),
        Measure("repurchase_rate", "share", +1),
        Measure("flagged_months", "count", -1),
        Measure("core_repurchase_rate", "share", +1),
        Measure("potential_cross_sell_rate", "share", +1),
        Measure("high_risk_share", "share", -1),
        Measure("long_overdue_share", "share", -1),
        Measure("collection_period_days", "days", -1),
        Measure("customer_satisfaction", "share", +1),
        Measure("orders", "count", +1),
        Measure("refused_share", "share", 0),
        Measure("days_late_mean", "days", -1),
        Measure("late_share", "share", -1),
        Measure("gini", "score", +1),
    )
}

HEADLINE = ("sales_growth", "overdue_rate_cohort_30", "collection_rate", "profit_fen")
EVIDENCE = (
    *HEADLINE,
    "overdue_rate_balance",
    "dso_days",
    "bad_debt_ratio",
    "sales_fen",
    "new_customers",
    "late_share",
)
