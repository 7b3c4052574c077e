"""Uncertainties of the economy, and what sales earn and cost."""

from simkit.scenario.parameter import Parameters, parameter


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


class Economics(Parameters):
    """What sales earn and what credit costs."""

    gross_margin: float = parameter(
        0.18, "Margin before credit costs, of sales.", unit="share", source="assumption", ge=-1, le=1
    )
    funding_rate: float = parameter(
        0.045, "Yearly cost of money tied up in receivables.", unit="share/year", source="survey", ge=0, le=1
    )
    wage_fen_per_hour: int = parameter(
        8_000, "Cost of an hour of work at a desk.", unit="fen", source="assumption", ge=0, le=10_000_000
    )
    training_fen_per_hour: int = parameter(
        10_000, "Cost of an hour of a rep's training.", unit="fen", source="assumption", ge=0, le=10_000_000
    )
