"""How the compiled engine lays out what the SimPy engine keeps in objects: one record array a noun."""

from typing import Any

import numpy as np

I1, I4, I8, F8 = np.int8, np.int32, np.int64, np.float64
NOBODY = -1
"""An index that points to nothing, and a day that has not come."""

NO_DUE_DATE = 2**31 - 1

INDICATORS = 10


def packed(fields: list[Any]) -> np.dtype[np.void]:
    """Return the type of records of these fields, the widest first, so that little room is lost between them."""
    return np.dtype(sorted(fields, key=lambda field: -np.dtype(field[1]).itemsize), align=True)


POLICY = np.dtype(
    [
        ("staff", I8, (5,)),
        # credit
        ("cutoffs", F8, (3,)),
        ("admission", I8, (4,)),
        ("term_limit_days", I8, (4,)),
        ("security", I8, (4,)),
        ("credit_limit_months", F8, (4,)),
        ("rescore_months", I8),
        ("audit_catch_rate", F8),
        ("weights", F8, (INDICATORS,)),
        ("soft", I8, (INDICATORS,)),
        ("breakpoints", I8, (INDICATORS,)),
        ("inflation_points", F8),
        # approval
        ("review_new", I8),
        ("review_over_limit", I8),
        ("review_minutes", I8),
        ("good_grades_first", I8),
        ("meeting", I8),
        ("meeting_interval_days", I8),
        ("meeting_capacity", I8),
        ("below_score", F8),
        ("collateral_below", F8),
        ("refuse_below", F8),
        ("extra_term_days", I8),
        # contract
        ("prepayment_share", F8),
        ("prepayment_due_days", I8),
        ("lapse_days", I8),
        ("term_days", I8),
        ("term_negotiable", I8),
        ("overdue_interest_per_day", F8),
        ("penalty_share", F8),
        ("penalty_after_days", I8),
        ("dispute_probability", F8),
        # monitoring
        ("monitored", I8),
        ("response_lag_days", I8),
        ("before_due_days", I8),
        ("level_1_days", I8),
        ("level_2_days", I8),
        ("alert_minutes", I8),
        # collections
        ("stage_days", I8, (4,)),
        ("stage_minutes", I8, (4,)),
        ("stage_cost_fen", I8, (4,)),
        ("instalments", I8),
        ("instalment_share", F8),
        ("instalment_interval_days", I8),
        ("extension", I8),
        ("extension_days", I8),
        ("extension_minutes", I8),
        ("notice_days", I8),
        ("queue_rule", I8),
        ("write_off_days", I8),
        # segments and funnel
        ("recency", I8, (3,)),
        ("frequency", I8, (3,)),
        ("monetary", I8, (3,)),
        ("tier_discount", F8, (5,)),
        ("tier_cross_sell", I8, (5,)),
        ("tier_effect", F8, (5,)),
        ("tier_cost_fen", I8, (5,)),
        ("promoted_from", I8),
        ("first_discount", F8),
        ("crm_reminder", I8),
        ("marketing", F8, (3,)),
        # pay
        ("rate", F8),
        ("signing_share", F8),
        ("constant_budget", I8),
        ("bonus_at", F8),
        ("bonus_share", F8),
        ("malus_below", F8),
        ("malus_share", F8),
        ("winners", I8),
        ("award_share", F8),
        ("team_repurchase_rate", F8),
        ("team_share", F8),
        ("repurchase_window_days", I8),
        ("promotion_months", I8),
        ("promotion_satisfaction", F8),
        ("promotion_raise_share", F8),
        ("sanction", I8),
        ("sanction_months", I8),
        ("pay_cut_share", F8),
        ("sanction_lasts_months", I8),
        ("training_hours", F8),
        ("sales_growth", F8),
        ("selling_effort", F8),
        ("winning_shift", F8),
        ("log_collecting_effort", F8),
    ]
)

WORLD = np.dtype(
    [
        ("economy", F8),
        ("correlation", F8),
        ("churn_per_year", F8),
        ("gap_shape", F8),
        ("log_mean_gap", F8),
        ("spread_within", F8),
        ("acceptance_days", I8),
        ("cross_sell_rate", F8),
        ("cross_sell", F8),
        ("cross_sell_uplift", F8),
        ("qualified", F8, (3,)),
        ("proposal", F8, (3,)),
        ("negotiation", F8, (3,)),
        ("lead_fen", I8, (3,)),
        ("cooling_days", I8),
        ("cooled", F8),
        ("forgetting_days", F8),
        ("calls_per_rep", I8),
        ("proposal_days", F8),
        ("negotiation_days", F8),
        ("papers_days", F8),
        ("history_weight", F8),
        ("history_prior_share", F8),
        ("history_prior_lines", F8),
        ("delay_weight", F8),
        ("delay_prior_days", F8),
        ("delay_prior_lines", F8),
        ("delay_memory", F8),
        ("term_weight", F8),
        ("amount_weight", F8),
        ("order_value_fen", I8),
        ("quality_weight", F8),
        ("grade_shift", F8, (4,)),
        ("stage_shift", F8, (4,)),
        ("alert_shift", F8, (3,)),
        ("effort_elasticity", F8),
        ("prepayment_shift", F8),
        ("instalment_shift", F8),
        ("plan_acceptance", F8),
        ("extension_acceptance", F8),
        ("interest_collected_share", F8),
        ("dispute_mean_days", F8),
        ("recovery", F8, (3,)),
        ("recovery_lag_days", I8),
        ("felt", F8, (4,)),
        ("felt_dispute", F8),
        ("satisfaction", F8),
        ("satisfaction_weight", F8),
        ("recovery_per_month", F8),
        ("term_response", F8),
        ("accept_intercept", F8),
        ("accept_term", F8),
        ("accept_security", F8, (3,)),
        ("accept_prepayment", F8),
        ("accept_cash", F8),
        ("accept_waiting", F8),
        ("accept_discount", F8),
        ("promoted_effort", F8),
        ("sanctioned_effort", F8),
        ("highest_level", I8),
        ("quits_when_sanctioned", F8),
        ("vacancy_months", I8),
        ("vacant_effort", F8),
        ("new_effort", F8),
        ("new_months", I8),
        ("training_fen_per_hour", I8),
    ]
)

RUN = np.dtype([("seed", I8), ("replication", I8), ("horizon", I8), ("switch", I8)])

DAY = np.dtype(
    [
        ("month", I8),
        ("month_end", I8),  # the first month end on or after the day
        ("stretch_end", I8),  # first day of the next stretch of constant order rates
        ("reviews", I8),  # whether a stretch begins
        ("starts_month", I8),
        ("working", I8),
        ("opens", I8),  # the first working day on or after the day
        ("market", F8),  # season and trend
        ("meets", I8, (2,)),  # whether the joint meeting would be held, under the status quo and the policy
    ]
)

CUSTOMER = packed(
    [
        ("customer_id", I8),
        ("rep", I4),
        ("channel", I1),
        ("arrival", I4),
        ("leaves", I4),
        ("defaults", I4),
        ("quality", F8),
        ("frailty", F8),
        ("annual_pd", F8),
        (
            "indicators",
            F8,
            (INDICATORS,),
        ),  # of the scorecard, in its order; past overdue, the first, is computed
        ("points", F8, (INDICATORS,)),  # of the same, and by which policy; the first is computed each time
        ("scored_by", I1),
        ("orders_per_year", F8),
        ("order_value_fen", I8),
        ("wanted_days", I4),
        ("monthly_purchases_fen", I8),
        ("late_lines", I4),
        ("known_lines", I4),
        ("delay_days", F8),  # days late of paid lines, and their number, as remembered from the months before
        ("delay_lines", F8),
        (
            "last_paid",
            I4,
        ),  # the last day on which it paid a line; both sums of its month, and of that day alone
        ("month_days", I4),
        ("month_lines", I4),
        ("today_days", I4),
        ("today_lines", I4),
        ("active", I1),
        ("done", F8),
        ("goal", F8),
        ("intensity", F8),
        ("gaps", I4),
        ("orders", I4),
        ("signed", I4),
        ("score", F8),
        ("grade", I1),
        ("first_grade", I1),
        ("tier", I1),
        ("goodwill", F8),
        ("exposure_fen", I8),
        ("first_order", I4),
        ("last_purchase", I4),  # the newest of its purchases, and its day
        ("last_day", I4),
        ("oldest", I4),  # the oldest purchase of the last 365 days, and its day
        ("oldest_day", I4),
        ("recent", I4),
        ("recent_fen", I8),
        ("last_line", I4),
        ("unjudged", I4),
        ("next_due", I4),  # none of the lines that are unjudged falls due before
        ("next", I4),  # the next customer who orders or defaults on the same day
        ("next_default", I4),
    ]
)

PURCHASE = packed([("day", I4), ("fen", I8), ("before", I4), ("after", I4)])

LEAD = packed(
    [
        ("lead_id", I8),
        ("rep", I4),
        ("channel", I4),
        ("arrival", I4),
        ("reach", F8),
        ("customer", I4),  # its record, where it may come to an application
        ("remembered", I4),
        ("called", I4),
        ("qualified", I4),
        ("proposed", I4),
        ("applied", I4),
        ("decided", I4),
        ("came", I4),
        ("stage", I4),
        ("outcome", I4),
        ("cooled", I4),
        ("score", F8),
        ("grade", I4),
        ("next", I4),
    ]
)

ORDER = packed(
    [
        ("order_id", I8),
        ("customer", I4),
        ("lead", I4),
        ("day", I4),
        ("list_value_fen", I8),
        ("discount_fen", I8),
        ("cross_sold", I1),
        ("tier", I1),
        ("grade", I1),
        ("score", F8),
        ("is_new", I1),
        ("status", I1),
        ("route", I1),
        ("decided", I4),
        ("term_days", I4),
        ("prepayment_fen", I8),
        ("security", I1),
        ("delivered", I4),
        ("handed_over", I4),
        ("next", I4),
    ]
)

LINE = packed(
    [
        ("line_id", I8),
        ("order", I4),
        ("customer", I4),
        ("kind", I1),
        ("grade", I1),
        ("decided", I4),  # when its order was: by the terms of that day it is settled
        ("issued", I4),
        ("due", I4),
        ("amount_fen", I8),
        ("drivers", F8),  # the part of the payment logit that was settled at issue
        ("goal", F8),
        ("force", F8),
        ("shift", F8),
        ("since", I4),
        ("pays", I4),
        ("disputes", I4),  # when the goods will be disputed, and when that will be settled
        ("settles", I4),
        ("dispute", I1),  # whether that has been raised, or settled
        ("stage", I1),
        ("asked", I1),
        ("asked_on", I4),
        ("alert", I1),
        ("next_alert", I1),
        ("notice_day", I4),
        ("held_until", I4),
        ("extension_asked", I1),
        ("extended", I4),
        ("status", I1),
        ("closed", I4),
        ("paid_fen", I8),
        ("in_recovery", I1),
        ("event", I1),  # what happens next
        ("event_day", I4),
        ("phase", I1),  # which of the day's lists it waits in
        ("before", I4),
        ("after", I4),
        ("next_of_customer", I4),
        ("next_unjudged", I4),
    ]
)

JOB = packed(
    [
        ("desk", I1),
        ("stage", I1),
        ("kind", I1),
        ("subject", I4),  # a line, or the order under review
        ("asked", I4),
        ("opened", I4),
        ("minutes", I4),
        ("cost_fen", I8),
        ("next", I4),  # the next that is finished on the same day, or the next place that is free again
    ]
)

WAITING = np.dtype([("key", F8), ("place", I8), ("job", I8)])
"""A job before a desk: by key, then by place."""

DESK = np.dtype([("people", I8), ("leaving", I8), ("waiting", I8), ("inbox", I8)])  # how many of each

DESK_MONTH = np.dtype(
    [
        ("submitted", I8),
        ("started", I8),
        ("dropped", I8),
        ("waiting_minutes", I8),
        ("worked_minutes", I8),
    ]
)

REP = np.dtype(
    [
        ("usual_fen", I8),
        ("level", I8),
        ("on_target", I8),
        ("below", I8),
        ("sanctioned_until", I8),
        ("vacant_until", I8),
        ("new_until", I8),
    ]
)

MONTH = np.dtype(
    [
        ("signing_fen", I8),
        ("collection_fen", I8),
        ("appraisal_fen", I8),
        ("award_fen", I8),
        ("team_bonus_fen", I8),
        ("career_fen", I8),
        ("budget_fen", I8),
        ("due_fen", I8),
        ("received_fen", I8),
        ("sales_fen", I8),
        ("target_fen", I8),
        ("new_customers", I8),
        ("satisfaction", F8),
        ("level", I8),
        ("vacant", I8),
        ("event", I8),
        ("training_fen", I8),
    ]
)

RECEIPT = packed([("day", I4), ("line", I4), ("amount_fen", I8), ("kind", I1)])

ACTION = packed(
    [
        ("line", I4),
        ("stage", I1),
        ("step", I1),
        ("desk", I1),
        ("opened", I4),
        ("finished", I4),
        ("minutes", I4),
        ("cost_fen", I8),
    ]
)
