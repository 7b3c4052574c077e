"""Leads: who comes, when each is called, and how far it gets."""

import math
from types import SimpleNamespace as Row

from simkit.streams import Stream
from tests.engine.recount.customers import grade, score
from tests.engine.recount.reps import vacant, winning
from tests.engine.recount.tables import SIGNED, Recount, exponential_days

CHANNELS = ("on_the_books", "online_ads", "trade_fairs", "partners")
QUALIFIED, PROPOSAL, NEGOTIATION = 1, 2, 3


def leads_expected(recount: Recount, region: str) -> list[Row]:
    """Every lead of a region, day by day: reps call whom they have in mind, the oldest first, until the day is full."""
    people = [p for p in recount.people.values() if p.region == region and p.arrival_day >= 0]
    found, waiting = [], []
    for day in range(recount.horizon):
        policy, reps = recount.policy(day), recount.reps_of[region]
        for person in people:
            reach = getattr(policy.funnel.marketing, CHANNELS[person.channel])
            if person.arrival_day == day and person.reach < reach:
                found.append(arrives(recount, person))
                waiting.append(found[-1])
        calls = sum(not vacant(recount, rep_id, recount.month(day)) for rep_id in reps)
        calls *= recount.world.funnel.calls_per_rep
        for lead in list(waiting) if recount.works(day) else []:
            wait = exponential_days(
                recount.draw(Stream.CALL, lead.customer_id), recount.world.funnel.forgetting_days
            )
            if calls and (policy.funnel.crm_reminder or day >= lead.arrival_date + wait):
                calls -= 1
                waiting.remove(lead)
                is_called(recount, lead, day)
    return found


def arrives(recount: Recount, person: Row) -> Row:
    channel = CHANNELS[person.channel]
    return Row(
        customer_id=person.customer_id, rep_id=person.rep_id, channel=channel, arrival_date=person.arrival_day,
        called_date=None, qualified_date=None, proposal_date=None, application_date=None, decided_date=None,
        stage="lead", outcome="open", cooled=False, score=None, grade=None,
        lead_fen=getattr(recount.world.funnel.channels, channel).lead_fen,
        period=recount.period(person.arrival_day),
    )  # fmt: skip


def is_called(recount: Recount, lead: Row, day: int) -> None:
    """From the call to the application, as far as the lead passes."""
    world, reminded = recount.world.funnel, recount.policy(day).funnel.crm_reminder
    usual = getattr(world.channels, lead.channel)
    lead.called_date = day
    lead.cooled = not reminded and day >= lead.arrival_date + world.cooling_days
    if not passes(recount, lead, QUALIFIED, usual.qualified, day, world.cooled * lead.cooled):
        lead.decided_date, lead.outcome = day, "lost"
        return
    lead.qualified_date, lead.stage = day, "qualified"
    for stage, name, odds, mean_days in (
        (PROPOSAL, "proposal", usual.proposal, world.proposal_days),
        (NEGOTIATION, "application", usual.negotiation, world.negotiation_days),
    ):
        day += exponential_days(recount.draw(Stream.STAGE_WAIT, lead.customer_id, stage), mean_days)
        if day >= recount.horizon:
            return
        if not passes(recount, lead, stage, odds, day):
            lead.decided_date, lead.outcome = day, "lost"
            return
        setattr(lead, f"{name}_date", day)
        lead.stage = "negotiation" if name == "application" else name
    applies(recount, lead, day)


def passes(recount: Recount, lead: Row, stage: int, usual: float, day: int, cooled: float = 0.0) -> bool:
    logit = math.log(usual / (1 - usual)) + winning(recount, lead.rep_id, day) + cooled
    return recount.draw(Stream.LEAD, lead.customer_id, stage) < 1 / (1 + math.exp(-logit))


def applies(recount: Recount, lead: Row, day: int) -> None:
    """An applicant still in business is scored, and its first order decides."""
    if recount.gone(lead.customer_id, day):
        lead.decided_date, lead.outcome = day, "lost"
        return
    lead.score = score(recount, lead.customer_id, day)
    lead.grade = grade(recount, lead.score, day)
    first = recount.orders_of[lead.customer_id][0]
    if first.status == "pending":
        return
    lead.decided_date = first.decided_date
    if first.status in SIGNED:
        lead.stage, lead.outcome = "signed", "won"
    else:
        lead.outcome = "refused" if first.status == "refused" else "lost"
