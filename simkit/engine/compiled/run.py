"""The days of a region, one after the other (see `simkit.engine.calendar` for the order of work inside a day)."""

import numpy as np
from numba import njit

from simkit.engine.calendar import APPROVALS, ORDERS, SWITCH
from simkit.engine.compiled import state as of
from simkit.engine.compiled.approvals import approvals, hand_over, papers, takes
from simkit.engine.compiled.chasing import terms_on
from simkit.engine.compiled.customers import enters, in_business, may_default, place_order, review, ticks
from simkit.engine.compiled.desks import REVIEW, forget, open_desks, staff
from simkit.engine.compiled.effects import take_effect
from simkit.engine.compiled.leads import leads_day
from simkit.engine.compiled.lines import (
    alerts,
    defaults,
    deliveries,
    receipts,
    settlements,
    wake_all,
)
from simkit.engine.compiled.records import NOBODY
from simkit.engine.compiled.state import MEMBERS, Ints, State
from simkit.engine.compiled.team import close_month

PLACES = 16


@njit(cache=True)
def open_books(s: State) -> None:
    """Let those who are on the books enter the region before its first day."""
    for customer in range(of.customers(s).shape[0]):
        if of.customers(s)[customer].arrival < 0:
            enters(s, customer)
            may_default(s, customer)


@njit(cache=True, nogil=True)
def run_days(s: State, rep_ids: Ints, first: int, end: int) -> None:
    """Simulate a region from one day on, before which it is open, until the day before another."""
    if first == 0:
        open_books(s)
    for day in range(first, end):
        if day == of.run(s)[0].switch:
            wake_all(s, day, SWITCH)
            staff(s, day)
        defaults(s, day)
        settlements(s, day)
        receipts(s, day)
        if of.days(s)[day].reviews:
            reviews(s, day)
        deliveries(s, day)
        orders(s, day, ORDERS)
        leads_day(s, day)
        approvals(s, day)
        orders(s, day, APPROVALS)  # of customers who were won today
        papers(s, day)
        alerts(s, day)
        open_desks(s, day)
        effects(s, day)
        if of.days(s)[day].month_end == day:
            close_month(s, day, terms_on(s, day), rep_ids)


@njit(cache=True)
def reviews(s: State, day: int) -> None:
    """All customers are reviewed where a stretch of constant order rates begins."""
    for customer in of.members(s)[: of.used(s)[MEMBERS]]:
        c = of.customers(s)[customer]
        if c.arrival < 0 or c.signed:
            review(s, customer, day)


@njit(cache=True)
def orders(s: State, day: int, minute: int) -> None:
    """Customers order whose clock says so."""
    while of.buyers(s)[day] != NOBODY:
        customer = of.buyers(s)[day]
        of.buyers(s)[day] = of.customers(s)[customer].next
        if in_business(s, customer, day):
            takes(s, place_order(s, customer, day, NOBODY), day, minute)
            ticks(s, customer, day)


@njit(cache=True)
def effects(s: State, day: int) -> None:
    """Steps that desks finished today are felt, line by line; reviews are handed over."""
    size, number = 0, of.finished(s)[day]
    while number != NOBODY:
        size += 1
        number = of.jobs(s)[number].next
    done, place = np.empty(size, np.int64), np.empty(size, np.int64)
    number = of.finished(s)[day]
    for at in range(size):
        job = of.jobs(s)[number]
        done[at] = number
        place[at] = -1 if job.kind == REVIEW else of.lines(s)[job.subject].line_id * PLACES
        if job.kind == 0:
            place[at] += job.stage
        number = job.next
    for at in np.argsort(place, kind="mergesort"):
        if of.jobs(s)[done[at]].kind == REVIEW:
            hand_over(s, of.jobs(s)[done[at]].subject, day)
        else:
            take_effect(s, done[at], day)
        forget(s, done[at])
