"""Receivable lines: which there are, what becomes of each, and the cash it brings."""

import math
from bisect import bisect_right
from calendar import monthrange
from types import SimpleNamespace as Row
from typing import Any

from simkit.streams import Stream
from tests.engine.recount.customers import late_share, mean_delay
from tests.engine.recount.office import STAGES, Chased, chased
from tests.engine.recount.reps import cash_share_change
from tests.engine.recount.tables import SIGNED, Recount, exponential_days, half_up


def lines_expected(recount: Recount, order: Row) -> list[Row]:
    """The lines of an order by what became of those before them."""
    found: list[tuple] = []
    if order.status not in SIGNED:
        return []
    if order.prepayment_fen:
        due = order.decided_date + recount.policy(order.decided_date).contract.prepayment_due_days
        found.append(("prepayment", 0, order.decided_date, due, order.prepayment_fen))
    balance, day = order.value_fen - order.prepayment_fen, delivered(recount, order)
    if day is not None and balance:
        found.append(("balance", 1, day, day + order.term_days, balance))
        parent = recount.line[order.order_id * 100 + 1]
        if parent.status == "rescheduled":
            plan = recount.policy(parent.closed_date).collections.instalments
            part = half_up(balance * plan.share)
            for number in range(1, plan.count + 1):
                left = max(0, balance - (number - 1) * part)
                amount = left if number == plan.count else min(part, left)
                due = parent.closed_date + number * plan.interval_days
                if amount:
                    found.append(("instalment", 1 + number, parent.closed_date, due, amount))
    return [
        Row(
            kind=kind, line_id=order.order_id * 100 + n, issue_date=issued, due_date=due, amount_fen=amount,
            customer_id=order.customer_id, order_id=order.order_id, rep_id=order.rep_id, grade=order.grade,
            period=recount.period(order.decided_date),
        )
        for kind, n, issued, due, amount in found
    ]  # fmt: skip


def delivered(recount: Recount, order: Row) -> int | None:
    """The day of acceptance: goods ship when the contract is signed, or when its prepayment is in."""
    if order.status not in SIGNED:
        return None
    shipped = order.decided_date
    if order.prepayment_fen:
        shipped = recount.line[order.order_id * 100].paid_date
    day = None if shipped is None else shipped + recount.world.customers.acceptance_days
    return day if day is not None and day < recount.horizon else None


def status_of(recount: Recount, order: Row) -> str:
    """What a signed contract has become."""
    if order.prepayment_fen and recount.line[order.order_id * 100].status == "credited":
        return "lapsed"
    return "signed" if delivered(recount, order) is None else "delivered"


# ---------------------------------------------------------------- what becomes of a line


def disputable(recount: Recount, line: Row) -> tuple[int, int] | None:
    """When the goods will be disputed, any day from issue to due, and when that will be settled."""
    effects, order_id = recount.world.payment.dispute, line.order_id
    hours = recount.policy(recount.order[order_id].decided_date).incentives.training.hours_per_month
    trained = math.exp(recount.world.reps.training_disputes * hours / 10)
    share = effects.share * (effects.mismatch_share * trained + 1 - effects.mismatch_share)
    if line.kind != "balance" or recount.draw(Stream.DISPUTE, order_id, 0) >= share:
        return None
    days = range(line.issue_date, line.due_date + 1)
    raised = days[int(recount.draw(Stream.DISPUTE, order_id, 1) * len(days))]
    lasts = exponential_days(recount.draw(Stream.DISPUTE, order_id, 2), effects.mean_days)
    return raised, raised + max(2, lasts)


def gives_up(recount: Recount, line: Row) -> int:
    if line.kind == "prepayment":
        signed = recount.order[line.order_id].decided_date
        return signed + recount.policy(signed).contract.lapse_days
    return line.due_date + recount.policy(line.due_date).collections.write_off_days


def outcome(recount: Recount, line: Row) -> Row:
    """What becomes of a line, by counting its days."""
    record, customer_id = chased(recount, line), line.customer_id
    goal = -math.log1p(-recount.draw(Stream.PAYMENT, line.line_id))
    usual = steady_logit(recount, line)
    last_day, dispute, force = gives_up(recount, line), disputable(recount, line), 0.0
    end = Row(
        paid_date=None, paid_fen=0, written_off_fen=0, closed_date=None, status="open", disputed_date=None,
        settled_date=None, extended_date=record.extended, stage_reached=record.stage, alert_reached=record.alert,
    )  # fmt: skip

    def close(day: int, status: str, paid: int = 0, lost: int = 0) -> Row:
        end.paid_date = day if status == "paid" else None
        end.closed_date, end.status, end.paid_fen, end.written_off_fen = day, status, paid, lost
        return end

    for day in range(line.issue_date, recount.horizon):
        if recount.failed(customer_id, day):
            return after_default(recount, line, end, close)
        if dispute and end.disputed_date is not None and day == dispute[1]:
            end.settled_date = day
        disputed = end.disputed_date is not None and end.settled_date is None
        if day > line.issue_date and not disputed:
            logit = usual(day) + chased_logit(recount, record, day)
            force += max(0.0, logit) + math.log1p(math.exp(-abs(logit)))
            if force >= goal:
                return close(day, "paid", line.amount_fen)
        if line.kind == "prepayment" and day == last_day:
            return close(day, "credited")
        if line.kind != "prepayment" and day >= last_day and not disputed:
            return close(day, "written_off", lost=line.amount_fen)
        if dispute and day == dispute[0]:
            end.disputed_date = day
        if record.rescheduled and record.stages.get(day) == 3:
            return close(day, "rescheduled")
    return end


def after_default(recount: Recount, line: Row, end: Row, close) -> Row:
    """A prepayment is waited for in vain; of a debt a share comes back by security, some time later."""
    if line.kind == "prepayment":
        day = gives_up(recount, line)
        return close(day, "credited") if day < recount.horizon else end
    recovery = recount.world.recovery
    day = max(recount.default(line.customer_id) + recovery.lag_days, line.issue_date + 1)
    paid = half_up(line.amount_fen * getattr(recovery, recount.order[line.order_id].security))
    return close(day, "written_off", paid, line.amount_fen - paid) if day < recount.horizon else end


def steady_logit(recount: Recount, line: Row):
    """Return the logit of payment by day, but for what the company has done about the line."""
    payment, person = recount.world.payment, recount.people[line.customer_id]
    usual_fen = recount.world.customers.order_value_fen
    own = (
        payment.history_weight * late_share(recount, line.customer_id, line.issue_date)
        + payment.delay_weight * mean_delay(recount, line.customer_id, line.issue_date) / 30
        + payment.term_weight * (line.due_date - line.issue_date - 30) / 30
        + payment.amount_weight * (math.log(line.amount_fen) - math.log(usual_fen))
        + payment.quality_weight * person.quality
        + person.frailty
        + getattr(payment.grade, line.grade)
        + {"prepayment": payment.prepayment_shift, "instalment": payment.instalment_shift}.get(line.kind, 0)
    )
    per_effort = payment.effort_elasticity * recount.world.reps.collecting_response
    efforts = [per_effort * cash_share_change(recount, day) for day in (recount.switch - 1, recount.switch)]

    def logit(day: int) -> float:
        bucket = bisect_right(payment.bucket_starts, day - line.due_date)
        date = recount.date(day)
        of_date = payment.calendar.weekday[date.isoweekday() - 1]
        if date.day + 3 > monthrange(date.year, date.month)[1]:
            of_date += payment.calendar.month_end
        return own + payment.alpha[bucket] + of_date + efforts[day >= recount.switch]

    return logit


def chased_logit(recount: Recount, record: Chased, day: int) -> float:
    """What the last step of the ladder and the last alert before a day add to the logit."""
    payment = recount.world.payment
    stage = max((number for since, number in record.stages.items() if since < day), default=0)
    alert = max((number for since, number in record.alerts.items() if since < day), default=0)
    steps = (0.0, *(getattr(payment.stage, name) for name in STAGES))
    calls = (0.0, payment.alert.before_due, payment.alert.level_1, payment.alert.level_2)
    return steps[stage] + calls[alert]


def charges(recount: Recount, line: Row) -> list[tuple[Any, ...]]:
    """The cash a line brings: (day, line, amount, kind)."""
    if line.status == "written_off":
        return [(line.closed_date, line.line_id, line.paid_fen, "recovery")] if line.paid_fen else []
    if line.status != "paid":
        return []
    cash = [(line.paid_date, line.line_id, line.amount_fen, "payment")]
    order, late = recount.order[line.order_id], line.paid_date - line.due_date
    contract = recount.policy(order.decided_date).contract
    share = recount.world.payment.interest_collected_share
    if line.kind != "prepayment" and late > 0 and recount.draw(Stream.INTEREST, line.line_id) < share:
        interest = half_up(line.amount_fen * (late * contract.overdue_interest_per_day))
        penalty = half_up(order.value_fen * contract.penalty_share)
        if interest:
            cash.append((line.paid_date, line.line_id, interest, "interest"))
        if line.kind == "balance" and late > contract.penalty_after_days and penalty:
            cash.append((line.paid_date, line.line_id, penalty, "penalty"))
    return cash
