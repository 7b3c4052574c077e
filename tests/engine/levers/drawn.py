"""Drawn worlds: every response strong enough to be seen in a small company, and of its usual sign."""

import numpy as np

from simkit.scenario.world import World
from tests.engine.plain import STEPS, Changes

WORLDS = range(30)
CHANNELS = ("online_ads", "trade_fairs", "partners")
ALERTS = ("before_due", "level_1", "level_2")
SECURITIES = ("none", "guarantor", "collateral")


def drawn_world(number: int) -> Changes:
    """Return the changes that make the base world one of the drawn ones; a world's number is its seed."""
    rng = np.random.default_rng([20_250_101, number])

    def draw(low: float, high: float) -> float:
        return round(float(rng.uniform(low, high)), 3)

    def rising(low: float, high: float, count: int) -> list[float]:
        return sorted(draw(low, high) for _ in range(count))

    stages = rising(0.0, 1.5, 4)
    alerts = rising(0.0, 0.6, 3)
    recoveries = rising(0.0, 0.9, 3)
    ease = draw(-0.8, 0.4)
    return {
        "market.growth_per_year": draw(-0.2, 0.3),
        "customers.orders_per_year": draw(15, 30),
        "customers.orders_shape": draw(1.0, 5.0),
        "customers.gap_shape": draw(0.6, 1.5),
        "customers.order_value_spread_between": draw(0.2, 1.0),
        "customers.order_value_spread_within": draw(0.1, 0.8),
        "customers.acceptance_days": int(rng.integers(0, 8)),
        "customers.churn_per_year": draw(0.0, 0.2),
        "customers.new_per_year": 0.0,
        "firms.default.mean_pd": draw(0.0, 0.15),
        "economy.factor": draw(-1.5, 1.5),
        "payment.alpha": [round(float(alpha) + ease + draw(-0.2, 0.2), 3) for alpha in World().payment.alpha],
        "payment.history_weight": draw(-2.0, 0.0),
        "payment.frailty_sd": draw(0.2, 1.2),
        "payment.effort_elasticity": draw(0.2, 1.0),
        "payment.plan_acceptance": draw(0.3, 1.0),
        "payment.extension_acceptance": draw(0.3, 1.0),
        "payment.interest_collected_share": draw(0.5, 1.0),
        "payment.dispute.share": draw(0.05, 0.3),
        "payment.dispute.mean_days": draw(5.0, 40.0),
        **dict(zip((f"payment.stage.{step}" for step in STEPS), stages, strict=True)),
        **dict(zip((f"payment.alert.{alert}" for alert in ALERTS), alerts, strict=True)),
        **dict(zip((f"recovery.{name}" for name in SECURITIES), recoveries, strict=True)),
        "recovery.lag_days": int(rng.integers(10, 60)),
        **{f"relationship.{cause}": draw(-0.3, 0.0) for cause in (*STEPS, "dispute")},
        "demand.accept_intercept": draw(0.5, 2.5),
        "demand.term_response": draw(0.05, 0.5),
        **{f"demand.accept_{name}": draw(-0.8, -0.2) for name in ("term", "guarantor", "prepayment")},
        "demand.accept_collateral": draw(-2.0, -0.8),
        "demand.accept_cash": draw(-2.0, -0.5),
        "demand.accept_waiting": draw(-0.3, -0.05),
        "demand.accept_discount": draw(0.3, 1.0),
        "demand.discount_response": draw(0.1, 0.5),
        "treatments.account_manager": draw(0.1, 1.0),
        "treatments.self_service": draw(0.1, 0.5),
        "treatments.cross_sell": draw(0.3, 2.0),
        "reps.selling_response": draw(0.1, 0.8),
        "reps.collecting_response": draw(0.3, 1.5),
        "reps.customers_per_rep": 2,
        "reps.training_wins": draw(0.2, 1.0),
        "reps.training_disputes": draw(-1.0, -0.2),
        "reps.sanctioned_effort": draw(-1.0, -0.2),
        "reps.quits_when_sanctioned": 0.0,
        "reps.highest_level": int(rng.integers(1, 4)),
        **{
            f"funnel.channels.{channel}.{stage}": draw(0.4, 0.9)
            for channel in CHANNELS
            for stage in ("qualified", "proposal", "negotiation")
        },
        "funnel.forgetting_days": draw(2.0, 6.0),
        "funnel.calls_per_rep": 1000,
        "funnel.cooled": draw(-3.0, -0.5),
        "funnel.papers_days": draw(0.0, 4.0),
        "payment.calendar.weekday": [draw(-1.0, 0.5) for _ in range(7)],
        "payment.calendar.month_end": draw(0.0, 0.8),
        "payment.amount_weight": draw(-0.3, 0.3),
    }
