"""Reps, as `simkit.engine.team` and `simkit.engine.payroll` tell it: effort, the month's pay, careers."""

import math

import numpy as np
from numba import njit

from simkit.behaviour.relationship import BILLION, satisfaction
from simkit.engine.compiled import state as of
from simkit.engine.compiled.luck import draw
from simkit.engine.compiled.records import NOBODY
from simkit.engine.compiled.state import MEMBERS, Ints, State
from simkit.rules.contract import share_of_fen
from simkit.rules.incentives import (
    appraisal_fen,
    award_fen,
    award_place,
    career_fen,
    earns_promotion,
    team_bonus_fen,
    within_budget_fen,
)
from simkit.rules.targets import rep_target_fen
from simkit.streams import Stream

NEVER = -1
NOTHING, PROMOTION, PAY_CUT, DEMOTION, QUIT = range(5)

_QUIT = int(Stream.QUIT)


@njit(cache=True)
def log_effort(s: State, rep: int, day: int) -> float:
    """Return the log-change of a rep's selling effort on a day by its career."""
    r, month, world = of.reps(s)[rep], of.days(s)[day].month, of.world(s)[0]
    if month <= r.vacant_until:
        return world.vacant_effort
    effort = world.promoted_effort * r.level
    if month <= r.sanctioned_until:
        effort += world.sanctioned_effort
    if month <= r.new_until:
        effort += world.new_effort
    return effort


@njit(cache=True)
def present(s: State, day: int) -> int:
    """Return how many posts are filled on a day."""
    filled = 0
    for rep in range(of.reps(s).shape[0]):
        filled += of.days(s)[day].month > of.reps(s)[rep].vacant_until
    return filled


@njit(cache=True)
def close_month(s: State, day: int, policy: int, rep_ids: Ints) -> None:
    """Settle every rep's month and decide on careers."""
    month, p, world = of.days(s)[day].month, of.policies(s)[policy], of.world(s)[0]
    repeat, could = repeat_buyers(s, month, day, p.repurchase_window_days)
    won = of.months(s)["new_customers"][:, month].copy()
    paid_all, sales = 0, 0
    for rep in range(of.reps(s).shape[0]):
        m, r = of.months(s)[rep, month], of.reps(s)[rep]
        commission = m.signing_fen + m.collection_fen
        m.appraisal_fen = appraisal_fen(
            commission, m.received_fen, m.due_fen, p.bonus_at, p.bonus_share, p.malus_below, p.malus_share
        )
        m.career_fen = career_fen(
            commission, r.level, p.promotion_raise_share, month <= r.sanctioned_until, p.pay_cut_share
        )
        m.award_fen = award_fen(commission, m.new_customers, award_place(won, rep), p.winners, p.award_share)
        m.team_bonus_fen = team_bonus_fen(commission, repeat, could, p.team_repurchase_rate, p.team_share)
        paid_all += paid(s, rep, month)
        sales += m.sales_fen
    if p.constant_budget:
        keep_budget(s, month, paid_all, share_of_fen(max(0, sales), p.rate))
    satisfy(s, month, day)
    for rep in range(of.reps(s).shape[0]):
        m, r = of.months(s)[rep, month], of.reps(s)[rep]
        m.target_fen = rep_target_fen(r.usual_fen, p.sales_growth, of.season(s)[month])
        m.vacant = 1 if month <= r.vacant_until else 0
        m.event, m.training_fen = NOTHING, 0
        if not m.vacant:
            m.training_fen = share_of_fen(world.training_fen_per_hour, p.training_hours)
            m.event = career(s, rep, month, policy, rep_ids[rep])
        m.level = r.level


@njit(cache=True)
def paid(s: State, rep: int, month: int) -> int:
    """Return what a rep gets for a month, in fen."""
    m = of.months(s)[rep, month]
    extras = m.appraisal_fen + m.award_fen + m.team_bonus_fen + m.career_fen + m.budget_fen
    return m.signing_fen + m.collection_fen + extras


@njit(cache=True)
def keep_budget(s: State, month: int, paid_all: int, budget: int) -> None:
    """Bring the payslips' sum to the budget."""
    shared_out, last = 0, of.reps(s).shape[0] - 1
    for rep in range(last + 1):
        before = paid(s, rep, month)
        due = within_budget_fen(before, paid_all, budget, shared_out, rep == last)
        of.months(s)[rep, month].budget_fen = due - before
        shared_out += due


@njit(cache=True)
def repeat_buyers(s: State, month: int, end: int, window: int) -> tuple[int, int]:
    """Return how many customers bought again in a month, and of how many that could have."""
    first, repeat, could = of.month_starts(s)[month], 0, 0
    for customer in of.members(s)[: of.used(s)[MEMBERS]]:
        c = of.customers(s)[customer]
        number, day, again = c.last_purchase, c.last_day, False
        while number != NOBODY and day >= first:
            again |= day <= end
            number = of.purchases(s)[number].before
            if number != NOBODY:
                day = of.purchases(s)[number].day
        before = number != NOBODY and day >= first - window
        could += before
        repeat += before and again
    return repeat, could


@njit(cache=True)
def satisfy(s: State, month: int, day: int) -> None:
    """Note the mean satisfaction of each rep's customers in business; NaN without any."""
    world, reps = of.world(s)[0], of.reps(s).shape[0]
    total, count = np.zeros(reps, np.int64), np.zeros(reps, np.int64)
    for customer in of.members(s)[: of.used(s)[MEMBERS]]:
        c = of.customers(s)[customer]
        if day < c.leaves and day < c.defaults and (c.arrival < 0 or c.signed):
            total[c.rep] += satisfaction(world.satisfaction, world.satisfaction_weight, c.goodwill)
            count[c.rep] += 1
    for rep in range(reps):
        of.months(s)[rep, month].satisfaction = total[rep] / count[rep] / BILLION if count[rep] else math.nan


@njit(cache=True)
def career(s: State, rep: int, month: int, policy: int, rep_id: int) -> int:
    """Count the months on target and below, sanction or promote; return what happened."""
    m, r, p = of.months(s)[rep, month], of.reps(s)[rep], of.policies(s)[policy]
    r.on_target = r.on_target + 1 if m.sales_fen >= m.target_fen else 0
    if m.due_fen > 0:
        r.below = r.below + 1 if m.received_fen < p.malus_below * m.due_fen else 0
    if p.sanction and r.below >= p.sanction_months:
        return sanctions(s, rep, month, policy, rep_id)
    if not math.isnan(m.satisfaction) and earns_promotion(
        r.on_target,
        p.promotion_months,
        m.satisfaction,
        p.promotion_satisfaction,
        r.level,
        of.world(s)[0].highest_level,
    ):
        r.level, r.on_target = r.level + 1, 0
        return PROMOTION
    return NOTHING


@njit(cache=True)
def sanctions(s: State, rep: int, month: int, policy: int, rep_id: int) -> int:
    """Cut the pay or demote, which costs effort for a while; the rep may leave over it."""
    r, world = of.reps(s)[rep], of.world(s)[0]
    r.below = 0
    if draw(s, _QUIT, rep_id, month) < world.quits_when_sanctioned:
        r.level, r.on_target, r.sanctioned_until = 0, 0, NEVER
        r.vacant_until = month + world.vacancy_months
        r.new_until = r.vacant_until + world.new_months
        return QUIT
    r.sanctioned_until = month + of.policies(s)[policy].sanction_lasts_months
    if of.policies(s)[policy].sanction == 1:
        return PAY_CUT
    r.level = max(0, r.level - 1)
    return DEMOTION
