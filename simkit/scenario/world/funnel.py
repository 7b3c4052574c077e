"""Uncertainties of how leads come and become customers (Handbook A4)."""

from typing import Any, Self

from pydantic import Field, model_validator

from simkit.scenario.parameter import Parameters, parameter


class Channel(Parameters):
    """One channel of leads: how many come through it and how many pass each stage."""

    share: float = parameter(
        ..., "Share of the applications that come through the channel.", unit="share", source="assumption",
        ge=0, le=1,
    )  # fmt: skip
    qualified: float = parameter(
        ..., "Share of its leads that qualify when called in time.", unit="share", source="assumption",
        gt=0, lt=1,
    )  # fmt: skip
    proposal: float = parameter(
        ..., "Share of the qualified that ask for a proposal.", unit="share", source="assumption", gt=0, lt=1
    )
    negotiation: float = parameter(
        ..., "Share of proposals that are negotiated to an application.", unit="share", source="assumption",
        gt=0, lt=1,
    )  # fmt: skip
    lead_fen: int = parameter(..., "Cost of one lead.", unit="fen", source="assumption", ge=0, le=10**9)


def _channel(description: str, **values: Any) -> Any:
    return Field(default_factory=lambda: Channel(**values), description=description)


class Channels(Parameters):
    """The channels; their shares of the applications sum to 1."""

    online_ads: Channel = _channel(
        "Online advertising; the handbook's bottleneck example has 10 % of its leads qualify.",
        share=0.4, qualified=0.10, proposal=0.70, negotiation=0.65, lead_fen=8_000,
    )  # fmt: skip
    trade_fairs: Channel = _channel(
        "Trade fairs.", share=0.3, qualified=0.20, proposal=0.70, negotiation=0.65, lead_fen=30_000
    )
    partners: Channel = _channel(
        "Partners.", share=0.3, qualified=0.35, proposal=0.75, negotiation=0.70, lead_fen=40_000
    )

    @model_validator(mode="after")
    def _shares_sum_to_one(self) -> Self:
        total = sum(channel.share for _, channel in self)
        if abs(total - 1) > 1e-6:
            raise ValueError(f"the shares of the channels sum to {total:g}; they must sum to 1")
        return self


class Funnel(Parameters):
    """From lead to application: stages, durations and what reps can do."""

    channels: Channels = Field(default_factory=Channels, description="The channels.")
    cooling_days: int = parameter(
        3, "Days without a call after which a lead cools off.", unit="days", source="handbook", ge=0, le=90
    )
    cooled: float = parameter(
        -1.5, "Change of the logit of qualifying when a lead has cooled off.", unit="logit",
        source="assumption", ge=-20, le=0,
    )  # fmt: skip
    forgetting_days: float = parameter(
        2.5, "Mean days until a rep without a reminder thinks of a lead.", unit="days", source="assumption",
        ge=0, le=90,
    )  # fmt: skip
    calls_per_rep: int = parameter(
        6, "Leads a rep can call on a working day.", unit="leads/day", source="assumption", ge=0, le=1000
    )
    proposal_days: float = parameter(
        5.0, "Mean days from qualifying to the proposal.", unit="days", source="assumption", ge=0, le=365
    )
    negotiation_days: float = parameter(
        15.0, "Mean days from proposal to application.", unit="days", source="assumption", ge=0, le=365
    )
    papers_days: float = parameter(
        2.0, "Mean days until an applicant's credit papers are complete.", unit="days", source="assumption",
        ge=0, le=90,
    )  # fmt: skip
