"""Levers of how reps are paid, judged, promoted and trained (Handbook A3, B5)."""

from typing import Literal, Self

from pydantic import Field, model_validator

from simkit.scenario.parameter import Parameters, parameter

Budget = Literal["free", "constant"]
Sanction = Literal["none", "pay_cut", "demotion"]


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
    budget: Budget = parameter(
        "free",
        "Pay what falls due (free), or spread what the rate on the month's contracts comes to (constant).",
        unit="-",
        source="assumption",
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


class Awards(Parameters):
    """What the best of a month and a good team get on top (Handbook A3)."""

    winners: int = parameter(
        3, "Reps a region and month with most new customers.", unit="reps", source="handbook", ge=0, le=1000
    )
    share: float = parameter(
        0.10, "Award as a share of the month's commission.", unit="share", source="handbook", ge=0, le=1
    )
    team_repurchase_rate: float = parameter(
        0.40, "Repurchase rate of the month at which the team bonus is paid.", unit="share", source="handbook",
        ge=0, le=1,
    )  # fmt: skip
    team_share: float = parameter(
        0.05,
        "Team bonus as a share of the month's commission.",
        unit="share",
        source="assumption",
        ge=0,
        le=1,
    )
    repurchase_window_days: int = parameter(
        90,
        "Days before a month in which a customer must have bought to be able to buy again.",
        unit="days",
        source="assumption",
        ge=1,
        le=365,
    )


class Career(Parameters):
    """Promotion of who sells and pleases, and the sanction of who does not collect (Handbook A3, B5)."""

    promotion_months: int = parameter(
        3, "Months in a row on target before a promotion.", unit="months", source="handbook", ge=1, le=60
    )
    promotion_satisfaction: float = parameter(
        0.90, "Customer satisfaction a promotion needs.", unit="share", source="handbook", ge=0, le=1
    )
    promotion_raise_share: float = parameter(
        0.10, "Rise of commission with a promotion.", unit="share", source="assumption", ge=0, le=1
    )
    sanction: Sanction = parameter(
        "demotion", "What follows on months of poor collection.", unit="-", source="handbook"
    )
    sanction_months: int = parameter(
        3,
        "Months in a row with a collection rate below the appraisal's malus before the sanction.",
        unit="months",
        source="handbook",
        ge=1,
        le=60,
    )
    pay_cut_share: float = parameter(
        0.10, "Cut of commission with a pay cut or demotion.", unit="share", source="assumption", ge=0, le=1
    )
    sanction_lasts_months: int = parameter(
        3, "Months a pay cut lasts.", unit="months", source="assumption", ge=1, le=60
    )


class Training(Parameters):
    """Training of reps (Handbook A3)."""

    hours_per_month: float = parameter(
        4.0, "Hours of training a rep has in a month.", unit="hours", source="assumption", ge=0, le=40
    )


class Incentives(Parameters):
    """How reps are paid, judged, promoted and trained (Handbook A3, B5)."""

    commission: Commission = Field(default_factory=Commission, description="Two-track commission.")
    appraisal: Appraisal = Field(default_factory=Appraisal, description="Monthly appraisal.")
    awards: Awards = Field(default_factory=Awards, description="Awards and team bonus.")
    career: Career = Field(default_factory=Career, description="Promotion and sanctions.")
    training: Training = Field(default_factory=Training, description="Training of reps.")
