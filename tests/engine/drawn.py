"""Policies, worlds and seeds drawn by hypothesis: any lever may meet any uncertainty."""

from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

SHARE = st.integers(0, 100).map(lambda percent: percent / 100)
LOGIT = st.integers(-20, 0).map(lambda tenths: tenths / 10)
EFFECT = st.integers(0, 20).map(lambda tenths: tenths / 10)
FLAG = st.booleans()
WEIGHT = st.one_of(
    st.just(0.0), st.integers(-15, 15).map(lambda tenths: tenths / 10), st.sampled_from([-20.0, 20.0])
)
OF_A_DATE = st.one_of(
    st.just(0.0), st.integers(-20, 20).map(lambda tenths: tenths / 10), st.sampled_from([-50.0, 20.0])
)
WEEK = st.one_of(st.just([0.0] * 7), st.lists(OF_A_DATE, min_size=7, max_size=7))
TIERS = ("core", "potential", "basic")
STAGES = ("friendly", "formal", "plan", "legal")
DESKS = ("risk_reviewers", "reps", "risk_officers", "sales_managers", "legal")


def rising(low: int, high: int, count: int, *, strictly: bool = False) -> st.SearchStrategy[list[int]]:
    return st.lists(st.integers(low, high), min_size=count, max_size=count, unique=strictly).map(sorted)


@st.composite
def policies(draw) -> dict[str, Any]:
    """Changes to a policy that leave it without contradictions."""
    cutoffs, scores = draw(rising(0, 100, 3)), draw(rising(20, 100, 3))
    steps = draw(rising(1, 50, 4, strictly=True))
    alerts = draw(rising(1, 50, 2, strictly=True))
    recency, frequency, monetary = (draw(rising(*span, 3)) for span in ((5, 150), (0, 20), (0, 200)))
    limits = draw(st.lists(st.integers(0, 120), min_size=4, max_size=4))
    reviews = {f"approval.{name}": draw(FLAG) for name in ("new_customers", "over_limit")}
    desks = {f"desks.{desk}.staff": draw(st.sampled_from([0, 1, 2, 50])) for desk in DESKS}
    desks["desks.risk_reviewers.staff"] += any(reviews.values())
    return {
        **desks,
        **reviews,
        **{f"credit.grades.{g}.min_score": float(c) for g, c in zip("CBA", cutoffs, strict=True)},
        **{f"credit.grades.{g}.term_limit_days": limit for g, limit in zip("ABCD", limits, strict=True)},
        **{f"credit.grades.{g}.credit_limit_months": draw(st.integers(0, 60)) / 10 for g in "ABCD"},
        **{
            f"credit.grades.{g}.security": draw(st.sampled_from(["none", "guarantor", "collateral"]))
            for g in "BC"
        },
        "credit.grades.D.admission": draw(st.sampled_from(["credit", "cash", "refuse"])),
        "credit.limits_fall": False,
        "credit.rescore_months": draw(st.integers(1, 5)),
        "credit.audit_catch_rate": draw(SHARE),
        "funnel.crm_reminder": draw(FLAG),
        **{
            f"funnel.marketing.{channel}": draw(st.integers(0, 20)) / 10
            for channel in ("online_ads", "trade_fairs", "partners")
        },
        "funnel.first_order.discount_share": draw(st.integers(0, 9)) / 10,
        "funnel.first_order.lowest_grade": draw(st.sampled_from("ABC")),
        **{f"segments.{tier}.recency_days": days for tier, days in zip(TIERS, recency, strict=True)},
        **{f"segments.{tier}.frequency": n for tier, n in zip(TIERS, reversed(frequency), strict=True)},
        **{
            f"segments.{tier}.monetary_fen": n * 10**6
            for tier, n in zip(TIERS, reversed(monetary), strict=True)
        },
        **{
            f"segments.{tier}.{name}": draw(how)
            for tier in (*(f"{tier}.treatment" for tier in TIERS), "dormant", "unclassified")
            for name, how in (
                ("account_manager", FLAG),
                ("cross_sell", FLAG),
                ("self_service", FLAG),
                ("discount_share", st.integers(0, 3).map(lambda tenths: tenths / 10)),
            )
        },
        "approval.good_grades_first": draw(FLAG),
        "approval.minutes": draw(st.integers(1, 900)),
        "approval.meeting.enabled": draw(FLAG),
        "approval.meeting.interval_days": draw(st.integers(1, 20)),
        "approval.meeting.capacity": draw(st.integers(1, 4)),
        "approval.meeting.extra_term_days": draw(st.integers(0, 60)),
        **{
            f"approval.meeting.{name}": float(score)
            for name, score in zip(("refuse_below", "collateral_below", "below_score"), scores, strict=True)
        },
        "contract.prepayment_share": draw(SHARE),
        "contract.term_negotiable": draw(FLAG),
        "contract.term_days": min(draw(st.integers(0, 120)), max(limits[:3])),
        "contract.lapse_days": draw(st.integers(7, 40)),
        "contract.penalty_after_days": draw(st.integers(0, 40)),
        "monitoring.enabled": draw(FLAG),
        "monitoring.response_lag_days": draw(st.integers(0, 20)),
        "monitoring.alerts.before_due_days": draw(st.integers(0, 60)),
        "monitoring.alerts.level_1_days": min(alerts[0], steps[3]),
        "monitoring.alerts.level_2_days": alerts[1],
        **{f"collections.{stage}.start_day": day for stage, day in zip(STAGES, steps, strict=True)},
        **{f"collections.{stage}.minutes": draw(st.integers(1, 1000)) for stage in STAGES},
        "collections.extension.enabled": draw(FLAG),
        "collections.extension.days": draw(st.integers(1, 60)),
        "collections.extension.minutes": draw(st.integers(1, 600)),
        "collections.notice_days": draw(st.integers(0, 20)),
        "collections.write_off_days": draw(st.integers(60, 120)),
        "collections.queue_rule": draw(st.sampled_from(["oldest", "largest", "value_at_risk"])),
        "incentives.commission.signing_share": draw(SHARE),
        "incentives.commission.budget": draw(st.sampled_from(["free", "constant"])),
        "incentives.appraisal.weight": draw(SHARE),
        "incentives.appraisal.malus_below": draw(st.integers(10, 95)) / 100,
        "incentives.awards.winners": draw(st.integers(0, 4)),
        "incentives.awards.team_repurchase_rate": draw(SHARE),
        "incentives.awards.repurchase_window_days": draw(st.integers(1, 365)),
        "incentives.career.promotion_months": draw(st.integers(1, 3)),
        "incentives.career.promotion_satisfaction": draw(SHARE),
        "incentives.career.sanction": draw(st.sampled_from(["none", "pay_cut", "demotion"])),
        "incentives.career.sanction_months": draw(st.integers(1, 3)),
        "incentives.career.sanction_lasts_months": draw(st.integers(1, 4)),
        "incentives.training.hours_per_month": float(draw(st.integers(0, 40))),
        "targets.sales_growth": draw(st.integers(-80, 30)) / 100,
    }


@st.composite
def worlds(draw) -> dict[str, Any]:
    """Changes to a world."""
    return {
        "customers.acceptance_days": draw(st.integers(0, 20)),
        "customers.churn_per_year": draw(st.integers(0, 90)) / 100,
        "customers.gap_shape": draw(st.integers(3, 50)) / 10,
        "customers.new_per_year": draw(st.integers(0, 40)) / 10,
        "demand.accept_waiting": draw(LOGIT) / 10,
        "demand.accept_discount": draw(EFFECT),
        "demand.discount_response": draw(EFFECT) / 10,
        "economy.factor": draw(st.none() | st.integers(-20, 20).map(lambda tenths: tenths / 10)),
        "firms.default.mean_pd": draw(st.integers(0, 50)) / 100,
        "funnel.calls_per_rep": draw(st.integers(0, 3)),
        "funnel.cooled": draw(LOGIT),
        "funnel.cooling_days": draw(st.integers(0, 10)),
        "funnel.forgetting_days": float(draw(st.integers(0, 10))),
        "funnel.proposal_days": float(draw(st.integers(0, 10))),
        "funnel.negotiation_days": float(draw(st.integers(0, 20))),
        "funnel.papers_days": float(draw(st.integers(0, 10))),
        **{
            f"payment.{name}": draw(SHARE)
            for name in ("plan_acceptance", "extension_acceptance", "interest_collected_share")
        },
        **{f"payment.{name}_weight": draw(WEIGHT) for name in ("delay", "term", "amount")},
        "payment.delay_prior_days": float(draw(st.integers(-30, 90))),
        "payment.delay_prior_lines": draw(st.integers(1, 100)) / 10,
        "payment.delay_memory": draw(st.integers(1, 100)) / 100,
        "payment.calendar.weekday": draw(WEEK),
        "payment.calendar.month_end": draw(OF_A_DATE),
        **{f"payment.stage.{stage}": draw(EFFECT) / 5 for stage in STAGES},
        **{f"payment.alert.{alert}": draw(EFFECT) / 5 for alert in ("before_due", "level_1", "level_2")},
        "payment.dispute.share": draw(SHARE),
        "payment.dispute.mismatch_share": draw(SHARE),
        "payment.dispute.mean_days": float(draw(st.integers(1, 80))),
        "recovery.lag_days": draw(st.integers(1, 100)),
        **{f"relationship.{cause}": draw(LOGIT) / 10 for cause in (*STAGES, "dispute")},
        "relationship.recovery_per_month": draw(SHARE),
        "reps.cash_share_today": draw(SHARE),
        "reps.customers_per_rep": draw(st.integers(1, 10)),
        "reps.training_wins": draw(EFFECT),
        "reps.training_disputes": draw(LOGIT),
        "reps.promoted_effort": draw(st.integers(-5, 5)) / 10,
        "reps.sanctioned_effort": draw(LOGIT),
        "reps.highest_level": draw(st.integers(0, 3)),
        "reps.quits_when_sanctioned": draw(SHARE),
        "reps.vacancy_months": draw(st.integers(0, 3)),
        "reps.vacant_effort": draw(LOGIT),
        "reps.new_effort": draw(LOGIT),
        "reps.new_months": draw(st.integers(0, 3)),
        "treatments.account_manager": draw(EFFECT) / 4,
        "treatments.self_service": draw(st.integers(-5, 5)) / 10,
        "treatments.cross_sell_rate": draw(st.integers(1, 99)) / 100,
        "treatments.cross_sell": draw(EFFECT),
        "treatments.cross_sell_uplift": draw(EFFECT),
    }


@st.composite
def runs(draw) -> dict[str, Any]:
    """Seed, calendar and holidays; the length stays small."""
    start = draw(st.dates(date(1900, 1, 1), date(2200, 1, 1)))
    days = draw(st.lists(st.integers(0, 359), max_size=20))
    holidays = [start + timedelta(days=day) for day in days]
    return {"seed": draw(st.integers(0, 2**32 - 1)), "start_date": start, "holidays": holidays}
