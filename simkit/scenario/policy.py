"""Levers: what the company's management decides. The defaults are the handbook's "dual-wheel" policy."""

from itertools import pairwise
from typing import Literal, Self

from pydantic import Field, model_validator

from simkit.scenario.parameter import Parameters, parameter

Admission = Literal["credit", "cash", "refuse"]
SecurityName = Literal["none", "guarantor", "collateral"]
QueueRule = Literal["oldest", "largest", "value_at_risk"]


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


class Contract(Parameters):
    """Terms of the contract (Handbook B2)."""

    prepayment_share: float = parameter(
        0.30, "Share of the contract paid in advance.", unit="share", source="handbook", ge=0, le=1
    )
    prepayment_due_days: int = parameter(
        7, "Days from signing to the prepayment's due date.", unit="days", source="handbook", ge=0, le=90
    )
    lapse_days: int = parameter(
        30,
        "Days from signing after which an unpaid prepayment voids the contract.",
        unit="days",
        source="handbook",
        ge=1,
        le=365,
    )
    term_days: int = parameter(
        30, "Credit term of the standard contract.", unit="days", source="handbook", ge=0, le=365
    )
    term_negotiable: bool = parameter(
        True,
        "Whether a customer who wants longer than the standard term gets it, up to the grade's limit.",
        unit="-",
        source="assumption",
    )
    overdue_interest_per_day: float = parameter(
        0.0005, "Interest on the overdue amount.", unit="share/day", source="handbook", ge=0, le=0.01
    )
    penalty_share: float = parameter(
        0.05, "Penalty as a share of the contract value.", unit="share", source="handbook", ge=0, le=1
    )
    penalty_after_days: int = parameter(
        30, "Days overdue beyond which the penalty is due.", unit="days", source="handbook", ge=0, le=365
    )

    @model_validator(mode="after")
    def _lapse_after_due(self) -> Self:
        if self.lapse_days < self.prepayment_due_days:
            raise ValueError(
                f"lapse_days ({self.lapse_days}) is before prepayment_due_days ({self.prepayment_due_days})"
            )
        return self


class Monitoring(Parameters):
    """How overdue receivables come to light (Handbook B3)."""

    enabled: bool = parameter(
        True,
        "With the system an overdue line is seen on the day; without it at the month-end review.",
        unit="-",
        source="handbook",
    )
    response_lag_days: int = parameter(
        1, "Days from an alert to the first move on it.", unit="days", source="assumption", ge=0, le=60
    )


class Stage(Parameters):
    """One step of the collections ladder (Handbook B4)."""

    start_day: int = parameter(
        ..., "Days overdue on which the step opens.", unit="days", source="handbook", ge=1, le=365
    )
    minutes: int = parameter(
        ..., "Working minutes the step takes its desk.", unit="minutes", source="assumption", ge=1, le=2400
    )
    cost_fen: int = parameter(
        ..., "Out-of-pocket cost of the step.", unit="fen", source="assumption", ge=0, le=100_000_000
    )


class Instalments(Parameters):
    """The negotiated plan of the ladder's third step; the remainder falls due with the last instalment."""

    count: int = parameter(3, "Number of instalments.", unit="-", source="handbook", ge=1, le=24)
    share: float = parameter(
        0.30, "Share of the debt in each instalment.", unit="share", source="handbook", gt=0, le=1
    )
    interval_days: int = parameter(
        30, "Days between two instalments.", unit="days", source="assumption", ge=1, le=180
    )

    @model_validator(mode="after")
    def _not_above_the_debt(self) -> Self:
        if self.count * self.share > 1 + 1e-9:
            raise ValueError(
                f"count x share = {self.count} x {self.share:g} = {self.count * self.share:.0%} of the debt; "
                "at most 100 %"
            )
        return self


class Collections(Parameters):
    """The collections ladder (Handbook B4)."""

    friendly: Stage = Field(
        default_factory=lambda: Stage(start_day=1, minutes=20, cost_fen=0),
        description="Friendly reminder by the rep.",
    )
    formal: Stage = Field(
        default_factory=lambda: Stage(start_day=8, minutes=40, cost_fen=2_000),
        description="Formal notice by the risk officer.",
    )
    plan: Stage = Field(
        default_factory=lambda: Stage(start_day=16, minutes=120, cost_fen=10_000),
        description="Negotiated plan by the sales manager.",
    )
    legal: Stage = Field(
        default_factory=lambda: Stage(start_day=31, minutes=360, cost_fen=150_000),
        description="Suit or arbitration by the legal desk.",
    )
    instalments: Instalments = Field(default_factory=Instalments, description="The negotiated plan.")
    queue_rule: QueueRule = parameter(
        "oldest", "Which waiting line a desk takes first.", unit="-", source="assumption"
    )
    write_off_days: int = parameter(
        365,
        "Days overdue after which a line is written off.",
        unit="days",
        source="assumption",
        ge=60,
        le=1095,
    )

    @model_validator(mode="after")
    def _steps_follow_each_other(self) -> Self:
        for earlier, later in pairwise(("friendly", "formal", "plan", "legal")):
            if getattr(self, earlier).start_day >= getattr(self, later).start_day:
                raise ValueError(
                    f"{earlier}.start_day ({getattr(self, earlier).start_day}) is not before "
                    f"{later}.start_day ({getattr(self, later).start_day}); steps must follow each other"
                )
        if self.write_off_days <= self.legal.start_day:
            raise ValueError(
                f"write_off_days ({self.write_off_days}) is not after legal.start_day ({self.legal.start_day})"
            )
        return self


class Desk(Parameters):
    """A desk of people who work on collections."""

    staff: int = parameter(
        ..., "People at the desk, per region.", unit="people", source="assumption", ge=0, le=500
    )


class Desks(Parameters):
    """Who works on collections, per region; capacity is working minutes on working days."""

    reps: Desk = Field(default_factory=lambda: Desk(staff=1), description="Reps' time for reminders.")
    risk_officers: Desk = Field(default_factory=lambda: Desk(staff=1), description="Formal notices.")
    sales_managers: Desk = Field(default_factory=lambda: Desk(staff=1), description="Negotiated plans.")
    legal: Desk = Field(default_factory=lambda: Desk(staff=1), description="Suits and arbitration.")


class Commission(Parameters):
    """Two-track commission (Handbook A3)."""

    rate: float = parameter(
        0.02, "Commission as a share of the contract value.", unit="share", source="assumption", ge=0, le=0.5
    )
    signing_share: float = parameter(
        0.60,
        "Part of the commission paid at signing; the rest is paid as cash comes in.",
        unit="share",
        source="handbook",
        ge=0,
        le=1,
    )


class Appraisal(Parameters):
    """Monthly appraisal on the collection rate (Handbook B5)."""

    weight: float = parameter(
        0.35,
        "Weight of the collection rate in the rep's appraisal.",
        unit="share",
        source="handbook",
        ge=0,
        le=1,
    )
    bonus_at: float = parameter(
        0.95,
        "Collection rate at and above which the bonus is paid.",
        unit="share",
        source="handbook",
        ge=0,
        le=2,
    )
    bonus_share: float = parameter(
        0.10, "Bonus as a share of the month's commission.", unit="share", source="handbook", ge=0, le=1
    )
    malus_below: float = parameter(
        0.80, "Collection rate below which the cut is made.", unit="share", source="handbook", ge=0, le=2
    )
    malus_share: float = parameter(
        0.05, "Cut as a share of the month's commission.", unit="share", source="handbook", ge=0, le=1
    )

    @model_validator(mode="after")
    def _bonus_above_malus(self) -> Self:
        if self.bonus_at < self.malus_below:
            raise ValueError(f"bonus_at ({self.bonus_at:g}) is below malus_below ({self.malus_below:g})")
        return self


class Incentives(Parameters):
    """How reps are paid and judged (Handbook A3, B5)."""

    commission: Commission = Field(default_factory=Commission, description="Two-track commission.")
    appraisal: Appraisal = Field(default_factory=Appraisal, description="Monthly appraisal.")


class Policy(Parameters):
    """Everything management decides."""

    credit: Credit = Field(default_factory=Credit, description="Credit score and admission.")
    contract: Contract = Field(default_factory=Contract, description="Terms of the contract.")
    monitoring: Monitoring = Field(default_factory=Monitoring, description="Monitoring of receivables.")
    collections: Collections = Field(default_factory=Collections, description="The collections ladder.")
    desks: Desks = Field(default_factory=Desks, description="People who collect.")
    incentives: Incentives = Field(default_factory=Incentives, description="Commission and appraisal.")
