"""Levers of the credit score and of what each grade is offered (Handbook B1)."""

from itertools import pairwise
from typing import Literal, Self

from pydantic import Field, model_validator

from simkit.scenario.parameter import Parameters, parameter

Admission = Literal["credit", "cash", "refuse"]
SecurityName = Literal["none", "guarantor", "collateral"]


class Indicator(Parameters):
    """One indicator of the 5C score: its share of its dimension and its table of breakpoints."""

    share: float = parameter(
        ..., "Share of the indicator in its dimension.", unit="share", source="assumption", ge=0, le=1
    )
    breakpoints: list[tuple[float, float]] = parameter(
        ...,
        "Pairs (indicator value, score); linear between them, flat outside.",
        unit="score",
        source="assumption",
        min_length=2,
    )

    @model_validator(mode="after")
    def _table_is_a_function(self) -> Self:
        if any(left[0] >= right[0] for left, right in pairwise(self.breakpoints)):
            raise ValueError("breakpoints must be in increasing order of the indicator value")
        if any(not 0 <= score <= 100 for _, score in self.breakpoints):
            raise ValueError("breakpoint scores must lie between 0 and 100")
        return self


def _indicator(share: float, *breakpoints: tuple[float, float]) -> Indicator:
    return Indicator(share=share, breakpoints=list(breakpoints))


class Dimension(Parameters):
    """One C of the score; the shares of its indicators sum to 1."""

    weight: float = parameter(..., "Weight of the dimension.", unit="share", source="handbook", ge=0, le=1)

    @model_validator(mode="after")
    def _shares_sum_to_one(self) -> Self:
        shares = [value.share for _, value in self if isinstance(value, Indicator)]
        if abs(sum(shares) - 1) > 1e-9:
            raise ValueError(f"the indicator shares sum to {sum(shares):g}; they must sum to 1")
        return self


class Character(Dimension):
    """Character: past payment behaviour and legal disputes."""

    weight: float = parameter(0.30, "Weight of character.", unit="share", source="handbook", ge=0, le=1)
    past_overdue: Indicator = Field(
        default_factory=lambda: _indicator(0.7, (0.0, 100), (0.2, 80), (0.4, 60), (0.7, 25), (1.0, 0)),
        description="Share of past invoices paid late (shrunk).",
    )
    legal_disputes: Indicator = Field(
        default_factory=lambda: _indicator(0.3, (0.0, 100), (1.0, 60), (2.0, 30), (4.0, 0)),
        description="Legal disputes on record in the last three years.",
    )


class Capacity(Dimension):
    """Capacity: liquidity and speed of collection of the customer's own receivables."""

    weight: float = parameter(0.25, "Weight of capacity.", unit="share", source="handbook", ge=0, le=1)
    current_ratio: Indicator = Field(
        default_factory=lambda: _indicator(0.4, (0.5, 0), (1.0, 35), (1.5, 60), (2.5, 90), (4.0, 100)),
        description="Current assets / short-term liabilities; the handbook asks for 1.5.",
    )
    quick_ratio: Indicator = Field(
        default_factory=lambda: _indicator(0.4, (0.2, 0), (0.6, 35), (1.0, 60), (1.8, 90), (3.0, 100)),
        description="Quick assets / short-term liabilities; the handbook asks for 1.",
    )
    receivables_turnover: Indicator = Field(
        default_factory=lambda: _indicator(0.2, (1.0, 0), (3.0, 35), (6.0, 60), (10.0, 85), (20.0, 100)),
        description="Sales / receivables a year; the handbook asks for 6.",
    )


class Capital(Dimension):
    """Capital: net assets and leverage."""

    weight: float = parameter(0.20, "Weight of capital.", unit="share", source="handbook", ge=0, le=1)
    net_assets: Indicator = Field(
        default_factory=lambda: _indicator(0.4, (0.0, 0), (1.0, 30), (5.0, 60), (20.0, 85), (100.0, 100)),
        description="Net assets in million yuan; the handbook asks for 5.",
    )
    debt_ratio: Indicator = Field(
        default_factory=lambda: _indicator(0.6, (0.2, 100), (0.4, 85), (0.6, 60), (0.8, 30), (1.0, 0)),
        description="Total liabilities / total assets; the handbook allows 60 %.",
    )


class Collateral(Dimension):
    """Collateral: pledgeable assets against exposure."""

    weight: float = parameter(0.15, "Weight of collateral.", unit="share", source="handbook", ge=0, le=1)
    pledgeable_cover: Indicator = Field(
        default_factory=lambda: _indicator(1.0, (0.0, 0), (0.5, 40), (1.0, 60), (2.0, 85), (4.0, 100)),
        description="Pledgeable assets / usual exposure; 1 earns 60.",
    )


class Condition(Dimension):
    """Condition: industry phase and market rank, the soft indicators a rep can colour."""

    weight: float = parameter(0.10, "Weight of condition.", unit="share", source="handbook", ge=0, le=1)
    industry_phase: Indicator = Field(
        default_factory=lambda: _indicator(0.5, (-2.0, 0), (-1.0, 30), (0.0, 60), (1.0, 85), (2.0, 100)),
        description="Industry phase from -2 (decline) to 2 (growth); stable earns 60.",
    )
    market_rank: Indicator = Field(
        default_factory=lambda: _indicator(0.5, (0.0, 0), (0.5, 60), (1.0, 100)),
        description="Rank in its market as a percentile; the middle earns 60.",
    )


class Scorecard(Parameters):
    """The 5C credit score; the weights of its dimensions sum to 1 (Handbook B1)."""

    character: Character = Field(default_factory=Character)
    capacity: Capacity = Field(default_factory=Capacity)
    capital: Capital = Field(default_factory=Capital)
    collateral: Collateral = Field(default_factory=Collateral)
    condition: Condition = Field(default_factory=Condition)

    @model_validator(mode="after")
    def _weights_sum_to_one(self) -> Self:
        total = sum(dimension.weight for _, dimension in self)
        if abs(total - 1) > 1e-9:
            raise ValueError(f"the five weights sum to {total:g}; they must sum to 1")
        return self


class GradeRule(Parameters):
    """What a customer of one grade is offered (Handbook B1)."""

    min_score: float = parameter(
        ..., "Lowest score of the grade (inclusive).", unit="score", source="handbook", ge=0, le=100
    )
    admission: Admission = parameter(
        "credit", "Sell on credit, for cash only, or refuse.", unit="-", source="handbook"
    )
    term_limit_days: int = parameter(
        ..., "Longest credit term of the grade.", unit="days", source="handbook", ge=0, le=365
    )
    security: SecurityName = parameter("none", "Security asked for.", unit="-", source="handbook")
    credit_limit_months: float = parameter(
        3.0,
        "Credit limit as months of the customer's usual purchases.",
        unit="months",
        source="assumption",
        ge=0,
        le=60,
    )


class Grades(Parameters):
    """The four credit grades; cutoffs fall from A to D and D starts at 0."""

    A: GradeRule = Field(
        default_factory=lambda: GradeRule(min_score=80, term_limit_days=30, credit_limit_months=4.0),
        description="Grade A.",
    )
    B: GradeRule = Field(
        default_factory=lambda: GradeRule(min_score=60, term_limit_days=60, security="guarantor"),
        description="Grade B.",
    )
    C: GradeRule = Field(
        default_factory=lambda: GradeRule(
            min_score=40, term_limit_days=90, security="collateral", credit_limit_months=2.0
        ),
        description="Grade C.",
    )
    D: GradeRule = Field(
        default_factory=lambda: GradeRule(
            min_score=0, term_limit_days=0, admission="cash", credit_limit_months=0.0
        ),
        description="Grade D.",
    )

    @model_validator(mode="after")
    def _cutoffs_fall(self) -> Self:
        if self.D.min_score != 0:
            raise ValueError(
                f"D.min_score is {self.D.min_score:g}; grade D takes what is left and starts at 0"
            )
        names = ("A", "B", "C", "D")
        for better, worse in pairwise(names):
            if getattr(self, better).min_score < getattr(self, worse).min_score:
                raise ValueError(
                    f"{better}.min_score ({getattr(self, better).min_score:g}) is below "
                    f"{worse}.min_score ({getattr(self, worse).min_score:g}); cutoffs must fall from A to D"
                )
        return self


class Credit(Parameters):
    """Credit score and admission (Handbook B1)."""

    scorecard: Scorecard = Field(default_factory=Scorecard, description="The 5C score.")
    grades: Grades = Field(default_factory=Grades, description="What each grade is offered.")
    rescore_months: int = parameter(
        3, "Months between two scorings of a customer.", unit="months", source="handbook", ge=1, le=24
    )
    audit_catch_rate: float = parameter(
        1.0,
        "Share of contracts whose term exceeds the grade's limit that the audit stops.",
        unit="share",
        source="handbook",
        ge=0,
        le=1,
    )
    limits_fall: bool = parameter(
        True,
        "Demand that credit limits, in months of purchases, do not rise from A to D.",
        unit="-",
        source="assumption",
    )

    @model_validator(mode="after")
    def _limits_fall(self) -> Self:
        names = ("A", "B", "C", "D")
        for better, worse in pairwise(names) if self.limits_fall else ():
            ahead, behind = (getattr(self.grades, name).credit_limit_months for name in (better, worse))
            if ahead < behind:
                raise ValueError(
                    f"grades.{worse}.credit_limit_months ({behind:g}) is above "
                    f"grades.{better}.credit_limit_months ({ahead:g}) while limits_fall is true; limits must not "
                    "rise from A to D"
                )
        return self
