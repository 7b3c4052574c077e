"""What is held still so that nothing but the lever answers for what is seen: changes of worlds and of policies."""

from tests.engine.plain import STEPS

# ---------------------------------------------------------------- of worlds

NO_MEMORY = {f"relationship.{cause}": 0.0 for cause in (*STEPS, "dispute")}
"""Orders do not depend on what collection and disputes did before."""

NO_HISTORY = {"payment.history_weight": 0.0}
"""Payment does not depend on how a customer paid before."""

NO_DISPUTE = {"payment.dispute.share": 0.0}

CALM = NO_MEMORY | NO_DISPUTE | {"payment.plan_acceptance": 0.0}
"""Nothing but the steps in force moves a line."""

NEVER_PAID = CALM | {"payment.alpha": [-50.0] * 15, "firms.default.mean_pd": 0.0}
"""Nobody pays or defaults, so that what is put before a desk does not depend on what it has done."""

SLOW = {"payment.alpha": [-9.0] * 4 + [-6.0] * 6 + [-3.5] * 5}
"""Most lines are paid late, many very late."""

ANY_TERMS = {f"demand.accept_{name}": 0.0 for name in ("term", "cash", "prepayment")}
"""Customers accept a short term, a prepayment or cash as readily as anything else."""

SURE_PREPAYMENT = {"payment.prepayment_shift": 10.0}
"""A prepayment comes within days, so that no contract lapses."""

LEADS = {"customers.new_per_year": 8.0, "customers.orders_per_year": 4.0}
"""New customers in numbers."""

FIFO = {"funnel.papers_days": 0.0}
"""Applications reach the risk desk in the order in which they are made."""

# ---------------------------------------------------------------- of policies

STATIC_SCORE = {
    "credit.scorecard.character.past_overdue.share": 0.0,
    "credit.scorecard.character.legal_disputes.share": 1.0,
}
"""The score does not depend on how a customer pays."""

DESKS = ("reps", "risk_officers", "sales_managers", "legal")
LADDER = {f"desks.{desk}.staff": 500 for desk in DESKS} | {
    f"collections.{step}.start_day": day for step, day in zip(STEPS, (1, 8, 16, 31), strict=True)
}
"""The handbook's ladder, with people for every step."""

WATCHED = LADDER | {"monitoring.enabled": True, "monitoring.alerts.level_1_days": 1}
"""The ladder, and a system that sees a line on its first day overdue."""

QUEUED = {"approval.new_customers": True, "approval.minutes": 2000, "desks.risk_reviewers.staff": 1}
"""One person reviews first orders, each for days."""
