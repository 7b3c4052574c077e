"""Levers of monitoring, of the ladder and of its desks (B3, B4)."""

from tests.engine.levers import outcomes as seen
from tests.engine.levers.drawn import ALERTS
from tests.engine.levers.growth import all_in
from tests.engine.levers.pull import DOWN, UP, Lever
from tests.engine.levers.still import (
    CALM,
    DESKS,
    FIFO,
    LADDER,
    LEADS,
    NEVER_PAID,
    NO_DISPUTE,
    NO_HISTORY,
    NO_MEMORY,
    QUEUED,
    SLOW,
    STATIC_SCORE,
    WATCHED,
)
from tests.engine.plain import STEPS, Changes

# ---------------------------------------------------------------- B3: monitoring

BY_STEPS = CALM | {f"payment.alert.{alert}": 0.0 for alert in ALERTS}
BY_ALERTS = CALM | {f"payment.stage.{step}": 0.0 for step in STEPS}
"""Only the ladder moves a line, and only the answers to alerts do."""

MONITORING = [
    Lever("monitoring.enabled", False, True, seen.PAID, DOWN, "lines come to light, and are chased, no later",
          both=LADDER | {"monitoring.alerts.level_1_days": 1}, world=BY_STEPS),
    Lever("monitoring.enabled", False, True, seen.PAID, DOWN, "alerts are answered", both=LADDER, world=BY_ALERTS),
    Lever("monitoring.response_lag_days", 0, 6, seen.PAID, UP, "lines are chased later", both=WATCHED, world=BY_STEPS),
    Lever("monitoring.response_lag_days", 0, 6, seen.PAID, UP, "alerts are answered later",
          both=WATCHED, world=BY_ALERTS),
    Lever("monitoring.alerts.before_due_days", 2, 20, seen.PAID, DOWN, "the first alert acts earlier",
          both=WATCHED, world=CALM),
    Lever("monitoring.alerts.level_1_days", 1, 7, seen.PAID, UP, "lines come to light later",
          both=WATCHED, world=BY_STEPS),
    Lever("monitoring.alerts.level_1_days", 1, 7, seen.PAID, UP, "the alert acts later",
          both=WATCHED, world=BY_ALERTS),
    Lever("monitoring.alerts.level_2_days", 8, 30, seen.PAID, UP, "the last alert acts later",
          both=WATCHED, world=CALM),
    Lever("monitoring.alerts.minutes", 5, 50, seen.MINUTES, UP, "an alert takes longer", both=WATCHED, world=CALM),
]  # fmt: skip

# ---------------------------------------------------------------- B4: the ladder and its desks

DESK_OF = dict(zip(STEPS, DESKS, strict=True))


def busy(step: str) -> Changes:
    """One person at the desk of a step, whose work takes days; no later step overtakes it."""
    put_off = {
        f"collections.{later}.start_day": 300 + STEPS.index(later) for later in STEPS[STEPS.index(step) + 1 :]
    }
    return WATCHED | put_off | {f"desks.{DESK_OF[step]}.staff": 1, f"collections.{step}.minutes": 2000}


CORE = WATCHED | all_in("core")
EXTENDED = CORE | {"collections.extension.enabled": True}
PLANNED = WATCHED | {"collections.instalments.count": 2, "collections.instalments.share": 0.25}
PLAN_SIGNED = NO_MEMORY | NO_HISTORY | NO_DISPUTE | SLOW | {"payment.plan_acceptance": 1.0}
DELAYS = "in a queue in order of due dates longer work delays all"
GREEDY = "of equal jobs, taking always what counts most is ahead in it on every day"

COLLECTIONS = [
    *(
        Lever(f"collections.{step}.start_day", start, end, seen.PAID, UP, "the step moves the line later",
              both=WATCHED, world=CALM | SLOW)
        for step, start, end in (("friendly", 1, 6), ("formal", 8, 14), ("plan", 16, 28), ("legal", 31, 60))
    ),
    *(
        Lever(f"collections.{step}.minutes", 100, 2400, seen.TAKEN, UP, DELAYS,
              both=busy(step), world=NEVER_PAID)
        for step in STEPS
    ),
    *(
        Lever(f"collections.{step}.cost_fen", 0, 50_000, seen.COST, UP, "it is the cost",
              both=WATCHED, world=NO_MEMORY)
        for step in STEPS
    ),
    Lever("collections.instalments.count", 2, 4, seen.LAST_DUE, UP, "more instalments run longer",
          both=PLANNED, world=PLAN_SIGNED),
    Lever("collections.instalments.share", 0.1, 0.45, seen.FIRST_PART, UP, "it is the share",
          both=PLANNED, world=PLAN_SIGNED),
    Lever("collections.instalments.interval_days", 10, 60, seen.PARTS_DUE, UP, "it is the time between them",
          both=PLANNED, world=PLAN_SIGNED),
    Lever("collections.extension.enabled", False, True, seen.PAID, UP, "an extended line is not chased for a while",
          both=CORE, world=CALM | SLOW),
    Lever("collections.extension.enabled", False, True, seen.SECURITY, UP, "an extension brings a guarantor",
          both=CORE, world=CALM | SLOW),
    Lever("collections.extension.days", 5, 60, seen.PAID, UP, "an extended line is not chased for longer",
          both=EXTENDED, world=CALM | SLOW),
    Lever("collections.extension.minutes", 100, 2400, seen.TAKEN, UP, DELAYS,
          both=EXTENDED | {"desks.sales_managers.staff": 1, "collections.plan.start_day": 300,
                           "collections.legal.start_day": 301}, world=NEVER_PAID),
    Lever("collections.notice_days", 0, 20, seen.PAID, UP, "after a notice the next steps wait",
          both=WATCHED, world=CALM | SLOW),
    *(
        Lever("collections.queue_rule", start, end, outcome, UP, GREEDY,
              both=busy("formal") | STATIC_SCORE, world=NEVER_PAID)
        for start, end, outcome in (
            ("oldest", "largest", seen.AMOUNT_SERVED),
            ("oldest", "value_at_risk", seen.RISK_SERVED),
            ("largest", "oldest", seen.AGE_SERVED),
        )
    ),
    Lever("collections.write_off_days", 60, 120, seen.WRITTEN_OFF, DOWN, "more time to be paid gives less up",
          both=LADDER, world=SLOW | NO_MEMORY),
    *(
        Lever(f"desks.{DESK_OF[step]}.staff", 1, 5, seen.TAKEN, DOWN, "more people delay nothing",
              both=busy(step), world=NEVER_PAID)
        for step in STEPS
    ),
    Lever("desks.risk_reviewers.staff", 1, 5, seen.FIRST_DECIDED, DOWN, "more people delay nothing",
          both=QUEUED, world=LEADS | FIFO),
]  # fmt: skip
