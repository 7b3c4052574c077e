"""Uncertainties of what collection and disputes do to the relationship."""

from simkit.scenario.parameter import Parameters, parameter


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
    dispute: float = parameter(
        -0.10, "Log-change of order intensity after a dispute.", unit="log", source="assumption", ge=-5, le=0
    )
    satisfaction: float = parameter(
        0.95, "Satisfaction of a customer without ill feeling.", unit="share", source="assumption", ge=0, le=1
    )
    satisfaction_weight: float = parameter(
        1.0,
        "Log-change of satisfaction per unit of ill feeling (the log-change of order intensity).",
        unit="-",
        source="assumption",
        ge=0,
        le=20,
    )
    recovery_per_month: float = parameter(
        0.15,
        "Share of the ill feeling that fades in a month.",
        unit="share/month",
        source="assumption",
        ge=0,
        le=1,
    )
