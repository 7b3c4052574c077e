"""Uncertainties: what management cannot choose. The defaults are the base world."""

from itertools import pairwise
from typing import Self

from pydantic import Field, model_validator

from simkit.scenario.firms import Firms
from simkit.scenario.parameter import Parameters, parameter


class Market(Parameters):
    """Demand that no policy moves."""

    growth_per_year: float = parameter(
        0.03, "Growth of the market a year.", unit="share/year", source="assumption", ge=-0.9, le=5
    )
    season: list[float] = parameter(
        [0.92, 0.70, 1.08, 1.04, 1.04, 1.06, 0.98, 1.00, 1.06, 0.98, 1.06, 1.08],
        "Relative demand of the twelve months, January first.",
        unit="factor",
        source="assumption",
        min_length=12,
        max_length=12,
    )

    @model_validator(mode="after")
    def _season_is_positive(self) -> Self:
        if min(self.season) <= 0:
            raise ValueError("season factors must be above 0")
        return self


class TermShare(Parameters):
    """One credit term customers ask for and how common it is."""

    days: int = parameter(..., "Credit term asked for.", unit="days", source="survey", ge=0, le=365)
    share: float = parameter(
        ..., "Share of customers who ask for it.", unit="share", source="survey", gt=0, le=1
    )


class Customers(Parameters):
    """Who the customers are and how they buy."""

    orders_per_year: float = parameter(
        6.0, "Mean orders of a customer a year.", unit="orders/year", source="assumption", gt=0, le=1000
    )
    orders_shape: float = parameter(
        1.2,
        "Shape of the gamma spread of order rates between customers; small is uneven.",
        unit="-",
        source="assumption",
        ge=0.05,
        le=100,
    )
    gap_shape: float = parameter(
        0.75,
        "Shape of the Weibull gaps between orders; below 1 orders come in bursts.",
        unit="-",
        source="assumption",
        ge=0.3,
        le=5,
    )
    order_value_fen: int = parameter(
        6_000_000, "Median order value.", unit="fen", source="assumption", gt=0, le=10**13
    )
    order_value_spread_between: float = parameter(
        0.9,
        "Log-standard deviation of order value between customers.",
        unit="log",
        source="assumption",
        ge=0,
        le=3,
    )
    order_value_spread_within: float = parameter(
        0.6, "Log-standard deviation of a customer's own orders.", unit="log", source="assumption", ge=0, le=3
    )
    terms: list[TermShare] = Field(
        default_factory=lambda: [
            TermShare(days=30, share=0.15),
            TermShare(days=60, share=0.30),
            TermShare(days=90, share=0.45),
            TermShare(days=120, share=0.10),
        ],
        description="Credit terms customers ask for.",
        min_length=1,
        max_length=50,
    )
    acceptance_days: int = parameter(
        5, "Days from shipping to the customer's acceptance.", unit="days", source="assumption", ge=0, le=180
    )
    churn_per_year: float = parameter(
        0.08,
        "Share of customers who stop buying in a year.",
        unit="share/year",
        source="assumption",
        ge=0,
        lt=1,
    )
    new_per_year: float = parameter(
        0.20,
        "New customers who apply in a year, as a share of the customers on the books.",
        unit="share/year",
        source="assumption",
        ge=0,
        le=10,
    )
    history_lines: float = parameter(
        12.0,
        "Mean number of past invoices on record of a customer.",
        unit="lines",
        source="assumption",
        ge=0,
        le=1e4,
    )

    @model_validator(mode="after")
    def _shares_sum_to_one(self) -> Self:
        total = sum(term.share for term in self.terms)
        if abs(total - 1) > 1e-6:
            raise ValueError(f"the shares of terms sum to {total:g}; they must sum to 1")
        return self


class StageEffects(Parameters):
    """What each collection step in force does to the odds of payment and to the relationship."""

    friendly: float = parameter(
        0.10, "Added to the payment logit by a friendly reminder.", unit="logit", source="survey", ge=0, le=5
    )
    formal: float = parameter(
        0.25, "Added to the payment logit by a formal notice.", unit="logit", source="assumption", ge=0, le=5
    )
    plan: float = parameter(
        0.40, "Added to the payment logit by a negotiation.", unit="logit", source="assumption", ge=0, le=5
    )
    legal: float = parameter(
        0.70, "Added to the payment logit by a suit.", unit="logit", source="assumption", ge=0, le=5
    )


class Relationship(Parameters):
    """What each collection step does to the customer's wish to buy; the memory fades."""

    friendly: float = parameter(
        0.0, "Log-change of order intensity after a reminder.", unit="log", source="assumption", ge=-5, le=0
    )
    formal: float = parameter(
        -0.01, "Log-change of order intensity after a notice.", unit="log", source="assumption", ge=-5, le=0
    )
    plan: float = parameter(
        -0.02, "Log-change of order intensity after a plan.", unit="log", source="assumption", ge=-5, le=0
    )
    legal: float = parameter(
        -0.25, "Log-change of order intensity after a suit.", unit="log", source="assumption", ge=-5, le=0
    )
    recovery_per_month: float = parameter(
        0.15,
        "Share of the ill feeling that fades in a month.",
        unit="share/month",
        source="assumption",
        ge=0,
        le=1,
    )


class GradeEffects(Parameters):
    """Shift of the payment logit by grade, beyond what the drivers carry."""

    A: float = parameter(0.0, "Shift of grade A.", unit="logit", source="assumption", ge=-5, le=5)
    B: float = parameter(0.0, "Shift of grade B.", unit="logit", source="assumption", ge=-5, le=5)
    C: float = parameter(0.0, "Shift of grade C.", unit="logit", source="assumption", ge=-5, le=5)
    D: float = parameter(0.0, "Shift of grade D.", unit="logit", source="assumption", ge=-5, le=5)


class Payment(Parameters):
    """When customers pay: daily odds by days from due, history, frailty and what the company does."""

    bucket_starts: list[int] = parameter(
        [-30, -14, -7, -3, 0, 1, 2, 4, 8, 15, 31, 61, 91, 181],
        "First day from due (negative before) of each bucket after the first.",
        unit="days",
        source="assumption",
        min_length=1,
        max_length=60,
    )
    alpha: list[float] = parameter(
        [-7.0, -6.1, -4.8, -3.7, -2.7, -0.7, -1.5, -1.8, -2.05, -2.2, -2.35, -2.55, -2.75, -3.1, -3.6],
        "Payment logit a day in each bucket; one more than bucket_starts.",
        unit="logit",
        source="assumption",
        min_length=2,
        max_length=61,
    )
    history_weight: float = parameter(
        -1.0, "Weight of the customer's late share to date.", unit="logit", source="assumption", ge=-20, le=20
    )
    history_prior_share: float = parameter(
        0.40, "Late share assumed of a customer without history.", unit="share", source="survey", ge=0, le=1
    )
    history_prior_lines: float = parameter(
        3.0, "Lines of history the prior is worth.", unit="lines", source="assumption", gt=0, le=1000
    )
    quality_weight: float = parameter(
        0.35,
        "Weight of the customer's financial quality (standard normal).",
        unit="logit",
        source="assumption",
        ge=-20,
        le=20,
    )
    frailty_sd: float = parameter(
        0.9, "Standard deviation of the customer's own habit.", unit="logit", source="assumption", ge=0, le=10
    )
    grade: GradeEffects = Field(default_factory=GradeEffects, description="Shift by grade.")
    stage: StageEffects = Field(default_factory=StageEffects, description="Effect of collection steps.")
    effort_elasticity: float = parameter(
        0.15, "Weight of log collecting effort of the rep.", unit="logit", source="assumption", ge=0, le=10
    )
    prepayment_shift: float = parameter(
        2.5,
        "Shift for prepayments: the customer wants the goods.",
        unit="logit",
        source="assumption",
        ge=-5,
        le=10,
    )
    instalment_shift: float = parameter(
        0.6, "Shift for agreed instalments.", unit="logit", source="assumption", ge=-5, le=10
    )
    plan_acceptance: float = parameter(
        0.45,
        "Share of overdue customers who sign an instalment plan when offered.",
        unit="share",
        source="assumption",
        ge=0,
        le=1,
    )
    interest_collected_share: float = parameter(
        0.25,
        "Share of overdue lines on which interest and penalty are in fact collected.",
        unit="share",
        source="assumption",
        ge=0,
        le=1,
    )

    @model_validator(mode="after")
    def _buckets_follow_each_other(self) -> Self:
        if any(left >= right for left, right in pairwise(self.bucket_starts)):
            raise ValueError("bucket_starts must increase")
        if len(self.alpha) != len(self.bucket_starts) + 1:
            raise ValueError(
                f"alpha has {len(self.alpha)} values for {len(self.bucket_starts)} bucket_starts; "
                f"it must have one more ({len(self.bucket_starts) + 1})"
            )
        if any(not -50 <= value <= 20 for value in self.alpha):
            raise ValueError("alpha values must lie between -50 and 20")
        return self


class Recovery(Parameters):
    """What legal recovery brings after default, by security."""

    none: float = parameter(
        0.20, "Share recovered without security.", unit="share", source="assumption", ge=0, le=1
    )
    guarantor: float = parameter(
        0.45, "Share recovered from a guarantor.", unit="share", source="assumption", ge=0, le=1
    )
    collateral: float = parameter(
        0.65, "Share recovered from collateral.", unit="share", source="assumption", ge=0, le=1
    )
    lag_days: int = parameter(
        180, "Days from default to the recovery.", unit="days", source="assumption", ge=1, le=3650
    )


class Economy(Parameters):
    """The one factor that all defaults share."""

    correlation: float = parameter(
        0.12,
        "Share of default risk common to all customers (rho).",
        unit="share",
        source="survey",
        ge=0,
        lt=1,
    )
    factor: float | None = parameter(
        None,
        "State of the economy Z (above 0 is worse); drawn once a replication when not set.",
        unit="standard deviations",
        source="assumption",
        ge=-6,
        le=6,
    )


class Demand(Parameters):
    """How customers respond to what they are offered."""

    term_response: float = parameter(
        0.05,
        "Log-change of order intensity for 30 days more term (theta).",
        unit="log/30 days",
        source="assumption",
        ge=0,
        le=3,
    )
    accept_intercept: float = parameter(
        3.5,
        "Logit of accepting an offer without conditions.",
        unit="logit",
        source="assumption",
        ge=-10,
        le=20,
    )
    accept_term: float = parameter(
        -0.25, "Per 30 days less than wanted.", unit="logit/30 days", source="assumption", ge=-10, le=0
    )
    accept_guarantor: float = parameter(
        -0.40, "When a guarantor is asked for.", unit="logit", source="assumption", ge=-10, le=0
    )
    accept_collateral: float = parameter(
        -0.90, "When collateral is asked for.", unit="logit", source="assumption", ge=-10, le=0
    )
    accept_prepayment: float = parameter(
        -0.12, "Per 10 points of prepayment.", unit="logit/10 points", source="assumption", ge=-10, le=0
    )
    accept_cash: float = parameter(
        -1.5, "When the grade buys for cash only.", unit="logit", source="assumption", ge=-10, le=0
    )


class Reps(Parameters):
    """How reps respond to the share of their pay that depends on cash."""

    cash_share_today: float = parameter(
        0.0, "Share of pay that depends on cash today (w0).", unit="share", source="assumption", ge=0, le=1
    )
    selling_response: float = parameter(
        0.08, "Fall of log selling effort per unit of w (eta_s).", unit="log", source="assumption", ge=0, le=5
    )
    collecting_response: float = parameter(
        0.80,
        "Rise of log collecting effort per unit of w (eta_c).",
        unit="log",
        source="assumption",
        ge=0,
        le=5,
    )
    inflation_response: float = parameter(
        2.0,
        "Fall of log score inflation per unit of w (eta_r).",
        unit="log",
        source="assumption",
        ge=0,
        le=10,
    )
    inflation_points: float = parameter(
        6.0, "Points reps add to soft indicators today.", unit="score", source="assumption", ge=0, le=100
    )
    customers_per_rep: int = parameter(
        20, "Customers one rep looks after.", unit="customers", source="assumption", ge=1, le=10_000
    )


class Economics(Parameters):
    """What sales earn and what credit costs."""

    gross_margin: float = parameter(
        0.18, "Margin before credit costs, of sales.", unit="share", source="assumption", ge=-1, le=1
    )
    funding_rate: float = parameter(
        0.045, "Yearly cost of money tied up in receivables.", unit="share/year", source="survey", ge=0, le=1
    )
    wage_fen_per_hour: int = parameter(
        8_000, "Cost of an hour of collection work.", unit="fen", source="assumption", ge=0, le=10_000_000
    )


class World(Parameters):
    """Everything management cannot choose."""

    market: Market = Field(default_factory=Market, description="The market.")
    firms: Firms = Field(default_factory=Firms, description="Balance sheets and default.")
    customers: Customers = Field(default_factory=Customers, description="Customers and their purchases.")
    payment: Payment = Field(default_factory=Payment, description="When customers pay.")
    recovery: Recovery = Field(default_factory=Recovery, description="Recovery after default.")
    relationship: Relationship = Field(
        default_factory=Relationship, description="Memory of collection steps."
    )
    economy: Economy = Field(default_factory=Economy, description="The common factor of defaults.")
    demand: Demand = Field(default_factory=Demand, description="Response to the offer.")
    reps: Reps = Field(default_factory=Reps, description="Response of reps to pay.")
    economics: Economics = Field(default_factory=Economics, description="Margin and costs.")
