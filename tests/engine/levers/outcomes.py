"""What a lever may move, counted thing by thing from the book of a company."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from simkit.engine.line import INSTALMENT, PREPAYMENT, Line
from simkit.engine.order import Order
from tests.engine.levers.pull import SWITCH, Company, Outcome, Values

NEVER = 10**6
"""A day that no run reaches."""


def _day(day: int | None) -> int:
    return NEVER if day is None else day


def _on_credit(company: Company) -> Iterable[Line]:
    return (line for line in company.book.lines if line.kind != PREPAYMENT)


def _orders(value: Callable[[Order], float], first: bool = False) -> Callable[[Company], Values]:
    def of(company: Company) -> Values:
        return {o.order_id: value(o) for o in company.book.orders if o.is_new or not first}

    return of


def _slips(value: Callable[[Any], float]) -> Callable[[Company], Values]:
    return lambda company: {(slip.rep_id, slip.month): value(slip) for slip in company.book.payslips}


def _steps(value: Callable[[Any], float]) -> Callable[[Company], Values]:
    """Actions are (line, stage, step, desk, opened, finished, minutes, cost)."""
    return lambda company: {(row[0], row[2]): value(row) for row in company.book.actions}


def _served(worth: Callable[[Line], int]) -> Callable[[Company], Values]:
    """Worth, in whole numbers, of the lines that the risk officers have dealt with by the end of each day."""

    def of(company: Company) -> Values:
        lines = {line.line_id: line for line in company.book.lines}
        by_day = np.zeros(company.scenario.run.horizon_days, dtype=np.int64)
        for line_id, _, step, _, _, finished, *_ in company.book.actions:
            if step == "formal":
                by_day[finished] += worth(lines[line_id])
        return dict(enumerate(np.cumsum(by_day).tolist()))

    return of


def _overdue(company: Company) -> Values:
    horizon = company.scenario.run.horizon_days
    change = np.zeros(horizon + 1, dtype=np.int64)
    for line in _on_credit(company):
        first, last = line.due + 1, min(_day(line.closed), horizon)
        if first < last:
            change[first] += line.amount_fen
            change[last] -= line.amount_fen
    return dict(enumerate(np.cumsum(change).tolist()))


def _charged(kind: str) -> Callable[[Company], Values]:
    return lambda company: {
        line_id: amount for _, line_id, amount, what in company.book.receipts if what == kind
    }


def _tier_counts(company: Company) -> Values:
    """Customers in the best tiers together, for each month and each tier down to basic."""
    counts = {(month, tier): customers for month, tier, customers, _ in company.book.tiers}
    return {
        (month, worst): sum(counts[month, t] for t in range(worst + 1))
        for month, worst in counts
        if worst < 3
    }


def _treatment(company: Company) -> Values:
    costs: defaultdict[int, int] = defaultdict(int)
    for month, _, _, cost in company.book.tiers:
        costs[month] += cost
    return dict(costs)


def _scores_seen(company: Company) -> Values:
    seen: defaultdict[int, set[float]] = defaultdict(set)
    for order in company.book.orders:
        if order.day >= SWITCH:
            seen[order.customer.customer_id].add(order.score)
    return {customer_id: len(scores) for customer_id, scores in seen.items()}


def _budget_gap(company: Company) -> Values:
    paid, sales = defaultdict(int), defaultdict(int)
    for slip in company.book.payslips:
        paid[slip.month] += slip.total_fen
        sales[slip.month] += slip.sales_fen
    rate = company.scenario.policy.incentives.commission.rate
    return {month: abs(paid[month] - rate * max(0, sales[month])) for month in paid}


def _first_orders_of(grades: str) -> Callable[[Company], Values]:
    return lambda company: {
        o.order_id: _day(o.decided) for o in company.book.orders if o.is_new and "ABCD"[o.grade] in grades
    }


def _last_instalment(company: Company) -> Values:
    due: defaultdict[int, int] = defaultdict(int)
    for line in company.book.lines:
        if line.kind == INSTALMENT:
            due[line.order.order_id] = max(due[line.order.order_id], line.due)
    return dict(due)


SIGNED = ("signed", "delivered", "lapsed")

CALLED = Outcome("day a lead is called", lambda c: {lead.lead_id: _day(lead.called) for lead in c.book.leads})
COOLED = Outcome("lead has cooled off", lambda c: {lead.lead_id: lead.cooled for lead in c.book.leads})
STAGE = Outcome("stage a lead reaches", lambda c: {lead.lead_id: lead.stage for lead in c.book.leads}, -1)
ORDERED = Outcome("day of an order", _orders(lambda o: o.day), NEVER)
LIST_VALUE = Outcome("list value of an order", _orders(lambda o: o.list_value_fen))
DISCOUNT = Outcome("discount on an order", _orders(lambda o: o.discount_fen))
GRADE = Outcome("grade of an order (A 0 to D 3)", _orders(lambda o: o.grade))
TERM = Outcome("credit term of an order", _orders(lambda o: o.term_days))
SECURITY = Outcome("security of an order (none 0)", _orders(lambda o: o.security))
SIGNS = Outcome("order is signed", _orders(lambda o: o.status in SIGNED))
REFUSED = Outcome("order is refused", _orders(lambda o: o.status == "refused"))
LAPSED = Outcome("contract lapses", _orders(lambda o: o.status == "lapsed"))
BALANCE = Outcome("balance of an order", _orders(lambda o: o.balance_fen))
PREPAYMENT_FEN = Outcome("prepayment of an order", _orders(lambda o: o.prepayment_fen))
DECIDED = Outcome("day an order is decided", _orders(lambda o: _day(o.decided)))
FIRST_DECIDED = Outcome("day a first order is decided", _orders(lambda o: _day(o.decided), first=True))
FIRST_SIGNS = Outcome("first order is signed", _orders(lambda o: o.status in SIGNED, first=True))
FIRST_REFUSED = Outcome("first order is refused", _orders(lambda o: o.status == "refused", first=True))
FIRST_DISCOUNT = Outcome("discount on a first order", _orders(lambda o: o.discount_fen, first=True))
FIRST_TERM = Outcome("credit term of a first order", _orders(lambda o: o.term_days, first=True))
FIRST_SECURITY = Outcome("security of a first order", _orders(lambda o: o.security, first=True))
GOOD_DECIDED = Outcome("day a first order of grade A or B is decided", _first_orders_of("AB"))
WEAK_DECIDED = Outcome("day a first order of grade C or D is decided", _first_orders_of("CD"))
TIERED = Outcome("customers in the better tiers", _tier_counts)
TREATED = Outcome("cost of treatments in a month", _treatment)
SCORE = Outcome("score of a customer", lambda c: c.scores)
SCORES_SEEN = Outcome("different scores of a customer's orders", _scores_seen)
PAID = Outcome("day a line is paid", lambda c: {x.line_id: _day(x.paid) for x in _on_credit(c)}, NEVER)
PREPAID = Outcome(
    "day a prepayment comes",
    lambda c: {x.line_id: _day(x.paid) for x in c.book.lines if x.kind == PREPAYMENT},
)
DISPUTED = Outcome("line is disputed", lambda c: {x.line_id: x.disputed is not None for x in _on_credit(c)})
RECOVERED = Outcome(
    "recovered from a lost line", lambda c: {x.line_id: x.paid_fen for x in _on_credit(c) if x.paid is None}
)
WRITTEN_OFF = Outcome("written off a line", lambda c: {x.line_id: x.written_off_fen for x in _on_credit(c)})
OVERDUE = Outcome("overdue credit on a day", _overdue)
INTEREST = Outcome("interest on a line", _charged("interest"), 0)
PENALTY = Outcome("penalty on a line", _charged("penalty"), 0)
TAKEN = Outcome("day a step is taken", _steps(lambda row: row[5]), NEVER)
MINUTES = Outcome("minutes of a step", _steps(lambda row: row[6]))
COST = Outcome("cost of a step", _steps(lambda row: row[7]))
AMOUNT_SERVED = Outcome("amount dealt with by a day", _served(lambda x: x.amount_fen))
RISK_SERVED = Outcome(
    "expected loss dealt with by a day",
    _served(lambda x: round(x.amount_fen * (1 - x.order.customer.score / 100))),
)
AGE_SERVED = Outcome("age of what is dealt with by a day", _served(lambda x: -x.due))
LAST_DUE = Outcome("due date of the last instalment", _last_instalment)
FIRST_PART = Outcome(
    "first instalment",
    lambda c: {x.line_id: x.amount_fen for x in c.book.lines if x.line_id % 100 == INSTALMENT},
)
PARTS_DUE = Outcome(
    "due date of an instalment", lambda c: {x.line_id: x.due for x in c.book.lines if x.kind == INSTALMENT}
)
COMMISSION = Outcome("commission of a month", _slips(lambda slip: slip.commission_fen))
APPRAISAL = Outcome("appraisal of a month", _slips(lambda slip: slip.appraisal_fen))
AWARD = Outcome("award of a month", _slips(lambda slip: slip.award_fen))
TEAM_BONUS = Outcome("team bonus of a month", _slips(lambda slip: slip.team_bonus_fen))
CAREER = Outcome("raise or cut of a month", _slips(lambda slip: slip.career_fen))
TARGET = Outcome("target of a month", _slips(lambda slip: slip.target_fen))
LEVEL = Outcome("level of a rep", _slips(lambda slip: slip.level))
TRAINING = Outcome("cost of training of a month", _slips(lambda slip: slip.training_fen))
BUDGET_GAP = Outcome("gap between pay and budget of a month", _budget_gap)
