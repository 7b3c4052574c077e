"""Uncertainties of how reps respond to pay, training and sanctions."""

from simkit.scenario.parameter import Parameters, parameter


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
    training_wins: float = parameter(
        0.15, "Change of the logit of each funnel stage for 10 hours of training a month.",
        unit="logit/10 hours", source="assumption", ge=0, le=5,
    )  # fmt: skip
    training_disputes: float = parameter(
        -0.40, "Log-change of mismatch disputes for 10 hours of training a month.", unit="log/10 hours",
        source="assumption", ge=-5, le=0,
    )  # fmt: skip
    promoted_effort: float = parameter(
        0.05, "Log-change of a rep's selling effort with each promotion.", unit="log", source="assumption",
        ge=-1, le=1,
    )  # fmt: skip
    sanctioned_effort: float = parameter(
        -0.10, "Log-change of a rep's selling effort under a sanction.", unit="log", source="assumption",
        ge=-5, le=0,
    )  # fmt: skip
    highest_level: int = parameter(
        2, "Promotions a rep can have.", unit="-", source="assumption", ge=0, le=10
    )
    quits_when_sanctioned: float = parameter(
        0.15, "Probability that a sanctioned rep leaves.", unit="share", source="assumption", ge=0, le=1
    )
    vacancy_months: int = parameter(
        2, "Months until a rep who left is replaced.", unit="months", source="assumption", ge=0, le=24
    )
    vacant_effort: float = parameter(
        -0.30, "Log-change of selling effort for the customers of a vacant post.", unit="log",
        source="assumption", ge=-10, le=0,
    )  # fmt: skip
    new_effort: float = parameter(
        -0.15, "Log-change of a new rep's selling effort in the first months.", unit="log",
        source="assumption", ge=-5, le=0,
    )  # fmt: skip
    new_months: int = parameter(
        3, "Months in which a rep counts as new.", unit="months", source="assumption", ge=0, le=24
    )
