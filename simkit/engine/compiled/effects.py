"""What steps that desks have finished do, as `simkit.engine.collecting` tells it."""

from numba import njit

from simkit.engine.calendar import EFFECTS
from simkit.engine.compiled import state as of
from simkit.engine.compiled.chasing import BALANCE, FORMAL, INSTALMENT, PLAN, RESCHEDULED, action, terms_on
from simkit.engine.compiled.desks import EXTENSION, needed
from simkit.engine.compiled.lines import close, goes_on, issue, leaves
from simkit.engine.compiled.luck import draw
from simkit.engine.compiled.state import State
from simkit.rules.collections import instalment_fen
from simkit.streams import Stream

_PLAN = int(Stream.PLAN)
_EXTENSION = int(Stream.EXTENSION)


@njit(cache=True)
def take_effect(s: State, job: int, day: int) -> None:
    """A step or an extension is felt, if it is still needed, and moves its line from tomorrow on."""
    j = of.jobs(s)[job]
    n = j.subject
    step = 0 if j.kind == EXTENSION else j.stage
    action(s, n, step, step, j.desk, j.asked, day, j.minutes, j.cost_fen)
    if not needed(s, job):  # settled, or overtaken by a later step, while it was in hand
        return
    if j.kind == EXTENSION:
        extend(s, n, day)
    elif act(s, n, j.stage, day):
        return
    goes_on(s, n, day, EFFECTS)


@njit(cache=True)
def act(s: State, n: int, stage: int, day: int) -> bool:
    """A step has been taken; tell whether the line has become a plan of instalments."""
    line, world = of.lines(s)[n], of.world(s)[0]
    of.customers(s)[line.customer].goodwill += world.felt[stage - 1]
    line.stage = stage
    if stage == FORMAL:
        line.notice_day = day
    if stage == PLAN and line.kind == BALANCE and draw(s, _PLAN, line.line_id, 0) < world.plan_acceptance:
        reschedule(s, n, day)
        return True
    return False


@njit(cache=True)
def extend(s: State, n: int, day: int) -> None:
    """A core customer gets more time if it brings a guarantor; else the ladder goes on."""
    line = of.lines(s)[n]
    line.held_until = 0
    if draw(s, _EXTENSION, line.line_id, 0) < of.world(s)[0].extension_acceptance:
        line.held_until = day + of.policies(s)[terms_on(s, day)].extension_days
        line.extended = line.held_until
        o = of.orders(s)[line.order]
        o.security = max(o.security, 1)


@njit(cache=True)
def reschedule(s: State, n: int, day: int) -> None:
    """The debt becomes instalments; the remainder falls due with the last."""
    line, policy = of.lines(s)[n], of.policies(s)[terms_on(s, day)]
    leaves(s, n)
    close(s, n, day, RESCHEDULED)
    of.customers(s)[line.customer].exposure_fen += line.amount_fen
    for number in range(1, policy.instalments + 1):
        amount = instalment_fen(line.amount_fen, policy.instalment_share, policy.instalments, number)
        if amount:
            due = day + number * policy.instalment_interval_days
            issue(s, line.order, INSTALMENT, day, EFFECTS, due, amount, number - 1)
