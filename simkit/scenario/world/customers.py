"""Uncertainties of the market, of who the customers are and of how they buy (SPEC: Demand)."""

from typing import Self

from pydantic import Field, model_validator

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
        0.30,
        "Leads a year that would come to an application, as a share of the customers on the books.",
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
    accept_waiting: float = parameter(
        -0.04, "Per day that the approval takes.", unit="logit/day", source="assumption", ge=-10, le=0
    )
    accept_discount: float = parameter(
        0.25, "Per 10 points of discount on a first order.", unit="logit/10 points", source="assumption",
        ge=0, le=10,
    )  # fmt: skip
    discount_response: float = parameter(
        0.20, "Log-change of order intensity per 10 points of discount.", unit="log/10 points",
        source="assumption", ge=0, le=3,
    )  # fmt: skip


class Treatments(Parameters):
    """How customers respond to what is done for their RFM tier, and what it costs (Handbook A2)."""

    account_manager: float = parameter(
        0.25, "Log-change of order intensity with an account manager.", unit="log", source="assumption",
        ge=0, le=3,
    )  # fmt: skip
    self_service: float = parameter(
        0.03, "Log-change of order intensity with self-service.", unit="log", source="assumption", ge=-3, le=3
    )
    cross_sell_rate: float = parameter(
        0.15, "Share of orders with a further product when none is offered.", unit="share", source="handbook",
        gt=0, lt=1,
    )  # fmt: skip
    cross_sell: float = parameter(
        0.64, "Change of the logit of a further product when reps offer it.", unit="logit",
        source="assumption", ge=0, le=10,
    )  # fmt: skip
    cross_sell_uplift: float = parameter(
        0.30, "Value of the further product, of the order's.", unit="share", source="assumption", ge=0, le=10
    )
    account_manager_fen: int = parameter(
        30_000, "Cost of an account manager for one customer in a month.", unit="fen", source="assumption",
        ge=0, le=10**9,
    )  # fmt: skip
    cross_sell_fen: int = parameter(
        5_000, "Cost of offering further products to one customer in a month.", unit="fen",
        source="assumption", ge=0, le=10**9,
    )  # fmt: skip
    self_service_fen: int = parameter(
        1_000, "Cost of self-service for one customer in a month.", unit="fen", source="assumption",
        ge=0, le=10**9,
    )  # fmt: skip
