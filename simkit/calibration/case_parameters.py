"""What known cases are fitted with: responses that all companies share, and what makes each company its own."""

import math

from simkit.calibration.free_number import Free, effect, response

_EFFECTS = (
    "payment.stage.friendly",
    "payment.stage.formal",
    "payment.stage.plan",
    "payment.stage.legal",
    "payment.alert.before_due",
    "payment.alert.level_1",
    "payment.alert.level_2",
    "payment.effort_elasticity",
)

RESPONSES: tuple[Free, ...] = tuple(effect(path) for path in _EFFECTS) + tuple(
    response(path)
    for path in (
        "payment.plan_acceptance",
        "reps.collecting_response",
        "reps.selling_response",
        "reps.inflation_response",
        "demand.term_response",
        "demand.accept_term",
        "demand.accept_guarantor",
        "demand.accept_collateral",
        "demand.accept_cash",
        "demand.discount_response",
        "treatments.account_manager",
        "treatments.self_service",
        "treatments.cross_sell",
        "relationship.legal",
    )
)
"""Responses that no ledger of one policy shows; the same in every company."""

_PAYMENT = Free("payment.alpha", "shift", 1.0)
_HABITS = Free("payment.frailty_sd", "factor", math.log(1.5), 0.0, 10.0)

BEFORE: dict[str, tuple[Free, ...]] = {
    "high_risk_share": (Free("firms.pledgeable_cover_median", "factor", 1.0, 0.0, 100.0),),
    "overdue_rate_balance": (_PAYMENT, _HABITS),
    "long_overdue_share": (_PAYMENT, _HABITS),
    "collection_period_days": (_PAYMENT, Free("customers.terms", "tilt", 1.0)),
    "collection_rate": (_PAYMENT, _HABITS),
    "core_repurchase_rate": (
        Free("customers.orders_per_year", "factor", 0.5, 1e-9, 1000.0),
        Free("customers.orders_shape", "factor", 1.0, 0.05, 100.0),
    ),
    "potential_cross_sell_rate": (Free("treatments.cross_sell_rate", "factor", 0.3, 1e-9, 1 - 1e-9),),
    "sales_growth": (Free("market.growth_per_year", "shift", 0.05, -0.9, 5.0),),
}
"""For each outcome that a case may report, what of a company sets its level before the case."""
