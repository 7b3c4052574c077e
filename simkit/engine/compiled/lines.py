"""The life of a receivable line, as `simkit.engine.receivables` and `simkit.engine.collecting` tell it."""

import math

from numba import njit

from simkit.behaviour.disputes import dispute_day, settlement_day
from simkit.behaviour.payment import NEVER, accrue_by_date, payment_day_by_date, threshold
from simkit.engine.calendar import ALERTS, ORDERS, RECEIPTS, SETTLEMENTS
from simkit.engine.compiled import state as of
from simkit.engine.compiled.chasing import (
    BALANCE,
    CREDITED,
    INSTALMENT,
    OPEN,
    PAID,
    PREPAYMENT,
    WRITTEN_OFF,
    answer,
    ask,
    next_alert,
    next_step,
    terms_on,
)
from simkit.engine.compiled.history import remember, settled_drivers
from simkit.engine.compiled.luck import draw
from simkit.engine.compiled.records import NOBODY
from simkit.engine.compiled.state import (
    ALERT,
    LINES,
    RECEIPT,
    SETTLEMENT,
    State,
    take,
)
from simkit.engine.compiled.state import RECEIPTS as RECEIPT_ROWS
from simkit.rules.contract import overdue_interest_fen, penalty_fen, share_of_fen
from simkit.rules.incentives import collection_commission_fen
from simkit.streams import Stream

UNDISPUTED, DISPUTED, SETTLED = range(3)
PAYS, GIVES_UP, SETTLES, DISPUTES, ANSWERS, ASKS, RECOVERS = range(7)
PAYMENT, INTEREST, PENALTY, RECOVERY = range(4)
PENDING, SIGNED, DELIVERED, LAPSED, DECLINED, REFUSED, WITHDRAWN = range(7)

_PAYMENT = int(Stream.PAYMENT)
_DISPUTE = int(Stream.DISPUTE)
_INTEREST = int(Stream.INTEREST)


@njit(cache=True)
def dated(s: State, order: int) -> int:
    """Return the day of an order's contract: when it was decided, while pending the day of the order."""
    o = of.orders(s)[order]
    return o.day if o.decided == NOBODY else o.decided


@njit(cache=True)
def issue(s: State, order: int, kind: int, day: int, minute: int, due: int, amount: int, number: int) -> None:
    """A receivable line comes on the book."""
    n = take(s, LINES, of.lines(s).shape[0])
    o, line = of.orders(s)[order], of.lines(s)[n]
    c = of.customers(s)[o.customer]
    line.line_id = o.order_id * 100 + kind + number
    line.order, line.customer, line.kind, line.grade = order, o.customer, kind, o.grade
    line.decided, line.issued, line.due, line.amount_fen = o.decided, day, due, amount
    line.drivers = settled_drivers(s, o.customer, day, due, amount)
    line.goal = threshold(draw(s, _PAYMENT, line.line_id, 0))
    line.force, line.shift, line.since, line.pays = 0.0, math.nan, day + 1, NEVER
    line.disputes, line.settles, line.dispute = NOBODY, NOBODY, UNDISPUTED
    line.stage, line.asked, line.asked_on, line.alert, line.notice_day = 0, 0, -1, 0, -1
    line.held_until, line.extension_asked, line.extended = 0, 0, NOBODY
    line.status, line.closed, line.paid_fen = OPEN, NOBODY, 0
    line.in_recovery, line.phase = 0, NOBODY
    if kind == BALANCE:
        disputable(s, n, order)
    if kind != PREPAYMENT:
        line.next_unjudged = c.unjudged
        c.unjudged, c.next_due = n, min(c.next_due, due)
        of.months(s)[c.rep, of.days(s)[min(due, of.days(s).shape[0] - 1)].month].due_fen += amount
    line.next_of_customer = c.last_line
    c.last_line = n
    goes_on(s, n, day, minute)


@njit(cache=True)
def disputable(s: State, n: int, order: int) -> None:
    """Note when the goods will be disputed, if still unpaid, and when that will be settled."""
    line, order_id = of.lines(s)[n], of.orders(s)[order].order_id
    policy = of.policies(s)[terms_on(s, dated(s, order))]
    if draw(s, _DISPUTE, order_id, 0) < policy.dispute_probability:
        line.disputes = dispute_day(draw(s, _DISPUTE, order_id, 1), line.issued, line.due)
        line.settles = settlement_day(
            draw(s, _DISPUTE, order_id, 2), line.disputes, of.world(s)[0].dispute_mean_days
        )


# -------------------------------------------------------------------- what moves a line


@njit(cache=True)
def in_dispute(s: State, n: int) -> bool:
    """Tell whether the customer disputes the goods, so that collection stands still."""
    return of.lines(s)[n].dispute == DISPUTED


@njit(cache=True)
def shift_of(s: State, n: int, policy: int) -> float:
    """Return everything in a line's payment logit but the bucket effect."""
    if in_dispute(s, n):
        return -math.inf
    line, world = of.lines(s)[n], of.world(s)[0]
    c = of.customers(s)[line.customer]
    shift = (
        line.drivers
        + world.quality_weight * c.quality
        + c.frailty
        + world.grade_shift[line.grade]
        + world.effort_elasticity * of.policies(s)[policy].log_collecting_effort
    )
    if line.stage:
        shift += world.stage_shift[line.stage - 1]
    if line.alert:
        shift += world.alert_shift[line.alert - 1]
    if line.kind == PREPAYMENT:
        return shift + world.prepayment_shift
    if line.kind == INSTALMENT:
        return shift + world.instalment_shift
    return shift


@njit(cache=True)
def moves(s: State, n: int, day: int) -> None:
    """Let what is now in force act from the start of a day on."""
    line = of.lines(s)[n]
    shift = shift_of(s, n, terms_on(s, day))
    if shift == line.shift:
        return
    if day > line.since:
        line.force = accrue_by_date(
            line.force,
            line.since - line.due,
            day - line.due,
            line.shift,
            of.alpha(s),
            of.bucket_starts(s),
            line.due,
            of.date_effects(s),
            of.date_counts(s),
        )
        line.since = day
    line.shift = shift
    paid = payment_day_by_date(
        line.force,
        line.goal,
        line.since - line.due,
        shift,
        of.alpha(s),
        of.bucket_starts(s),
        line.due,
        of.date_effects(s),
        of.date_counts(s),
    )
    line.pays = NEVER if paid == NEVER else line.due + paid


@njit(cache=True)
def goes_on(s: State, n: int, day: int, minute: int) -> None:
    """Let a line notice what is now in force, and wait for what happens to it next."""
    line = of.lines(s)[n]
    if of.customers(s)[line.customer].defaults <= day:
        recovers(s, n, day)
        return
    moves(s, n, day if minute < RECEIPTS else day + 1)
    event, when, phase = PAYS, line.pays, RECEIPT
    given_up = gives_up(s, n)
    if given_up < when:
        event, when = GIVES_UP, given_up
    if in_dispute(s, n):
        if line.settles <= when:
            event, when, phase = SETTLES, line.settles, SETTLEMENT
        waits(s, n, event, when, phase)
        return
    if line.disputes != NOBODY and line.dispute == UNDISPUTED and line.disputes < when:
        event, when, phase = DISPUTES, line.disputes, ALERT
    if line.kind != PREPAYMENT:
        earliest = day if minute <= ALERTS else day + 1
        answered = next_alert(s, n, earliest)
        if answered < when:
            event, when, phase = ANSWERS, answered, ALERT
        asked = next_step(s, n, earliest)
        if asked < when:
            event, when, phase = ASKS, asked, ALERT
    waits(s, n, event, when, phase)


@njit(cache=True)
def waits(s: State, n: int, event: int, day: int, phase: int) -> None:
    """Put a line into the list of the day on which something happens to it next, and out of the one it is in."""
    line = of.lines(s)[n]
    leaves(s, n)
    line.event, line.event_day = event, day
    if day < of.run(s)[0].horizon:
        line.phase = phase
        line.before, line.after = NOBODY, of.line_lists(s)[phase, day]
        if line.after != NOBODY:
            of.lines(s)[line.after].before = n
        of.line_lists(s)[phase, day] = n


@njit(cache=True)
def leaves(s: State, n: int) -> None:
    """Take a line out of the list it waits in."""
    line = of.lines(s)[n]
    if line.phase == NOBODY:
        return
    if line.before == NOBODY:
        of.line_lists(s)[line.phase, line.event_day] = line.after
    else:
        of.lines(s)[line.before].after = line.after
    if line.after != NOBODY:
        of.lines(s)[line.after].before = line.before
    line.phase = NOBODY


@njit(cache=True)
def gives_up(s: State, n: int) -> int:
    """Return the day on which a prepayment lapses or a debt is written off."""
    line = of.lines(s)[n]
    if line.kind == PREPAYMENT:
        return line.issued + of.policies(s)[terms_on(s, line.issued)].lapse_days
    day = line.due + of.policies(s)[terms_on(s, line.due)].write_off_days
    return max(day, line.settles) if line.dispute != UNDISPUTED else day


# -------------------------------------------------------------------- a day's lists


@njit(cache=True)
def settlements(s: State, day: int) -> None:
    """Disputes are settled: lines can be paid and chased again."""
    while of.line_lists(s)[SETTLEMENT, day] != NOBODY:
        n = of.line_lists(s)[SETTLEMENT, day]
        line = of.lines(s)[n]
        leaves(s, n)
        line.dispute = SETTLED
        goes_on(s, n, day, SETTLEMENTS)


@njit(cache=True)
def receipts(s: State, day: int) -> None:
    """Payments and recoveries arrive, prepayments lapse, old debts are written off."""
    while of.line_lists(s)[RECEIPT, day] != NOBODY:
        n = of.line_lists(s)[RECEIPT, day]
        event = of.lines(s)[n].event
        leaves(s, n)
        if event == PAYS:
            settle(s, n, day)
        elif event == GIVES_UP:
            abandon(s, n, day)
        else:
            recovered(s, n, day)


@njit(cache=True)
def alerts(s: State, day: int) -> None:
    """Disputes are raised, alerts answered, lines that have come to light put before a desk."""
    while of.line_lists(s)[ALERT, day] != NOBODY:
        n = of.line_lists(s)[ALERT, day]
        line = of.lines(s)[n]
        leaves(s, n)
        if line.event == DISPUTES:
            line.dispute = DISPUTED
            of.customers(s)[line.customer].goodwill += of.world(s)[0].felt_dispute
        elif line.event == ANSWERS:
            answer(s, n, day)
        else:
            ask(s, n, day)
        goes_on(s, n, day, ALERTS)


@njit(cache=True)
def wake_all(s: State, day: int, minute: int) -> None:
    """Let every open line notice that something has changed."""
    for n in range(of.used(s)[LINES]):
        line = of.lines(s)[n]
        if line.closed == NOBODY and not line.in_recovery:
            goes_on(s, n, day, minute)


# -------------------------------------------------------------------- cash


@njit(cache=True)
def receipt(s: State, n: int, day: int, amount: int, kind: int) -> None:
    """Note cash that came in."""
    row = of.receipts(s)[take(s, RECEIPT_ROWS, of.receipts(s).shape[0])]
    row.day, row.line, row.amount_fen, row.kind = day, n, amount, kind


@njit(cache=True)
def close(s: State, n: int, day: int, status: int) -> None:
    """Take a line off the book."""
    line = of.lines(s)[n]
    line.closed, line.status = day, status
    if line.kind != PREPAYMENT:
        of.customers(s)[line.customer].exposure_fen -= line.amount_fen


@njit(cache=True)
def settle(s: State, n: int, day: int) -> None:
    """Cash comes in; a prepayment sets the goods moving."""
    line = of.lines(s)[n]
    agreed = of.policies(s)[terms_on(s, line.decided)]
    rep, month, due_month = (
        of.customers(s)[line.customer].rep,
        of.days(s)[day].month,
        of.days(s)[min(line.due, of.days(s).shape[0] - 1)].month,
    )
    line.paid_fen = line.amount_fen
    close(s, n, day, PAID)
    receipt(s, n, day, line.amount_fen, PAYMENT)
    of.months(s)[rep, month].collection_fen += collection_commission_fen(
        line.amount_fen, agreed.rate, agreed.signing_share
    )
    if line.kind == PREPAYMENT:
        ship(s, line.order, day, RECEIPTS)
        return
    remember(s, n, day)
    if month <= due_month:
        of.months(s)[rep, due_month].received_fen += line.amount_fen
    if day > line.due:
        charge(s, n, day)


@njit(cache=True)
def charge(s: State, n: int, day: int) -> None:
    """Interest and penalty are due on a late line by the terms it was signed on, and collected on some."""
    line = of.lines(s)[n]
    if draw(s, _INTEREST, line.line_id, 0) >= of.world(s)[0].interest_collected_share:
        return
    policy, late = of.policies(s)[terms_on(s, dated(s, line.order))], day - line.due
    interest = overdue_interest_fen(line.amount_fen, late, policy.overdue_interest_per_day)
    if interest:
        receipt(s, n, day, interest, INTEREST)
    if line.kind == BALANCE:
        o = of.orders(s)[line.order]
        value = o.list_value_fen - o.discount_fen
        penalty = penalty_fen(value, late, policy.penalty_share, policy.penalty_after_days)
        if penalty:
            receipt(s, n, day, penalty, PENALTY)


@njit(cache=True)
def abandon(s: State, n: int, day: int) -> None:
    """A contract whose prepayment never came lapses; a debt chased too long is written off."""
    line = of.lines(s)[n]
    if line.kind != PREPAYMENT:
        close(s, n, day, WRITTEN_OFF)
        return
    o = of.orders(s)[line.order]
    c, agreed = of.customers(s)[o.customer], of.policies(s)[terms_on(s, o.decided)]
    o.status = LAPSED
    value = o.list_value_fen - o.discount_fen
    c.exposure_fen -= value - o.prepayment_fen
    month = of.months(s)[c.rep, of.days(s)[day].month]
    month.sales_fen -= value
    month.signing_fen -= share_of_fen(value, agreed.rate * agreed.signing_share)
    close(s, n, day, CREDITED)


# -------------------------------------------------------------------- default


@njit(cache=True)
def defaults(s: State, day: int) -> None:
    """Customers default: their open lines stop paying and go to legal recovery."""
    customer = of.defaulters(s)[day]
    while customer != NOBODY:
        c = of.customers(s)[customer]
        n = c.last_line
        while n != NOBODY:
            if of.lines(s)[n].closed == NOBODY and not of.lines(s)[n].in_recovery:
                recovers(s, n, day)
            n = of.lines(s)[n].next_of_customer
        customer = c.next_default


@njit(cache=True)
def recovers(s: State, n: int, day: int) -> None:
    """After default a share comes back by security, some months later; a prepayment just lapses."""
    line = of.lines(s)[n]
    line.in_recovery = 1
    if line.kind == PREPAYMENT:
        waits(s, n, GIVES_UP, gives_up(s, n), RECEIPT)
        return
    c = of.customers(s)[line.customer]
    waits(s, n, RECOVERS, max(c.defaults + of.world(s)[0].recovery_lag_days, day + 1), RECEIPT)


@njit(cache=True)
def recovered(s: State, n: int, day: int) -> None:
    """Legal recovery has brought what it brings; the rest is written off."""
    line = of.lines(s)[n]
    line.paid_fen = share_of_fen(line.amount_fen, of.world(s)[0].recovery[of.orders(s)[line.order].security])
    close(s, n, day, WRITTEN_OFF)
    if line.paid_fen:
        receipt(s, n, day, line.paid_fen, RECOVERY)


# -------------------------------------------------------------------- goods


@njit(cache=True)
def ship(s: State, order: int, day: int, minute: int) -> None:
    """The goods are on their way; some days later they are accepted."""
    arrives = day + of.world(s)[0].acceptance_days
    if arrives >= of.run(s)[0].horizon:
        return
    if arrives == day and minute >= ORDERS:
        accept(s, order, day, minute)
    else:
        o = of.orders(s)[order]
        o.next = of.deliveries(s)[arrives]
        of.deliveries(s)[arrives] = order


@njit(cache=True)
def deliveries(s: State, day: int) -> None:
    """Goods accepted today are invoiced."""
    while of.deliveries(s)[day] != NOBODY:
        order = of.deliveries(s)[day]
        of.deliveries(s)[day] = of.orders(s)[order].next
        accept(s, order, day, ORDERS)


@njit(cache=True)
def accept(s: State, order: int, day: int, minute: int) -> None:
    """The customer accepts the goods; the balance is invoiced."""
    o = of.orders(s)[order]
    o.delivered, o.status = day, DELIVERED
    balance = o.list_value_fen - o.discount_fen - o.prepayment_fen
    if balance:
        issue(s, order, BALANCE, day, minute, day + o.term_days, balance, 0)
