"""Reps: what pay, training and careers make of their effort."""

import math
from functools import cache

from tests.engine.recount.tables import Recount


def cash_share_change(recount: Recount, day: int) -> float:
    """How much more of a rep's pay than today depends on cash: all but the part of signing that is not appraised."""
    pay = recount.policy(day).incentives
    w = 1 - pay.commission.signing_share * (1 - pay.appraisal.weight)
    return w - recount.world.reps.cash_share_today


def selling_effort(recount: Recount, day: int) -> float:
    return math.exp(-recount.world.reps.selling_response * cash_share_change(recount, day))


@cache
def vacant(recount: Recount, rep_id: int, month: int) -> bool:
    """A post stands empty for some months after its rep has left."""
    wait = recount.world.reps.vacancy_months
    return any(recount.slips[rep_id, left].event == "quit" for left in range(max(0, month - wait), month))


@cache
def career_effort(recount: Recount, rep_id: int, month: int) -> float:
    """Log-change of selling effort in a month by what happened to the rep at the ends of those before."""
    effects, past = recount.world.reps, [recount.slips[rep_id, m] for m in range(month)]
    if vacant(recount, rep_id, month):
        return effects.vacant_effort
    effort = effects.promoted_effort * past[-1].level if past else 0.0
    quits = [m for m, slip in enumerate(past) if slip.event == "quit"]
    since = quits[-1] if quits else -1  # what came before concerned somebody else
    if quits and month - since <= effects.vacancy_months + effects.new_months:
        effort += effects.new_effort
    for m in range(since + 1, month):
        end = last_day(recount, m)
        lasts = recount.policy(end).incentives.career.sanction_lasts_months
        newest = all(slip.event not in ("pay_cut", "demotion") for slip in past[m + 1 :])
        if past[m].event in ("pay_cut", "demotion") and newest and month <= m + lasts:
            effort += effects.sanctioned_effort
    return effort


@cache
def last_day(recount: Recount, month: int) -> int:
    day = 0
    while recount.month(day + 1) <= month:
        day += 1
    return day


def winning(recount: Recount, rep_id: int, day: int) -> float:
    """Change of the logit with which a rep's leads pass a stage."""
    effects, hours = recount.world.reps, recount.policy(day).incentives.training.hours_per_month
    trained = effects.training_wins * hours / 10
    keen = -effects.selling_response * cash_share_change(recount, day)
    return keen + trained + career_effort(recount, rep_id, recount.month(day))
