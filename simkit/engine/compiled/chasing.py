"""Alerts and the ladder before a desk, as `simkit.engine.collecting` tells it."""

from numba import njit

from simkit.engine.compiled import state as of
from simkit.engine.compiled.desks import EXTENSION, STEP, submit
from simkit.engine.compiled.state import ACTIONS, State, take
from simkit.rules.collections import may_extend, queue_key, step_opens
from simkit.rules.monitoring import alert_day, discovery_day

PREPAYMENT, BALANCE, INSTALMENT = range(3)
OPEN, PAID, RESCHEDULED, WRITTEN_OFF, CREDITED = range(5)
FRIENDLY, FORMAL, PLAN, LEGAL = range(1, 5)
PLACES = 8
"""Jobs that one line may have at a desk, so that no two have the same place in a queue."""

REPS, RISK_OFFICERS, SALES_MANAGERS = 1, 2, 3
FIRST_ALERT = 5
"""Code of the step that answers the first alert, behind the extension and the steps of the ladder."""


@njit(cache=True)
def terms_on(s: State, day: int) -> int:
    """Return which policy is in force on a day: 0 the status quo, 1 the policy."""
    return 0 if day < of.run(s)[0].switch else 1


@njit(cache=True)
def action(
    s: State, n: int, stage: int, step: int, desk: int, opened: int, day: int, minutes: int, cost: int
) -> None:
    """Note a step or an answered alert."""
    row = of.actions(s)[take(s, ACTIONS, of.actions(s).shape[0])]
    row.line, row.stage, row.step, row.desk = n, stage, step, desk
    row.opened, row.finished, row.minutes, row.cost_fen = opened, day, minutes, cost


@njit(cache=True)
def next_alert(s: State, n: int, earliest: int) -> int:
    """Return the day on which the next alert is answered; of several whose day has passed the last is next."""
    line, policy = of.lines(s)[n], of.policies(s)[terms_on(s, earliest)]
    line.next_alert = 0
    if not policy.monitored:
        return of.run(s)[0].horizon
    for alert in range(line.alert + 1, 4):
        raised = alert_day(
            alert, line.issued, line.due, policy.before_due_days, policy.level_1_days, policy.level_2_days
        )
        answered = raised + policy.response_lag_days
        if answered > earliest:
            if line.next_alert:
                return earliest
            line.next_alert = alert
            return answered
        line.next_alert = alert
    return earliest if line.next_alert else of.run(s)[0].horizon


@njit(cache=True)
def answer(s: State, n: int, day: int) -> None:
    """The rep or the risk officer answers an alert with a call; from the next day it moves the line."""
    line, policy = of.lines(s)[n], of.policies(s)[terms_on(s, day)]
    line.alert = line.next_alert
    desk = RISK_OFFICERS if line.alert == 3 else REPS
    action(
        s,
        n,
        0,
        FIRST_ALERT + line.alert - 1,
        desk,
        day - policy.response_lag_days,
        day,
        policy.alert_minutes,
        0,
    )


@njit(cache=True)
def next_step(s: State, n: int, earliest: int) -> int:
    """Return the day on which the next step of the ladder is asked for."""
    line = of.lines(s)[n]
    if line.asked == LEGAL:
        return of.run(s)[0].horizon
    policy = of.policies(s)[terms_on(s, earliest)]
    stage = line.asked + 1
    day = step_opens(
        stage, line.due, policy.stage_days[stage - 1], line.notice_day, policy.notice_days, line.held_until
    )
    month_end = of.days(s)[day].month_end if day < of.days(s).shape[0] else of.run(s)[0].horizon
    found = discovery_day(
        day, line.due + policy.level_1_days, month_end, policy.monitored == 1, policy.response_lag_days
    )
    return max(found, earliest, line.asked_on + 1)


@njit(cache=True)
def ask(s: State, n: int, day: int) -> None:
    """The next step is put before its desk, or a core customer's request for more time before the sales manager."""
    line, policy = of.lines(s)[n], of.policies(s)[terms_on(s, day)]
    c = of.customers(s)[line.customer]
    stage = line.asked + 1
    key = queue_key(policy.queue_rule, line.due, line.amount_fen, 1.0 - c.score / 100.0)
    place = line.line_id * PLACES + line.asked
    line.asked_on = day
    if line.kind == BALANCE and may_extend(stage, c.tier, policy.extension == 1, line.extension_asked == 1):
        line.extension_asked = 1
        line.held_until = line.due + policy.stage_days[PLAN - 1]
        submit(s, SALES_MANAGERS, key, place, n, stage, EXTENSION, day, policy.extension_minutes, 0)
        return
    line.asked = stage
    minutes, cost = policy.stage_minutes[stage - 1], policy.stage_cost_fen[stage - 1]
    submit(s, stage, key, place, n, stage, STEP, day, minutes, cost)
