"""The funnel, as `simkit.engine.funnel` tells it: calls, qualifying, proposal, negotiation."""

from numba import njit

from simkit.behaviour.leads import stage_odds, wait_days
from simkit.engine.calendar import LEADS as LEADS_MINUTE
from simkit.engine.compiled import state as of
from simkit.engine.compiled.approvals import takes
from simkit.engine.compiled.chasing import terms_on
from simkit.engine.compiled.customers import enters, in_business, may_default, place_order, score
from simkit.engine.compiled.luck import draw
from simkit.engine.compiled.records import NOBODY
from simkit.engine.compiled.state import LEADS, MEMBERS, WAITING, State
from simkit.engine.compiled.team import log_effort, present
from simkit.rules.funnel import cools_off
from simkit.streams import Stream

LOST = 1
QUALIFIED, PROPOSAL, NEGOTIATION = range(1, 4)

_LEAD = int(Stream.LEAD)
_CALL = int(Stream.CALL)
_STAGE_WAIT = int(Stream.STAGE_WAIT)


@njit(cache=True)
def leads_day(s: State, day: int) -> None:
    """Leads arrive, are called on working days, and move on in the funnel."""
    arrive(s, day)
    if of.used(s)[WAITING] and of.days(s)[day].working:
        call(s, day)
    while of.pursued(s)[day] != NOBODY:
        number = of.pursued(s)[day]
        of.pursued(s)[day] = of.leads(s)[number].next
        negotiates(s, number, day)


@njit(cache=True)
def arrive(s: State, day: int) -> None:
    """The leads of a day come, as far as the policy's marketing reaches them."""
    policy, world = of.policies(s)[terms_on(s, day)], of.world(s)[0]
    while of.used(s)[LEADS] < of.leads(s).shape[0]:
        number = of.used(s)[LEADS]
        lead = of.leads(s)[number]
        if lead.arrival > day:
            return
        of.used(s)[LEADS] = number + 1
        if lead.reach < policy.marketing[lead.channel - 1]:
            forgotten = wait_days(draw(s, _CALL, lead.lead_id, 0), world.forgetting_days)
            lead.came, lead.remembered = 1, day + forgotten
            of.waiting(s)[of.used(s)[WAITING]] = number
            of.used(s)[WAITING] += 1


@njit(cache=True)
def call(s: State, day: int) -> None:
    """Reps call the leads they have in mind, the oldest first, as many as they can."""
    reminded = of.policies(s)[terms_on(s, day)].crm_reminder
    able = present(s, day) * of.world(s)[0].calls_per_rep
    kept = 0
    for at in range(of.used(s)[WAITING]):
        number = of.waiting(s)[at]
        if able and (reminded or of.leads(s)[number].remembered <= day):
            able -= 1
            calls(s, number, day)
        else:
            of.waiting(s)[kept] = number
            kept += 1
    of.used(s)[WAITING] = kept


@njit(cache=True)
def calls(s: State, number: int, day: int) -> None:
    """A lead is called: it qualifies or is lost, and less often when it has cooled off."""
    lead, world = of.leads(s)[number], of.world(s)[0]
    lead.called = day
    reminded = of.policies(s)[terms_on(s, day)].crm_reminder == 1
    lead.cooled = cools_off(lead.arrival, day, world.cooling_days, reminded)
    cooled = world.cooled if lead.cooled else 0.0
    if passes(s, number, QUALIFIED, world.qualified[lead.channel - 1], day, cooled):
        lead.stage, lead.qualified = QUALIFIED, day
        pursues(s, number, day)
    else:
        lead.decided, lead.outcome = day, LOST


@njit(cache=True)
def passes(s: State, number: int, stage: int, conversion: float, day: int, cooled: float) -> bool:
    """Tell whether a lead passes a stage, given its rep's effort."""
    lead = of.leads(s)[number]
    effort = of.policies(s)[terms_on(s, day)].winning_shift + log_effort(s, lead.rep, day)
    return draw(s, _LEAD, lead.lead_id, stage) < stage_odds(conversion, effort + cooled)


@njit(cache=True)
def pursues(s: State, number: int, day: int) -> None:
    """Work on a lead until the day on which it decides on its next stage."""
    lead, world = of.leads(s)[number], of.world(s)[0]
    stage = lead.stage + 1
    mean_days = world.proposal_days if stage == PROPOSAL else world.negotiation_days
    luck = draw(s, _STAGE_WAIT, lead.lead_id, stage)
    decides = day + wait_days(luck, mean_days)
    if decides < of.run(s)[0].horizon:
        lead.next = of.pursued(s)[decides]
        of.pursued(s)[decides] = number


@njit(cache=True)
def negotiates(s: State, number: int, day: int) -> None:
    """A lead asks for a proposal, or applies, or is lost."""
    lead, world = of.leads(s)[number], of.world(s)[0]
    channel, stage = lead.channel - 1, lead.stage + 1
    conversion = world.proposal[channel] if stage == PROPOSAL else world.negotiation[channel]
    if not passes(s, number, stage, conversion, day, 0.0):
        lead.decided, lead.outcome = day, LOST
        return
    lead.stage = stage
    if stage == PROPOSAL:
        lead.proposed = day
        pursues(s, number, day)
        return
    lead.applied = day
    enters(s, lead.customer)
    if not in_business(s, lead.customer, day):
        of.customers(s)[lead.customer].active = 0
        of.used(s)[MEMBERS] -= 1
        lead.decided, lead.outcome = day, LOST
        return
    score(s, lead.customer, day, terms_on(s, day))
    lead.score, lead.grade = of.customers(s)[lead.customer].score, of.customers(s)[lead.customer].grade
    may_default(s, lead.customer)
    takes(s, place_order(s, lead.customer, day, number), day, LEADS_MINUTE)
