"""Approval of orders, as `simkit.engine.approvals` tells it: reviews and the joint meeting."""

import numpy as np
from numba import njit

from simkit.behaviour.leads import wait_days
from simkit.engine.calendar import APPROVALS, DAY
from simkit.engine.compiled import state as of
from simkit.engine.compiled.chasing import terms_on
from simkit.engine.compiled.customers import CREDIT, NO_RULING, decide, excess_fen
from simkit.engine.compiled.desks import MEETING, REVIEW, REVIEWERS, submit
from simkit.engine.compiled.luck import draw
from simkit.engine.compiled.records import NOBODY
from simkit.engine.compiled.state import AGENDA, REVIEWED, Ints, State
from simkit.rules.approval import review_class, route_of, ruling
from simkit.streams import Stream

DIRECT, REVIEWED_ONLY, BY_MEETING = range(3)

_PAPERS = int(Stream.PAPERS)


@njit(cache=True)
def takes(s: State, order: int, day: int, minute: int) -> None:
    """An order is decided at once, or goes to the risk desk when its papers are complete."""
    o, policy = of.orders(s)[order], terms_on(s, day)
    c, p = of.customers(s)[o.customer], of.policies(s)[policy]
    o.route = route_of(
        p.admission[c.grade] == CREDIT,
        o.is_new == 1,
        excess_fen(s, order, policy) > 0,
        c.score,
        p.review_new == 1,
        p.review_over_limit == 1,
        p.meeting == 1,
        p.below_score,
    )
    if o.route == DIRECT:
        decide(s, order, day, minute, NO_RULING)
        return
    complete = day
    if o.is_new:
        complete += wait_days(draw(s, _PAPERS, o.order_id, 0), of.world(s)[0].papers_days)
    if complete < of.run(s)[0].horizon:
        o.next = of.papers(s)[complete]
        of.papers(s)[complete] = order


@njit(cache=True)
def papers(s: State, day: int) -> None:
    """Applications whose papers are complete are put before the risk desk."""
    p = of.policies(s)[terms_on(s, day)]
    while of.papers(s)[day] != NOBODY:
        order = of.papers(s)[day]
        o = of.orders(s)[order]
        of.papers(s)[day] = o.next
        first = review_class(of.customers(s)[o.customer].grade, p.good_grades_first == 1)
        key = float(first * of.run(s)[0].horizon + o.day)
        submit(s, REVIEWERS, key, o.order_id, order, 0, REVIEW, day, p.review_minutes, 0)


@njit(cache=True)
def hand_over(s: State, order: int, day: int) -> None:
    """A reviewed application goes to the decision of the next day, or before the meeting."""
    o = of.orders(s)[order]
    if o.route == BY_MEETING:
        of.desk_months(s)[MEETING, of.days(s)[day].month].submitted += 1
        o.handed_over = day
        of.agenda(s)[of.used(s)[AGENDA]] = order
        of.used(s)[AGENDA] += 1
    else:
        of.reviewed(s)[of.used(s)[REVIEWED]] = order
        of.used(s)[REVIEWED] += 1


@njit(cache=True)
def by_id(s: State, orders: Ints) -> Ints:
    """Return orders by their ids."""
    ids = np.empty(orders.size, np.int64)
    for at in range(orders.size):
        ids[at] = of.orders(s)[orders[at]].order_id
    return orders[np.argsort(ids, kind="mergesort")]


@njit(cache=True)
def approvals(s: State, day: int) -> None:
    """What was reviewed until yesterday is decided, and on meeting days the agenda."""
    size = of.used(s)[REVIEWED]
    if size:
        of.used(s)[REVIEWED] = 0
        for order in by_id(s, of.reviewed(s)[:size]):
            decide(s, order, day, APPROVALS, NO_RULING)
    if not of.used(s)[AGENDA]:
        return
    policy = terms_on(s, day)
    if not of.policies(s)[policy].meeting:
        meet(s, day, of.used(s)[AGENDA], False)
    elif of.days(s)[day].meets[policy]:
        meet(s, day, min(of.used(s)[AGENDA], of.policies(s)[policy].meeting_capacity), True)


@njit(cache=True)
def meet(s: State, day: int, capacity: int, rules: bool) -> None:
    """Settle the cases that have waited longest; without a meeting each is decided like any other."""
    size = of.used(s)[AGENDA]
    agenda = by_id(s, of.agenda(s)[:size])
    waiting_since = np.empty(size, np.int64)
    for at in range(size):
        waiting_since[at] = of.orders(s)[agenda[at]].handed_over
    agenda = agenda[np.argsort(waiting_since, kind="mergesort")]
    for at in range(capacity, size):
        of.agenda(s)[at - capacity] = agenda[at]
    of.used(s)[AGENDA] = size - capacity
    month, p = of.desk_months(s)[MEETING, of.days(s)[day].month], of.policies(s)[terms_on(s, day)]
    for order in agenda[:capacity]:
        month.started += 1
        month.waiting_minutes += (day - of.orders(s)[order].handed_over) * DAY
        verdict = NO_RULING
        if rules:
            score = of.customers(s)[of.orders(s)[order].customer].score
            verdict = ruling(score, p.collateral_below, p.refuse_below)
        decide(s, order, day, APPROVALS, verdict)
