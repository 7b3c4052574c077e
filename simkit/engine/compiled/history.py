"""How a customer has paid so far, as `simkit.engine.order` and `simkit.engine.delays` tell it."""

from numba import njit

from simkit.behaviour.payment import counted_delay, drivers, late_share, mean_delay, remembered
from simkit.engine.compiled import state as of
from simkit.engine.compiled.chasing import PAID
from simkit.engine.compiled.records import NO_DUE_DATE, NOBODY
from simkit.engine.compiled.state import State


@njit(cache=True)
def history(s: State, customer: int, day: int) -> float:
    """Return the shrunk share of late lines among those whose due date has passed before a day."""
    c, world = of.customers(s)[customer], of.world(s)[0]
    if c.next_due < day:
        judge(s, customer, day)
    return late_share(c.late_lines, c.known_lines, world.history_prior_share, world.history_prior_lines)


@njit(cache=True)
def judge(s: State, customer: int, day: int) -> None:
    """Count the customer's lines whose due date has passed before a day, and those that were not paid by then."""
    c = of.customers(s)[customer]
    n, before, next_due = c.unjudged, NOBODY, NO_DUE_DATE
    while n != NOBODY:
        line = of.lines(s)[n]
        following = line.next_unjudged
        if line.due < day:
            c.known_lines += 1
            if line.status != PAID or line.closed > line.due:
                c.late_lines += 1
            if before == NOBODY:
                c.unjudged = following
            else:
                of.lines(s)[before].next_unjudged = following
        else:
            before, next_due = n, min(next_due, line.due)
        n = following
    c.next_due = next_due


@njit(cache=True)
def remember(s: State, n: int, day: int) -> None:
    """A line is paid, and its customer remembered for how late: by month, and by day of the last that brought cash."""
    line, world = of.lines(s)[n], of.world(s)[0]
    c = of.customers(s)[line.customer]
    if day > c.last_paid:
        months = of.days(s)[day].month - of.days(s)[c.last_paid].month
        if months:
            c.delay_days = remembered(c.delay_days, c.month_days, months, world.delay_memory)
            c.delay_lines = remembered(c.delay_lines, c.month_lines, months, world.delay_memory)
            c.month_days, c.month_lines = 0, 0
        c.today_days, c.today_lines, c.last_paid = 0, 0, day
    delay = counted_delay(day, line.due)
    c.month_days += delay
    c.today_days += delay
    c.month_lines += 1
    c.today_lines += 1


@njit(cache=True)
def delay(s: State, customer: int, day: int) -> float:
    """Return the shrunk mean days late of the lines paid before a day."""
    c, world = of.customers(s)[customer], of.world(s)[0]
    days, lines = c.month_days, c.month_lines
    if c.last_paid == day:
        days -= c.today_days
        lines -= c.today_lines
    months = of.days(s)[day].month - of.days(s)[c.last_paid].month
    return mean_delay(
        remembered(c.delay_days, days, months, world.delay_memory),
        remembered(c.delay_lines, lines, months, world.delay_memory),
        world.delay_prior_days,
        world.delay_prior_lines,
    )


@njit(cache=True)
def settled_drivers(s: State, customer: int, day: int, due: int, amount: int) -> float:
    """Return the part of a line's payment logit that is settled on the day of issue."""
    world = of.world(s)[0]
    return drivers(
        history(s, customer, day),
        delay(s, customer, day),
        due - day,
        amount,
        world.order_value_fen,
        world.history_weight,
        world.delay_weight,
        world.term_weight,
        world.amount_weight,
    )
