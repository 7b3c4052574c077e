"""A company in which nothing happens but what a test asks for: every system off, every response nil.

Both policies are the same but for what is asked for. What is switched off is named here, so that a new system or
another default elsewhere changes no test that builds on a plain company.
"""

from typing import Any

from simkit.scenario.policy import Policy
from simkit.scenario.run import Run
from simkit.scenario.scenario import Scenario
from simkit.scenario.world import World
from tests.engine.worlds import changed

Changes = dict[str, Any]

TIERS = ("core", "potential", "basic", "dormant", "unclassified")
GRADES = "ABCD"
STEPS = ("friendly", "formal", "plan", "legal")
TREATMENTS = {"account_manager": False, "cross_sell": False, "self_service": False, "discount_share": 0.0}


def treatment(tier: str) -> str:
    """Path of the treatment of a tier, below `segments`."""
    return f"{tier}.treatment" if tier in TIERS[:3] else tier


OFFERED_TO_ALL = {
    "admission": "credit",
    "term_limit_days": 365,
    "security": "none",
    "credit_limit_months": 60.0,
}

QUIET: Changes = {
    "funnel.crm_reminder": True,
    "funnel.first_order.discount_share": 0.0,
    **{f"segments.{treatment(tier)}.{name}": value for tier in TIERS for name, value in TREATMENTS.items()},
    **{f"credit.grades.{grade}.{name}": value for grade in GRADES for name, value in OFFERED_TO_ALL.items()},
    "approval.new_customers": False,
    "approval.over_limit": False,
    "approval.meeting.enabled": False,
    "contract.prepayment_share": 0.0,
    "contract.term_days": 30,
    "contract.term_negotiable": False,
    "contract.overdue_interest_per_day": 0.0,
    "contract.penalty_share": 0.0,
    "monitoring.enabled": False,
    **{f"collections.{step}.start_day": 362 + n for n, step in enumerate(STEPS)},
    "collections.extension.enabled": False,
    "collections.write_off_days": 1000,
    "incentives.commission.signing_share": 1.0,
    "incentives.appraisal.weight": 0.0,
    "incentives.appraisal.bonus_share": 0.0,
    "incentives.appraisal.malus_share": 0.0,
    "incentives.awards.winners": 0,
    "incentives.awards.team_share": 0.0,
    "incentives.career.promotion_months": 60,
    "incentives.career.sanction": "none",
    "incentives.training.hours_per_month": 0.0,
}
"""A policy that sells on credit to everybody, on one term, and waits for the money."""

STILL: Changes = {
    "market.growth_per_year": 0.0,
    "market.season": [1.0] * 12,
    "customers.churn_per_year": 0.0,
    "customers.new_per_year": 0.0,
    "customers.order_value_spread_between": 0.0,
    "customers.order_value_spread_within": 0.0,
    "customers.terms": [{"days": 30, "share": 1.0}],
    "firms.default.mean_pd": 0.0,
    "treatments.cross_sell_uplift": 0.0,
    "demand.accept_intercept": 20.0,
    "payment.history_weight": 0.0,
    "payment.quality_weight": 0.0,
    "payment.frailty_sd": 0.0,
    "payment.dispute.share": 0.0,
    "reps.cash_share_today": 0.0,
}
"""A world whose customers are alike, order at a constant rate, accept every offer and never default."""


def plain(
    policy: Changes | None = None,
    world: Changes | None = None,
    run: Changes | None = None,
    both: Changes | None = None,
) -> Scenario:
    """Return a plain company in one region: a quiet policy with changes, in the base world with changes.

    `both` are changes of the policy that hold from the first day on, `policy` those from the switch date on.
    """
    status_quo = QUIET | (both or {})
    return Scenario(
        name="plain",
        policy=changed(Policy(), status_quo | (policy or {})),
        status_quo=changed(Policy(), status_quo),
        world=changed(World(), world or {}),
        run=changed(Run(), {"regions": ["One"], **(run or {})}),
    )
