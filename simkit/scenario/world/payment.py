"""Uncertainties of when customers pay, and what comes back when they do not."""

from itertools import pairwise
from typing import Self

from pydantic import Field, model_validator

from simkit.scenario.parameter import Parameters, parameter


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


class AlertEffects(Parameters):
    """What the rep's answer to an alert adds to the odds of payment, from then on and until the next."""

    before_due: float = parameter(
        0.04, "Added to the payment logit by an alert before due.", unit="logit", source="survey", ge=0, le=5
    )
    level_1: float = parameter(
        0.06, "Added to the payment logit by a level-1 alert.", unit="logit", source="survey", ge=0, le=5
    )
    level_2: float = parameter(
        0.10, "Added to the payment logit by a level-2 alert.", unit="logit", source="assumption", ge=0, le=5
    )


class Disputes(Parameters):
    """Contracts whose customer disputes the goods: collection stands still until that is settled (Handbook B2)."""

    share: float = parameter(
        0.03, "Share of delivered contracts that are disputed.", unit="share", source="assumption", ge=0, le=1
    )
    mismatch_share: float = parameter(
        0.5,
        "Part of the disputes that arise because the contract did not meet the customer's needs.",
        unit="share",
        source="assumption",
        ge=0,
        le=1,
    )
    mean_days: float = parameter(
        30.0, "Mean days until a dispute is settled.", unit="days", source="assumption", ge=1, le=1000
    )


class GradeEffects(Parameters):
    """Shift of the payment logit by grade, beyond what the drivers carry."""

    A: float = parameter(0.0, "Shift of grade A.", unit="logit", source="assumption", ge=-5, le=5)
    B: float = parameter(0.0, "Shift of grade B.", unit="logit", source="assumption", ge=-5, le=5)
    C: float = parameter(0.0, "Shift of grade C.", unit="logit", source="assumption", ge=-5, le=5)
    D: float = parameter(0.0, "Shift of grade D.", unit="logit", source="assumption", ge=-5, le=5)


class PaymentCalendar(Parameters):
    """How the odds of payment differ between the days of a week and at the end of a month."""

    weekday: list[float] = parameter(
        [0.0] * 7,
        "Added to the payment logit on each day of the week, Monday first.",
        unit="logit",
        source="assumption",
        min_length=7,
        max_length=7,
    )
    month_end: float = parameter(
        0.0,
        "Added to the payment logit on the last three days of a month.",
        unit="logit",
        source="assumption",
        ge=-50,
        le=20,
    )

    @model_validator(mode="after")
    def _weekdays_lie_within_reason(self) -> Self:
        if any(not -50 <= value <= 20 for value in self.weekday):
            raise ValueError("weekday values must lie between -50 and 20")
        return self


class Payment(Parameters):
    """When customers pay: daily odds by days from due, the date, the line, the customer and what the company does."""

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
    delay_weight: float = parameter(
        0.0,
        "Weight of the customer's mean days late to date.",
        unit="logit/30 days",
        source="assumption",
        ge=-20,
        le=20,
    )
    delay_prior_days: float = parameter(
        0.0,
        "Mean days late assumed of a customer without paid lines.",
        unit="days",
        source="assumption",
        ge=-30,
        le=90,
    )
    delay_prior_lines: float = parameter(
        3.0, "Paid lines that assumption is worth.", unit="lines", source="assumption", gt=0, le=1000
    )
    delay_memory: float = parameter(
        0.9,
        "Weight that days late, and the lines they are of, keep from one month to the next.",
        unit="share",
        source="assumption",
        gt=0,
        le=1,
    )
    term_weight: float = parameter(
        0.0,
        "Weight of a line's days from issue to due, beyond 30.",
        unit="logit/30 days",
        source="assumption",
        ge=-20,
        le=20,
    )
    amount_weight: float = parameter(
        0.0,
        "Weight of the log of a line's amount over the median order value.",
        unit="logit/log",
        source="assumption",
        ge=-20,
        le=20,
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
    calendar: PaymentCalendar = Field(default_factory=PaymentCalendar, description="Weekdays and month ends.")
    grade: GradeEffects = Field(default_factory=GradeEffects, description="Shift by grade.")
    stage: StageEffects = Field(default_factory=StageEffects, description="Effect of collection steps.")
    alert: AlertEffects = Field(default_factory=AlertEffects, description="Effect of alerts.")
    dispute: Disputes = Field(default_factory=Disputes, description="Disputes.")
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
    extension_acceptance: float = parameter(
        0.60,
        "Share of core customers who bring a guarantor for an extension.",
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
