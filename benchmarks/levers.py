"""What each lever does by itself: one change at a time to the status quo, under the same luck.

``python -m benchmarks.levers [REPLICATIONS]`` prints a Markdown table of paired differences with their 95 % intervals.
"""

import sys
from typing import Any

import simkit
from simkit.experiments.compare import Estimate

BASE = "params/baseline.yaml"
GRADES = "ABCD"

LEVERS: dict[str, dict[str, Any]] = {
    "CRM reminder": {"funnel.crm_reminder": True},
    "marketing + 50 %": {
        f"funnel.marketing.{name}": 1.5 for name in ("online_ads", "trade_fairs", "partners")
    },
    "promotion 20 % for A and B": {"funnel.first_order.discount_share": 0.2},
    "account managers for core": {"segments.core.treatment.account_manager": True},
    "cross-selling to potential": {"segments.potential.treatment.cross_sell": True},
    "10 % off repeat orders, basic": {"segments.basic.treatment.discount_share": 0.1},
    "win-back 20 % off, dormant": {"segments.dormant.discount_share": 0.2},
    "training 4 h a month": {"incentives.training.hours_per_month": 4.0},
    "C cutoff 30 to 40, D for cash": {
        "credit.grades.C.min_score": 40.0,
        "credit.grades.D.admission": "cash",
        "credit.grades.D.term_limit_days": 0,
    },
    "guarantor from B, collateral from C": {
        "credit.grades.B.security": "guarantor",
        "credit.grades.C.security": "collateral",
    },
    "terms at most 60 days": {f"credit.grades.{grade}.term_limit_days": 60 for grade in GRADES},
    "audit catches all": {"credit.audit_catch_rate": 1.0},
    "credit limits halved": {
        f"credit.grades.{grade}.credit_limit_months": months
        for grade, months in zip(GRADES, (6.0, 6.0, 4.5, 3.0), strict=True)
    },
    "weekly meeting, reviews over limit": {"approval.meeting.enabled": True, "approval.over_limit": True},
    "prepayment 30 %": {"contract.prepayment_share": 0.3},
    "penalty 5 %": {"contract.penalty_share": 0.05},
    "alerts and monitoring": {"monitoring.enabled": True, "monitoring.response_lag_days": 1},
    "ladder 1/8/16/31": {
        "collections.formal.start_day": 8,
        "collections.plan.start_day": 16,
        "collections.legal.start_day": 31,
    },
    "ladder and monitoring": {
        "monitoring.enabled": True,
        "monitoring.response_lag_days": 1,
        "collections.formal.start_day": 8,
        "collections.plan.start_day": 16,
        "collections.legal.start_day": 31,
    },
    "signing share 60 %": {"incentives.commission.signing_share": 0.6},
    "appraisal 35 %, +10/-5 %": {
        "incentives.appraisal.weight": 0.35,
        "incentives.appraisal.bonus_share": 0.1,
        "incentives.appraisal.malus_share": 0.05,
    },
    "demotion after three months": {"incentives.career.sanction": "demotion"},
}
SHOWN = {
    "sales_growth": ("growth, points", 100.0, 1),
    "overdue_rate_cohort_30": ("cohort overdue 30, points", 100.0, 2),
    "dso_days": ("DSO, days", 1.0, 1),
    "profit_fen": ("profit, million yuan", 1e-8, 2),
}


def cell(found: Estimate, scale: float, digits: int) -> str:
    """Return a difference with its interval."""
    mean, low, high = (f"{value * scale:+.{digits}f}" for value in found[:3])
    return f"{mean} ({low} .. {high})"


def main(replications: int) -> None:
    """Compare and print."""
    today = simkit.load(BASE)
    alternatives = [
        simkit.load(BASE, {f"policy.{path}": value for path, value in changes.items()}).model_copy(
            update={"name": name}
        )
        for name, changes in LEVERS.items()
    ]
    compared = simkit.compare([today, *alternatives], replications=replications)
    print(
        f"Differences from the status quo, {replications} replications; 95 % intervals of the paired difference.\n"
    )
    print("| lever | " + " | ".join(words for words, _, _ in SHOWN.values()) + " |")
    print("|---|" + "---|" * len(SHOWN))
    for name in LEVERS:
        cells = [
            cell(compared.difference(name, kpi), scale, digits) for kpi, (_, scale, digits) in SHOWN.items()
        ]
        print(f"| {name} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 40)
